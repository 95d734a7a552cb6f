/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "frame_store.h"
#include <gnuradio/largesc/playout/deadline_playout.h>
#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <utility>

namespace gr {
namespace largesc {

namespace {

void require(bool condition, const std::string& what)
{
    if (!condition) {
        throw std::invalid_argument("deadline_playout: " + what);
    }
}

} // namespace

deadline_playout::deadline_playout(
    int look_ahead, double frame_duration, double margin, int max_wait, size_t window)
    : d_frame_duration(frame_duration),
      d_margin(margin),
      d_max_wait(max_wait),
      d_frames(std::make_unique<frame_store>()),
      d_statistics(window)
{
    require(frame_duration > 0.0 && std::isfinite(frame_duration),
            "frame_duration must be above 0");
    require(margin >= 0.0 && margin <= frame_duration,
            "margin must be from 0 to the duration of a frame");
    require(max_wait >= 1 && max_wait <= reach_ahead, "max_wait must be 1..16 frames");
    set_look_ahead(look_ahead);
    reset();
}

deadline_playout::~deadline_playout() = default;

void deadline_playout::reset()
{
    forget_stream();
    d_session = -1;
    d_session_is_sure = false;
    d_doubts.clear();
    d_announced = -1;
    d_counts = playout_counts();
    d_stepped = false;
    d_jitter = d_frame_duration / 2.0; // the most that is waited for
}

void deadline_playout::forget_stream()
{
    if (d_slack.settled()) {
        d_jitter = std::min(d_slack.jitter(), d_frame_duration / 2.0);
    }
    d_trim = 0.0;
    d_frames->clear();
    d_statistics.reset();
    d_slack.reset();
    d_arrivals.fill(moment());
    d_needs.fill(moment());
    d_may_hasten = false;
    d_joined = false;
    d_joined_is_sure = false;
    d_end = never;
    d_held_steps = 0;
    d_steps_without = 0;
    d_strikes = 0;
}

void deadline_playout::set_look_ahead(int look_ahead)
{
    require(look_ahead >= 0 && look_ahead <= max_look_ahead,
            "look_ahead must be 0..12, not " + std::to_string(look_ahead));
    const int more = look_ahead - d_look_ahead;
    d_look_ahead = look_ahead;
    if (d_joined && more > 0) {
        d_held_steps += more;
    } else if (d_joined) {
        d_next_due -= more;
        d_counts.skipped -= more;
    }
}

bool deadline_playout::idle() const
{
    // In a rest so many packets are few: as many again may be lost as before speech ends.
    const int gaps = d_joined && d_frames->is_resting(newest()) ? 2 : 0;
    const int longest = idle_after + gaps * rest::keep_alive;
    return !d_joined || d_steps_without > longest || d_next_due >= d_end;
}

playout_step deadline_playout::step(double now, int adjusted)
{
    d_stepped = true;
    d_last_step = now;
    d_slack.shift(adjusted * d_frame_duration);
    if (!d_joined || d_held_steps > 0) {
        d_held_steps -= d_joined;
        d_counts.idle++;
        return silence();
    }
    d_steps_without++;
    end_in_silence(now);
    const int wanted = wish();
    const bool pause = is_silence(d_next_due);
    if (wanted > 0 && pause) {
        d_counts.repeated++;
        d_slack.shift(d_frame_duration);
        return silence();
    }
    // The last silent frame before speech stays.
    const bool leave_out = wanted < 0 && pause && is_silence(d_next_due + 1);
    if (leave_out) {
        d_next_due++;
        d_counts.skipped++;
        d_slack.shift(-d_frame_duration);
    }
    note_need(now);
    playout_step step = play();
    step.adjust = leave_out ? 0 : wanted;
    step.trim = std::exchange(d_trim, 0.0);
    d_last_step -= step.trim; // the next one comes so much sooner
    d_may_hasten = d_may_hasten && d_next_due <= d_first;
    return step;
}

// The newest frame's packet should be there by now; if it is, it came so much before.
void deadline_playout::note_need(double now)
{
    const int64_t frame = newest();
    const moment& arrival = d_arrivals[place(frame)];
    if (arrival.frame == frame) {
        d_slack.add(now - arrival.time);
    }
    d_needs[place(frame)] = { frame, now };
}

int deadline_playout::wish() const
{
    if (!d_slack.settled()) {
        return 0;
    }
    const double low = d_slack.low();
    if (low < d_margin / 2 && d_slack.median() < d_max_wait * d_frame_duration) {
        const bool frames_are_lost = low < -d_look_ahead * d_frame_duration;
        return frames_are_lost ? 2 : 1;
    }
    // A frame and a half: right after one frame more, what jitter adds must not ask for
    // less.
    if (low > 1.5 * d_frame_duration + d_margin) {
        const bool much_too_slow = low > 4 * d_frame_duration + d_margin;
        return much_too_slow ? -2 : -1;
    }
    return 0;
}

playout_step deadline_playout::play()
{
    playout_step step = d_frames->step(d_next_due);
    const bool has_packet = d_frames->has_packet(d_next_due);
    const bool sent = d_next_due >= d_first && d_next_due < d_end && !idle();
    if (has_packet || sent) {
        d_frames->count_played(d_next_due, d_counts, d_statistics);
        step.newest = d_frames->tokens(newest());
    } else {
        step = silence();
        d_counts.idle++;
    }
    d_next_due++;
    return step;
}

bool deadline_playout::is_silence(int64_t frame) const
{
    return d_frames->is_silent(frame) || d_frames->is_resting(frame);
}

playout_step deadline_playout::silence() const
{
    playout_step step;
    step.frame = std::max<int64_t>(d_next_due, 0);
    step.origin.fill(token_origin::silence);
    step.sound = idle() ? std::nullopt : d_frames->step(d_next_due).sound;
    return step;
}

size_t deadline_playout::place(int64_t frame)
{
    return size_t((frame % history + history) % history);
}

} // namespace largesc
} // namespace gr
