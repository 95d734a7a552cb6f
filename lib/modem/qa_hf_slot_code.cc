/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/largesc/modem/hf_slot_code.h>
#include <boost/test/unit_test.hpp>
#include <algorithm>
#include <stdexcept>

using namespace gr::largesc;

namespace {

std::string to_text(const std::vector<uint8_t>& bits)
{
    std::string text;
    for (const uint8_t bit : bits) {
        text += char('0' + bit);
    }
    return text;
}

} // namespace

// What stands here must not change: two radios would no longer understand each other.
BOOST_AUTO_TEST_CASE(t_first_bits_on_the_carriers)
{
    const std::vector<uint8_t> packet{ 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef,
                                       0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef,
                                       0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd };
    const auto begins = [&packet](size_t bytes, const std::string& bits) {
        const auto coded =
            hf_slot_code(bytes).encode({ packet.begin(), packet.begin() + long(bytes) });
        BOOST_REQUIRE_EQUAL(coded.size(), 256u);
        BOOST_TEST(to_text(coded).substr(0, 32) == bits);
    };
    begins(7, "01111000110111110100000010000001");
    begins(13, "01100101100100010100001110110000");
    begins(23, "01110011000101111101111001000011");
}

BOOST_AUTO_TEST_CASE(t_ways_there_and_back_are_one)
{
    for (const size_t bytes : hf_waveform::packet_bytes) {
        const hf_slot_code code(bytes);
        // The code's bits, at their places, are those on the carriers.
        const std::vector<uint8_t> packet(bytes, 0x5a);
        std::vector<float> signs;
        for (const uint8_t bit : code.encode(packet)) {
            signs.push_back(bit ? 1.0f : -1.0f);
        }
        std::vector<uint8_t> bits;
        for (size_t i = 0; i < bytes * 8; i++) {
            bits.push_back((0x5a >> (7 - i % 8)) & 1);
        }
        const auto word = code.code().encode(bits), back = [&] {
            std::vector<uint8_t> received;
            for (const float ratio : code.to_code(signs)) {
                received.push_back(ratio > 0.0f);
            }
            return received;
        }();
        BOOST_TEST(word == back);
        BOOST_TEST(hf_slot_code::to_bytes(bits) == packet);
    }
}

// A run of 64 coded bits, five times the register, meets all parts of the band evenly.
BOOST_AUTO_TEST_CASE(t_neighbours_are_spread)
{
    const hf_slot_code code(7);
    std::vector<size_t> coded_bit; // by its place on the air
    for (size_t place = 0; place < 256; place++) {
        std::vector<float> only(256);
        only[place] = 1.0f;
        const auto found = code.to_code(only);
        const auto at = std::find_if(
            found.begin(), found.end(), [](float ratio) { return ratio != 0.0f; });
        coded_bit.push_back(size_t(at - found.begin()));
    }
    for (size_t first = 0; first < 256; first += 32) {
        for (size_t part = 0; part < 8; part++) { // 16 of 64 data carriers, one symbol
            const auto begin = coded_bit.begin() + long(part * 32);
            const auto met = std::count_if(begin, begin + 32, [first](size_t bit) {
                return (bit + 256 - first) % 256 < 64;
            });
            BOOST_TEST(met >= 7);
            BOOST_TEST(met <= 9);
        }
    }
}

BOOST_AUTO_TEST_CASE(t_other_sizes_are_refused)
{
    BOOST_CHECK_THROW(hf_slot_code(8), std::invalid_argument);
    BOOST_CHECK_THROW(hf_slot_code(7).encode(std::vector<uint8_t>(13)),
                      std::invalid_argument);
}
