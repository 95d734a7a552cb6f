/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "check_probability.h"
#include <gnuradio/largesc/loss/bellcore_erasures.h>

namespace gr {
namespace largesc {

namespace {

constexpr auto& continuation = bellcore_erasures::continuation;

// L: bursts reach their n-th packet with the product of the continuation probabilities
// before it. Computed by the compiler: a processor may round a sum of products in another
// way.
constexpr double mean_length()
{
    double reaches = 1.0, sum = 0.0;
    for (const double goes_on : continuation) {
        sum += reaches;
        reaches *= goes_on;
    }
    return sum;
}

constexpr double burst = mean_length();
static_assert(burst > 4.418 && burst < 4.420, "the mean burst of the source");

// Shares of the lost packets that are at most the first, second... of their burst.
constexpr std::array<double, 10> shares_of_positions()
{
    std::array<double, 10> shares{};
    double reaches = 1.0, sum = 0.0;
    for (size_t n = 0; n < shares.size(); n++) {
        sum += reaches / burst;
        shares[n] = sum;
        reaches *= continuation[n];
    }
    return shares;
}

constexpr auto positions = shares_of_positions();

// p
double enter(double loss_rate)
{
    check_probability("bellcore", "loss_rate", loss_rate);
    if (loss_rate > burst / (burst + 1.0)) {
        throw std::invalid_argument(
            "bellcore: loss_rate must be at most " + number_text(burst / (burst + 1.0)) +
            ", at least one packet passing between bursts of " + number_text(burst) +
            ", not " + number_text(loss_rate));
    }
    return loss_rate / (burst * (1.0 - loss_rate));
}

} // namespace

bellcore_erasures::bellcore_erasures(double loss_rate, uint64_t seed)
    : d_loss_rate(loss_rate), d_enter(enter(loss_rate)), d_random(seed)
{
    reset();
}

void bellcore_erasures::reset()
{
    d_random.reset();
    d_lost_so_far = 0;
    const double in_burst = d_random.next(), position = d_random.next();
    if (in_burst < d_loss_rate) {
        do {
            d_lost_so_far++;
        } while (d_lost_so_far < positions.size() &&
                 position >= positions[d_lost_so_far - 1]);
    }
}

bool bellcore_erasures::next_is_lost()
{
    const double lost = d_lost_so_far == 0 ? d_enter : continuation[d_lost_so_far - 1];
    d_lost_so_far = d_random.next() < lost ? d_lost_so_far + 1 : 0;
    return d_lost_so_far > 0;
}

void bellcore_erasures::set_loss_rate(double loss_rate)
{
    d_enter = enter(loss_rate);
    d_loss_rate = loss_rate;
}

double bellcore_erasures::mean_burst() const { return d_loss_rate > 0.0 ? burst : 0.0; }

std::string bellcore_erasures::description() const
{
    return "bellcore, loss rate " + number_text(d_loss_rate) + ", mean burst " +
           number_text(burst);
}

} // namespace largesc
} // namespace gr
