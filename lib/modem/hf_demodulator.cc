/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "over_receiver.h"
#include <gnuradio/largesc/modem/hf_demodulator.h>
#include <cmath>
#include <stdexcept>

namespace gr {
namespace largesc {

namespace {

using w = hf_waveform;

// The search looks back over 12 slots, and needs two of samples.
constexpr int64_t kept_samples = 14 * int64_t(w::slot_samples);
// Slots in a row without a packet after which another over is looked for.
constexpr size_t failures_to_search = 3;
// By so much a candidate must exceed the one at hand to take its place.
constexpr float clearly_stronger = 1.2f;

} // namespace

class hf_demodulator::receiver
{
public:
    explicit receiver(const hf_settings& settings)
        : d_settings(settings), d_decoder(settings.sizes)
    {
        if (settings.look_ahead > 1) {
            throw std::invalid_argument("hf_demodulator: look_ahead must be 0 or 1");
        }
        if (!(settings.least_reliability >= 0.0f)) {
            throw std::invalid_argument(
                "hf_demodulator: least_reliability must be at least 0");
        }
    }

    const hf_settings& settings() const { return d_settings; }
    bool in_sync() const { return bool(d_over); }

    std::vector<received_slot> push(const std::complex<float>* samples, size_t count)
    {
        std::vector<received_slot> out;
        for (size_t i = 0; i < count; i++) {
            const bool finite =
                std::isfinite(samples[i].real()) && std::isfinite(samples[i].imag());
            d_samples.append(finite ? samples[i] : 0.0f);
            if (d_samples.end() - d_searched >= int64_t(w::slot_samples)) {
                search();
            }
            follow(out);
        }
        int64_t needed = d_samples.end() - kept_samples;
        if (d_over) {
            needed = std::min(needed, d_over->earliest_sample());
        }
        d_samples.forget_before(std::min(needed, d_searched));
        return out;
    }

private:
    void search()
    {
        const auto* newest = d_samples.at(d_searched);
        d_searched += w::slot_samples;
        if (d_over && d_over->failed() < failures_to_search) {
            d_search.reset(d_searched);
            return;
        }
        auto found = d_search.push(newest);
        if (!found || (d_over && d_over->is_same(*found)) ||
            (d_candidate && found->strength <= clearly_stronger * d_candidate_strength)) {
            return;
        }
        // Slots whose beginning is no longer there are left out.
        while (found->first_sample < d_samples.first() && found->slots > 1) {
            found->first_sample += w::slot_samples;
            found->slots--;
        }
        if (found->first_sample >= d_samples.first()) {
            d_candidate =
                std::make_unique<over_receiver>(d_settings, d_decoder, d_samples, *found);
            d_candidate_strength = found->strength;
        }
    }

    void follow(std::vector<received_slot>& out)
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

    hf_settings d_settings;
    slot_decoder d_decoder;
    sample_history d_samples;
    slot_search d_search;
    int64_t d_searched = 0; // samples before this one have been searched
    std::unique_ptr<over_receiver> d_over, d_candidate;
    float d_candidate_strength = 0.0f;
};

hf_demodulator::hf_demodulator(const hf_settings& settings)
    : d_receiver(std::make_unique<receiver>(settings))
{
}

hf_demodulator::~hf_demodulator() = default;

std::vector<received_slot> hf_demodulator::push(const std::complex<float>* samples,
                                                size_t count)
{
    return d_receiver->push(samples, count);
}

std::vector<received_slot> hf_demodulator::flush()
{
    const std::vector<std::complex<float>> silence(
        (2 + d_receiver->settings().look_ahead) * w::slot_samples);
    auto out = push(silence.data(), silence.size());
    reset();
    return out;
}

void hf_demodulator::reset()
{
    d_receiver = std::make_unique<receiver>(d_receiver->settings());
}

bool hf_demodulator::in_sync() const { return d_receiver->in_sync(); }

} // namespace largesc
} // namespace gr
