/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "number_text.h"
#include <gnuradio/largesc/loss/two_state_chain.h>
#include <cmath>
#include <stdexcept>

namespace gr {
namespace largesc {

namespace {

// The burst length of independent losses, computed by the user, must not fail by
// rounding.
constexpr double rounding = 1e-9;

void check(const std::string& who, double bad_share, double mean_stay)
{
    if (!(bad_share >= 0.0 && bad_share < 1.0)) {
        throw std::invalid_argument(
            who + ": the share of the bad state must be 0..1 and below 1, not " +
            number_text(bad_share));
    }
    if (!std::isfinite(mean_stay)) {
        throw std::invalid_argument(who + ": burst must be finite, not " +
                                    number_text(mean_stay));
    }
    const double least = 1.0 / (1.0 - bad_share);
    if (mean_stay < least * (1.0 - rounding)) {
        throw std::invalid_argument(
            who + ": burst must be at least 1 / (1 - " + number_text(bad_share) +
            ") = " + number_text(least) + " packets, not " + number_text(mean_stay) +
            ": below that, losses would be less bursty than chance");
    }
}

} // namespace

two_state_chain::two_state_chain(const std::string& who,
                                 double bad_share,
                                 double mean_stay)
{
    check(who, bad_share, mean_stay);
    d_bad_share = bad_share;
    d_leave = 1.0 / mean_stay;
    d_enter = d_leave * bad_share / (1.0 - bad_share);
}

bool two_state_chain::step(double random)
{
    d_bad = random < (d_bad ? 1.0 - d_leave : d_enter);
    return d_bad;
}

void two_state_chain::set_transitions(const two_state_chain& other)
{
    const bool bad = d_bad;
    *this = other;
    d_bad = bad;
}

} // namespace largesc
} // namespace gr
