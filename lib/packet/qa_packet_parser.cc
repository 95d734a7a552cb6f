/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/largesc/packet/packet_parser.h>
#include <boost/test/unit_test.hpp>
#include <array>
#include <functional>
#include <map>
#include <random>

using namespace gr::largesc;

namespace {

using bytes = std::vector<uint8_t>;

const packet_codec plain(false);
const packet_codec crc16(true);

std::mt19937 random_bits(1);

packet make_packet(int sequence, int n_primary, int n_redundant, int lag)
{
    packet p;
    p.sequence = sequence % 128;
    p.lag = lag;
    for (int k = 0; k < n_primary; k++) {
        p.primary.push_back(random_bits() % 2048);
    }
    for (int k = 0; k < n_redundant; k++) {
        p.redundant.push_back(random_bits() % 2048);
    }
    return p;
}

void for_every_allocation(const std::function<void(int, int, int)>& check)
{
    for (const int n_primary : { 0, 4, 5, 6, 7, 8 }) {
        check(n_primary, 0, 0);
        for (int n_redundant = 1; n_redundant <= 7; n_redundant++) {
            for (int lag = 1; lag <= 5; lag++) {
                check(n_primary, n_redundant, lag);
            }
        }
    }
}

// What came of one packet: the error, and what was found.
struct outcome {
    packet_error error;
    std::vector<found_packet> found;
};

outcome hear(packet_parser& parser, const bytes& data)
{
    outcome result;
    result.error = parser.parse(data.data(), data.size(), result.found);
    BOOST_CHECK(result.error == packet_error::none || result.found.empty());
    return result;
}

void check_is(const outcome& result, const packet& sent, bool verified)
{
    BOOST_REQUIRE_EQUAL(result.found.size(), 1);
    BOOST_CHECK(std::get<packet>(result.found[0].what) == sent);
    BOOST_CHECK_EQUAL(result.found[0].verified, verified);
    BOOST_CHECK(!result.found[0].is_earlier);
}

// A parser that has found out the form.
packet_parser parser_of(bool crc)
{
    packet_parser parser;
    for (int n = 0; n < 2; n++) {
        hear(parser, (crc ? crc16 : plain).pack(make_packet(n, 8, 0, 0)));
    }
    BOOST_REQUIRE(parser.form() == (crc ? packet_form::crc16 : packet_form::plain));
    return parser;
}

bytes damaged(bytes data, double share_of_bits)
{
    std::bernoulli_distribution flips(share_of_bits);
    for (auto& byte : data) {
        for (int bit = 0; bit < 8; bit++) {
            byte ^= flips(random_bits) << bit;
        }
    }
    return data;
}

} // namespace

BOOST_AUTO_TEST_CASE(t_two_packets_tell_the_form_whatever_they_carry)
{
    for (const bool crc : { false, true }) {
        for_every_allocation([&](int n_primary, int n_redundant, int lag) {
            packet_parser parser;
            const auto& codec = crc ? crc16 : plain;
            const auto first = make_packet(5, n_primary, n_redundant, lag);
            const auto second = make_packet(6, n_primary, n_redundant, lag);
            const auto kept = hear(parser, codec.pack(first));
            BOOST_CHECK(kept.error == packet_error::none && kept.found.empty());
            BOOST_CHECK(!parser.form());
            const auto both = hear(parser, codec.pack(second)).found;
            BOOST_REQUIRE_EQUAL(both.size(), 2);
            BOOST_CHECK(std::get<packet>(both[0].what) == first);
            BOOST_CHECK(std::get<packet>(both[1].what) == second);
            BOOST_CHECK(both[0].is_earlier && !both[1].is_earlier);
            BOOST_CHECK(both[0].verified == crc && both[1].verified == crc);
            const auto third = make_packet(7, n_primary, n_redundant, lag);
            check_is(hear(parser, codec.pack(third)), third, crc);
            BOOST_CHECK_EQUAL(parser.other_form(), 0);
        });
    }
}

BOOST_AUTO_TEST_CASE(t_damage_between_two_packets_does_not_part_them)
{
    packet_parser parser;
    hear(parser, crc16.pack(make_packet(5, 4, 0, 0)));
    BOOST_CHECK(hear(parser, bytes(13, 0xFF)).error == packet_error::version);
    BOOST_CHECK_EQUAL(hear(parser, crc16.pack(make_packet(7, 4, 0, 0))).found.size(), 2);
}

BOOST_AUTO_TEST_CASE(t_the_first_is_dropped_if_the_second_shows_the_other_form)
{
    packet_parser parser;
    hear(parser, plain.pack(make_packet(5, 8, 0, 0)));
    BOOST_CHECK(hear(parser, crc16.pack(make_packet(6, 8, 0, 0))).found.empty());
    BOOST_CHECK_EQUAL(parser.other_form(), 1);
    BOOST_CHECK_EQUAL(hear(parser, crc16.pack(make_packet(7, 8, 0, 0))).found.size(), 2);
    BOOST_CHECK(parser.form() == packet_form::crc16);
}

