/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "channel_estimator.h"
#include <algorithm>
#include <cmath>
#include <numeric>

namespace gr {
namespace largesc {

namespace {

constexpr double learning_rate = 0.1;
// No delay or shift is ever ruled out.
constexpr double least_share = 2e-3;
// Standard deviation of Doppler shifts to begin with: 0.5 Hz, which is 1 Hz of spread.
constexpr double first_spread = 0.02; // cycles per symbol

double delay_of(size_t i)
{
    return (double(i) - 0.5 * double(channel_estimator::delays - 1)) *
           channel_estimator::delay_step;
}

double shift_of(size_t i)
{
    return (double(i) - 0.5 * double(channel_estimator::shifts - 1)) *
           channel_estimator::shift_step;
}

template <class profile>
void renew(profile& old, const profile& seen)
{
    const double total = std::accumulate(seen.begin(), seen.end(), 0.0);
    for (size_t i = 0; i < old.size(); i++) {
        old[i] += learning_rate * (seen[i] - old[i]);
        old[i] = std::max(old[i], least_share * total);
    }
}

} // namespace

channel_estimator::channel_estimator() : d_right(unknowns), d_amplitudes(unknowns)
{
    for (size_t carrier = 0; carrier < hf_waveform::carriers; carrier++) {
        const double turn = -2.0 * M_PI * hf_waveform::carrier_frequency(carrier);
        for (size_t i = 0; i < delays; i++) {
            d_waves[carrier][i] = std::polar(1.0, turn * delay_of(i));
        }
    }
    for (size_t symbol = 0; symbol < hf_waveform::symbols; symbol++) {
        d_pilot_grams[symbol] = gram_of(symbol, true);
        d_data_grams[symbol] = gram_of(symbol, false);
    }
    reset(1.0, 1.0);
}

channel_estimator::gram channel_estimator::gram_of(size_t symbol, bool pilots) const
{
    std::vector<size_t> known;
    if (pilots) {
        for (const auto& pilot : hf_pilots(symbol)) {
            known.push_back(pilot.carrier);
        }
    } else {
        const auto& data = hf_data_carriers(symbol);
        known.assign(data.begin(), data.end());
    }
    gram result{};
    for (const size_t carrier : known) {
        for (size_t i = 0; i < delays; i++) {
            for (size_t j = 0; j < delays; j++) {
                result[i][j] += std::conj(d_waves[carrier][i]) * d_waves[carrier][j];
            }
        }
    }
    return result;
}

void channel_estimator::reset(double power, double noise)
{
    d_known.clear();
    d_noise = noise;
    d_delay_profile.fill(power / double(delays));
    double sum = 0.0;
    for (size_t i = 0; i < shifts; i++) {
        const double x = shift_of(i) / first_spread;
        d_shift_profile[i] = std::exp(-0.5 * x * x);
        sum += d_shift_profile[i];
    }
    for (double& share : d_shift_profile) {
        share /= sum;
    }
}

void channel_estimator::know(long number,
                             const carrier_values& came,
                             const carrier_values* data)
{
    known_symbol known{ number, {}, 0.0, 1.0 / d_noise };
    const size_t symbol = size_t(number & 1);
    const auto project =
        [&](size_t carrier, std::complex<float> expected, double weight) {
            const value seen = weight * value(came[carrier] * std::conj(expected));
            for (size_t i = 0; i < delays; i++) {
                known.projection[i] += std::conj(d_waves[carrier][i]) * seen;
            }
        };
    for (const auto& pilot : hf_pilots(symbol)) {
        project(pilot.carrier, pilot.value, known.pilot_weight);
    }
    if (data) {
        known.data_weight = 1.0 / d_noise;
        for (const size_t carrier : hf_data_carriers(symbol)) {
            project(carrier, (*data)[carrier], known.data_weight);
        }
    }
    const auto is_old = [number](const known_symbol& other) {
        return other.number == number || other.number <= number - memory;
    };
    d_known.erase(std::remove_if(d_known.begin(), d_known.end(), is_old), d_known.end());
    d_known.push_back(known);
}

channel_estimator::value channel_estimator::turn(size_t shift, long number) const
{
    return std::polar(1.0, 2.0 * M_PI * shift_of(shift) * double(number - d_origin));
}

void channel_estimator::add(const known_symbol& known)
{
    const size_t symbol = size_t(known.number & 1);
    const auto& pilots = d_pilot_grams[symbol];
    const auto& data = d_data_grams[symbol];
    for (size_t s = 0; s < shifts; s++) {
        const value back = std::conj(turn(s, known.number));
        for (size_t i = 0; i < delays; i++) {
            d_right[s * delays + i] += back * known.projection[i];
        }
        for (size_t other = 0; other <= s; other++) {
            const value both = back * turn(other, known.number);
            for (size_t i = 0; i < delays; i++) {
                for (size_t j = 0; j < delays; j++) {
                    d_system.at(s * delays + i, other * delays + j) +=
                        both * (known.pilot_weight * pilots[i][j] +
                                known.data_weight * data[i][j]);
                }
            }
        }
    }
}

void channel_estimator::estimate(long number)
{
    d_origin = number;
    std::fill(d_right.begin(), d_right.end(), 0.0);
    for (size_t row = 0; row < unknowns; row++) {
        for (size_t column = 0; column <= row; column++) {
            d_system.at(row, column) = 0.0;
        }
        d_system.at(row, row) =
            1.0 / (d_shift_profile[row / delays] * d_delay_profile[row % delays]);
    }
    for (const auto& known : d_known) {
        add(known);
    }
    d_system.factorise();
    d_amplitudes = d_system.solve(d_right);
}

std::array<std::complex<double>, channel_estimator::delays>
channel_estimator::paths(long number) const
{
    std::array<value, delays> result{};
    for (size_t s = 0; s < shifts; s++) {
        for (size_t i = 0; i < delays; i++) {
            result[i] += turn(s, number) * d_amplitudes[s * delays + i];
        }
    }
    return result;
}

symbol_channel channel_estimator::channel(long number) const
{
    const auto path = paths(number);
    // Rows of the factor's inverse, as far as the paths of this symbol need it.
    std::array<std::vector<value>, delays> spread;
    for (size_t i = 0; i < delays; i++) {
        std::vector<value> unit(unknowns);
        for (size_t s = 0; s < shifts; s++) {
            unit[s * delays + i] = std::conj(turn(s, number));
        }
        spread[i] = d_system.forward(std::move(unit));
    }
    std::array<std::array<value, delays>, delays> covariance{};
    for (size_t i = 0; i < delays; i++) {
        for (size_t j = 0; j < delays; j++) {
            for (size_t k = 0; k < unknowns; k++) {
                covariance[i][j] += std::conj(spread[i][k]) * spread[j][k];
            }
        }
    }
    symbol_channel result;
    for (size_t carrier = 0; carrier < hf_waveform::carriers; carrier++) {
        const auto& wave = d_waves[carrier];
        value gain = 0.0;
        double variance = 0.0;
        for (size_t i = 0; i < delays; i++) {
            gain += wave[i] * path[i];
            value row = 0.0;
            for (size_t j = 0; j < delays; j++) {
                row += covariance[i][j] * std::conj(wave[j]);
            }
            variance += (wave[i] * row).real();
        }
        result.gain[carrier] = std::complex<float>(gain);
        result.variance[carrier] = float(variance);
    }
    return result;
}

void channel_estimator::learn()
{
    std::array<double, delays> by_delay{};
    std::array<double, shifts> by_shift{};
    for (size_t row = 0; row < unknowns; row++) {
        std::vector<value> unit(unknowns);
        unit[row] = 1.0;
        double power = std::norm(d_amplitudes[row]);
        for (const auto& each : d_system.forward(std::move(unit))) {
            power += std::norm(each);
        }
        by_delay[row % delays] += power;
        by_shift[row / delays] += power;
    }
    const double total = std::accumulate(by_delay.begin(), by_delay.end(), 0.0);
    for (double& share : by_shift) {
        share /= total;
    }
    renew(d_delay_profile, by_delay);
    renew(d_shift_profile, by_shift);
    const double sum =
        std::accumulate(d_shift_profile.begin(), d_shift_profile.end(), 0.0);
    for (double& share : d_shift_profile) {
        share /= sum;
    }
}

} // namespace largesc
} // namespace gr
