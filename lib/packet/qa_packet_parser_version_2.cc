/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/*
 * packet_parser and packets of version 2: combinations of frames, and long lags.
 */

#include <gnuradio/largesc/packet/packet_parser.h>
#include <boost/test/unit_test.hpp>
#include <random>
#include <set>

using gr::largesc::found_packet;
using gr::largesc::frame_code;
using gr::largesc::packet;
using gr::largesc::packet_codec;
using gr::largesc::packet_error;
using gr::largesc::packet_form;
using gr::largesc::packet_parser;
using gr::largesc::parsed_packet;
using bytes = std::vector<uint8_t>;

namespace {

std::mt19937 random_bits(2);

packet make_packet(int sequence, int n_primary, int n_redundant, frame_code code)
{
    packet p;
    p.sequence = sequence % 128;
    p.code = code;
    p.lag = code == frame_code::repetition ? 12 : 0;
    for (int k = 0; k < n_primary; k++) {
        p.primary.push_back(random_bits() % 2048);
    }
    for (int k = 0; k < n_redundant; k++) {
        p.redundant.push_back(random_bits() % 2048);
    }
    return p;
}

bytes perhaps_damaged(bytes data)
{
    std::bernoulli_distribution flips(random_bits() % 2 ? 0.05 : 0.0);
    for (auto& byte : data) {
        for (int bit = 0; bit < 8; bit++) {
            byte ^= flips(random_bits) << bit;
        }
    }
    return data;
}

template <typename Check>
void for_every_kind(Check check)
{
    for (const auto code :
         { frame_code::repetition, frame_code::xor_pair, frame_code::window }) {
        for (int n_primary = 4; n_primary <= 8; n_primary++) {
            for (int n_redundant = 1; n_redundant <= 7; n_redundant++) {
                check(n_primary, n_redundant, code);
            }
        }
    }
}

} // namespace

BOOST_AUTO_TEST_CASE(t_two_packets_of_version_2_tell_the_form)
{
    for (const bool crc : { false, true }) {
        for_every_kind([&](int n_primary, int n_redundant, frame_code code) {
            packet_parser parser;
            std::vector<found_packet> found;
            for (int n = 0; n < 2; n++) {
                const auto data =
                    packet_codec(crc).pack(make_packet(n, n_primary, n_redundant, code));
                BOOST_REQUIRE(parser.parse(data.data(), data.size(), found) ==
                              packet_error::none);
            }
            BOOST_REQUIRE_EQUAL(found.size(), 2);
            BOOST_CHECK(parser.form() == (crc ? packet_form::crc16 : packet_form::plain));
        });
    }
}

BOOST_AUTO_TEST_CASE(t_damaged_packets_of_version_2_do_not_change_the_form)
{
    const packet_codec codec(true);
    for_every_kind([&](int n_primary, int n_redundant, frame_code code) {
        packet_parser parser;
        std::vector<found_packet> found;
        int not_noticed = 0; // one in 65536 of those that are damaged
        for (int n = 0; n < 2000; n++) {
            const auto sent = make_packet(n, n_primary, n_redundant, code);
            const auto data = codec.pack(sent);
            const auto came = n < 2 ? data : perhaps_damaged(data);
            found.clear();
            parser.parse(came.data(), came.size(), found);
            for (const auto& one : found) {
                BOOST_REQUIRE(one.verified);
                not_noticed += !one.is_earlier && !(one.what == parsed_packet(sent));
            }
        }
        BOOST_CHECK_LE(not_noticed, 2);
    });
}

// docs/packet-format.md: by number of tokens, those that always look like a packet
// without.
BOOST_AUTO_TEST_CASE(t_which_packets_of_version_2_always_look_like_others)
{
    std::set<int> combined, repeated;
    for_every_kind([&](int n_primary, int n_redundant, frame_code code) {
        bool always = true;
        for (int n = 0; n < 40 && always; n++) {
            const auto data =
                packet_codec(true).pack(make_packet(n, n_primary, n_redundant, code));
            parsed_packet parsed;
            always = packet_codec(false).parse(data.data(), data.size(), parsed) ==
                     packet_error::none;
        }
        if (always) {
            (code == frame_code::repetition ? repeated : combined)
                .insert(n_primary + n_redundant);
        }
    });
    BOOST_TEST(combined == (std::set<int>{ 6 }), boost::test_tools::per_element());
    BOOST_TEST(repeated == (std::set<int>{ 6 }), boost::test_tools::per_element());
}
