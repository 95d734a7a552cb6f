/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "hf_frame.h"
#include <cmath>

namespace gr {
namespace largesc {

namespace {

using w = hf_waveform;

} // namespace

// In the middle of the guard: paths 1 ms earlier and later are heard without loss.
int64_t hf_frame::window(long slot, size_t symbol) const
{
    return std::llround(start(slot)) + int64_t(symbol * w::symbol_samples) +
           int64_t(w::guard_samples) - before_useful;
}

int64_t hf_frame::end(long slot) const
{
    return window(slot, w::symbols - 1) + int64_t(w::useful_samples);
}

hf_carriers hf_frame::carriers(const sample_history& samples, long slot) const
{
    hf_carriers result;
    std::array<std::complex<float>, w::useful_samples> straight;
    for (size_t symbol = 0; symbol < w::symbols; symbol++) {
        const int64_t first = window(slot, symbol);
        straighten(samples.at(first), first, straight.size(), straight.data());
        result[symbol] = d_transform.to_carriers(straight.data());
        const double useful =
            start(slot) + double(symbol * w::symbol_samples) + double(w::guard_samples);
        for (size_t carrier = 0; carrier < w::carriers; carrier++) {
            const double ahead = w::carrier_frequency(carrier) * (double(first) - useful);
            result[symbol][carrier] *=
                std::complex<float>(std::polar(1.0, -2.0 * M_PI * ahead));
        }
    }
    return result;
}

} // namespace largesc
} // namespace gr
