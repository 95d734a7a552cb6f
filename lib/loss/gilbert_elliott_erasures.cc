/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "check_probability.h"
#include <gnuradio/largesc/loss/gilbert_elliott_erasures.h>

namespace gr {
namespace largesc {

namespace {

const char* const name = "gilbert-elliott";

} // namespace

gilbert_elliott_erasures::gilbert_elliott_erasures(double loss_rate,
                                                   double burst,
                                                   uint64_t seed,
                                                   double loss_in_good,
                                                   double loss_in_bad)
    : d_loss_rate(loss_rate),
      d_burst(burst),
      d_loss_in_good(loss_in_good),
      d_loss_in_bad(loss_in_bad),
      d_chain(name, bad_share(loss_rate), burst),
      d_random(seed)
{
    d_chain.start(d_random.next());
}

double gilbert_elliott_erasures::bad_share(double loss_rate) const
{
    check_probability(name, "loss_rate", loss_rate);
    check_probability(name, "loss_in_good", d_loss_in_good);
    check_probability(name, "loss_in_bad", d_loss_in_bad);
    if (d_loss_in_good >= d_loss_in_bad) {
        throw std::invalid_argument(
            std::string(name) + ": loss_in_good (" + number_text(d_loss_in_good) +
            ") must be below loss_in_bad (" + number_text(d_loss_in_bad) + ")");
    }
    if (loss_rate < d_loss_in_good || loss_rate >= d_loss_in_bad) {
        throw std::invalid_argument(
            std::string(name) + ": loss_rate must be at least " +
            number_text(d_loss_in_good) + ", the loss in the good state, and below " +
            number_text(d_loss_in_bad) + ", that in the bad state, not " +
            number_text(loss_rate));
    }
    return (loss_rate - d_loss_in_good) / (d_loss_in_bad - d_loss_in_good);
}

bool gilbert_elliott_erasures::next_is_lost()
{
    const bool bad = d_chain.step(d_random.next());
    return d_random.next() < (bad ? d_loss_in_bad : d_loss_in_good);
}

void gilbert_elliott_erasures::reset()
{
    d_random.reset();
    d_chain.start(d_random.next());
}

void gilbert_elliott_erasures::set_loss_rate(double loss_rate)
{
    d_chain.set_transitions(two_state_chain(name, bad_share(loss_rate), d_burst));
    d_loss_rate = loss_rate;
}

double gilbert_elliott_erasures::mean_burst() const
{
    // Lost packets per burst: those of two successive lost packets are no beginning of
    // one.
    const double bad = d_chain.bad_share();
    const double lost_after_bad =
        (1.0 - d_chain.leave()) * d_loss_in_bad + d_chain.leave() * d_loss_in_good;
    const double lost_after_good =
        d_chain.enter() * d_loss_in_bad + (1.0 - d_chain.enter()) * d_loss_in_good;
    const double both_lost = bad * d_loss_in_bad * lost_after_bad +
                             (1.0 - bad) * d_loss_in_good * lost_after_good;
    return d_loss_rate > 0.0 ? d_loss_rate / (d_loss_rate - both_lost) : 0.0;
}

std::string gilbert_elliott_erasures::description() const
{
    return std::string(name) + ", loss rate " + number_text(d_loss_rate) +
           ", mean stay in the bad state " + number_text(d_burst) +
           ", loss in the states " + number_text(d_loss_in_good) + " and " +
           number_text(d_loss_in_bad);
}

} // namespace largesc
} // namespace gr
