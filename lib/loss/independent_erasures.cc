/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "check_probability.h"
#include <gnuradio/largesc/loss/independent_erasures.h>

namespace gr {
namespace largesc {

independent_erasures::independent_erasures(double loss_rate, uint64_t seed)
    : d_random(seed)
{
    set_loss_rate(loss_rate);
}

bool independent_erasures::next_is_lost() { return d_random.next() < d_loss_rate; }

void independent_erasures::set_loss_rate(double loss_rate)
{
    check_probability("independent", "loss_rate", loss_rate);
    d_loss_rate = loss_rate;
}

double independent_erasures::mean_burst() const
{
    return d_loss_rate > 0.0 ? 1.0 / (1.0 - d_loss_rate) : 0.0;
}

std::string independent_erasures::description() const
{
    return "independent, loss rate " + number_text(d_loss_rate);
}

} // namespace largesc
} // namespace gr
