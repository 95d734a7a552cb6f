/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "trellis_steps.h"
#include <algorithm>

namespace gr {
namespace largesc {

namespace {

// Far below any metric, and finite.
constexpr float nothing = -1e30f;

} // namespace

trellis_steps::trellis_steps(const tail_biting_code& code)
    : d_generators(code.generators().size()),
      d_labels(size_t(1) << d_generators),
      d_half((size_t(1) << code.memory()) / 2),
      d_upper(d_half / width),
      d_metrics(d_labels),
      d_rows(d_labels * width)
{
    for (size_t row = 0; row < d_upper.size(); row++) {
        d_upper[row] = uint8_t(code.outputs(uint32_t(2 * row * width)));
    }
    for (size_t i = 0; i < width; i++) {
        d_lower[i] = uint8_t(code.outputs(uint32_t(2 * i)));
    }
}

// Bit g set adds half_ratios[g], clear subtracts it.
void trellis_steps::fill_label_metrics(const float* half_ratios)
{
    d_metrics[0] = 0.0f;
    for (size_t g = 0, filled = 1; g < d_generators; g++, filled *= 2) {
        d_metrics[0] -= half_ratios[g];
        for (size_t i = 1; i < filled; i++) {
            d_metrics[i] -= half_ratios[g];
        }
        for (size_t i = 0; i < filled; i++) {
            d_metrics[filled + i] = d_metrics[i] + 2.0f * half_ratios[g];
        }
    }
}

void trellis_steps::set_ratios(const float* half_ratios, float half_known)
{
    d_known = half_known;
    fill_label_metrics(half_ratios);
    for (size_t label = 0; label < d_labels; label++) {
        for (size_t i = 0; i < width; i++) {
            d_rows[label * width + i] = d_metrics[label ^ d_lower[i]];
        }
    }
}

void trellis_steps::forward(const float* __restrict metrics_in,
                            float* __restrict metrics_out,
                            const int32_t* __restrict origins_in,
                            int32_t* __restrict origins_out,
                            uint8_t* __restrict choices) const
{
    const float known = d_known;
    // Compilers turn the loops into vector instructions one by one, not all in one.
    float even[width], odd[width];
    int32_t from_even[width], from_odd[width], is_odd[width];
    for (size_t row = 0; row < d_upper.size(); row++) {
        const float* __restrict b = &d_rows[d_upper[row] * width];
        const size_t first = row * width;
        for (size_t i = 0; i < width; i++) {
            even[i] = metrics_in[2 * (first + i)];
            odd[i] = metrics_in[2 * (first + i) + 1];
        }
        for (size_t i = 0; i < width; i++) {
            from_even[i] = origins_in[2 * (first + i)];
            from_odd[i] = origins_in[2 * (first + i) + 1];
        }
        for (size_t bit = 0; bit < 2; bit++) {
            const size_t to = first + bit * d_half;
            const float sign = bit ? -1.0f : 1.0f;
            for (size_t i = 0; i < width; i++) {
                const float share = sign * b[i];
                const float e = even[i] + share, o = odd[i] - share;
                is_odd[i] = -int32_t(o > e);
                metrics_out[to + i] = (o > e ? o : e) - sign * known;
            }
            for (size_t i = 0; i < width; i++) {
                origins_out[to + i] =
                    (from_odd[i] & is_odd[i]) | (from_even[i] & ~is_odd[i]);
            }
            for (size_t i = 0; i < width; i++) {
                choices[to + i] = uint8_t(is_odd[i] & 1);
            }
        }
    }
}

void trellis_steps::backward(const float* __restrict metrics_in,
                             float* __restrict metrics_out) const
{
    const float known = d_known;
    for (size_t row = 0; row < d_upper.size(); row++) {
        const float* __restrict b = &d_rows[d_upper[row] * width];
        const size_t first = row * width;
        for (size_t i = 0; i < width; i++) {
            const size_t j = first + i;
            const float zero = metrics_in[j] - known;
            const float one = metrics_in[j + d_half] + known;
            metrics_out[2 * j] = std::max(zero + b[i], one - b[i]);
            metrics_out[2 * j + 1] = std::max(zero - b[i], one + b[i]);
        }
    }
}

float trellis_steps::soft_bit(const float* __restrict before,
                              const float* __restrict after) const
{
    float best_zero[width], best_one[width];
    std::fill(best_zero, best_zero + width, nothing);
    std::fill(best_one, best_one + width, nothing);
    const float known = d_known;
    for (size_t row = 0; row < d_upper.size(); row++) {
        const size_t first = row * width;
        const float* __restrict b = &d_rows[d_upper[row] * width];
        for (size_t i = 0; i < width; i++) {
            const size_t j = first + i;
            const float even = before[2 * j], odd = before[2 * j + 1];
            const float zero = after[j] - known, one = after[j + d_half] + known;
            const float any_zero = zero + std::max(even + b[i], odd - b[i]);
            const float any_one = one + std::max(even - b[i], odd + b[i]);
            best_zero[i] = std::max(best_zero[i], any_zero);
            best_one[i] = std::max(best_one[i], any_one);
        }
    }
    return *std::max_element(best_one, best_one + width) -
           *std::max_element(best_zero, best_zero + width);
}

} // namespace largesc
} // namespace gr
