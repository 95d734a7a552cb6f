/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "vhf_start.h"
#include "vhf_tracker.h"
#include <algorithm>
#include <cmath>

namespace gr {
namespace largesc {

namespace {

using w = vhf_waveform;

constexpr int64_t early_late = 3; // samples, 0.3 symbols
// A clock's drift (100 ppm are half a sample a slot) is learnt, critically damped.
constexpr double timing_gain = 0.3, drift_gain = timing_gain * timing_gain / 4.0;
constexpr double most_delay = 3.0; // samples that one slot may tell
constexpr double frequency_gain = 0.1;
// Blocks (1.33 ms) whose turn tells the frequency, by the rate at which the channel
// changes: what fades does not turn together for long.
constexpr std::array<size_t, flat_channel::rates> frequency_lags{ 20, 20, 12, 4 };
constexpr double noise_gain = 0.15; // more for the first slots, whose noise is a guess
constexpr double noise_gain_of_pilots = 0.5;
constexpr double slot_length = double(w::slot_samples);
constexpr double block_samples = double(w::block_symbols * w::samples_per_symbol);

flat_channel::seen_slot seen(const vhf_symbols& symbols,
                             const std::array<int8_t, w::symbols>& sent)
{
    flat_channel::seen_slot result;
    result.mean = block_means(symbols, sent);
    for (size_t block = 0; block < w::blocks; block++) {
        result.known[block] = sent[block * w::block_symbols] != 0;
    }
    return result;
}

std::array<int8_t, w::symbols> signs_of(const std::vector<uint8_t>& bits)
{
    auto signs = vhf_pilots();
    auto next = bits.begin();
    for (const size_t block : vhf_data_blocks()) {
        for (size_t n = 0; n < w::block_symbols; n++) {
            signs[block * w::block_symbols + n] = *next++ ? 1 : -1;
        }
    }
    return signs;
}

} // namespace

vhf_tracker::vhf_tracker(const sample_history& samples, const slot_candidate& candidate)
    : d_frame(double(candidate.first_sample), candidate.frequency)
{
    const auto found = estimate_start(d_frame, samples, candidate.slots);
    d_frame.delay_by(found.delay);
    d_frame.raise_frequency(0, found.frequency);
    d_power = found.power;
    d_channel.reset(found.power, found.noise);
}

int64_t vhf_tracker::earliest_sample(long slot) const
{
    return d_frame.begin(slot) - int64_t(w::samples_per_symbol);
}

bool vhf_tracker::is_same(const slot_candidate& candidate, long slot) const
{
    const double apart =
        std::remainder(double(candidate.first_sample) - d_frame.start(slot), slot_length);
    return std::abs(apart) < 2.0 * double(w::samples_per_symbol) &&
           std::abs(candidate.frequency - d_frame.frequency()) < 30.0 / w::sample_rate;
}

double vhf_tracker::take_in(const sample_history& samples, long slot)
{
    d_read[slot] = { d_frame.symbols(samples, slot, -early_late),
                     d_frame.symbols(samples, slot, 0),
                     d_frame.symbols(samples, slot, early_late),
                     d_frame.start(slot) - double(d_frame.window(slot)) };
    const double evidence = pilot_evidence(slot);
    d_channel.know(slot, seen(d_read[slot].prompt, vhf_pilots()));
    return evidence;
}

// Logarithm of how much likelier the pilots are as predicted than as anything else of the
// same power as the whole slot.
double vhf_tracker::pilot_evidence(long slot) const
{
    const auto& came = d_read.at(slot).prompt;
    const auto means = block_means(came, vhf_pilots());
    const auto expected = d_channel.estimate(slot);
    constexpr double symbols = double(w::block_symbols);
    const double anything = mean_power(came) / symbols + 1e-30;
    double sum = 0.0;
    for (const size_t block : vhf_pilot_blocks()) {
        const double spread = d_channel.noise() / symbols + expected.variance[block];
        sum += std::norm(means[block]) / anything -
               std::norm(means[block] - expected.mean[block]) / spread +
               std::log(anything / spread);
    }
    return std::clamp(sum, -8.0, 10.0);
}

std::vector<float> vhf_tracker::ratios(long slot)
{
    const auto& came = d_read.at(slot).prompt;
    const auto channel = d_channel.estimate(slot);
    std::vector<float> result;
    result.reserve(w::coded_bits);
    for (const size_t block : vhf_data_blocks()) {
        const std::complex<float> back(std::conj(channel.mean[block]));
        const float scale = float(4.0 / (d_channel.noise() + channel.variance[block]));
        for (size_t n = 0; n < w::block_symbols; n++) {
            result.push_back(scale * (came[block * w::block_symbols + n] * back).real());
        }
    }
    return result;
}

void vhf_tracker::know(long slot, const std::vector<uint8_t>& sent)
{
    d_channel.know(slot, seen(d_read.at(slot).prompt, signs_of(sent)));
}

void vhf_tracker::follow(long slot, const std::vector<uint8_t>* sent, bool confirmed)
{
    d_read.erase(d_read.begin(), d_read.lower_bound(slot - 1));
    if (sent) {
        const auto signs = signs_of(*sent);
        know(slot, *sent);
        d_learnt++;
        d_channel.learn(slot);
        learn_power(slot);
        learn_noise(slot, signs, std::max(noise_gain, 1.0 / double(d_learnt)));
        learn_time(slot, signs);
        learn_frequency(slot, signs);
    } else {
        learn_power(slot);
        if (!confirmed) {
            learn_noise(slot, vhf_pilots(), noise_gain_of_pilots);
        }
    }
    d_frame.delay_by(d_drift);
}

void vhf_tracker::learn_power(long slot)
{
    d_power = 0.0;
    for (const auto& mean : d_channel.estimate(slot).mean) {
        d_power += std::norm(mean) / double(w::blocks);
    }
}

// From what lies along the channel, where no neighbour disturbs.
void vhf_tracker::learn_noise(long slot, const signs& sent, double gain)
{
    const auto& came = d_read.at(slot).prompt;
    const auto channel = d_channel.estimate(slot);
    double residue = 0.0, count = 0.0;
    for (size_t n = 0; n < w::symbols; n++) {
        const auto mean = channel.mean[n / w::block_symbols];
        if (sent[n] != 0) {
            const double size = std::abs(mean) + 1e-30;
            const auto along = std::complex<double>(came[n]) * std::conj(mean) / size;
            const double error = along.real() * double(sent[n]) - size;
            residue += 2.0 * error * error + channel.variance[n / w::block_symbols];
            count += 1.0;
        }
    }
    const double noise = d_channel.noise();
    d_channel.set_noise(noise + gain * (residue / count - noise) + 1e-30);
}

// By how much more the symbols resemble what was sent when they are read later.
void vhf_tracker::learn_time(long slot, const signs& sent)
{
    const auto& read = d_read.at(slot);
    const auto channel = d_channel.estimate(slot);
    const auto early = block_means(read.early, sent), late = block_means(read.late, sent);
    double difference = 0.0, power = 1e-30;
    for (size_t block = 0; block < w::blocks; block++) {
        difference +=
            ((late[block] - early[block]) * std::conj(channel.mean[block])).real();
        power += std::norm(channel.mean[block]);
    }
    const double bend = 4.0 * (1.0 - d_frame.resemblance(size_t(early_late)));
    const double seen = double(early_late) * difference / (power * bend);
    const double later = std::clamp(seen, -most_delay, most_delay) - read.ahead;
    d_drift += drift_gain * later;
    d_frame.delay_by(timing_gain * later);
}

// By how far blocks have turned that lie some way apart.
void vhf_tracker::learn_frequency(long slot, const signs& sent)
{
    const auto means = block_means(d_read.at(slot).prompt, sent);
    const size_t lag = frequency_lags[d_channel.rate()];
    std::complex<double> turn = 0.0;
    for (size_t block = lag; block < w::blocks; block++) {
        turn += means[block] * std::conj(means[block - lag]);
    }
    const double step = std::arg(turn) / (2.0 * M_PI * double(lag) * block_samples);
    const double gain = std::max(frequency_gain, 1.0 / double(d_learnt + 1));
    d_frame.raise_frequency(slot + 1, gain * step);
}

slot_place vhf_tracker::place(long slot) const
{
    const double per_symbol = d_power / d_channel.noise();
    return { d_frame.start(slot),
             d_frame.frequency() * w::sample_rate,
             bounded_decibels(per_symbol * w::symbol_rate / 3000.0) };
}

} // namespace largesc
} // namespace gr
