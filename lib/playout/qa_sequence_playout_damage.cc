/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/*
 * sequence_playout where packets come damaged and nothing vouches for them.
 */

#include <gnuradio/largesc/packet/packet_codec.h>
#include <gnuradio/largesc/playout/sequence_playout.h>
#include <boost/test/unit_test.hpp>
#include <algorithm>
#include <functional>
#include <random>

using namespace gr::largesc;

namespace {

constexpr int64_t frames_sent = 300;
constexpr bool verified = true;

packet packet_of(int64_t frame)
{
    packet p;
    p.sequence = int(frame % 128);
    p.primary.assign(8, int16_t(frame % 2048));
    return p;
}

// What a listener gets.
class listener
{
public:
    explicit listener(int look_ahead = 1) : d_playout(look_ahead) {}

    void hear(const packet& p, bool is_verified = false)
    {
        play(d_playout.push(p, is_verified));
    }

    void hear(const announcement& a, bool is_verified = false)
    {
        play(d_playout.announce(
            uint16_t(a.session), a.frame, a.silent, a.ends, is_verified));
    }

    // Nothing for the playout.
    void hear(const text_piece&) {}

    // Without check value, as it came; what is no packet is dropped.
    void hear(const std::vector<uint8_t>& bytes)
    {
        parsed_packet parsed;
        if (packet_codec().parse(bytes.data(), bytes.size(), parsed) ==
            packet_error::none) {
            std::visit([this](const auto& what) { hear(what); }, parsed);
        }
    }

    void end(int64_t frames = frames_sent) { play(d_playout.flush(frames)); }

    const std::vector<playout_step>& played() const { return d_played; }
    const playout_counts& counts() const { return d_playout.counts(); }

    // Frames that were not played once, in their place, with their tokens.
    int64_t hurt() const
    {
        int64_t right = 0;
        for (size_t n = 0; n < d_played.size(); n++) {
            const auto& step = d_played[n];
            right += step.frame == int64_t(n) && step.due[0] == step.frame % 2048;
        }
        return frames_sent - right;
    }

private:
    void play(const std::vector<playout_step>& steps)
    {
        d_played.insert(d_played.end(), steps.begin(), steps.end());
    }

    sequence_playout d_playout;
    std::vector<playout_step> d_played;
};

void check_steps_are_equal(const std::vector<playout_step>& one,
                           const std::vector<playout_step>& other)
{
    BOOST_REQUIRE_EQUAL(one.size(), other.size());
    for (size_t n = 0; n < one.size(); n++) {
        BOOST_REQUIRE_EQUAL(one[n].frame, other[n].frame);
        BOOST_REQUIRE(one[n].due == other[n].due && one[n].origin == other[n].origin &&
                      one[n].newest == other[n].newest);
    }
}

} // namespace

