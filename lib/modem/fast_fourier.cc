/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fast_fourier.h"
#include <cmath>
#include <utility>

namespace gr {
namespace largesc {

fast_fourier::fast_fourier(size_t size) : d_order(size), d_turns(size / 2)
{
    for (size_t i = 1; i < size; i++) {
        d_order[i] = d_order[i / 2] / 2 + (i % 2) * size / 2;
    }
    for (size_t i = 0; i < d_turns.size(); i++) {
        const double angle = -2.0 * M_PI * double(i) / double(size);
        d_turns[i] = std::complex<float>(std::polar(1.0, angle));
    }
}

void fast_fourier::transform(std::vector<std::complex<float>>& values, bool inverse) const
{
    const size_t n = size();
    for (size_t i = 0; i < n; i++) {
        if (i < d_order[i]) {
            std::swap(values[i], values[d_order[i]]);
        }
    }
    const float sign = inverse ? -1.0f : 1.0f;
    for (size_t half = 1; half < n; half *= 2) {
        for (size_t first = 0; first < n; first += 2 * half) {
            for (size_t i = 0; i < half; i++) {
                const float re = d_turns[i * (n / 2 / half)].real();
                const float im = d_turns[i * (n / 2 / half)].imag() * sign;
                const auto low = values[first + i], high = values[first + i + half];
                const std::complex<float> turned(high.real() * re - high.imag() * im,
                                                 high.real() * im + high.imag() * re);
                values[first + i] = low + turned;
                values[first + i + half] = low - turned;
            }
        }
    }
}

} // namespace largesc
} // namespace gr
