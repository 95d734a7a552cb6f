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
        std::vector<float> ratios(256);
        for (size_t i = 0; i < ratios.size(); i++) {
            ratios[i] = float(i) - 100.5f;
        }
        BOOST_TEST(code.to_air(code.to_code(ratios)) == ratios);
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
    for (size_t first = 0; first < 256; first += 32) {
        std::vector<float> run(256);
        for (size_t i = 0; i < 64; i++) {
            run[(first + i) % 256] = 1.0f;
        }
        const auto on_carriers = code.to_air(run);
        for (size_t part = 0; part < 8; part++) { // 16 of 64 data carriers, one symbol
            const auto begin = on_carriers.begin() + long(part * 32);
            const auto met = 32 - std::count(begin, begin + 32, 0.0f);
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
