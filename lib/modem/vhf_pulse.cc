/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "vhf_pulse.h"
#include <cmath>
#include <numeric>

namespace gr {
namespace largesc {

namespace {

using w = vhf_waveform;
constexpr double length = double(w::pulse_symbols);

// Of the frequency's pulse up to time t (symbols from its beginning), not yet cut off:
// integral of a rectangle of one symbol through a Gaussian filter.
double gaussian_integral(double t)
{
    const double k = 2.0 * M_PI * w::bandwidth_time / std::sqrt(std::log(2.0));
    // Integral of the normal distribution function.
    const auto ramp = [k](double x) {
        const double z = k * x;
        return (z * 0.5 * std::erfc(-z / std::sqrt(2.0)) +
                std::exp(-0.5 * z * z) / std::sqrt(2.0 * M_PI)) /
               k;
    };
    const double middle = t - 0.5 * length;
    return ramp(middle + 0.5) - ramp(middle - 0.5);
}

// Share of a quarter turn that is done at time t.
double turned(double t)
{
    if (t <= 0.0) {
        return 0.0;
    }
    if (t >= length) {
        return 1.0;
    }
    const double begin = gaussian_integral(0.0), end = gaussian_integral(length);
    return (gaussian_integral(t) - begin) / (end - begin);
}

} // namespace

std::vector<double> vhf_phase_steps()
{
    constexpr size_t count = w::pulse_symbols * w::samples_per_symbol + 1;
    std::vector<double> steps;
    for (size_t i = 0; i < count; i++) {
        const double begin = (double(i) - 0.5) / double(w::samples_per_symbol);
        const double end = (double(i) + 0.5) / double(w::samples_per_symbol);
        steps.push_back(0.5 * M_PI * (turned(end) - turned(begin)));
    }
    return steps;
}

std::vector<float> vhf_symbol_pulse()
{
    constexpr size_t count = (w::pulse_symbols + 1) * w::samples_per_symbol;
    const auto factor = [](double t) {
        const bool rises = t <= length;
        return std::sin(0.5 * M_PI * (rises ? turned(t) : 1.0 - turned(t - length)));
    };
    std::vector<float> pulse;
    for (size_t i = 0; i < count; i++) {
        const double t = (double(i) + 0.5) / double(w::samples_per_symbol);
        double value = 1.0;
        for (size_t k = 0; k < w::pulse_symbols; k++) {
            value *= factor(t + double(k));
        }
        pulse.push_back(float(value));
    }
    const float power =
        std::inner_product(pulse.begin(), pulse.end(), pulse.begin(), 0.0f);
    for (float& value : pulse) {
        value /= std::sqrt(power);
    }
    return pulse;
}

} // namespace largesc
} // namespace gr
