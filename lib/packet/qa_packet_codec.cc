/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/largesc/packet/packet_codec.h>
#include <boost/test/unit_test.hpp>
#include <random>
#include <stdexcept>

using gr::largesc::frame_code;
using gr::largesc::packet;
using gr::largesc::packet_codec;
using gr::largesc::packet_error;
using gr::largesc::parsed_packet;

namespace {

packet make_packet(int sequence,
                   int n_primary,
                   int n_redundant,
                   int lag,
                   std::mt19937& random,
                   frame_code code = frame_code::repetition)
{
    packet p;
    p.code = code;
    p.sequence = sequence;
    p.lag = lag;
    for (int k = 0; k < n_primary; k++) {
        p.primary.push_back(random() % 2048);
    }
    for (int k = 0; k < n_redundant; k++) {
        p.redundant.push_back(random() % 2048);
    }
    return p;
}

template <typename Check>
void for_every_allocation(Check check)
{
    for (int n_primary : { 0, 4, 5, 6, 7, 8 }) {
        check(n_primary, 0, 0);
        for (int n_redundant = 1; n_redundant <= 7; n_redundant++) {
            for (int lag = 1; lag <= 5; lag++) {
                check(n_primary, n_redundant, lag);
            }
        }
    }
}

// What a version 2 packet may say beside it.
template <typename Check>
void for_every_later_allocation(Check check)
{
    for (int n_primary : { 0, 4, 5, 6, 7, 8 }) {
        for (int n_redundant = 1; n_redundant <= 7; n_redundant++) {
            for (int lag = 6; lag <= 127; lag++) {
                check(n_primary, n_redundant, lag, frame_code::repetition);
            }
            if (n_primary) {
                check(n_primary, n_redundant, 0, frame_code::xor_pair);
                check(n_primary, n_redundant, 0, frame_code::window);
            }
        }
    }
}

} // namespace

BOOST_AUTO_TEST_CASE(t_every_allocation_comes_back)
{
    std::mt19937 random(1);
    int allocations = 0;
    for_every_allocation([&](int n_primary, int n_redundant, int lag) {
        const auto sent =
            make_packet(allocations % 128, n_primary, n_redundant, lag, random);
        const auto bytes = packet_codec().pack(sent);
        BOOST_REQUIRE_EQUAL(bytes.size(), (12 + 11 * (n_primary + n_redundant) + 7) / 8);
        parsed_packet received;
        BOOST_REQUIRE(packet_codec().parse(bytes.data(), bytes.size(), received) ==
                      packet_error::none);
        BOOST_CHECK(std::get<packet>(received) == sent);
        allocations++;
    });
    BOOST_CHECK_EQUAL(allocations, 216); // 180 of speech, 36 of silence
}

BOOST_AUTO_TEST_CASE(t_every_allocation_of_version_2_comes_back)
{
    std::mt19937 random(6);
    int allocations = 0;
    for_every_later_allocation(
        [&](int n_primary, int n_redundant, int lag, frame_code code) {
            const auto sent =
                make_packet(allocations % 128, n_primary, n_redundant, lag, random, code);
            const auto bytes = packet_codec().pack(sent);
            const int tokens = n_primary + n_redundant;
            BOOST_REQUIRE_EQUAL(bytes.size(), 2 + (lag ? 1 : 0) + (11 * tokens + 7) / 8);
            BOOST_REQUIRE_EQUAL(bytes.size(),
                                packet_codec().packet_size(tokens, code, lag));
            BOOST_REQUIRE_EQUAL(bytes[0] & 1, 1); // code 31, refused by version 1
            BOOST_REQUIRE_EQUAL(bytes[1] >> 4, 15);
            parsed_packet received;
            BOOST_REQUIRE(packet_codec().parse(bytes.data(), bytes.size(), received) ==
                          packet_error::none);
            BOOST_REQUIRE(std::get<packet>(received) == sent);
            allocations++;
        });
    BOOST_CHECK_EQUAL(allocations, 42 * 122 + 35 * 2);
}

BOOST_AUTO_TEST_CASE(t_what_parses_is_what_pack_makes)
{
    // Anything accepted must pack to the same bytes: there is one encoding of a packet.
    std::mt19937 random(2);
    int accepted = 0;
    for (int n = 0; n < 200000; n++) {
        std::vector<uint8_t> bytes(random() % 28);
        for (auto& b : bytes) {
            b = random();
        }
        parsed_packet parsed;
        const packet_codec codec;
        if (codec.parse(bytes.data(), bytes.size(), parsed) == packet_error::none) {
            accepted++;
            const auto again =
                std::visit([&](const auto& what) { return codec.pack(what); }, parsed);
            BOOST_REQUIRE(again == bytes);
        }
    }
    BOOST_CHECK_GT(accepted, 0);
}

BOOST_AUTO_TEST_CASE(t_zeros_behind_a_packet_make_the_check_value_wrong)
{
    std::mt19937 random(3);
    const packet_codec codec(true);
    auto bytes = codec.pack(make_packet(0, 8, 0, 0, random));
    parsed_packet parsed;
    for (int zeros = 1; zeros <= 64; zeros++) {
        bytes.push_back(0);
        BOOST_CHECK(codec.parse(bytes.data(), bytes.size(), parsed) == packet_error::crc);
    }
}

BOOST_AUTO_TEST_CASE(t_what_is_refused_writes_nothing)
{
    std::mt19937 random(5);
    const packet before = make_packet(7, 5, 0, 0, random);
    parsed_packet parsed = before;
    BOOST_CHECK(packet_codec().parse(nullptr, 0, parsed) == packet_error::length);
    auto bytes = packet_codec().pack(make_packet(8, 5, 0, 0, random));
    bytes.back() |= 1;
    BOOST_CHECK(packet_codec().parse(bytes.data(), bytes.size(), parsed) ==
                packet_error::padding);
    BOOST_CHECK(std::get<packet>(parsed) == before);
}

BOOST_AUTO_TEST_CASE(t_pack_refuses_what_the_format_cannot_say)
{
    std::mt19937 random(4);
    auto refused = [](packet p) {
        BOOST_CHECK_THROW(packet_codec().pack(p), std::invalid_argument);
    };
    refused(make_packet(0, 3, 0, 0, random));
    refused(make_packet(0, 9, 0, 0, random));
    refused(make_packet(0, 4, 8, 1, random));
    refused(make_packet(0, 0, 8, 1, random));
    refused(make_packet(0, 0, 0, 1, random));
    refused(make_packet(0, 4, 1, 128, random));
    refused(make_packet(0, 4, 1, 1, random, frame_code::xor_pair));
    refused(make_packet(0, 4, 0, 0, random, frame_code::xor_pair));
    refused(make_packet(0, 0, 1, 0, random, frame_code::window));
    refused(make_packet(0, 4, 1, 0, random, frame_code(3)));
    refused(make_packet(0, 4, 1, 0, random));
    refused(make_packet(0, 4, 0, 1, random));
    refused(make_packet(128, 4, 0, 0, random));
    auto p = make_packet(0, 4, 0, 0, random);
    p.primary[2] = -1;
    refused(p);
    p.primary[2] = 2048;
    refused(p);
}
