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

// Coded bit i goes to place 159 i modulo 256: 159/256 is close to the golden section, so
// that any run of bits is spread evenly over carriers and over both symbols.
size_t place(size_t bit) { return bit * 159 % coded; }

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

// The register of x^15 + x^14 + 1, begun with the number of bytes.
std::vector<uint8_t> make_flips(size_t bytes)
{
    uint32_t shifted = uint32_t(bytes) * 0x2b5u & 0x7fffu;
    std::vector<uint8_t> flips(coded);
    for (auto& flip : flips) {
        const uint32_t next = (shifted ^ (shifted >> 1)) & 1u;
        shifted = (shifted >> 1) | (next << 14);
        flip = uint8_t(next);
    }
    return flips;
}

} // namespace

hf_slot_code::hf_slot_code(size_t bytes)
    : d_bytes(bytes), d_code(make_code(bytes)), d_flips(make_flips(bytes))
{
}

std::vector<uint8_t> hf_slot_code::encode(const std::vector<uint8_t>& packet) const
{
    if (packet.size() != d_bytes) {
        throw std::invalid_argument("hf_slot_code: a packet of " +
                                    std::to_string(packet.size()) + " bytes, not " +
                                    std::to_string(d_bytes));
    }
    std::vector<uint8_t> bits;
    for (const uint8_t byte : packet) {
        for (int bit = 7; bit >= 0; bit--) {
            bits.push_back((byte >> bit) & 1);
        }
    }
    const auto word = d_code.encode(bits);
    std::vector<uint8_t> on_carriers(coded);
    for (size_t i = 0; i < coded; i++) {
        on_carriers[place(i)] = word[i] ^ d_flips[i];
    }
    return on_carriers;
}

std::vector<float> hf_slot_code::to_code(const std::vector<float>& on_carriers) const
{
    std::vector<float> of_code(coded);
    for (size_t i = 0; i < coded; i++) {
        const float ratio = on_carriers.at(place(i));
        of_code[i] = d_flips[i] ? -ratio : ratio;
    }
    return of_code;
}

std::vector<float> hf_slot_code::to_carriers(const std::vector<float>& of_code) const
{
    std::vector<float> on_carriers(coded);
    for (size_t i = 0; i < coded; i++) {
        const float ratio = of_code.at(i);
        on_carriers[place(i)] = d_flips[i] ? -ratio : ratio;
    }
    return on_carriers;
}

std::vector<uint8_t> hf_slot_code::to_bytes(const std::vector<uint8_t>& bits)
{
    std::vector<uint8_t> bytes(bits.size() / 8);
    for (size_t i = 0; i < bytes.size() * 8; i++) {
        bytes[i / 8] = uint8_t(bytes[i / 8] << 1 | (bits[i] & 1));
    }
    return bytes;
}

} // namespace largesc
} // namespace gr
