/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "slot_decoder.h"
#include <cmath>
#include <stdexcept>

namespace gr {
namespace largesc {

namespace {

using w = hf_waveform;

const float size_of_part = std::sqrt(0.5f);

// ln P(1)/P(0) of the bits on the carriers.
std::vector<float> ratios(const slot_carriers& came,
                          const std::array<symbol_channel, w::symbols>& channel,
                          double noise)
{
    std::vector<float> result;
    result.reserve(w::coded_bits);
    for (size_t symbol = 0; symbol < w::symbols; symbol++) {
        for (const size_t carrier : hf_data_carriers(symbol)) {
            const auto turned =
                came[symbol][carrier] * std::conj(channel[symbol].gain[carrier]);
            const float scale =
                4.0f * size_of_part / (float(noise) + channel[symbol].variance[carrier]);
            result.push_back(scale * turned.real());
            result.push_back(scale * turned.imag());
        }
    }
    return result;
}

// Expected values of data carriers whose bits have these likelihood ratios; pilots are
// zero.
slot_carriers expected_carriers(const std::vector<float>& on_carriers)
{
    slot_carriers result{};
    auto next = on_carriers.begin();
    for (size_t symbol = 0; symbol < w::symbols; symbol++) {
        for (const size_t carrier : hf_data_carriers(symbol)) {
            const float re = std::tanh(0.5f * *next++), im = std::tanh(0.5f * *next++);
            result[symbol][carrier] = { size_of_part * re, size_of_part * im };
        }
    }
    return result;
}

std::vector<float> certain(const std::vector<uint8_t>& bits)
{
    std::vector<float> ratios;
    for (const uint8_t bit : bits) {
        ratios.push_back(bit ? INFINITY : -INFINITY);
    }
    return ratios;
}

} // namespace

slot_decoder::slot_decoder(const std::vector<size_t>& sizes)
{
    if (sizes.empty()) {
        throw std::invalid_argument("slot_decoder: there must be a size of packets");
    }
    for (const size_t bytes : sizes) {
        const hf_slot_code code(bytes);
        d_sizes.push_back({ code, tail_biting_decoder(code.code()) });
    }
}

decoded_slot slot_decoder::decode(const slot_carriers& came,
                                  const std::array<symbol_channel, w::symbols>& channel,
                                  double noise)
{
    const auto on_carriers = ratios(came, channel, noise);
    decoded_slot best;
    const hf_slot_code* best_code = nullptr;
    for (auto& each : d_sizes) {
        auto coded = each.code.to_code(on_carriers);
        auto word = each.decoder.decode(coded);
        if (!best_code || word.evidence > best.word.evidence) {
            best.word = std::move(word);
            best.ratios = std::move(coded);
            best_code = &each.code;
        }
    }
    best.bytes = best_code->bytes();
    best.soft = expected_carriers(best_code->to_carriers(best.word.soft_coded));
    best.sent = expected_carriers(
        certain(best_code->encode(hf_slot_code::to_bytes(best.word.bits))));
    return best;
}

} // namespace largesc
} // namespace gr
