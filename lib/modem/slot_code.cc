/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/largesc/modem/slot_code.h>
#include <numeric>
#include <stdexcept>
#include <string>
#include <utility>

namespace gr {
namespace largesc {

namespace {

// The register of x^15 + x^14 + 1, begun with the number of bytes.
std::vector<uint8_t> make_flips(size_t bytes, size_t count)
{
    uint32_t shifted = uint32_t(bytes) * 0x2b5u & 0x7fffu;
    std::vector<uint8_t> flips(count);
    for (auto& flip : flips) {
        const uint32_t next = (shifted ^ (shifted >> 1)) & 1u;
        shifted = (shifted >> 1) | (next << 14);
        flip = uint8_t(next);
    }
    return flips;
}

} // namespace

slot_code::slot_code(tail_biting_code code, size_t stride)
    : d_code(std::move(code)),
      d_flips(make_flips(d_code.info_bits() / 8, d_code.coded_bits()))
{
    const size_t places = d_code.coded_bits();
    if (d_code.info_bits() % 8 != 0 || std::gcd(places, stride) != 1) {
        throw std::invalid_argument("slot_code: whole bytes, and a stride without a "
                                    "common divisor with the coded bits");
    }
    for (size_t i = 0; i < places; i++) {
        d_places.push_back(i * stride % places);
    }
}

std::vector<uint8_t> slot_code::encode(const std::vector<uint8_t>& packet) const
{
    if (packet.size() != bytes()) {
        throw std::invalid_argument("slot_code: a packet of " +
                                    std::to_string(packet.size()) + " bytes, not " +
                                    std::to_string(bytes()));
    }
    std::vector<uint8_t> bits;
    for (const uint8_t byte : packet) {
        for (int bit = 7; bit >= 0; bit--) {
            bits.push_back((byte >> bit) & 1);
        }
    }
    const auto word = d_code.encode(bits);
    std::vector<uint8_t> on_air(d_places.size());
    for (size_t i = 0; i < on_air.size(); i++) {
        on_air[d_places[i]] = word[i] ^ d_flips[i];
    }
    return on_air;
}

std::vector<float> slot_code::to_code(const std::vector<float>& on_air) const
{
    std::vector<float> of_code(d_places.size());
    for (size_t i = 0; i < d_places.size(); i++) {
        const float ratio = on_air.at(d_places[i]);
        of_code[i] = d_flips[i] ? -ratio : ratio;
    }
    return of_code;
}

std::vector<uint8_t> slot_code::to_bytes(const std::vector<uint8_t>& bits)
{
    std::vector<uint8_t> bytes(bits.size() / 8);
    for (size_t i = 0; i < bytes.size() * 8; i++) {
        bytes[i / 8] = uint8_t(bytes[i / 8] << 1 | (bits[i] & 1));
    }
    return bytes;
}

} // namespace largesc
} // namespace gr
