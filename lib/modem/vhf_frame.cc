/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "vhf_frame.h"
#include "vhf_pulse.h"
#include <cmath>

namespace gr {
namespace largesc {

namespace {

using w = vhf_waveform;
constexpr int64_t lead = int64_t(vhf_pulse_lead);
// Samples of a slot and of what its first and last pulse have before and behind it.
constexpr size_t slot_and_edges =
    w::slot_samples + w::pulse_symbols * w::samples_per_symbol;

} // namespace

vhf_frame::vhf_frame(double start, double frequency)
    : slot_clock(start, frequency, w::slot_samples), d_pulse(vhf_symbol_pulse())
{
}

int64_t vhf_frame::window(long slot) const { return std::llround(start(slot)); }

int64_t vhf_frame::begin(long slot) const { return window(slot) - lead - most_shift; }

int64_t vhf_frame::end(long slot) const
{
    return begin(slot) + int64_t(slot_and_edges) + 2 * most_shift;
}

vhf_symbols
vhf_frame::symbols(const sample_history& samples, long slot, int64_t shift) const
{
    const int64_t first = window(slot) - lead + shift;
    std::vector<std::complex<float>> straight(slot_and_edges);
    straighten(samples.at(first), first, straight.size(), straight.data());
    vhf_symbols result;
    for (size_t n = 0; n < result.size(); n++) {
        const auto* from = &straight[n * w::samples_per_symbol];
        float re = 0.0f, im = 0.0f;
        for (size_t i = 0; i < d_pulse.size(); i++) {
            re += from[i].real() * d_pulse[i];
            im += from[i].imag() * d_pulse[i];
        }
        result[n] = std::complex<float>(re, im) * std::conj(vhf_axis(n));
    }
    return result;
}

double vhf_frame::resemblance(size_t shift) const
{
    double sum = 0.0;
    for (size_t i = shift; i < d_pulse.size(); i++) {
        sum += double(d_pulse[i] * d_pulse[i - shift]);
    }
    return sum;
}

} // namespace largesc
} // namespace gr
