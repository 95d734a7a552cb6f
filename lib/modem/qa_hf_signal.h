/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_QA_HF_SIGNAL_H
#define INCLUDED_LARGESC_QA_HF_SIGNAL_H

#include <gnuradio/largesc/modem/hf_demodulator.h>
#include <gnuradio/largesc/modem/hf_modulator.h>
#include <cmath>
#include <random>

// Overs for tests: packets, their samples, and what becomes of them on the air.

using hf_samples = std::vector<std::complex<float>>;

struct sent_over {
    std::vector<std::vector<uint8_t>> packets;
    hf_samples samples;
};

inline sent_over make_over(size_t count, size_t bytes, uint64_t seed)
{
    std::mt19937_64 draw(seed);
    gr::largesc::hf_modulator modulator;
    sent_over over;
    for (size_t i = 0; i < count; i++) {
        std::vector<uint8_t> packet(bytes);
        for (auto& byte : packet) {
            byte = uint8_t(draw());
        }
        const auto slot = modulator.modulate(packet);
        over.samples.insert(over.samples.end(), slot.begin(), slot.end());
        over.packets.push_back(std::move(packet));
    }
    const auto edge = modulator.flush();
    over.samples.insert(over.samples.end(), edge.begin(), edge.end());
    return over;
}

inline hf_samples silence(size_t count) { return hf_samples(count); }

inline hf_samples joined(const std::vector<hf_samples>& parts)
{
    hf_samples all;
    for (const auto& part : parts) {
        all.insert(all.end(), part.begin(), part.end());
    }
    return all;
}

//! Turns the phase, `hz` at 8000 Hz.
inline void shift(hf_samples& samples, double hz)
{
    for (size_t n = 0; n < samples.size(); n++) {
        samples[n] *= std::complex<float>(std::polar(1.0, 2.0 * M_PI * hz * n / 8000.0));
    }
}

//! White Gaussian noise; a signal of mean power 1 then has `snr` dB in 3 kHz.
inline void add_noise(hf_samples& samples, double snr, uint64_t seed)
{
    std::mt19937_64 draw(seed);
    const double power = std::pow(10.0, -0.1 * snr) * 8000.0 / 3000.0;
    std::normal_distribution<float> part(0.0f, float(std::sqrt(0.5 * power)));
    for (auto& sample : samples) {
        const float re = part(draw);
        sample += std::complex<float>(re, part(draw));
    }
}

//! A receiver whose clock is slow by `ppm`: linear between samples 4 times denser than
//! needed.
inline hf_samples with_slow_clock(const hf_samples& samples, double ppm)
{
    hf_samples slow;
    const double step = 1.0 + 1e-6 * ppm;
    for (size_t n = 0; double(n) * step + 1.0 < double(samples.size()); n++) {
        const double at = double(n) * step;
        const float part = float(at - std::floor(at));
        const auto& left = samples[size_t(at)];
        slow.push_back(left + part * (samples[size_t(at) + 1] - left));
    }
    return slow;
}

struct heard_over {
    size_t right = 0;   //!< packets accepted as they were sent
    size_t wrong = 0;   //!< accepted otherwise
    size_t refused = 0; //!< slots that may not be believed
    double last_start = 0.0, last_offset = 0.0, mean_snr = 0.0;
};

//! Compares with what was sent from sample `first` on.
inline heard_over compare(const std::vector<gr::largesc::received_slot>& slots,
                          const sent_over& over,
                          double first)
{
    heard_over heard;
    for (const auto& slot : slots) {
        if (!slot.accepted) {
            heard.refused++;
            continue;
        }
        const long number = std::lround((slot.start - first) / 640.0);
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

inline std::vector<gr::largesc::received_slot>
receive(const hf_samples& samples, gr::largesc::hf_settings settings = {})
{
    gr::largesc::hf_demodulator demodulator(settings);
    auto slots = demodulator.push(samples.data(), samples.size());
    for (auto& slot : demodulator.flush()) {
        slots.push_back(std::move(slot));
    }
    return slots;
}

#endif /* INCLUDED_LARGESC_QA_HF_SIGNAL_H */
