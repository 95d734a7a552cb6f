/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/*
 * Both playouts where many packets come damaged: bits flipped anywhere, no check value.
 * docs/playout.md has the figures.
 */

#include <gnuradio/largesc/packet/packet_codec.h>
#include <gnuradio/largesc/playout/deadline_playout.h>
#include <gnuradio/largesc/playout/sequence_playout.h>
#include <boost/test/unit_test.hpp>
#include <algorithm>
#include <random>
#include <set>

using namespace gr::largesc;

namespace {

constexpr int frames_sent = 300;
constexpr double frame_s = 0.08;

// A stream as it is sent and heard: speech and pauses, announced every 2 s.
class damaged_stream
{
public:
    damaged_stream(double share, unsigned seed) : d_random(seed), d_is_damaged(share) {}

    void run()
    {
        for (int frame = 0; frame < frames_sent; frame++) {
            const bool silent = frame % 50 > 40;
            const bool announced = frame % 25 == 0;
            if (announced) {
                send(announcement{ frame, 7, 0, silent });
            }
            if (!announced || !silent) {
                packet p;
                p.sequence = frame % 128;
                p.primary.assign(silent ? 0 : 8, int16_t(frame));
                send(p);
            }
            d_heard.insert(d_live.step(d_now + 0.05).due[0]);
            d_now += frame_s;
        }
        for (int n = 0; n < 3; n++) {
            send(announcement{ frames_sent, 7, 0, false, true });
        }
        d_played += d_simulated.flush(frames_sent).size();
    }

    // Frames played in simulation.
    size_t played() const { return d_played; }
    // Frames of speech that the live listener did not hear, whatever the reason.
    int not_heard() const
    {
        int missing = 0;
        for (int frame = 0; frame < frames_sent - 1; frame++) {
            missing += frame % 50 <= 40 && !d_heard.count(int16_t(frame));
        }
        return missing;
    }

private:
    template <typename T>
    void send(const T& what)
    {
        auto bytes = packet_codec().pack(what);
        if (d_is_damaged(d_random)) {
            for (int flips = 1 + d_random() % 8; flips > 0; flips--) {
                bytes[d_random() % bytes.size()] ^= 1 << d_random() % 8;
            }
        }
        parsed_packet parsed;
        if (packet_codec().parse(bytes.data(), bytes.size(), parsed) ==
            packet_error::none) {
            std::visit([this](const auto& said) { hear(said); }, parsed);
        }
    }

    void hear(const packet& p)
    {
        d_played += d_simulated.push(p).size();
        d_live.push(p, d_now);
    }

    void hear(const announcement& a)
    {
        const auto session = uint16_t(a.session);
        d_played += d_simulated.announce(session, a.frame, a.silent, a.ends).size();
        d_live.announce(session, a.frame, a.silent, a.ends, d_now);
    }

    // Damage may look like a piece of text; one that stands for a frame says that it is
    // silent.
    void hear(const text_piece& t)
    {
        if (t.silent) {
            hear(packet{ t.sequence });
        }
    }

    std::mt19937 d_random;
    std::bernoulli_distribution d_is_damaged;
    sequence_playout d_simulated{ 1 };
    deadline_playout d_live{ 1 };
    double d_now = 0.0;
    size_t d_played = 0;
    std::set<int16_t> d_heard;
};

struct summary {
    int with_invented = 0; // streams
    size_t most_played = 0;
    double not_heard = 0.0; // frames per stream
};

summary hear_streams(double share, int streams)
{
    summary all;
    for (int n = 0; n < streams; n++) {
        damaged_stream stream(share, n);
        stream.run();
        BOOST_REQUIRE_GE(stream.played(), frames_sent);
        all.with_invented += stream.played() > frames_sent;
        all.most_played = std::max(all.most_played, stream.played());
        all.not_heard += double(stream.not_heard()) / streams;
    }
    return all;
}

} // namespace

BOOST_AUTO_TEST_CASE(t_one_packet_in_a_hundred_damaged)
{
    const auto all = hear_streams(0.01, 1000);
    BOOST_TEST_MESSAGE(all.with_invented << " " << all.most_played << " "
                                         << all.not_heard);
    BOOST_CHECK_LE(all.with_invented, 3);
    BOOST_CHECK_LE(all.most_played, frames_sent + doubts::max_jump);
    BOOST_CHECK_LT(all.not_heard, 0.01 * frames_sent);
}

BOOST_AUTO_TEST_CASE(t_one_packet_in_ten_damaged)
{
    const auto all = hear_streams(0.1, 1000);
    BOOST_TEST_MESSAGE(all.with_invented << " " << all.most_played << " "
                                         << all.not_heard);
    BOOST_CHECK_LE(all.with_invented, 20);
    BOOST_CHECK_LE(all.most_played, frames_sent + 128);
    BOOST_CHECK_LT(all.not_heard, 0.1 * frames_sent);
}