BOOST_AUTO_TEST_CASE(t_a_packet_of_the_other_form_is_refused_and_two_change_the_form)
{
    for (const bool crc : { false, true }) {
        auto parser = parser_of(crc);
        const auto& same = crc ? crc16 : plain;
        const auto& other = crc ? plain : crc16;
        for (int n = 0; n < 5; n++) {
            const auto result = hear(parser, other.pack(make_packet(n, 8, 0, 0)));
            BOOST_CHECK(result.error == packet_error::other_form);
            const auto sent = make_packet(n, 8, 0, 0);
            check_is(hear(parser, same.pack(sent)), sent, crc);
        }
        BOOST_CHECK_EQUAL(parser.other_form(), 5);
        hear(parser, other.pack(make_packet(6, 8, 0, 0)));
        const auto sent = make_packet(7, 8, 0, 0);
        check_is(hear(parser, other.pack(sent)), sent, !crc);
        BOOST_CHECK_EQUAL(parser.other_form(), 6);
    }
}

BOOST_AUTO_TEST_CASE(t_damaged_packets_with_check_value_never_pass_for_others)
{
    // The allocations whose damage looks most like a packet without check value.
    const std::vector<std::array<int, 3>> allocations{ { 0, 2, 1 }, { 4, 0, 0 },
                                                       { 5, 2, 1 }, { 5, 5, 1 },
                                                       { 8, 2, 3 }, { 8, 6, 5 } };
    int not_noticed = 0; // one in 65536 of those that are damaged
    for (const auto& [n_primary, n_redundant, lag] : allocations) {
        auto parser = parser_of(true);
        for (int n = 0; n < 20000; n++) {
            const auto sent = make_packet(n, n_primary, n_redundant, lag);
            const auto data = crc16.pack(sent);
            const auto result =
                hear(parser, random_bits() % 2 ? damaged(data, 0.05) : data);
            for (const auto& found : result.found) {
                BOOST_REQUIRE(found.verified);
                not_noticed += !(found.what == parsed_packet(sent));
            }
        }
    }
    BOOST_CHECK_LE(not_noticed, 6);
}

BOOST_AUTO_TEST_CASE(t_a_stream_that_looks_like_damage_is_believed_after_two_seconds)
{
    // A packet of 6 + 7 tokens has as many bytes as one of 6 + 6 with check value.
    auto parser = parser_of(true);
    for (int n = 1; n < packet_parser::damaged_in_a_row; n++) {
        const auto result = hear(parser, plain.pack(make_packet(n, 6, 7, 1)));
        BOOST_REQUIRE(result.error == packet_error::crc);
    }
    const auto sent = make_packet(25, 6, 7, 1);
    check_is(hear(parser, plain.pack(sent)), sent, false);
}

BOOST_AUTO_TEST_CASE(t_the_end_hands_on_what_is_kept)
{
    packet_parser parser;
    BOOST_CHECK(!parser.flush());
    const auto sent = make_packet(0, 8, 0, 0);
    hear(parser, crc16.pack(sent));
    const auto last = parser.flush();
    BOOST_REQUIRE(last);
    BOOST_CHECK(std::get<packet>(last->what) == sent);
    BOOST_CHECK(last->verified && last->is_earlier);
    BOOST_CHECK(!parser.flush());
}

BOOST_AUTO_TEST_CASE(t_a_given_form_is_kept_to)
{
    for (const bool crc : { false, true }) {
        packet_parser parser(crc ? packet_form::crc16 : packet_form::plain);
        const auto sent = make_packet(0, 8, 0, 0);
        check_is(hear(parser, (crc ? crc16 : plain).pack(sent)), sent, crc);
        for (int n = 0; n < 5; n++) {
            const auto result = hear(parser, (crc ? plain : crc16).pack(sent));
            BOOST_CHECK(result.error == (crc ? packet_error::crc : packet_error::length));
        }
        BOOST_CHECK(!parser.flush());
    }
}

BOOST_AUTO_TEST_CASE(t_reset_forgets_the_form)
{
    auto parser = parser_of(true);
    hear(parser, plain.pack(make_packet(0, 8, 0, 0)));
    parser.reset();
    BOOST_CHECK(!parser.form());
    BOOST_CHECK_EQUAL(parser.other_form(), 0);
    hear(parser, plain.pack(make_packet(0, 8, 0, 0)));
    BOOST_CHECK_EQUAL(hear(parser, plain.pack(make_packet(1, 8, 0, 0))).found.size(), 2);
}

// The table of docs/packet-format.md: bytes with check value, tokens that they hold, and
// tokens and zero bits of the packet without that has as many.
BOOST_AUTO_TEST_CASE(t_which_packets_with_check_value_may_look_like_others)
{
    struct twin {
        int tokens;
        int padding;
    };
    const std::map<int, twin> by_tokens{ { 1, { 2, 6 } },   { 2, { 4, 0 } },
                                         { 4, { 5, 5 } },   { 6, { 7, 7 } },
                                         { 7, { 9, 1 } },   { 9, { 10, 6 } },
                                         { 10, { 12, 0 } }, { 12, { 13, 5 } },
                                         { 14, { 15, 7 } } };
    for_every_allocation([&](int n_primary, int n_redundant, int lag) {
        const int tokens = n_primary + n_redundant;
        const auto found = by_tokens.find(tokens);
        for (int n = 0; n < 300; n++) {
            const auto data = crc16.pack(make_packet(n, n_primary, n_redundant, lag));
            parsed_packet parsed;
            const bool looks_plain =
                plain.parse(data.data(), data.size(), parsed) == packet_error::none;
            bool may = found != by_tokens.end();
            if (may) {
                const auto [plain_tokens, padding] = found->second;
                may =
                    n_redundant + plain_tokens - tokens <= packet_codec::max_redundant &&
                    data.back() % (1 << padding) == 0;
            }
            BOOST_REQUIRE_EQUAL(looks_plain, may);
        }
    });
}
