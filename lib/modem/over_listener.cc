/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "over_listener.h"
#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace gr {
namespace largesc {

namespace {

// The search needs two slots of samples besides those that it looks back at.
constexpr int64_t kept_slots = 2;
// The first slot of a stream may be found a little too early.
constexpr size_t leads_before = 4;
// Slots in a row without a packet after which another over is looked for.
constexpr size_t failures_to_search = 3;
// By so much a candidate must exceed the one at hand to take its place.
constexpr float clearly_stronger = 1.2f;

} // namespace

over_listener::over_listener(const slot_waveform& waveform,
                             const receive_settings& settings)
    : d_waveform(waveform),
      d_settings(settings),
      d_decoder(waveform, settings.sizes),
      d_slot_samples(int64_t(waveform.slot_samples())),
      d_search_samples(int64_t(waveform.search_samples())),
      d_samples(leads_before * waveform.lead_samples()),
      d_search(waveform.make_search())
{
    if (settings.look_ahead > 1) {
        throw std::invalid_argument("over_listener: look_ahead must be 0 or 1");
    }
    if (!(settings.least_reliability >= 0.0f)) {
        throw std::invalid_argument(
            "over_listener: least_reliability must be at least 0");
    }
}

std::vector<received_slot> over_listener::push(const std::complex<float>* samples,
                                               size_t count)
{
    std::vector<received_slot> out;
    for (size_t i = 0; i < count; i++) {
        const bool finite =
            std::isfinite(samples[i].real()) && std::isfinite(samples[i].imag());
        d_samples.append(finite ? samples[i] : 0.0f);
        if (d_samples.end() - d_searched >= d_search_samples) {
            search();
        }
        follow(out);
    }
    int64_t needed = d_samples.end() -
                     (kept_slots + int64_t(d_waveform.searched_slots())) * d_slot_samples;
    if (d_over) {
        needed = std::min(needed, d_over->earliest_sample());
    }
    d_samples.forget_before(std::min(needed, d_searched));
    return out;
}

void over_listener::search()
{
    const auto* newest = d_samples.at(d_searched);
    d_searched += d_search_samples;
    if (d_over && d_over->failed() < failures_to_search) {
        d_search->reset(d_searched);
        return;
    }
    auto found = d_search->push(newest);
    if (!found || (d_over && d_over->is_same(*found)) ||
        (d_candidate && found->strength <= clearly_stronger * d_candidate_strength)) {
        return;
    }
    // Slots whose beginning is no longer there are left out.
    const int64_t first = d_samples.first() + int64_t(d_waveform.lead_samples());
    while (found->first_sample < first && found->slots > 1) {
        found->first_sample += d_slot_samples;
        found->slots--;
    }
    if (found->first_sample >= first) {
        d_candidate =
            std::make_unique<over_receiver>(d_settings,
                                            d_decoder,
                                            d_waveform.make_tracker(d_samples, *found),
                                            found->slots);
        d_candidate_strength = found->strength;
    }
}

void over_listener::follow(std::vector<received_slot>& out)
{
    while (d_over && d_over->can_receive(d_samples)) {
        for (auto& slot : d_over->receive(d_samples)) {
            out.push_back(std::move(slot));
        }
        if (d_over->is_over()) {
            d_over.reset();
        }
    }
    while (d_candidate && d_candidate->can_receive(d_samples)) {
        auto slots = d_candidate->receive(d_samples);
        if (d_candidate->confirmed()) {
            d_over = std::move(d_candidate);
            for (auto& slot : slots) {
                out.push_back(std::move(slot));
            }
            return follow(out);
        }
        if (d_candidate->is_over()) {
            d_candidate.reset();
        }
    }
}

std::vector<received_slot> over_listener::flush()
{
    const std::vector<std::complex<float>> silence((2 + d_settings.look_ahead) *
                                                   size_t(d_slot_samples));
    auto out = push(silence.data(), silence.size());
    reset();
    return out;
}

void over_listener::reset()
{
    d_over.reset();
    d_candidate.reset();
    d_candidate_strength = 0.0f;
    d_samples = sample_history(leads_before * d_waveform.lead_samples());
    d_searched = 0;
    d_search->reset(0);
    d_decoder.reset();
}

} // namespace largesc
} // namespace gr
