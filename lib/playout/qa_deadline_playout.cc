/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/largesc/playout/deadline_playout.h>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>
#include <stdexcept>

using gr::largesc::deadline_playout;
using gr::largesc::packet;
using gr::largesc::playout_step;
using gr::largesc::token_origin;

namespace {

constexpr double frame_s = 0.08;
constexpr bool verified = true;

packet packet_of(int64_t frame, bool silent = false)
{
    packet p;
    p.sequence = int(frame % 128);
    p.primary.assign(silent ? 0 : 4, int16_t(frame % 2048));
    return p;
}

} // namespace

BOOST_AUTO_TEST_CASE(t_before_the_first_packet_there_is_silence)
{
    deadline_playout playout(1);
    const auto step = playout.step(0.0);
    BOOST_CHECK(step.origin[0] == token_origin::silence);
    BOOST_CHECK_EQUAL(playout.counts().idle, 1);
    BOOST_CHECK_EQUAL(playout.counts().lost, 0);
    BOOST_CHECK(playout.idle());
}

BOOST_AUTO_TEST_CASE(t_a_receiver_that_joins_late_loses_nothing_it_was_not_sent)
{
    deadline_playout playout(2);
    for (int frame = 1000; frame < 1020; frame++) {
        playout.push(packet_of(frame), frame * frame_s);
        playout.step(frame * frame_s + 0.05);
    }
    BOOST_CHECK_EQUAL(playout.counts().lost, 0);
    BOOST_CHECK_EQUAL(playout.counts().idle, 2);
    BOOST_CHECK_EQUAL(playout.counts().received, 20);
}

BOOST_AUTO_TEST_CASE(t_an_announced_number_is_taken_by_who_joins)
{
    deadline_playout playout(0);
    playout.announce(7, 1000, false, false, 0.0);
    playout.push(packet_of(1001), 0.01);
    BOOST_CHECK_EQUAL(playout.step(0.05).frame, 1001);
}

BOOST_AUTO_TEST_CASE(t_a_packet_for_a_frame_not_yet_due_is_played)
{
    deadline_playout playout(1);
    playout.push(packet_of(0), 0.0);
    playout.step(0.05);
    playout.step(0.13); // 1 is not there when it is the newest
    playout.push(packet_of(1), 0.14);
    const auto step = playout.step(0.21);
    BOOST_CHECK_EQUAL(step.frame, 1);
    BOOST_CHECK(step.origin[0] == token_origin::primary);
    BOOST_CHECK_EQUAL(playout.counts().late, 0);
}

BOOST_AUTO_TEST_CASE(t_a_packet_far_ahead_of_its_time_is_counted_and_not_played)
{
    deadline_playout playout(0);
    playout.push(packet_of(0), 0.0);
    playout.step(0.05);
    playout.push(packet_of(40), 0.06, verified);
    BOOST_CHECK_EQUAL(playout.counts().early, 1);
    BOOST_CHECK_EQUAL(playout.counts().received, 1);
    BOOST_CHECK_EQUAL(playout.step(0.13).frame, 1);
}

BOOST_AUTO_TEST_CASE(t_every_frame_is_accounted_for)
{
    std::mt19937 random(3);
    deadline_playout playout(1);
    uint64_t steps = 0;
    for (int64_t frame = 0; frame < 5000; frame++) {
        const int kind = random() % 10;
        if (kind < 7) {
            playout.push(packet_of(frame), frame * frame_s);
        }
        if (kind == 0) {
            playout.push(packet_of(frame), frame * frame_s + 0.001);
        }
        playout.step(frame * frame_s + 0.05);
        steps++;
    }
    const auto& counts = playout.counts();
    // What is received and not yet played is the look-ahead.
    BOOST_CHECK_LE(steps - counts.lost - counts.idle - counts.received, 1);
}

BOOST_AUTO_TEST_CASE(t_an_outage_longer_than_the_sequence_space_is_bridged_by_the_clock)
{
    deadline_playout playout(1);
    for (int64_t frame = 0; frame < 1000; frame++) {
        if (frame < 100 || frame >= 400) {
            playout.push(packet_of(frame), frame * frame_s);
        }
        const auto step = playout.step(frame * frame_s + 0.05);
        if (frame > 0) {
            BOOST_REQUIRE_EQUAL(step.frame, frame - 1);
        }
    }
    BOOST_CHECK_EQUAL(playout.counts().rejoined, 0);
    BOOST_CHECK_EQUAL(playout.counts().lost + playout.counts().idle, 300 + 1);
    BOOST_CHECK_LT(playout.counts().lost, 30);
}

BOOST_AUTO_TEST_CASE(t_a_sender_that_starts_again_is_heard_again)
{
    for (const int64_t before : { 40, 70, 100, 120, 127, 128, 500 }) {
        deadline_playout playout(1);
        double now = 0.0;
        for (int64_t frame = 0; frame < before; frame++, now += frame_s) {
            playout.push(packet_of(frame), now);
            playout.step(now + 0.05);
        }
        int heard = 0;
        int last = 0;
        for (int64_t frame = 0; frame < 200; frame++, now += frame_s) {
            playout.push(packet_of(frame), now);
            const auto step = playout.step(now + 0.05);
            // Wherever in time the new stream is put, its frames must come one by one.
            heard += step.due[0] > last;
            last = step.due[0];
        }
        BOOST_CHECK_GE(heard, 150);
    }
}

