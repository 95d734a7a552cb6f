/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_QA_OVER_SIGNAL_H
#define INCLUDED_LARGESC_QA_OVER_SIGNAL_H

#include <gnuradio/largesc/modem/received_slot.h>
#include <algorithm>
#include <cmath>
#include <complex>
#include <random>

// Overs for tests: packets, their samples, and what becomes of them on the air.

using samples_of_over = std::vector<std::complex<float>>;

struct sent_over {
    std::vector<std::vector<uint8_t>> packets;
    samples_of_over samples;
};

template <class modulator>
sent_over over_of(size_t count, size_t bytes, uint64_t seed)
{
    std::mt19937_64 draw(seed);
    modulator kernel;
    sent_over over;
    for (size_t i = 0; i < count; i++) {
        std::vector<uint8_t> packet(bytes);
        for (auto& byte : packet) {
            byte = uint8_t(draw());
        }
        const auto slot = kernel.modulate(packet);
        over.samples.insert(over.samples.end(), slot.begin(), slot.end());
        over.packets.push_back(std::move(packet));
    }
    const auto edge = kernel.flush();
    over.samples.insert(over.samples.end(), edge.begin(), edge.end());
    return over;
}

inline samples_of_over silence(size_t count) { return samples_of_over(count); }

inline samples_of_over joined(const std::vector<samples_of_over>& parts)
{
    samples_of_over all;
    for (const auto& part : parts) {
        all.insert(all.end(), part.begin(), part.end());
    }
    return all;
}

//! Turns the phase.
inline void shift_by(samples_of_over& samples, double hz, double sample_rate)
{
    for (size_t n = 0; n < samples.size(); n++) {
        samples[n] *=
            std::complex<float>(std::polar(1.0, 2.0 * M_PI * hz * n / sample_rate));
    }
}

//! White Gaussian noise; a signal of mean power 1 then has `snr` dB in 3 kHz.
inline void
add_noise_at(samples_of_over& samples, double snr, uint64_t seed, double sample_rate)
{
    std::mt19937_64 draw(seed);
    const double power = std::pow(10.0, -0.1 * snr) * sample_rate / 3000.0;
    std::normal_distribution<float> part(0.0f, float(std::sqrt(0.5 * power)));
    for (auto& sample : samples) {
        const float re = part(draw);
        sample += std::complex<float>(re, part(draw));
    }
}

//! A receiver whose clock is slow by `ppm`: linear between samples 4 times denser than
//! needed.
inline samples_of_over with_slow_clock(const samples_of_over& samples, double ppm)
{
    samples_of_over slow;
    const double step = 1.0 + 1e-6 * ppm;
    for (size_t n = 0; double(n) * step + 1.0 < double(samples.size()); n++) {
        const double at = double(n) * step;
        const float part = float(at - std::floor(at));
        const auto& left = samples[size_t(at)];
        slow.push_back(left + part * (samples[size_t(at) + 1] - left));
    }
    return slow;
}

inline bool has_figures(const gr::largesc::received_slot& slot)
{
    return std::abs(slot.snr) <= 100.0 && std::isfinite(slot.start) &&
           std::isfinite(slot.offset) && std::isfinite(slot.margin);
}

struct heard_over {
    size_t right = 0;   //!< packets accepted as they were sent
    size_t wrong = 0;   //!< accepted otherwise
    size_t refused = 0; //!< slots that may not be believed
    double last_start = 0.0, last_offset = 0.0, mean_snr = 0.0;
};

//! Compares with what was sent from sample `first` on.
inline heard_over compare_slots(const std::vector<gr::largesc::received_slot>& slots,
                                const sent_over& over,
                                double first,
                                double slot_samples)
{
    heard_over heard;
    for (const auto& slot : slots) {
        if (!slot.accepted) {
            heard.refused++;
            continue;
        }
        const long number = std::lround((slot.start - first) / slot_samples);
        const bool is_right = number >= 0 && size_t(number) < over.packets.size() &&
                              slot.bytes == over.packets[size_t(number)];
        (is_right ? heard.right : heard.wrong)++;
        heard.last_start = slot.start;
        heard.last_offset = slot.offset;
        heard.mean_snr += slot.snr;
    }
    heard.mean_snr /= double(std::max<size_t>(heard.right + heard.wrong, 1));
    return heard;
}

template <class demodulator, class settings>
std::vector<gr::largesc::received_slot> received(const samples_of_over& samples,
                                                 const settings& chosen)
{
    demodulator kernel(chosen);
    auto slots = kernel.push(samples.data(), samples.size());
    for (auto& slot : kernel.flush()) {
        slots.push_back(std::move(slot));
    }
    return slots;
}

#endif /* INCLUDED_LARGESC_QA_OVER_SIGNAL_H */
