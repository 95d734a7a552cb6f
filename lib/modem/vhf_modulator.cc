/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "vhf_pulse.h"
#include <gnuradio/largesc/modem/vhf_modulator.h>
#include <cmath>
#include <stdexcept>
#include <string>

namespace gr {
namespace largesc {

namespace {

using w = vhf_waveform;
using samples = std::vector<std::complex<float>>;

constexpr size_t sps = w::samples_per_symbol;
constexpr size_t known_after = 4; // symbols of the next slot that its edge needs

// Raised cosine; the falling edge is one minus this.
float rise(size_t n)
{
    const double phase = M_PI * (double(n) + 0.5) / double(vhf_modulator::edge_samples);
    return float(0.5 - 0.5 * std::cos(phase));
}

// The last two symbols before the slot, its own, and the first ones after it.
std::vector<int8_t> symbols_of(const std::vector<int8_t>& before,
                               const std::vector<uint8_t>& bits)
{
    const auto& pilots = vhf_pilots();
    auto symbols = before;
    symbols.insert(symbols.end(), pilots.begin(), pilots.end());
    auto next = bits.begin();
    for (const size_t block : vhf_data_blocks()) {
        for (size_t n = 0; n < w::block_symbols; n++) {
            symbols[before.size() + block * w::block_symbols + n] = *next++ ? 1 : -1;
        }
    }
    symbols.insert(symbols.end(), pilots.begin(), pilots.begin() + known_after);
    return symbols;
}

// A slot and its edge. Changes from one symbol to the next turn the phase by a quarter,
// to one side or the other.
samples to_samples(const std::vector<int8_t>& symbols, const std::vector<double>& steps)
{
    constexpr size_t lead =
        sps + 16; // samples that the first change begins before the slot
    std::vector<double> turns(lead + w::slot_samples + 2 * sps + steps.size() + sps);
    for (size_t i = 1; i < symbols.size(); i++) { // change to symbol i - 2 of the slot
        const double side = symbols[i] * symbols[i - 1];
        const size_t first = (i - 1) * sps; // 10 (i - 2) - 16 + lead
        for (size_t n = 0; n < steps.size() && first + n < turns.size(); n++) {
            turns[first + n] += side * steps[n];
        }
    }
    double phase = symbols[0] > 0 ? M_PI : 0.0; // symbol -2 lies on the axis -1
    samples result;
    for (size_t n = 0; n < lead + w::slot_samples + vhf_modulator::edge_samples; n++) {
        if (n >= lead) {
            result.push_back(std::complex<float>(std::polar(1.0, phase)));
        }
        phase += turns[n];
    }
    return result;
}

} // namespace

vhf_modulator::vhf_modulator() : d_steps(vhf_phase_steps())
{
    for (const size_t bytes : w::packet_bytes) {
        d_codes.emplace_back(bytes);
    }
}

samples vhf_modulator::modulate(const std::vector<uint8_t>& packet)
{
    for (const auto& code : d_codes) {
        if (code.bytes() != packet.size()) {
            continue;
        }
        const bool is_first = d_before.empty();
        if (is_first) {
            d_before = { 1, 1 };
        }
        const auto symbols = symbols_of(d_before, code.encode(packet));
        auto slot = to_samples(symbols, d_steps);
        d_before.assign(symbols.end() - known_after - 2, symbols.end() - known_after);
        d_edge.assign(slot.end() - edge_samples, slot.end());
        slot.resize(w::slot_samples);
        for (size_t n = 0; n < edge_samples; n++) {
            slot[n] *= is_first ? rise(n) : 1.0f;
            d_edge[n] *= 1.0f - rise(n);
        }
        return slot;
    }
    throw std::invalid_argument(
        "vhf_modulator: a packet has 7, 13, 23 or 32 bytes, not " +
        std::to_string(packet.size()));
}

samples vhf_modulator::flush()
{
    samples edge;
    edge.swap(d_edge);
    d_before.clear();
    return edge;
}

} // namespace largesc
} // namespace gr
