/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "check_probability.h"
#include <gnuradio/largesc/loss/gilbert_erasures.h>

namespace gr {
namespace largesc {

namespace {

two_state_chain make_chain(double loss_rate, double burst)
{
    check_probability("gilbert", "loss_rate", loss_rate);
    if (loss_rate == 1.0) {
        throw std::invalid_argument(
            "gilbert: loss_rate must be below 1: where everything is "
            "lost, no burst ends");
    }
    return two_state_chain("gilbert", loss_rate, burst);
}

} // namespace

gilbert_erasures::gilbert_erasures(double loss_rate, double burst, uint64_t seed)
    : d_burst(burst), d_chain(make_chain(loss_rate, burst)), d_random(seed)
{
    d_chain.start(d_random.next());
}

void gilbert_erasures::reset()
{
    d_random.reset();
    d_chain.start(d_random.next());
}

void gilbert_erasures::set_loss_rate(double loss_rate)
{
    d_chain.set_transitions(make_chain(loss_rate, d_burst));
}

double gilbert_erasures::mean_burst() const { return loss_rate() > 0.0 ? d_burst : 0.0; }

std::string gilbert_erasures::description() const
{
    return "gilbert, loss rate " + number_text(loss_rate()) + ", mean burst " +
           number_text(d_burst);
}

} // namespace largesc
} // namespace gr
