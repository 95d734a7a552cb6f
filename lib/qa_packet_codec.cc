/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/largesc/packet_codec.h>
#include <boost/test/unit_test.hpp>
#include <random>
#include <stdexcept>

using gr::largesc::packet;
using gr::largesc::packet_codec;
using gr::largesc::packet_error;
using gr::largesc::parsed_packet;

namespace {

packet
make_packet(int sequence, int n_primary, int n_redundant, int lag, std::mt19937& random)
{
    packet p;
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
    for (int n_primary = 4; n_primary <= 8; n_primary++) {
        check(n_primary, 0, 0);
        for (int n_redundant = 1; n_redundant <= 7; n_redundant++) {
            for (int lag = 1; lag <= 5; lag++) {
                check(n_primary, n_redundant, lag);
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
    BOOST_CHECK_EQUAL(allocations, 180); // the count of design section 3
}

BOOST_AUTO_TEST_CASE(t_golden_vector)
{
    // docs/packet-format.md, worked by hand.
    packet p;
    p.sequence = 5;
    p.lag = 2;
    p.primary = { 0, 2047, 1, 1024 };
    p.redundant = { 1365 };
    const std::vector<uint8_t> expected{ 0x0A, 0x10, 0x01, 0xFF, 0xC0,
                                         0x0C, 0x00, 0xAA, 0xA0 };
    const auto bytes = packet_codec().pack(p);
    BOOST_CHECK_EQUAL_COLLECTIONS(
        bytes.begin(), bytes.end(), expected.begin(), expected.end());
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

BOOST_AUTO_TEST_CASE(t_errors_are_told_apart)
{
    std::mt19937 random(3);
    auto bytes = packet_codec().pack(make_packet(0, 5, 0, 0, random));
    parsed_packet p;
    BOOST_CHECK(packet_codec().parse(nullptr, 0, p) == packet_error::length);
    BOOST_CHECK(packet_codec().parse(bytes.data(), 4, p) == packet_error::length);
    auto padded = bytes;
    padded.back() |= 1;
    BOOST_CHECK(packet_codec().parse(padded.data(), padded.size(), p) ==
                packet_error::padding);
    auto foreign = bytes;
    foreign[0] |= 0x01;
    foreign[1] |= 0xF0; // allocation code 31 is spare
    BOOST_CHECK(packet_codec().parse(foreign.data(), foreign.size(), p) ==
                packet_error::version);
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
    refused(make_packet(0, 4, 1, 6, random));
    refused(make_packet(0, 4, 1, 0, random));
    refused(make_packet(0, 4, 0, 1, random));
    refused(make_packet(128, 4, 0, 0, random));
    auto p = make_packet(0, 4, 0, 0, random);
    p.primary[2] = -1;
    refused(p);
    p.primary[2] = 2048;
    refused(p);
}
