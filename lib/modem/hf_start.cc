/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "hf_start.h"
#include <algorithm>
#include <cmath>

namespace gr {
namespace largesc {

namespace {

using w = hf_waveform;
constexpr double slot_length = double(w::slot_samples);

// A symbol's pilots by the delay of their path.
path_amplitudes pilots_by_delay(size_t symbol, const carrier_values& came)
{
    path_amplitudes result{};
    for (const auto& pilot : hf_pilots(symbol)) {
        const std::complex<double> seen(came[pilot.carrier] * std::conj(pilot.value));
        for (size_t i = 0; i < result.size(); i++) {
            const double delay = (double(i) - 0.5 * double(result.size() - 1)) *
                                 channel_estimator::delay_step;
            result[i] += seen * std::polar(1.0 / double(w::pilots),
                                           2.0 * M_PI * delay *
                                               w::carrier_frequency(pilot.carrier));
        }
    }
    return result;
}

} // namespace

std::complex<double> turn_between(const path_amplitudes& now, const path_amplitudes& then)
{
    std::complex<double> sum = 0.0;
    for (size_t i = 0; i < now.size(); i++) {
        sum += now[i] * std::conj(then[i]);
    }
    return sum;
}

double mean_power(const hf_carriers& came)
{
    double sum = 0.0;
    for (const auto& symbol : came) {
        for (const auto& value : symbol) {
            sum += std::norm(value);
        }
    }
    return sum / double(w::symbols * w::carriers);
}

hf_start
estimate_start(const hf_frame& frame, const sample_history& samples, size_t slots)
{
    std::vector<std::array<path_amplitudes, w::symbols>> seen;
    double total = 1e-30;
    for (size_t slot = 0; slot < slots; slot++) {
        const auto came = frame.carriers(samples, long(slot));
        total += mean_power(came) / double(slots);
        seen.push_back({ pilots_by_delay(0, came[0]), pilots_by_delay(1, came[1]) });
    }
    std::complex<double> over_symbol = 0.0, over_slot = 0.0;
    std::array<double, channel_estimator::delays> powers{};
    for (size_t slot = 0; slot < slots; slot++) {
        over_symbol += turn_between(seen[slot][1], seen[slot][0]);
        for (size_t symbol = 0; symbol < w::symbols; symbol++) {
            if (slot > 0) {
                over_slot += turn_between(seen[slot][symbol], seen[slot - 1][symbol]);
            }
            for (size_t i = 0; i < powers.size(); i++) {
                powers[i] +=
                    std::norm(seen[slot][symbol][i]) / double(w::symbols * slots);
            }
        }
    }
    double best = -INFINITY, step = 0.0;
    for (int tenths = -50; tenths <= 50; tenths++) {
        const double frequency = 0.1 * tenths / w::sample_rate;
        const auto back = std::polar(1.0, -2.0 * M_PI * frequency * slot_length / 2.0);
        const double fit = (over_symbol * back).real() + (over_slot * back * back).real();
        if (fit > best) {
            best = fit;
            step = frequency;
        }
    }
    const double strongest = *std::max_element(powers.begin(), powers.end());
    const double share = 1.0 / double(w::pilots);
    const double power = (strongest - share * total) / (1.0 - share);
    const double likely = std::clamp(power, 0.05 * total, 0.9 * total);
    return { step, likely, total - likely };
}

} // namespace largesc
} // namespace gr
