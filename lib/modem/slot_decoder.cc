/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "slot_decoder.h"
#include <stdexcept>

namespace gr {
namespace largesc {

slot_decoder::slot_decoder(const slot_waveform& waveform,
                           const std::vector<size_t>& sizes)
{
    if (sizes.empty()) {
        throw std::invalid_argument("slot_decoder: there must be a size of packets");
    }
    for (const size_t bytes : sizes) {
        const auto code = waveform.code(bytes);
        d_sizes.push_back({ code, tail_biting_decoder(code.code()) });
    }
}

decoded_slot slot_decoder::decode(const std::vector<float>& on_air)
{
    decoded_slot best;
    const slot_code* best_code = nullptr;
    for (auto& each : d_sizes) {
        auto coded = each.code.to_code(on_air);
        auto word = each.decoder.decode(coded);
        if (!best_code || word.evidence > best.word.evidence) {
            best.word = std::move(word);
            best.ratios = std::move(coded);
            best_code = &each.code;
        }
    }
    best.bytes = slot_code::to_bytes(best.word.bits);
    best.sent = best_code->encode(best.bytes);
    return best;
}

} // namespace largesc
} // namespace gr
