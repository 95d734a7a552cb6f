/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/*
 * Rests: nothing sent is neither lost nor filled, by sequence numbers and by the clock.
 */

#include <gnuradio/largesc/playout/deadline_playout.h>
#include <gnuradio/largesc/playout/sequence_playout.h>
#include <boost/test/unit_test.hpp>
#include <algorithm>
#include <random>

using gr::largesc::background;
using gr::largesc::deadline_playout;
using gr::largesc::packet;
using gr::largesc::playout_step;
using gr::largesc::rest;
using gr::largesc::sequence_playout;
using gr::largesc::token_origin;

namespace {

using steps = std::vector<playout_step>;

constexpr bool verified = true;
const background hiss{ 12, 5, 3 };

packet speech(int64_t frame)
{
    packet p;
    p.sequence = int(frame % 128);
    p.primary.assign(4, int16_t(frame % 2048));
    return p;
}

packet resting(int64_t frame, int64_t first)
{
    packet p;
    p.sequence = int(frame % 128);
    p.resting = rest{ int(std::min<int64_t>(frame - first, rest::max_since)), hiss };
    return p;
}

bool is_silence(const playout_step& step)
{
    return step.origin[0] == token_origin::silence;
}

void append(steps& all, const steps& more)
{
    all.insert(all.end(), more.begin(), more.end());
}

// Whether a sender that rests from a frame on sends a packet of this one.
bool is_sent(int64_t frame, int64_t first)
{
    const auto& repeats = rest::repeats;
    return frame % rest::keep_alive == 0 ||
           std::find(repeats.begin(), repeats.end(), frame - first) != repeats.end();
}

} // namespace

BOOST_AUTO_TEST_CASE(t_what_was_not_sent_is_silence_and_no_loss)
{
    sequence_playout playout(1);
    steps played = playout.push(speech(0));
    append(played, playout.push(speech(1)));
    append(played, playout.push(resting(2, 2)));
    append(played, playout.push(resting(4, 2)));
    append(played, playout.push(resting(7, 2)));
    append(played, playout.push(speech(11)));
    append(played, playout.flush(12));
    BOOST_REQUIRE_EQUAL(played.size(), 12);
    for (const auto& step : played) {
        const bool speaks = step.frame < 2 || step.frame == 11;
        BOOST_CHECK_EQUAL(is_silence(step), !speaks);
        BOOST_CHECK(speaks ? !step.sound : step.sound == hiss);
    }
    BOOST_CHECK_EQUAL(playout.counts().lost, 0);
    BOOST_CHECK_EQUAL(playout.counts().rested, 6);
    BOOST_CHECK_EQUAL(playout.statistics().loss_rate(), 0.0);
    BOOST_CHECK_EQUAL(playout.statistics().window(), 5); // two of speech, three of rest
}

BOOST_AUTO_TEST_CASE(t_a_packet_of_a_rest_that_was_to_be_expected_is_missed)
{
    sequence_playout playout(0);
    playout.push(speech(13));
    playout.push(resting(14, 14));
    playout.push(resting(32, 14), verified);
    BOOST_CHECK_EQUAL(playout.counts().lost, 13 + 2); // 13 before; of the rest 16 and 19
    BOOST_CHECK_EQUAL(playout.counts().rested, 15);
}

BOOST_AUTO_TEST_CASE(t_a_rest_whose_first_packet_was_lost_takes_back_what_seemed_lost)
{
    sequence_playout playout(0);
    playout.push(speech(0));
    playout.push(resting(6, 1)); // 1 and 3 were sent and lost; 2, 4 and 5 were not
    BOOST_CHECK_EQUAL(playout.counts().lost, 2);
    BOOST_CHECK_EQUAL(playout.statistics().window(), 4);
    BOOST_CHECK_CLOSE(playout.statistics().loss_rate(), 0.5, 0.01);
}

BOOST_AUTO_TEST_CASE(t_speech_that_is_lost_is_lost_however_long_ago_the_rest_was)
{
    sequence_playout playout(0);
    playout.push(resting(0, 0));
    playout.push(speech(1));
    const auto played = playout.push(speech(4));
    BOOST_REQUIRE_EQUAL(played.size(), 3);
    BOOST_CHECK(played[0].origin[0] == token_origin::unknown);
    BOOST_CHECK_EQUAL(playout.counts().lost, 2);
}

