/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "vhf_pulse.h"
#include <gnuradio/largesc/modem/vhf_modulator.h>
#include <boost/test/unit_test.hpp>
#include <algorithm>
#include <cmath>
#include <random>
#include <stdexcept>

using namespace gr::largesc;

namespace {

using w = vhf_waveform;
using samples = std::vector<std::complex<float>>;

std::vector<uint8_t> random_packet(std::mt19937_64& draw)
{
    std::vector<uint8_t> packet(7);
    for (auto& byte : packet) {
        byte = uint8_t(draw());
    }
    return packet;
}

} // namespace

BOOST_AUTO_TEST_CASE(t_envelope_is_constant_and_phase_does_not_jump)
{
    std::mt19937_64 draw(1);
    vhf_modulator modulator;
    samples all;
    for (int i = 0; i < 3; i++) {
        const auto slot = modulator.modulate(random_packet(draw));
        BOOST_REQUIRE_EQUAL(slot.size(), w::slot_samples);
        all.insert(all.end(), slot.begin(), slot.end());
    }
    const auto edge = modulator.flush();
    BOOST_REQUIRE_EQUAL(edge.size(), vhf_modulator::edge_samples);
    all.insert(all.end(), edge.begin(), edge.end());
    float most = 0.0f;
    for (size_t n = 21; n < all.size(); n++) {
        most = std::max(most, std::abs(std::arg(all[n] * std::conj(all[n - 1]))));
        if (n < 3 * w::slot_samples) {
            BOOST_REQUIRE_SMALL(std::abs(all[n]) - 1.0f, 1e-5f);
        }
    }
    BOOST_TEST(most <= 0.5f * float(M_PI) / 10.0f + 1e-4f); // 1500 Hz off at most
    BOOST_TEST(std::abs(all[0]) < 0.01f);
    BOOST_TEST(std::abs(all.back()) < 0.01f);
    BOOST_TEST(modulator.flush().empty());
}

// Linear with its pulse: what comes out of a filter that fits it are the symbols.
BOOST_AUTO_TEST_CASE(t_symbols_are_those_of_the_slot)
{
    std::mt19937_64 draw(2);
    vhf_modulator modulator;
    const auto packet = random_packet(draw);
    modulator.modulate(random_packet(draw));
    const auto slot = modulator.modulate(packet);
    const auto pulse = vhf_symbol_pulse();
    auto bits = vhf_slot_code(7).encode(packet);
    auto next = bits.begin();
    auto symbols = vhf_pilots();
    for (const size_t block : vhf_data_blocks()) {
        for (size_t i = 0; i < w::block_symbols; i++) {
            symbols[block * w::block_symbols + i] = *next++ ? 1 : -1;
        }
    }
    for (size_t n = 2; n + 3 < w::symbols; n++) {
        std::complex<float> sum = 0.0f;
        for (size_t i = 0; i < pulse.size(); i++) {
            sum += pulse[i] * slot[n * w::samples_per_symbol + i - vhf_pulse_lead];
        }
        const float along = (sum * std::conj(vhf_axis(n))).real() * float(symbols[n]);
        BOOST_REQUIRE_CLOSE(along, std::sqrt(10.0f), 6.0f);
    }
}

BOOST_AUTO_TEST_CASE(t_pulse_has_nearly_all_of_the_power)
{
    double sum = 0.0, turned = 0.0;
    for (const float value : vhf_symbol_pulse()) {
        sum += double(value * value);
    }
    for (const double step : vhf_phase_steps()) {
        turned += step;
    }
    BOOST_TEST(sum == 1.0, boost::test_tools::tolerance(1e-5));
    BOOST_TEST(turned == 0.5 * M_PI, boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(t_other_sizes_are_refused)
{
    BOOST_CHECK_THROW(vhf_modulator().modulate(std::vector<uint8_t>(8)),
                      std::invalid_argument);
}

// What stands here must not change: two radios would no longer understand each other.
BOOST_AUTO_TEST_CASE(t_first_bits_on_the_air)
{
    const auto begins = [](size_t bytes) {
        std::vector<uint8_t> packet;
        for (size_t i = 0; i < bytes; i++) {
            packet.push_back(uint8_t(0x22 * i + 1));
        }
        std::string text;
        const auto bits = vhf_slot_code(bytes).encode(packet);
        BOOST_REQUIRE_EQUAL(bits.size(), 416u);
        for (size_t i = 0; i < 32; i++) {
            text += char('0' + bits[i]);
        }
        return text;
    };
    BOOST_TEST(begins(7) == "01001001101000010100111100110101");
    BOOST_TEST(begins(13) == "00101111010000110000001000110101");
    BOOST_TEST(begins(23) == "00000111100001110100011100111100");
    BOOST_TEST(begins(32) == "01010111110010111010000110011011");
}
