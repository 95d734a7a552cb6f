/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/largesc/playout/deadline_playout.h>
#include <boost/test/unit_test.hpp>
#include <algorithm>
#include <cmath>
#include <map>
#include <queue>
#include <random>

using gr::largesc::deadline_playout;
using gr::largesc::packet;

namespace {

constexpr double frame_s = 0.08;

packet packet_of(int64_t frame, bool silent)
{
    packet p;
    p.sequence = int(frame % 128);
    p.primary.assign(silent ? 0 : 4, int16_t(frame % 2048));
    return p;
}

// Three seconds of speech, then a pause of 0.4 s, and again.
bool is_pause(int64_t frame) { return frame % 42 >= 37; }

struct radio_path {
    double ppm = 0.0;       // sender's clock against the listener's
    double jitter_s = 0.02; // packets take up to so much longer
    double loss_rate = 0.0;
    bool tells_silence = true; // pauses are sent as silent packets
    int look_ahead = 1;
};

struct arrival {
    double time;
    int64_t frame;
    bool operator>(const arrival& other) const { return time > other.time; }
};

// A listener whose decoder does as it is asked in pauses, and what came of it.
class listener
{
public:
    explicit listener(const radio_path& path)
        : d_path(path), d_playout(path.look_ahead), d_random(1)
    {
    }

    void hear(int64_t frames)
    {
        for (int64_t frame = 0; frame < frames; frame++) {
            send(frame);
        }
        for (double now = 0.05; !d_air.empty(); now += frame_s) {
            while (!d_air.empty() && d_air.top().time <= now) {
                const auto [time, frame] = d_air.top();
                d_air.pop();
                d_playout.push(packet_of(frame, d_path.tells_silence && is_pause(frame)),
                               time);
            }
            play(now);
        }
    }

    const deadline_playout& playout() const { return d_playout; }
    int64_t lost_on_air() const { return d_lost; }
    int64_t adjustments_in_pauses() const { return d_adjustments; }
    int64_t urgent_wishes() const { return d_urgent; }
    double least_delay() const { return d_least_delay; }
    double most_delay() const { return d_most_delay; }

    // Frames of speech that were not played exactly once, but for those lost at both
    // ends.
    int64_t speech_frames_hurt(int64_t frames) const
    {
        int64_t hurt = 0;
        for (int64_t frame = 2; frame < frames - 10; frame++) {
            const auto found = d_played.find(frame);
            const int times = found == d_played.end() ? 0 : found->second;
            hurt += !is_pause(frame) && times != 1;
        }
        return hurt;
    }

private:
    double uniform() { return (d_random() >> 11) * 0x1p-53; }

    double sent_at(int64_t frame) const
    {
        return frame * frame_s * (1 + d_path.ppm * 1e-6);
    }

    void send(int64_t frame)
    {
        const double delay = 0.1 + d_path.jitter_s * uniform();
        if (uniform() < d_path.loss_rate) {
            d_lost++;
        } else {
            d_air.push({ sent_at(frame) + delay, frame });
        }
    }

    void play(double now)
    {
        if (d_frames_to_wait > 0) {
            d_frames_to_wait--;
            return;
        }
        const auto step = d_playout.step(now, d_adjusted);
        d_adjusted = 0;
        d_urgent += std::abs(step.adjust) > 1;
        if (d_playout.idle()) {
            return;
        }
        if (step.adjust != 0 && is_pause(step.frame) && now - d_last_adjustment > 1.0) {
            d_adjustments++;
            d_last_adjustment = now;
            d_adjusted = step.adjust < 0 ? -1 : 1;
            if (d_adjusted < 0) {
                play(now);
                return;
            }
            d_frames_to_wait = 1;
        }
        d_played[step.frame]++;
        if (step.frame < 10) {
            return; // while playout starts, frames before the first are silence
        }
        const double delay = now - sent_at(step.frame);
        d_least_delay = std::min(d_least_delay, delay);
        d_most_delay = std::max(d_most_delay, delay);
    }

    radio_path d_path;
    deadline_playout d_playout;
    std::mt19937_64 d_random;
    std::priority_queue<arrival, std::vector<arrival>, std::greater<arrival>> d_air;
    std::map<int64_t, int> d_played;
    int64_t d_lost = 0;
    int64_t d_adjustments = 0;
    int64_t d_urgent = 0;
    int d_adjusted = 0;
    int d_frames_to_wait = 0;
    double d_last_adjustment = -10.0;
    double d_least_delay = 1e9;
    double d_most_delay = 0.0;
};

constexpr int64_t an_hour = 45000; // frames

void check_an_hour(const radio_path& path)
{
    listener ear(path);
    ear.hear(an_hour);
    const auto& counts = ear.playout().counts();
    const int64_t moved = counts.skipped + counts.repeated + ear.adjustments_in_pauses();
    const double drift_frames = std::abs(path.ppm) * 1e-6 * an_hour;
    BOOST_CHECK_EQUAL(ear.speech_frames_hurt(an_hour), 0);
    BOOST_CHECK_EQUAL(counts.late, 0);
    BOOST_CHECK_EQUAL(counts.rejoined, 0);
    BOOST_CHECK_EQUAL(ear.urgent_wishes(), 0);
    BOOST_CHECK_LE(std::abs(int64_t(counts.lost) - ear.lost_on_air()), 2);
    BOOST_CHECK_LE(moved, std::ceil(drift_frames) + 2);
    BOOST_CHECK_GE(moved, std::floor(drift_frames) - 1);
    // Path, jitter, look-ahead; then at most one frame and the margin of waiting.
    const double path_s = 0.1 + path.look_ahead * frame_s;
    BOOST_CHECK_GE(ear.least_delay(), path_s);
    BOOST_CHECK_LE(ear.most_delay(), path_s + path.jitter_s + 2 * frame_s + 0.02);
}

} // namespace

BOOST_AUTO_TEST_CASE(t_an_hour_with_equal_clocks_moves_nothing)
{
    check_an_hour({ 0.0, 0.02, 0.0, true, 1 });
}

BOOST_AUTO_TEST_CASE(t_an_hour_with_a_slow_sender)
{
    for (const int look_ahead : { 0, 1, 5 }) {
        check_an_hour({ 100.0, 0.02, 0.2, true, look_ahead });
        check_an_hour({ 100.0, 0.02, 0.2, false, look_ahead });
    }
}

BOOST_AUTO_TEST_CASE(t_an_hour_with_a_fast_sender)
{
    for (const int look_ahead : { 0, 1, 5 }) {
        check_an_hour({ -100.0, 0.02, 0.2, true, look_ahead });
        check_an_hour({ -100.0, 0.02, 0.2, false, look_ahead });
    }
}
