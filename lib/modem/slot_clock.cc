/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "slot_clock.h"
#include <cmath>

namespace gr {
namespace largesc {

void slot_clock::straighten(const std::complex<float>* came,
                            int64_t first,
                            size_t count,
                            std::complex<float>* straight) const
{
    const double cycles = d_phase + d_frequency * (double(first) - d_phase_sample);
    std::complex<double> turn =
        std::polar(1.0, -2.0 * M_PI * std::remainder(cycles, 1.0));
    const auto step = std::polar(1.0, -2.0 * M_PI * d_frequency);
    for (size_t n = 0; n < count; n++) {
        straight[n] = came[n] * std::complex<float>(turn);
        turn *= step;
    }
}

void slot_clock::raise_frequency(long slot, double step)
{
    const double at = start(slot);
    d_phase = std::remainder(d_phase + d_frequency * (at - d_phase_sample), 1.0);
    d_phase_sample = at;
    d_frequency += step;
}

} // namespace largesc
} // namespace gr
