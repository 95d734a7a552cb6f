/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/largesc/playout/sequence_playout.h>
#include <boost/test/unit_test.hpp>
#include <stdexcept>

using gr::largesc::missing_token;
using gr::largesc::packet;
using gr::largesc::playout_step;
using gr::largesc::sequence_playout;
using gr::largesc::token_origin;

namespace {

using steps = std::vector<playout_step>;

constexpr bool verified = true;

packet packet_of(int64_t frame)
{
    packet p;
    p.sequence = int(frame % 128);
    p.primary.assign(4, int16_t(frame % 2048));
    return p;
}

packet silent_packet_of(int64_t frame, int lag = 0)
{
    packet p;
    p.sequence = int(frame % 128);
    p.lag = lag;
    p.redundant.assign(lag ? 4 : 0, int16_t((frame - lag) % 2048));
    return p;
}

// Frame numbers must follow each other; returns how many there were.
int64_t check_order(const steps& played, int64_t first)
{
    int64_t expected = first;
    for (const auto& step : played) {
        BOOST_REQUIRE_EQUAL(step.frame, expected);
        expected++;
    }
    return int64_t(played.size());
}

} // namespace

BOOST_AUTO_TEST_CASE(t_a_frame_is_due_after_the_look_ahead)
{
    sequence_playout playout(2);
    BOOST_CHECK(playout.push(packet_of(0)).empty());
    BOOST_CHECK(playout.push(packet_of(1)).empty());
    const auto played = playout.push(packet_of(2));
    BOOST_REQUIRE_EQUAL(played.size(), 1);
    BOOST_CHECK_EQUAL(played[0].frame, 0);
    BOOST_CHECK_EQUAL(played[0].due[0], 0);
    BOOST_CHECK_EQUAL(played[0].newest[0], 2);
}

BOOST_AUTO_TEST_CASE(t_a_silent_packet_is_received_and_repairs)
{
    sequence_playout playout(1);
    const auto first = playout.push(silent_packet_of(1, 1));
    BOOST_REQUIRE_EQUAL(first.size(), 1);
    BOOST_CHECK(first[0].origin[3] == token_origin::redundant);
    BOOST_CHECK(first[0].origin[4] == token_origin::unknown);
    const auto second = playout.flush(2);
    BOOST_REQUIRE_EQUAL(second.size(), 1);
    BOOST_CHECK(second[0].origin[0] == token_origin::silence);
    BOOST_CHECK_EQUAL(second[0].due[0], missing_token);
    BOOST_CHECK_EQUAL(playout.counts().lost, 1);
    BOOST_CHECK_EQUAL(playout.counts().repaired, 1);
}

BOOST_AUTO_TEST_CASE(t_a_later_packet_does_not_say_what_a_lost_frame_was_sent_with)
{
    // Frame 1 was sent with 8 tokens and is lost; 0 and 2 have 4, and 2 repeats nothing.
    sequence_playout playout(2);
    playout.push(packet_of(0));
    BOOST_REQUIRE_EQUAL(playout.push(packet_of(2)).size(), 1);
    const auto played = playout.flush(3);
    BOOST_REQUIRE_EQUAL(played.size(), 2);
    for (int k = 0; k < 8; k++) {
        BOOST_CHECK(played[0].origin[k] == token_origin::unknown);
    }
    BOOST_CHECK(played[1].origin[3] == token_origin::primary);
    BOOST_CHECK(played[1].origin[4] == token_origin::unsent);
    BOOST_CHECK_EQUAL(playout.counts().lost, 1);
    BOOST_CHECK_EQUAL(playout.counts().repaired, 0);
}

BOOST_AUTO_TEST_CASE(t_an_older_packet_that_comes_later_changes_nothing_of_a_lost_frame)
{
    packet thick = packet_of(3);
    thick.primary.assign(8, 3);
    packet thin = packet_of(1);
    for (const bool reordered : { false, true }) {
        sequence_playout playout(5);
        playout.push(packet_of(0));
        playout.push(reordered ? thick : thin);
        playout.push(reordered ? thin : thick);
        const auto played = playout.flush(4);
        BOOST_REQUIRE_EQUAL(played.size(), 4);
        BOOST_CHECK(played[1].origin[4] == token_origin::unsent);
        BOOST_CHECK(played[2].origin[3] == token_origin::unknown);
        BOOST_CHECK(played[2].origin[4] == token_origin::unknown);
        BOOST_CHECK(played[3].origin[7] == token_origin::primary);
    }
}

BOOST_AUTO_TEST_CASE(t_an_announcement_bridges_what_the_sequence_number_does_not)
{
    sequence_playout playout(0);
    playout.announce(7, 0, false, false, verified);
    playout.push(packet_of(0), verified);
    const auto played = playout.announce(7, 1000, false, false, verified);
    BOOST_CHECK_EQUAL(check_order(played, 1), 999);
    BOOST_CHECK_EQUAL(check_order(playout.push(packet_of(1000), verified), 1000), 1);
    BOOST_CHECK_EQUAL(playout.counts().lost, 999);
    BOOST_CHECK_EQUAL(playout.counts().rejoined, 0);
}