BOOST_AUTO_TEST_CASE(t_one_damaged_header_invents_no_frames)
{
    for (const int look_ahead : { 0, 1, 5 }) {
        for (const int64_t damaged : { 0, 1, 100, 127, 128, 200, 291 }) {
            for (int wrong = 1; wrong < 128; wrong++) {
                listener ear(look_ahead);
                for (int64_t frame = 0; frame < frames_sent; frame++) {
                    packet p = packet_of(frame);
                    p.sequence = (p.sequence + (frame == damaged ? wrong : 0)) % 128;
                    ear.hear(p);
                }
                ear.end();
                BOOST_REQUIRE_EQUAL(ear.played().size(), frames_sent);
                // A number a little ahead is no jump: what comes before it is then late.
                // One a little behind is late itself, and nothing waits.
                const bool ahead = wrong < doubts::max_jump;
                const bool behind = wrong >= 128 - 1 - sequence_playout::reach_back;
                BOOST_REQUIRE_LE(ear.hurt(), ahead ? doubts::max_jump : 1);
                if (!behind) {
                    BOOST_REQUIRE_EQUAL(ear.counts().doubtful, ahead ? 0 : 1);
                }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(t_an_outage_of_100_packets_is_bridged)
{
    for (const int outage : { 7, 8, 100, 110 }) {
        listener ear;
        for (int64_t frame = 0; frame < frames_sent; frame++) {
            if (frame < 50 || frame >= 50 + outage) {
                ear.hear(packet_of(frame));
            }
        }
        ear.end();
        BOOST_CHECK_EQUAL(ear.played().size(), frames_sent);
        BOOST_CHECK_EQUAL(ear.hurt(), outage);
        BOOST_CHECK_EQUAL(ear.counts().lost, outage);
        BOOST_CHECK_EQUAL(ear.counts().doubtful, 0);
    }
}

BOOST_AUTO_TEST_CASE(t_what_is_not_verified_gives_the_same_steps_in_a_usual_stream)
{
    std::mt19937 random(1);
    for (int stream = 0; stream < 50; stream++) {
        listener sure(stream % 6);
        listener unsure(stream % 6);
        int run = 0;
        for (int64_t frame = 0; frame < frames_sent; frame++) {
            const bool lost = random() % 2 && run < doubts::max_jump - 1;
            run = lost ? run + 1 : 0;
            if (frame % 25 == 0) {
                sure.hear(announcement{ int(frame), 7 }, verified);
                unsure.hear(announcement{ int(frame), 7 });
            }
            if (!lost) {
                sure.hear(packet_of(frame), verified);
                unsure.hear(packet_of(frame));
            }
        }
        sure.end();
        unsure.end();
        check_steps_are_equal(unsure.played(), sure.played());
        BOOST_CHECK_EQUAL(unsure.counts().doubtful, 0);
    }
}

BOOST_AUTO_TEST_CASE(t_a_damaged_announcement_neither_restarts_nor_skips)
{
    std::mt19937 random(2);
    for (int stream = 0; stream < 20000; stream++) {
        const int64_t damaged = 25 * int64_t(random() % 12);
        const int flips = 1 + random() % 20;
        listener ear;
        for (int64_t frame = 0; frame < frames_sent; frame++) {
            if (frame % 25 == 0) {
                auto bytes = packet_codec().pack(announcement{ int(frame), 7 });
                for (int n = 0; n < flips && frame == damaged; n++) {
                    bytes[random() % bytes.size()] ^= 1 << random() % 8;
                }
                ear.hear(bytes);
            }
            ear.hear(packet_of(frame));
        }
        ear.end();
        BOOST_REQUIRE_EQUAL(ear.played().size(), frames_sent);
        BOOST_REQUIRE_LE(ear.hurt(), doubts::max_jump);
        BOOST_REQUIRE_EQUAL(ear.counts().rejoined, 0);
        BOOST_REQUIRE_EQUAL(ear.counts().skipped, 0);
        BOOST_REQUIRE_LE(ear.counts().doubtful, 1);
    }
}

BOOST_AUTO_TEST_CASE(t_a_sender_that_starts_again_is_followed_at_its_first_packet)
{
    for (const int64_t before : { 3, 10, 100, 127, 128, 200 }) {
        listener ear(0);
        ear.hear(announcement{ 0, 7 });
        for (int64_t frame = 0; frame < before; frame++) {
            ear.hear(packet_of(frame));
        }
        for (int n = 0; n < 3; n++) {
            ear.hear(announcement{ int(before), 7, 0, false, true });
        }
        const auto played = ear.played().size();
        ear.hear(announcement{ 0, 8 });
        ear.hear(packet_of(0));
        ear.hear(packet_of(1));
        BOOST_REQUIRE_EQUAL(ear.played().size(), played + 2);
        BOOST_CHECK_EQUAL(ear.played()[played].frame, 0);
        BOOST_CHECK_EQUAL(ear.played()[played + 1].frame, 1);
        BOOST_CHECK_EQUAL(ear.counts().rejoined, 1);
        BOOST_CHECK_EQUAL(ear.counts().doubtful, 0);
    }
}

BOOST_AUTO_TEST_CASE(t_a_receiver_that_joins_late_is_told_where_the_stream_is)
{
    // By the announcement and the packet after it, in either order, and where the seven
    // bits of the number alone go with those of the packet expected: by the next one.
    for (const int start : { 1000, 1024 }) {
        listener ear(0);
        ear.hear(announcement{ start, 7 });
        ear.hear(packet_of(start));
        ear.hear(announcement{ start + 25, 7 });
        ear.hear(packet_of(start + 25));
        BOOST_CHECK_EQUAL(ear.played().back().frame, start + 25);
        BOOST_CHECK_EQUAL(ear.played().size(), start + 26);
        BOOST_CHECK_EQUAL(ear.counts().doubtful, 0);
    }
    listener ear(0);
    ear.hear(packet_of(1000));
    ear.hear(announcement{ 1001, 7 });
    BOOST_CHECK_EQUAL(ear.played().size(), 1001);
    BOOST_CHECK_EQUAL(ear.played().back().due[0], 1000);
}

BOOST_AUTO_TEST_CASE(t_a_session_that_was_damaged_at_its_first_announcement_is_renamed)
{
    listener ear(2);
    for (int64_t frame = 0; frame < frames_sent; frame++) {
        if (frame % 25 == 0) {
            ear.hear(announcement{ int(frame), frame == 0 ? 12345 : 7 });
        }
        ear.hear(packet_of(frame));
    }
    ear.end();
    BOOST_CHECK_EQUAL(ear.hurt(), 0);
    BOOST_CHECK_EQUAL(ear.counts().rejoined, 0);
}

BOOST_AUTO_TEST_CASE(t_an_announcement_of_this_stream_confirms_no_damaged_number)
{
    // Damaged as 125, as if the announcement of frame 1 were that of 129.
    listener ear(0);
    packet first = packet_of(0);
    first.sequence = 125;
    ear.hear(first);
    ear.hear(announcement{ 1, 7, 0, true });
    for (int64_t frame = 2; frame < frames_sent; frame++) {
        ear.hear(packet_of(frame));
    }
    ear.end();
    BOOST_CHECK_EQUAL(ear.played().size(), frames_sent);
    BOOST_CHECK_EQUAL(ear.hurt(), 2); // the damaged one, and the silent one has no token
    BOOST_CHECK_EQUAL(ear.counts().doubtful, 1);
}

BOOST_AUTO_TEST_CASE(t_an_end_is_believed_when_it_is_said_again)
{
    listener ear(3);
    for (int64_t frame = 0; frame < 10; frame++) {
        ear.hear(packet_of(frame));
    }
    ear.hear(announcement{ 10, 7, 0, false, true });
    BOOST_CHECK_EQUAL(ear.played().size(), 7);
    ear.hear(announcement{ 10, 7, 0, false, true });
    BOOST_CHECK_EQUAL(ear.played().size(), 10);
}

BOOST_AUTO_TEST_CASE(t_at_the_end_what_waits_is_believed_within_the_stream)
{
    for (const int64_t last : { 60, 99, 100 }) {
        listener ear(0);
        ear.hear(packet_of(0));
        ear.hear(packet_of(last));
        BOOST_CHECK_EQUAL(ear.played().size(), 1);
        ear.end(100);
        BOOST_CHECK_EQUAL(ear.played().size(), 100);
        BOOST_CHECK_EQUAL(ear.counts().received, last < 100 ? 2 : 1);
        BOOST_CHECK_EQUAL(ear.counts().doubtful, last < 100 ? 0 : 1);
    }
}
