/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/largesc/modem/hf_slot_code.h>
#include <stdexcept>

namespace gr {
namespace largesc {

namespace {

constexpr size_t coded = hf_waveform::coded_bits;

// 159/256 is close to the golden section, so that any run of bits is spread evenly over
// carriers and over both symbols.
constexpr size_t stride = 159;

tail_biting_code make_code(size_t bytes)
{
    switch (bytes) {
    case 7:
        return { 12, { 011145, 012477, 015537, 016727, 017661 }, 56, coded };
    case 13:
        return { 12, { 016727, 010675, 017661 }, 104, coded };
    case 23:
        return { 12, { 010533, 017661 }, 184, coded };
    default:
        throw std::invalid_argument("hf_slot_code: a packet has 7, 13 or 23 bytes, not " +
                                    std::to_string(bytes));
    }
}

} // namespace

hf_slot_code::hf_slot_code(size_t bytes) : slot_code(make_code(bytes), stride) {}

} // namespace largesc
} // namespace gr
