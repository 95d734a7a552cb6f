/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "flat_channel.h"
#include <algorithm>
#include <cmath>

namespace gr {
namespace largesc {

namespace {

// Share of the power that is renewed from block to block (1.33 ms): a quartz that has
// settled; one with phase noise, or with an offset that is not quite known; walking;
// driving.
constexpr double renewed[] = { 3e-5, 3e-4, 3e-3, 3e-2 };
constexpr size_t first_rate = 2;
constexpr double forgetting = 0.9; // of what earlier slots said, a slot
constexpr double power_gain = 0.2;

} // namespace

void flat_channel::reset(double power, double noise)
{
    d_slots.clear();
    d_power = power;
    d_noise = noise;
    d_fit.fill(0.0);
    d_rate = first_rate;
}

void flat_channel::know(long slot, const seen_slot& seen)
{
    const auto is_old = [slot](const numbered_slot& other) {
        return other.number == slot || other.number <= slot - memory;
    };
    d_slots.erase(std::remove_if(d_slots.begin(), d_slots.end(), is_old), d_slots.end());
    const auto is_later = [slot](const numbered_slot& other) {
        return other.number > slot;
    };
    d_slots.insert(std::find_if(d_slots.begin(), d_slots.end(), is_later),
                   { slot, seen });
}

const flat_channel::seen_slot* flat_channel::find(long slot) const
{
    for (const auto& each : d_slots) {
        if (each.number == slot) {
            return &each.seen;
        }
    }
    return nullptr;
}

// States of all blocks of these slots. Returns how likely (logarithm) the last slot is.
double flat_channel::forward(long first,
                             long last,
                             size_t rate,
                             std::vector<state>& predicted,
                             std::vector<state>& filtered) const
{
    const double keep = std::sqrt(1.0 - renewed[rate]);
    const double noise = d_noise / double(vhf_waveform::block_symbols);
    state now{ 0.0, d_power };
    double fit = 0.0;
    for (long slot = first; slot <= last; slot++) {
        const auto* seen = find(slot);
        fit = 0.0;
        for (size_t block = 0; block < blocks; block++) {
            now = { keep * now.mean,
                    keep * keep * now.variance + renewed[rate] * d_power };
            predicted.push_back(now);
            if (seen && seen->known[block]) {
                const auto error = seen->mean[block] - now.mean;
                const double spread = now.variance + noise;
                fit -= std::norm(error) / spread + std::log(spread);
                now.mean += now.variance / spread * error;
                now.variance *= noise / spread;
            }
            filtered.push_back(now);
        }
    }
    return fit;
}

flat_channel::gains flat_channel::estimate(long slot) const
{
    const long first = d_slots.empty() ? slot : std::min(slot, d_slots.front().number);
    const long last = d_slots.empty() ? slot : std::max(slot, d_slots.back().number);
    std::vector<state> predicted, filtered;
    forward(first, last, d_rate, predicted, filtered);
    const double keep = std::sqrt(1.0 - renewed[d_rate]);
    const size_t begin = size_t(slot - first) * blocks;
    gains result;
    state later = filtered.back();
    for (size_t at = filtered.size(); at-- > begin;) {
        state now = filtered[at];
        if (at + 1 < filtered.size()) {
            const double gain = now.variance * keep / predicted[at + 1].variance;
            now.mean += gain * (later.mean - predicted[at + 1].mean);
            now.variance += gain * gain * (later.variance - predicted[at + 1].variance);
        }
        if (at < begin + blocks) {
            result.mean[at - begin] = now.mean;
            result.variance[at - begin] = now.variance;
        }
        later = now;
    }
    return result;
}

void flat_channel::learn(long slot)
{
    for (size_t rate = 0; rate < rates; rate++) {
        std::vector<state> predicted, filtered;
        const double fit =
            forward(d_slots.front().number, slot, rate, predicted, filtered);
        d_fit[rate] = forgetting * d_fit[rate] + fit;
    }
    d_rate = size_t(std::max_element(d_fit.begin(), d_fit.end()) - d_fit.begin());
    const auto now = estimate(slot);
    double power = 0.0;
    for (size_t block = 0; block < blocks; block++) {
        power += (std::norm(now.mean[block]) + now.variance[block]) / double(blocks);
    }
    d_power += power_gain * (power - d_power);
}

} // namespace largesc
} // namespace gr
