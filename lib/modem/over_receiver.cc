/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "over_receiver.h"
#include "over_start.h"
#include <algorithm>
#include <cmath>

namespace gr {
namespace largesc {

namespace {

using w = hf_waveform;

// Evidence is in natural logarithms: of 162,000 candidates that are none, one is
// confirmed.
constexpr double enough_to_confirm = 12.0;
constexpr double enough_to_believe = 10.0;
constexpr double most_presence = 10.0;
constexpr size_t slots_to_confirm = 6; // after those that the search has seen
constexpr size_t longest_fade = 25;    // slots: two seconds
constexpr double frequency_gain = 0.1;
// Slow, as fading paths take turns and their middle moves with them; a clock's drift is
// learnt besides, critically damped.
constexpr double timing_gain = 0.015, drift_gain = timing_gain * timing_gain / 4.0;
constexpr double noise_gain = 0.15; // more for the first slots, whose noise is a guess
constexpr double noise_gain_of_pilots = 0.5;
constexpr double slot_length = double(w::slot_samples);

} // namespace

over_receiver::over_receiver(const hf_settings& settings,
                             slot_decoder& decoder,
                             const sample_history& samples,
                             const slot_candidate& candidate)
    : d_settings(settings),
      d_frame(double(candidate.first_sample), candidate.frequency),
      d_decoder(decoder),
      d_seen_slots(long(candidate.slots))
{
    const auto found = estimate_start(d_frame, samples, candidate.slots);
    d_frame.raise_frequency(0, found.frequency);
    d_power = found.power;
    d_estimator.reset(found.power, found.noise);
}

bool over_receiver::can_receive(const sample_history& samples) const
{
    return d_frame.end(d_next_slot + long(d_settings.look_ahead)) <= samples.end();
}

int64_t over_receiver::earliest_sample() const
{
    return int64_t(d_frame.start(d_next_slot + long(d_waiting.size()))) -
           int64_t(w::symbol_samples);
}

bool over_receiver::is_over() const
{
    return d_confirmed ? d_failed > longest_fade
                       : d_next_slot > d_seen_slots + long(slots_to_confirm);
}

bool over_receiver::is_same(const slot_candidate& candidate) const
{
    const double apart = std::remainder(
        double(candidate.first_sample) - d_frame.start(d_next_slot), slot_length);
    return std::abs(apart) < 2.0 * double(w::guard_samples) &&
           std::abs(candidate.frequency - d_frame.frequency()) < 10.0 / w::sample_rate;
}

void over_receiver::take_in(const sample_history& samples)
{
    const long slot = d_next_slot + long(d_waiting.size());
    const auto came = d_frame.carriers(samples, slot);
    d_waiting.push_back({ slot, came, 0.0 });
    d_estimator.estimate(2 * slot);
    if (slot >= d_seen_slots) {
        d_waiting.back().pilot_evidence = pilot_evidence(slot, came);
    }
    for (size_t symbol = 0; symbol < w::symbols; symbol++) {
        d_estimator.know(2 * slot + long(symbol), came[symbol], nullptr);
    }
}

// Logarithm of how much likelier the pilots are as predicted than as anything else of the
// same power as the whole slot.
double over_receiver::pilot_evidence(long slot, const slot_carriers& came) const
{
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

decoded_slot over_receiver::decode(long slot, const slot_carriers& came)
{
    d_estimator.estimate(2 * slot);
    return d_decoder.decode(
        came,
        { d_estimator.channel(2 * slot), d_estimator.channel(2 * slot + 1) },
        d_estimator.noise());
}

bool over_receiver::judge(const decoded_slot& best, double pilots)
{
    const bool is_plausible = best.word.reliability() >= d_settings.least_reliability;
    const double now =
        d_presence + pilots + (is_plausible ? double(best.word.evidence) : 0.0);
    d_presence = std::clamp(now, 0.0, most_presence);
    if (!d_confirmed) {
        // Unbounded until it is enough.
        d_presence = std::max(now, 0.0);
        d_confirmed = is_plausible && now >= enough_to_confirm;
        return is_plausible;
    }
    return is_plausible && now >= enough_to_believe;
}

std::vector<received_slot> over_receiver::receive(const sample_history& samples)
{
    while (d_waiting.size() <= d_settings.look_ahead) {
        take_in(samples);
    }
    const long slot = d_next_slot;
    const auto waiting = d_waiting.front();
    auto best = decode(slot, waiting.came);
    const bool accepted = judge(best, waiting.pilot_evidence);
    d_failed = accepted ? 0 : d_failed + 1;
    d_waiting.pop_front();
    d_next_slot++;
    follow(slot, waiting.came, accepted ? &best.sent : nullptr);
    d_held.push_back(report(slot, best));
    d_held.back().accepted = accepted;
    if (accepted && d_failure && d_settings.second_tries) {
        try_again(*d_failure);
    }
    d_failure = accepted ? std::nullopt : std::optional(waiting);
    std::vector<received_slot> out;
    if (d_confirmed) {
        out.swap(d_held);
    }
    return out;
}

// The slot after it is known by now, and the channel in it all the better.
void over_receiver::try_again(const waiting_slot& failed)
{
    const auto best = decode(failed.number, failed.came);
    const bool is_plausible = best.word.reliability() >= d_settings.least_reliability;
    if (!is_plausible || d_presence + double(best.word.evidence) < enough_to_believe) {
        return;
    }
    d_held.push_back(report(failed.number, best));
    d_held.back().accepted = true;
    for (size_t symbol = 0; symbol < w::symbols; symbol++) {
        d_estimator.know(
            2 * failed.number + long(symbol), failed.came[symbol], &best.sent[symbol]);
    }
}

void over_receiver::follow(long slot,
                           const slot_carriers& came,
                           const slot_carriers* sent)
{
    for (size_t symbol = 0; symbol < w::symbols; symbol++) {
        d_estimator.know(
            2 * slot + long(symbol), came[symbol], sent ? &(*sent)[symbol] : nullptr);
    }
    d_estimator.estimate(2 * slot);
    double residue = 0.0, power = 0.0;
    for (size_t symbol = 0; symbol < w::symbols; symbol++) {
        const auto channel = d_estimator.channel(2 * slot + long(symbol));
        for (size_t carrier = 0; carrier < w::carriers; carrier++) {
            power += std::norm(channel.gain[carrier]);
        }
        if (!sent) {
            continue;
        }
        auto whole = (*sent)[symbol];
        for (const auto& pilot : hf_pilots(symbol)) {
            whole[pilot.carrier] = pilot.value;
        }
        for (size_t carrier = 0; carrier < w::carriers; carrier++) {
            residue += std::norm(came[symbol][carrier] -
                                 channel.gain[carrier] * whole[carrier]) +
                       double(channel.variance[carrier]);
        }
    }
    constexpr double cells = double(w::symbols * w::carriers);
    d_power = power / cells;
    if (!sent) {
        if (!d_confirmed) {
            learn_noise_of_pilots(slot, came);
        }
        return;
    }
    const double noise = d_estimator.noise();
    const double gain = std::max(noise_gain, 1.0 / double(++d_learnt));
    d_estimator.set_noise(noise + gain * (residue / cells - noise));
    d_estimator.learn();
    const auto now = d_estimator.paths(2 * slot + 1);
    const auto then = d_estimator.paths(2 * slot - 1);
    d_frame.raise_frequency(d_next_slot,
                            frequency_gain * std::arg(turn_between(now, then)) /
                                (2.0 * M_PI * slot_length));
    double sum = 0.0, moment = 0.0;
    for (size_t i = 0; i < now.size(); i++) {
        sum += std::norm(now[i]);
        moment += std::norm(now[i]) * (double(i) - 0.5 * double(now.size() - 1)) *
                  channel_estimator::delay_step;
    }
    d_drift += drift_gain * moment / sum;
    d_frame.delay_by(timing_gain * moment / sum + d_drift);
}

// The first guess at the noise is too high where a path lies between the delays that were
// tried, or where there are two paths: then no packet would decode and tell it better.
void over_receiver::learn_noise_of_pilots(long slot, const slot_carriers& came)
{
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

received_slot over_receiver::report(long slot, const decoded_slot& best) const
{
    received_slot result;
    result.bytes = hf_slot_code::to_bytes(best.word.bits);
    result.soft = best.word.soft_bits;
    result.coded = best.ratios;
    result.margin = best.word.margin;
    result.evidence = best.word.evidence;
    // Noise of a carrier is that of 1/304 of the sample rate.
    const double noise =
        d_estimator.noise() * 3000.0 * double(w::useful_samples) / w::sample_rate;
    result.snr = 10.0 * std::log10(double(w::carriers) * d_power / noise);
    result.start = d_frame.start(slot);
    result.offset = d_frame.frequency() * w::sample_rate;
    return result;
}

} // namespace largesc
} // namespace gr
