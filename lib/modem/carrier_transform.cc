/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "carrier_transform.h"
#include <algorithm>
#include <cmath>

namespace gr {
namespace largesc {

namespace {

constexpr size_t length = hf_waveform::useful_samples;

} // namespace

carrier_transform::carrier_transform() : d_waves(hf_waveform::carriers * length)
{
    for (size_t carrier = 0; carrier < hf_waveform::carriers; carrier++) {
        const double step = 2.0 * M_PI * hf_waveform::carrier_frequency(carrier);
        for (size_t n = 0; n < length; n++) {
            d_waves[carrier * length + n] =
                std::complex<float>(std::polar(1.0, step * double(n)));
        }
    }
}

void carrier_transform::to_samples(const carrier_values& values,
                                   std::complex<float>* samples) const
{
    std::fill(samples, samples + length, 0.0f);
    for (size_t carrier = 0; carrier < hf_waveform::carriers; carrier++) {
        const float re = values[carrier].real(), im = values[carrier].imag();
        const std::complex<float>* wave = &d_waves[carrier * length];
        for (size_t n = 0; n < length; n++) {
            samples[n] += std::complex<float>(re * wave[n].real() - im * wave[n].imag(),
                                              re * wave[n].imag() + im * wave[n].real());
        }
    }
}

carrier_values carrier_transform::to_carriers(const std::complex<float>* samples) const
{
    carrier_values values;
    for (size_t carrier = 0; carrier < hf_waveform::carriers; carrier++) {
        const std::complex<float>* wave = &d_waves[carrier * length];
        float re = 0.0f, im = 0.0f;
        for (size_t n = 0; n < length; n++) {
            re += samples[n].real() * wave[n].real() + samples[n].imag() * wave[n].imag();
            im += samples[n].imag() * wave[n].real() - samples[n].real() * wave[n].imag();
        }
        values[carrier] = std::complex<float>(re, im) / float(length);
    }
    return values;
}

} // namespace largesc
} // namespace gr