BOOST_AUTO_TEST_CASE(t_a_wrong_number_after_a_long_outage_is_put_right)
{
    sequence_playout playout(0);
    playout.announce(7, 0, false, false, verified);
    playout.push(packet_of(0), verified);
    playout.push(packet_of(50), verified);
    // 110 packets further at most are bridged: 30 is taken for 158, not for a late one.
    BOOST_CHECK_EQUAL(check_order(playout.push(packet_of(30), verified), 51), 158 - 50);
    playout.announce(7, 60, false, false, verified);
    BOOST_CHECK_EQUAL(check_order(playout.push(packet_of(60), verified), 60), 1);
    BOOST_CHECK_EQUAL(playout.counts().rejoined, 1);
}

BOOST_AUTO_TEST_CASE(t_a_new_session_plays_the_rest_and_starts_anew)
{
    sequence_playout playout(2);
    playout.announce(7, 0, false, false, verified);
    for (int frame = 0; frame < 10; frame++) {
        playout.push(packet_of(frame), verified);
    }
    BOOST_CHECK_EQUAL(check_order(playout.announce(8, 0, false, false, verified), 8), 2);
    playout.push(packet_of(0), verified);
    playout.push(packet_of(1), verified);
    BOOST_CHECK_EQUAL(check_order(playout.push(packet_of(2), verified), 0), 1);
    BOOST_CHECK_EQUAL(playout.session(), 8);
    BOOST_CHECK_EQUAL(playout.counts().lost, 0);
}

BOOST_AUTO_TEST_CASE(t_an_announced_end_plays_what_is_held)
{
    sequence_playout playout(3);
    for (int frame = 0; frame < 5; frame++) {
        playout.push(packet_of(frame), verified);
    }
    BOOST_CHECK_EQUAL(check_order(playout.announce(7, 6, false, true, verified), 2), 4);
    BOOST_CHECK(playout.flush(6).empty());
    BOOST_CHECK_EQUAL(playout.counts().lost, 1);
}

BOOST_AUTO_TEST_CASE(t_an_end_of_which_nobody_knows_the_number_plays_what_is_held)
{
    sequence_playout playout(3);
    BOOST_CHECK(playout.flush(0).empty());
    for (int frame = 0; frame < 5; frame++) {
        playout.push(packet_of(frame), verified);
    }
    BOOST_CHECK_EQUAL(check_order(playout.flush(0), 2), 3);
    BOOST_CHECK_EQUAL(playout.counts().lost, 0);
}

BOOST_AUTO_TEST_CASE(t_an_announcement_stands_for_a_silent_frame)
{
    sequence_playout playout(0);
    const auto played = playout.announce(7, 0, true, false);
    BOOST_REQUIRE_EQUAL(played.size(), 1);
    BOOST_CHECK(played[0].origin[0] == token_origin::silence);
    BOOST_CHECK_EQUAL(playout.counts().received, 1);
    BOOST_CHECK(playout.announce(7, 0, true, false).empty());
    BOOST_CHECK_EQUAL(playout.counts().received, 1);
}

BOOST_AUTO_TEST_CASE(t_announced_numbers_wrap)
{
    sequence_playout playout(0);
    const int64_t wrap = 1 << 23;
    playout.announce(7, 0, false, false, verified);
    playout.announce(7, wrap / 2 - 9, false, false, verified);
    playout.announce(7, wrap - 50, false, false, verified);
    playout.announce(7, wrap - 2, false, false, verified);
    BOOST_CHECK_EQUAL(
        check_order(playout.announce(7, 3, false, false, verified), wrap - 2), 5);
    BOOST_CHECK_EQUAL(playout.counts().rejoined, 0);
}

BOOST_AUTO_TEST_CASE(t_late_and_duplicate_packets_are_told_apart)
{
    sequence_playout playout(0);
    playout.push(packet_of(0));
    playout.push(packet_of(2));
    BOOST_CHECK(playout.push(packet_of(1)).empty());
    BOOST_CHECK(playout.push(packet_of(2)).empty());
    BOOST_CHECK(playout.push(packet_of(0)).empty());
    BOOST_CHECK_EQUAL(playout.counts().late, 1);
    BOOST_CHECK_EQUAL(playout.counts().duplicate, 2);
}

BOOST_AUTO_TEST_CASE(t_an_absurd_gap_is_left_out_and_counted)
{
    sequence_playout playout(1);
    playout.push(packet_of(0));
    const int64_t absurd = int64_t(1) << 40;
    const auto played = playout.flush(absurd);
    BOOST_CHECK_LE(played.size(), size_t(sequence_playout::max_outage) + 2);
    BOOST_CHECK_EQUAL(playout.counts().skipped + playout.counts().lost + 1, absurd);
    BOOST_CHECK_THROW(playout.flush(INT64_MAX), std::invalid_argument);
    BOOST_CHECK_THROW(playout.flush(-1), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(t_statistics_follow_what_is_played)
{
    sequence_playout playout(0, 8);
    for (const int frame : { 0, 1, 4, 5, 7 }) {
        playout.push(packet_of(frame));
    }
    BOOST_CHECK_EQUAL(playout.statistics().window(), 8);
    BOOST_CHECK_CLOSE(playout.statistics().loss_rate(), 3.0 / 8, 1e-9);
    BOOST_CHECK_CLOSE(playout.statistics().mean_burst(), 1.5, 1e-9);
}

BOOST_AUTO_TEST_CASE(t_look_ahead_is_checked)
{
    BOOST_CHECK_THROW(sequence_playout(-1), std::invalid_argument);
    BOOST_CHECK_THROW(sequence_playout(13), std::invalid_argument);
    BOOST_CHECK_THROW(sequence_playout(1, 0), std::invalid_argument);
}
