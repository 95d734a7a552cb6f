/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/largesc/independent_erasures.h>
#include <stdexcept>
#include <string>

namespace gr {
namespace largesc {

independent_erasures::independent_erasures(double loss_rate, uint64_t seed)
    : d_generator(seed)
{
    set_loss_rate(loss_rate);
}

bool independent_erasures::next_is_lost()
{
    // The top 53 bits as a fraction in [0, 1); std::uniform_real_distribution is not the
    // same on every platform.
    const double u = (d_generator() >> 11) * 0x1p-53;
    return u < d_loss_rate;
}

void independent_erasures::set_loss_rate(double loss_rate)
{
    if (!(loss_rate >= 0.0 && loss_rate <= 1.0)) {
        throw std::invalid_argument("independent_erasures: loss_rate must be 0..1, not " +
                                    std::to_string(loss_rate));
    }
    d_loss_rate = loss_rate;
}

} // namespace largesc
} // namespace gr
