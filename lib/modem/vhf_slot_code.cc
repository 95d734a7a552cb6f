/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/largesc/modem/vhf_slot_code.h>
#include <stdexcept>
#include <string>

namespace gr {
namespace largesc {

namespace {

constexpr size_t coded = vhf_waveform::coded_bits;
// 257/416 is close to the golden section: any run of bits is spread evenly over the slot.
constexpr size_t stride = 257;

tail_biting_code make_code(size_t bytes)
{
    switch (bytes) {
    case 7:
        return { 12,
                 { 016613, 013027, 010171, 015551, 010671, 014715, 011275, 017417 },
                 56,
                 coded };
    case 13:
        return { 12, { 011145, 012477, 015573, 016727 }, 104, coded };
    case 23:
        return { 12, { 016727, 010675, 017661 }, 184, coded };
    case 32:
        return { 12, { 010533, 017661 }, 256, coded };
    default:
        throw std::invalid_argument(
            "vhf_slot_code: a packet has 7, 13, 23 or 32 bytes, not " +
            std::to_string(bytes));
    }
}

} // namespace

vhf_slot_code::vhf_slot_code(size_t bytes) : slot_code(make_code(bytes), stride) {}

} // namespace largesc
} // namespace gr
