/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "limit_peaks.h"
#include <gnuradio/largesc/modem/hf_modulator.h>
#include <cmath>
#include <stdexcept>

namespace gr {
namespace largesc {

namespace {

using w = hf_waveform;
using samples = std::vector<std::complex<float>>;

// Raised cosine; the falling edge is one minus this.
float rise(size_t n)
{
    const double phase = M_PI * (double(n) + 0.5) / double(hf_modulator::edge_samples);
    return float(0.5 - 0.5 * std::cos(phase));
}

} // namespace

hf_modulator::hf_modulator() : d_transform(std::make_unique<carrier_transform>())
{
    for (const size_t bytes : w::packet_bytes) {
        d_codes.emplace_back(bytes);
    }
}

hf_modulator::~hf_modulator() = default;

// Guard, useful part, and the edge that fades out into the next symbol.
samples hf_modulator::symbol(size_t number, const std::vector<uint8_t>& bits) const
{
    const float size = std::sqrt(0.5f);
    carrier_values values;
    for (const auto& pilot : hf_pilots(number)) {
        values[pilot.carrier] = pilot.value;
    }
    size_t next = number * w::data_carriers * 2;
    for (const size_t carrier : hf_data_carriers(number)) {
        values[carrier] = { bits[next] ? size : -size, bits[next + 1] ? size : -size };
        next += 2;
    }
    samples useful(w::useful_samples);
    limit_peaks(*d_transform, values, useful.data());
    const float scale = 1.0f / std::sqrt(float(w::carriers));
    samples whole(w::symbol_samples + edge_samples);
    // Carriers lie half a spacing off: after 304 samples all have turned their sign.
    for (size_t n = 0; n < whole.size(); n++) {
        const bool before = n < w::guard_samples;
        const bool after = n >= w::symbol_samples;
        const size_t at = (n + w::useful_samples - w::guard_samples) % w::useful_samples;
        whole[n] = useful[at] * (before || after ? -scale : scale);
    }
    return whole;
}

samples hf_modulator::modulate(const std::vector<uint8_t>& packet)
{
    for (const auto& code : d_codes) {
        if (code.bytes() != packet.size()) {
            continue;
        }
        const auto bits = code.encode(packet);
        samples slot;
        for (size_t number = 0; number < w::symbols; number++) {
            auto whole = symbol(number, bits);
            d_edge.resize(edge_samples); // silence at first
            for (size_t n = 0; n < edge_samples; n++) {
                whole[n] = whole[n] * rise(n) + d_edge[n];
                d_edge[n] = whole[w::symbol_samples + n] * (1.0f - rise(n));
            }
            slot.insert(slot.end(), whole.begin(), whole.begin() + w::symbol_samples);
        }
        return slot;
    }
    throw std::invalid_argument("hf_modulator: a packet has 7, 13 or 23 bytes, not " +
                                std::to_string(packet.size()));
}

samples hf_modulator::flush()
{
    samples edge;
    edge.swap(d_edge);
    return edge;
}

} // namespace largesc
} // namespace gr
