/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/*
 * deadline_playout where packets come damaged and nothing vouches for them.
 */

#include <gnuradio/largesc/packet/packet_codec.h>
#include <gnuradio/largesc/playout/deadline_playout.h>
#include <boost/test/unit_test.hpp>
#include <algorithm>
#include <random>
#include <set>

using namespace gr::largesc;

namespace {

constexpr double frame_s = 0.08;
constexpr int64_t frames_sent = 300;

// Every frame of a stream has a token of its own.
packet packet_of(int64_t frame, int stream = 0)
{
    packet p;
    p.sequence = int(frame % 128);
    p.primary.assign(4, int16_t(1000 * stream + frame));
    return p;
}

// Sends and plays a frame at a time; packets come 50 ms before they are needed.
class listener
{
public:
    explicit listener(int look_ahead = 1) : d_playout(look_ahead) {}

    void hear(const packet& p, bool is_verified = false)
    {
        d_playout.push(p, d_now, is_verified);
    }

    void hear(const announcement& a, bool is_verified = false)
    {
        d_playout.announce(
            uint16_t(a.session), a.frame, a.silent, a.ends, d_now, is_verified);
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

    playout_step step()
    {
        const auto step = d_playout.step(d_now + 0.05);
        d_now += frame_s;
        d_tokens.insert(step.due[0]);
        return step;
    }

    void wait(int frames)
    {
        for (int n = 0; n < frames; n++) {
            step();
        }
    }

    const deadline_playout& playout() const { return d_playout; }
    const playout_counts& counts() const { return d_playout.counts(); }
    bool played(int64_t frame, int stream = 0) const
    {
        return d_tokens.count(int16_t(1000 * stream + frame));
    }

    int64_t not_played() const
    {
        int64_t missing = 0;
        for (int64_t frame = 0; frame < frames_sent; frame++) {
            missing += !played(frame);
        }
        return missing;
    }

private:
    deadline_playout d_playout;
    double d_now = 0.0;
    std::set<int16_t> d_tokens;
};

} // namespace

BOOST_AUTO_TEST_CASE(t_one_damaged_header_neither_leaves_the_stream_nor_joins_another)
{
    for (const int look_ahead : { 0, 1, 5 }) {
        for (const int64_t damaged : { 1, 2, 100, 127, 128, 299 }) {
            for (int wrong = 1; wrong < 128; wrong++) {
                listener ear(look_ahead);
                for (int64_t frame = 0; frame < frames_sent; frame++) {
                    packet p = packet_of(frame);
                    if (frame == damaged) {
                        p.sequence = (p.sequence + wrong) % 128;
                        p.primary.assign(4, 2047);
                    }
                    ear.hear(p);
                    ear.step();
                }
                ear.wait(look_ahead);
                BOOST_REQUIRE_EQUAL(ear.counts().rejoined, 0);
                // Its own frame is lost, and at most one that it says to be.
                BOOST_REQUIRE_LE(ear.not_played(), 2);
                BOOST_REQUIRE_EQUAL(ear.counts().repeated + ear.counts().skipped, 0);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(t_who_joins_by_a_damaged_header_is_in_the_stream_two_packets_later)
{
    for (const int look_ahead : { 0, 1, 5 }) {
        for (int wrong = 1; wrong < 128; wrong++) {
            listener ear(look_ahead);
            for (int64_t frame = 0; frame < frames_sent; frame++) {
                packet p = packet_of(frame);
                p.sequence = (p.sequence + (frame == 0 ? wrong : 0)) % 128;
                ear.hear(p);
                ear.step();
            }
            // A number a little behind is where a longer delay begins.
            ear.wait(look_ahead + doubts::max_jump);
            BOOST_REQUIRE_LE(ear.not_played(), 3);
            BOOST_REQUIRE_LE(ear.counts().rejoined, 1);
        }
    }
}

BOOST_AUTO_TEST_CASE(t_a_sender_that_starts_again_unannounced_is_followed_at_its_second)
{
    for (int64_t before = 30; before < 160; before++) {
        listener ear(1);
        for (int64_t frame = 0; frame < before; frame++) {
            ear.hear(packet_of(frame));
            ear.step();
        }
        for (int64_t frame = 0; frame < 40; frame++) {
            ear.hear(packet_of(frame, 1));
            ear.step();
        }
        ear.wait(deadline_playout::reach_ahead);
        // So near that a delay may explain it, it takes strikes_to_rejoin beside those
        // that look like duplicates.
        const int64_t behind = (before + 64) % 128 - 64;
        const bool near = behind > 0 && behind <= deadline_playout::reach_back + 1;
        const int64_t first = near ? behind + deadline_playout::strikes_to_rejoin : 1;
        for (int64_t frame = first; frame < 38; frame++) {
            BOOST_TEST_CONTEXT("before=" << before << " frame=" << frame)
            BOOST_CHECK(ear.played(frame, 1));
        }
    }
}

BOOST_AUTO_TEST_CASE(t_a_sender_that_starts_again_announced_is_followed_at_its_first)
{
    for (const int pause : { 0, 40, 200 }) { // frames; after 25 nobody is sending
        for (int64_t before = 30; before < 160; before++) {
            listener ear(1);
            ear.hear(announcement{ 0, 7 });
            for (int64_t frame = 0; frame < before; frame++) {
                ear.hear(packet_of(frame));
                ear.step();
            }
            for (int n = 0; n < 3; n++) {
                ear.hear(announcement{ int(before), 7, 0, false, true });
            }
            ear.wait(pause);
            ear.hear(announcement{ 0, 8 });
            for (int64_t frame = 0; frame < 40; frame++) {
                ear.hear(packet_of(frame, 1));
                ear.step();
            }
            for (int64_t frame = 0; frame < 38; frame++) {
                BOOST_REQUIRE(ear.played(frame, 1));
            }
            BOOST_REQUIRE_EQUAL(ear.counts().doubtful, 0);
            BOOST_REQUIRE_EQUAL(ear.playout().session(), 8);
        }
    }
}

BOOST_AUTO_TEST_CASE(t_a_damaged_announcement_does_not_leave_the_stream)
{
    std::mt19937 random(2);
    for (int stream = 0; stream < 5000; stream++) {
        const int64_t damaged = 25 * int64_t(random() % 12);
        const int flips = 1 + random() % 20;
        listener ear(stream % 6);
        for (int64_t frame = 0; frame < frames_sent; frame++) {
            if (frame % 25 == 0) {
                auto bytes = packet_codec().pack(announcement{ int(frame), 7 });
                for (int n = 0; n < flips && frame == damaged; n++) {
                    bytes[random() % bytes.size()] ^= 1 << random() % 8;
                }
                ear.hear(bytes);
            }
            ear.hear(packet_of(frame));
            ear.step();
        }
        ear.wait(10);
        // The packet after the first announcement confirms seven bits of its number. If
        // others are damaged, the next two put it right.
        BOOST_REQUIRE_LE(ear.counts().rejoined, damaged == 0 ? 1 : 0);
        BOOST_REQUIRE_LE(ear.not_played(), damaged == 0 ? stream % 6 + 1 : 1);
        BOOST_REQUIRE_EQUAL(ear.counts().skipped, 0);
    }
}

BOOST_AUTO_TEST_CASE(t_an_end_is_believed_when_it_is_said_again_or_nothing_follows)
{
    for (const int said : { 0, 1, 2 }) {
        listener ear(1);
        for (int64_t frame = 0; frame < 30; frame++) {
            ear.hear(packet_of(frame));
            ear.step();
        }
        for (int n = 0; n < said; n++) {
            ear.hear(announcement{ 30, 7, 0, false, true });
        }
        ear.wait(40);
        const uint64_t until_idle = deadline_playout::idle_after - 1;
        const uint64_t until_believed = doubts::max_jump - 1;
        const uint64_t lost[] = { until_idle, until_believed, 0 };
        BOOST_CHECK_LE(ear.counts().lost, lost[said]);
        BOOST_CHECK(ear.playout().idle());
    }
}

BOOST_AUTO_TEST_CASE(t_an_end_that_is_damage_ends_nothing)
{
    listener ear(1);
    for (int64_t frame = 0; frame < frames_sent; frame++) {
        if (frame % 50 == 25) {
            ear.hear(announcement{ int(frame), 7, 0, false, true });
        }
        ear.hear(packet_of(frame));
        ear.step();
    }
    ear.wait(1);
    BOOST_CHECK_EQUAL(ear.not_played(), 0);
    BOOST_CHECK_EQUAL(ear.counts().rejoined, 0);
    BOOST_CHECK_EQUAL(ear.counts().doubtful, frames_sent / 50 - 1);
}

BOOST_AUTO_TEST_CASE(t_what_is_not_verified_gives_the_same_steps_in_a_usual_stream)
{
    std::mt19937 random(1);
    for (int stream = 0; stream < 50; stream++) {
        listener sure(stream % 6);
        listener unsure(stream % 6);
        for (int64_t frame = 0; frame < frames_sent; frame++) {
            if (frame % 25 == 0) {
                sure.hear(announcement{ int(frame), 7 }, true);
                unsure.hear(announcement{ int(frame), 7 });
            }
            // An outage of 5 s among the losses: the clock bridges it.
            if (random() % 2 && (frame < 200 || frame > 262)) {
                sure.hear(packet_of(frame), true);
                unsure.hear(packet_of(frame));
            }
            const auto one = sure.step();
            const auto other = unsure.step();
            BOOST_REQUIRE_EQUAL(one.frame, other.frame);
            BOOST_REQUIRE(one.due == other.due && one.origin == other.origin);
            BOOST_REQUIRE(one.newest == other.newest && one.adjust == other.adjust);
        }
        BOOST_CHECK_EQUAL(unsure.counts().doubtful, 0);
    }
}