BOOST_AUTO_TEST_CASE(t_an_announced_new_session_is_heard_at_once)
{
    deadline_playout playout(0);
    playout.announce(7, 0, false, false, 0.0);
    double now = 0.0;
    for (int64_t frame = 0; frame < 60; frame++, now += frame_s) {
        playout.push(packet_of(frame), now);
        playout.step(now + 0.05);
    }
    playout.announce(8, 0, false, false, now);
    for (int64_t frame = 0; frame < 20; frame++, now += frame_s) {
        playout.push(packet_of(frame), now);
        BOOST_REQUIRE_EQUAL(playout.step(now + 0.05).frame, frame);
    }
    BOOST_CHECK_EQUAL(playout.session(), 8);
    BOOST_CHECK_EQUAL(playout.counts().rejoined, 1);
}

BOOST_AUTO_TEST_CASE(t_announced_numbers_wrap)
{
    deadline_playout playout(0);
    const int64_t start = (1 << 23) - 30;
    playout.announce(7, start, false, false, 0.0);
    for (int64_t frame = start; frame < start + 60; frame++) {
        const double now = (frame - start) * frame_s;
        playout.announce(7, frame % (1 << 23), false, false, now);
        playout.push(packet_of(frame), now);
        BOOST_REQUIRE_EQUAL(playout.step(now + 0.05).frame, frame);
    }
    BOOST_CHECK_EQUAL(playout.counts().rejoined, 0);
}

BOOST_AUTO_TEST_CASE(t_after_an_announced_end_nothing_is_missing)
{
    deadline_playout playout(1);
    playout.announce(7, 0, false, false, 0.0);
    double now = 0.0;
    for (int64_t frame = 0; frame < 30; frame++, now += frame_s) {
        playout.push(packet_of(frame), now);
        playout.step(now + 0.05);
    }
    playout.announce(7, 30, false, true, now, verified);
    for (int i = 0; i < 100; i++, now += frame_s) {
        playout.step(now + 0.05);
    }
    BOOST_CHECK_EQUAL(playout.counts().lost, 0);
    BOOST_CHECK(playout.idle());
}

BOOST_AUTO_TEST_CASE(t_a_longer_way_is_followed)
{
    // The path grows by half a second at once: a few packets are late, then it plays on.
    deadline_playout playout(1);
    for (int64_t frame = 0; frame < 300; frame++) {
        const double longer = frame < 100 ? 0.0 : 0.5;
        const double now = frame * frame_s;
        playout.step(now + 0.05);
        if (frame >= 100 && frame < 107) {
            continue; // on their way
        }
        playout.push(packet_of(longer > 0 ? frame - 6 : frame), now + 0.06);
    }
    BOOST_CHECK_LE(playout.counts().late, 20);
    const auto received = playout.counts().received;
    playout.push(packet_of(294), 300 * frame_s);
    BOOST_CHECK_EQUAL(playout.counts().received, received + 1);
}

BOOST_AUTO_TEST_CASE(t_more_look_ahead_waits_and_less_leaves_out)
{
    deadline_playout playout(0);
    double now = 0.0;
    int64_t frame = 0;
    const auto one = [&] {
        playout.push(packet_of(frame++), now);
        const auto step = playout.step(now + 0.05);
        now += frame_s;
        return step;
    };
    BOOST_CHECK_EQUAL(one().frame, 0);
    playout.set_look_ahead(2);
    one();
    one();
    BOOST_CHECK_EQUAL(one().frame, 1);
    playout.set_look_ahead(1);
    BOOST_CHECK_EQUAL(one().frame, 3);
    BOOST_CHECK_EQUAL(playout.counts().lost, 0);
    BOOST_CHECK_EQUAL(playout.counts().skipped, 1);
}

BOOST_AUTO_TEST_CASE(t_any_packets_at_any_time_do_no_harm)
{
    std::mt19937 random(5);
    deadline_playout playout(3);
    double now = 0.0;
    for (int i = 0; i < 200000; i++) {
        now += (random() % 1000) * 1e-4;
        switch (random() % 8) {
        case 0:
            playout.announce(random() % 4,
                             random() % (1 << 23),
                             random() % 2,
                             random() % 2,
                             now,
                             random() % 2);
            break;
        case 1:
            playout.set_look_ahead(random() % 6);
            break;
        case 2:
        case 3:
            playout.push(packet_of(random() % 128, random() % 2), now, random() % 2);
            break;
        default:
            const auto step = playout.step(now, int(random() % 3) - 1);
            BOOST_REQUIRE_GE(step.frame, 0);
            BOOST_REQUIRE_LE(std::abs(step.adjust), 2);
        }
    }
}

BOOST_AUTO_TEST_CASE(t_parameters_are_checked)
{
    BOOST_CHECK_THROW(deadline_playout(13), std::invalid_argument);
    BOOST_CHECK_THROW(deadline_playout(1, 0.0), std::invalid_argument);
    BOOST_CHECK_THROW(deadline_playout(1, NAN), std::invalid_argument);
    BOOST_CHECK_THROW(deadline_playout(1, 0.08, 0.09), std::invalid_argument);
    BOOST_CHECK_THROW(deadline_playout(1, 0.08, -0.01), std::invalid_argument);
    BOOST_CHECK_THROW(deadline_playout(1, 0.08, 0.02, 0), std::invalid_argument);
}