BOOST_AUTO_TEST_CASE(t_redundancy_tells_that_a_lost_frame_was_speech)
{
    sequence_playout playout(1);
    playout.push(resting(0, 0));
    packet p = speech(2);
    p.redundant = { 7 };
    p.lag = 1;
    const auto played = playout.push(p);
    BOOST_REQUIRE_EQUAL(played.size(), 2);
    BOOST_CHECK(played[1].origin[0] == token_origin::redundant);
    playout.flush(3);
    BOOST_CHECK_EQUAL(playout.counts().lost, 1);
    BOOST_CHECK_EQUAL(playout.counts().repaired, 1);
}

BOOST_AUTO_TEST_CASE(t_silence_of_the_first_version_ends_no_rest)
{
    sequence_playout playout(0);
    playout.push(resting(0, 0));
    packet silent;
    silent.sequence = 3;
    playout.push(silent);
    const auto played = playout.push(speech(8));
    BOOST_REQUIRE_EQUAL(played.size(), 5);
    BOOST_CHECK(std::all_of(played.begin(), played.end() - 1, is_silence));
    BOOST_CHECK_EQUAL(playout.counts().lost, 2); // of the rest, 2 and 5
}

BOOST_AUTO_TEST_CASE(t_rests_are_followed_where_nothing_vouches_for_a_packet)
{
    sequence_playout playout(0);
    playout.push(speech(0));
    for (const int frame : { 1, 3, 6, 16, 32, 64 }) {
        BOOST_CHECK(!playout.push(resting(frame, 1)).empty());
    }
    BOOST_CHECK(!playout.push(speech(79)).empty());
    BOOST_CHECK_EQUAL(playout.counts().doubtful, 0);
    BOOST_CHECK_EQUAL(playout.counts().lost, 1); // that of frame 48
}

BOOST_AUTO_TEST_CASE(t_by_the_clock_a_rest_is_silence_and_no_loss)
{
    deadline_playout playout(1);
    steps played;
    for (int frame = 0; frame < 120; frame++) {
        const double now = 0.08 * frame;
        if (frame < 5 || frame >= 100) {
            playout.push(speech(frame), now, verified);
        } else if (is_sent(frame, 5)) {
            playout.push(resting(frame, 5), now, verified);
        }
        played.push_back(playout.step(now + 0.05));
    }
    for (const auto& step : played) {
        const bool speaks = step.frame < 5 || step.frame >= 100;
        BOOST_CHECK(step.frame == 0 || is_silence(step) != speaks);
        BOOST_CHECK(step.frame == 0 || step.sound.has_value() != speaks);
    }
    BOOST_CHECK_EQUAL(playout.counts().lost, 0);
    BOOST_CHECK_EQUAL(playout.counts().idle, 1);
    BOOST_CHECK_EQUAL(playout.statistics().loss_rate(), 0.0);
}

BOOST_AUTO_TEST_CASE(t_by_the_clock_a_rest_ends_when_nothing_keeps_it_alive)
{
    deadline_playout playout(0);
    playout.push(speech(0), 0.0, verified);
    playout.push(resting(1, 1), 0.08, verified);
    int with_sound = 0;
    for (int frame = 0; frame < 100; frame++) {
        with_sound += playout.step(0.08 * frame + 0.09).sound.has_value();
    }
    BOOST_CHECK(playout.idle());
    BOOST_CHECK_EQUAL(with_sound, 25 + 2 * rest::keep_alive - 1);
}

BOOST_AUTO_TEST_CASE(t_the_loss_rate_is_that_of_the_channel_though_most_is_silence)
{
    std::mt19937 random(1);
    std::bernoulli_distribution is_lost(0.2);
    sequence_playout playout(1);
    const int64_t frames = 128 * 400;
    double reported = 0.0;
    for (int64_t frame = 0; frame < frames; frame++) {
        const int64_t first = frame / 64 * 64 + 25; // 2 s of speech, 3.1 s of rest
        const bool speaks = frame < first;
        if ((speaks || is_sent(frame, first)) && !is_lost(random)) {
            playout.push(speaks ? speech(frame) : resting(frame, first), verified);
        }
        reported += playout.statistics().loss_rate() / frames;
    }
    BOOST_CHECK_SMALL(reported - 0.2, 0.01);
}
