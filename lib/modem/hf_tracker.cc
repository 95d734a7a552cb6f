/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "hf_start.h"
#include "hf_tracker.h"
#include <algorithm>
#include <cmath>

namespace gr {
namespace largesc {

namespace {

using w = hf_waveform;

constexpr double frequency_gain = 0.1;
// Slow, as fading paths take turns and their middle moves with them; a clock's drift is
// learnt besides, critically damped.
constexpr double timing_gain = 0.015, drift_gain = timing_gain * timing_gain / 4.0;
constexpr double noise_gain = 0.15; // more for the first slots, whose noise is a guess
constexpr double noise_gain_of_pilots = 0.5;
constexpr double slot_length = double(w::slot_samples);

const float size_of_part = std::sqrt(0.5f);

// Data carriers with these bits; pilots are zero.
hf_carriers carriers_of(const std::vector<uint8_t>& bits)
{
    hf_carriers result{};
    auto next = bits.begin();
    const auto part = [&next] { return *next++ ? size_of_part : -size_of_part; };
    for (size_t symbol = 0; symbol < w::symbols; symbol++) {
        for (const size_t carrier : hf_data_carriers(symbol)) {
            const float re = part(), im = part();
            result[symbol][carrier] = { re, im };
        }
    }
    return result;
}

} // namespace

hf_tracker::hf_tracker(const sample_history& samples, const slot_candidate& candidate)
    : d_frame(double(candidate.first_sample), candidate.frequency)
{
    const auto found = estimate_start(d_frame, samples, candidate.slots);
    d_frame.raise_frequency(0, found.frequency);
    d_power = found.power;
    d_estimator.reset(found.power, found.noise);
}

int64_t hf_tracker::earliest_sample(long slot) const
{
    return int64_t(d_frame.start(slot)) - int64_t(w::symbol_samples);
}

bool hf_tracker::is_same(const slot_candidate& candidate, long slot) const
{
    const double apart =
        std::remainder(double(candidate.first_sample) - d_frame.start(slot), slot_length);
    return std::abs(apart) < 2.0 * double(w::guard_samples) &&
           std::abs(candidate.frequency - d_frame.frequency()) < 10.0 / w::sample_rate;
}

double hf_tracker::take_in(const sample_history& samples, long slot)
{
    const auto& came = d_came[slot] = d_frame.carriers(samples, slot);
    d_estimator.estimate(2 * slot);
    const double evidence = pilot_evidence(slot);
    for (size_t symbol = 0; symbol < w::symbols; symbol++) {
        d_estimator.know(2 * slot + long(symbol), came[symbol], nullptr);
    }
    return evidence;
}

// Logarithm of how much likelier the pilots are as predicted than as anything else of the
// same power as the whole slot.
double hf_tracker::pilot_evidence(long slot) const
{
    const auto& came = d_came.at(slot);
    const double anything = mean_power(came) + 1e-30;
    double sum = 0.0;
    for (size_t symbol = 0; symbol < w::symbols; symbol++) {
        const auto channel = d_estimator.channel(2 * slot + long(symbol));
        for (const auto& pilot : hf_pilots(symbol)) {
            const auto value = came[symbol][pilot.carrier];
            const auto expected = channel.gain[pilot.carrier] * pilot.value;
            const double spread = d_estimator.noise() + channel.variance[pilot.carrier];
            sum += std::norm(value) / anything - std::norm(value - expected) / spread +
                   std::log(anything / spread);
        }
    }
    return std::clamp(sum, -8.0, 10.0);
}

std::vector<float> hf_tracker::ratios(long slot)
{
    const auto& came = d_came.at(slot);
    d_estimator.estimate(2 * slot);
    std::vector<float> result;
    result.reserve(w::coded_bits);
    for (size_t symbol = 0; symbol < w::symbols; symbol++) {
        const auto channel = d_estimator.channel(2 * slot + long(symbol));
        for (const size_t carrier : hf_data_carriers(symbol)) {
            const auto turned = came[symbol][carrier] * std::conj(channel.gain[carrier]);
            const float scale = 4.0f * size_of_part /
                                (float(d_estimator.noise()) + channel.variance[carrier]);
            result.push_back(scale * turned.real());
            result.push_back(scale * turned.imag());
        }
    }
    return result;
}

void hf_tracker::know(long slot, const std::vector<uint8_t>& sent)
{
    const auto& came = d_came.at(slot);
    const auto carriers = carriers_of(sent);
    for (size_t symbol = 0; symbol < w::symbols; symbol++) {
        d_estimator.know(2 * slot + long(symbol), came[symbol], &carriers[symbol]);
    }
}

void hf_tracker::follow(long slot, const std::vector<uint8_t>* sent, bool confirmed)
{
    const auto& came = d_came.at(slot);
    d_came.erase(d_came.begin(), d_came.lower_bound(slot - 1));
    if (sent) {
        know(slot, *sent);
    } else {
        for (size_t symbol = 0; symbol < w::symbols; symbol++) {
            d_estimator.know(2 * slot + long(symbol), came[symbol], nullptr);
        }
    }
    d_estimator.estimate(2 * slot);
    if (sent) {
        learn_noise(slot, carriers_of(*sent));
        d_estimator.learn();
        learn_place(slot);
    } else {
        const auto channel = [&](size_t symbol) {
            return d_estimator.channel(2 * slot + long(symbol));
        };
        d_power = mean_power({ channel(0).gain, channel(1).gain });
        if (!confirmed) {
            learn_noise_of_pilots(slot);
        }
    }
}

// Power of the channel as well.
void hf_tracker::learn_noise(long slot, const hf_carriers& sent)
{
    const auto& came = d_came.at(slot);
    double residue = 0.0, power = 0.0;
    for (size_t symbol = 0; symbol < w::symbols; symbol++) {
        const auto channel = d_estimator.channel(2 * slot + long(symbol));
        auto whole = sent[symbol];
        for (const auto& pilot : hf_pilots(symbol)) {
            whole[pilot.carrier] = pilot.value;
        }
        for (size_t carrier = 0; carrier < w::carriers; carrier++) {
            power += std::norm(channel.gain[carrier]);
            residue += std::norm(came[symbol][carrier] -
                                 channel.gain[carrier] * whole[carrier]) +
                       double(channel.variance[carrier]);
        }
    }
    constexpr double cells = double(w::symbols * w::carriers);
    d_power = power / cells;
    const double noise = d_estimator.noise();
    const double gain = std::max(noise_gain, 1.0 / double(++d_learnt));
    d_estimator.set_noise(noise + gain * (residue / cells - noise));
}

// The first guess at the noise is too high where a path lies between the delays that were
// tried, or where there are two paths: then no packet would decode and tell it better.
void hf_tracker::learn_noise_of_pilots(long slot)
{
    const auto& came = d_came.at(slot);
    double residue = 0.0;
    for (size_t symbol = 0; symbol < w::symbols; symbol++) {
        const auto channel = d_estimator.channel(2 * slot + long(symbol));
        for (const auto& pilot : hf_pilots(symbol)) {
            residue += std::norm(came[symbol][pilot.carrier] -
                                 channel.gain[pilot.carrier] * pilot.value) +
                       double(channel.variance[pilot.carrier]);
        }
    }
    const double noise = d_estimator.noise();
    const double seen = residue / double(w::symbols * w::pilots);
    d_estimator.set_noise(noise + noise_gain_of_pilots * (seen - noise));
}

// Time and frequency from here on.
void hf_tracker::learn_place(long slot)
{
    const auto now = d_estimator.paths(2 * slot + 1);
    const auto then = d_estimator.paths(2 * slot - 1);
    d_frame.raise_frequency(slot + 1,
                            frequency_gain * std::arg(turn_between(now, then)) /
                                (2.0 * M_PI * slot_length));
    double sum = 1e-30, moment = 0.0;
    for (size_t i = 0; i < now.size(); i++) {
        sum += std::norm(now[i]);
        moment += std::norm(now[i]) * (double(i) - 0.5 * double(now.size() - 1)) *
                  channel_estimator::delay_step;
    }
    d_drift += drift_gain * moment / sum;
    d_frame.delay_by(timing_gain * moment / sum + d_drift);
}

slot_place hf_tracker::place(long slot) const
{
    // Noise of a carrier is that of 1/304 of the sample rate.
    const double noise =
        d_estimator.noise() * 3000.0 * double(w::useful_samples) / w::sample_rate;
    return { d_frame.start(slot),
             d_frame.frequency() * w::sample_rate,
             bounded_decibels(double(w::carriers) * d_power / noise) };
}

} // namespace largesc
} // namespace gr
