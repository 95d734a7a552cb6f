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

namespace {

// Sums and turned differences of two values apart by `apart`, side by side afterwards.
void step(const split_values& in,
          split_values& out,
          const split_values& turns,
          size_t run)
{
    const size_t apart = in.re.size() / 2;
    for (size_t first = 0; first < apart; first += run) {
        const float re = turns.re[first], im = turns.im[first];
        const float* __restrict a_re = &in.re[first], * __restrict a_im = &in.im[first];
        const float* __restrict b_re = a_re + apart, * __restrict b_im = a_im + apart;
        float* __restrict sum_re = &out.re[2 * first], * __restrict sum_im =
                                                           &out.im[2 * first];
        float* __restrict rest_re = sum_re + run, * __restrict rest_im = sum_im + run;
        for (size_t i = 0; i < run; i++) {
            const float x = a_re[i] - b_re[i], y = a_im[i] - b_im[i];
            sum_re[i] = a_re[i] + b_re[i];
            sum_im[i] = a_im[i] + b_im[i];
            rest_re[i] = x * re - y * im;
            rest_im[i] = x * im + y * re;
        }
    }
}

} // namespace

fast_fourier::fast_fourier(size_t size) : d_size(size)
{
    for (size_t i = 0; i < size / 2; i++) {
        const double angle = -2.0 * M_PI * double(i) / double(size);
        d_turns.re.push_back(float(std::cos(angle)));
        d_turns.im.push_back(float(std::sin(angle)));
    }
    d_other.re.resize(size);
    d_other.im.resize(size);
}

void fast_fourier::forward(split_values& values)
{
    for (size_t run = 1; run < d_size; run *= 2) {
        step(values, d_other, d_turns, run);
        std::swap(values, d_other);
    }
}

void fast_fourier::inverse(split_values& values)
{
    std::swap(values.re, values.im);
    forward(values);
    std::swap(values.re, values.im);
}

} // namespace largesc
} // namespace gr
