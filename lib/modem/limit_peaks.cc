/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "limit_peaks.h"
#include <cmath>

namespace gr {
namespace largesc {

namespace {

constexpr int rounds = 16;
constexpr float limit_above_mean_db = 3.5f; // 0.4 dB more between samples
// What is taken off is taken off almost twice: peaks grow again when the filter takes
// away what lies outside the carriers.
constexpr float step = 1.7f;

float mean_power(const carrier_values& values)
{
    float sum = 0.0f;
    for (const auto& value : values) {
        sum += std::norm(value);
    }
    return sum / float(values.size());
}

// What lies above the limit, and zero elsewhere.
void keep_excess(std::complex<float>* samples, float limit)
{
    for (size_t n = 0; n < hf_waveform::useful_samples; n++) {
        const float size = std::abs(samples[n]);
        samples[n] *= size > limit ? 1.0f - limit / size : 0.0f;
    }
}

} // namespace

void limit_peaks(const carrier_transform& transform,
                 carrier_values& values,
                 std::complex<float>* samples)
{
    for (int round = 0; round < rounds; round++) {
        transform.to_samples(values, samples);
        const float mean = mean_power(values) * float(hf_waveform::carriers);
        keep_excess(samples,
                    std::sqrt(mean * std::pow(10.0f, 0.1f * limit_above_mean_db)));
        const auto excess = transform.to_carriers(samples);
        for (size_t carrier = 0; carrier < values.size(); carrier++) {
            values[carrier] -= step * excess[carrier];
        }
    }
    const float scale = 1.0f / std::sqrt(mean_power(values));
    for (auto& value : values) {
        value *= scale;
    }
    transform.to_samples(values, samples);
}

} // namespace largesc
} // namespace gr
