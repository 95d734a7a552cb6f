/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/*
 * What deadline_playout does with packets; with announcements: deadline_announcements.cc;
 * when the listener needs a frame: deadline_playout.cc.
 */

#include "packet_facts.h"
#include "unwrap.h"
#include <gnuradio/largesc/playout/deadline_playout.h>
#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace gr {
namespace largesc {

// The frame with this sequence number that is nearest to the one expected now.
int64_t deadline_playout::frame_of(int sequence) const
{
    constexpr int64_t modulus = packet_codec::sequence_modulus;
    const int64_t expected = d_joined ? newest() : std::max<int64_t>(d_announced, 0);
    return unwrap(sequence, modulus, expected - modulus / 2);
}

bool deadline_playout::belongs_to_another_stream(int64_t frame) const
{
    const bool far = std::llabs(frame - newest()) > d_look_ahead + d_max_wait;
    return (idle() && far) || frame >= d_end || d_strikes >= strikes_to_rejoin;
}

// Whether the clock expects the frame's packet about now.
bool deadline_playout::is_expected(int64_t frame) const
{
    return d_joined && !idle() && frame >= d_next_due &&
           frame <= newest() + doubts::max_jump && frame < d_end &&
           !d_frames->has_packet(frame);
}

// Whether the frame is so far from what the clock expects that no delay explains it.
bool deadline_playout::is_far(int64_t frame) const
{
    return frame < d_next_due - reach_back || frame > newest() + reach_ahead;
}

// Whether a packet that may be damaged must not be believed by itself.
bool deadline_playout::must_wait(int64_t frame) const
{
    if (!d_joined) {
        const int64_t after = frame - d_announced;
        return d_announced >= 0 && (after < 0 || after > doubts::max_jump);
    }
    if (belongs_to_another_stream(frame) || is_far(frame)) {
        return true;
    }
    const bool late = frame < d_next_due;
    const bool jumps = late ? !d_joined_is_sure : frame > newest() + doubts::max_jump;
    return jumps && !d_frames->has_packet(frame);
}

void deadline_playout::push(const packet& p, double now, bool verified, double behind)
{
    const arrival_time came = arrival_time::found(now, behind);
    const bool expected = is_expected(frame_of(p.sequence));
    if (expected) {
        d_doubts.stream_goes_on();
    } else if (d_doubts.announces(p.sequence)) {
        take(*d_doubts.take_announcement(), came);
    }
    if (const auto before = d_doubts.take_packet()) {
        if (doubts::follows(before->what.sequence, p.sequence) && !expected) {
            take(*before, p, came);
            return;
        }
        d_counts.doubtful++;
    }
    if (!verified && must_wait(frame_of(p.sequence))) {
        d_doubts.keep(p, came);
    } else {
        take(p, came, verified);
    }
}

void deadline_playout::take(const packet& p, const arrival_time& came, bool verified)
{
    int64_t frame = frame_of(p.sequence);
    const bool joins = !d_joined || belongs_to_another_stream(frame);
    if (joins) {
        // Unannounced, any number with this sequence will do, but none before 0.
        const bool unannounced = !d_joined && d_announced < 0;
        frame = unannounced || frame < 0 ? p.sequence : frame;
        const bool is_sure = verified || !unannounced;
        join(frame, came);
        d_joined_is_sure = is_sure;
    }
    if (d_may_hasten && !joins && (verified || frame == d_follows)) {
        hasten(frame, came);
    }
    const bool recent = frame >= d_next_due - reach_back;
    if (recent && d_frames->has_packet(frame)) {
        d_counts.duplicate++;
    } else if (frame < d_next_due) {
        d_counts.late++;
        d_strikes += came.behind == 0.0; // else that is no sign of another time
        measure_lateness(frame, came);
    } else if (frame > newest() + reach_ahead) {
        d_counts.early++;
        d_strikes++;
    } else {
        accept(frame, p, came);
        d_joined_is_sure = d_joined_is_sure || !joins;
    }
}

// Two packets agree on a number that the clock does not expect.
void deadline_playout::take(const doubts::timed_packet& first,
                            const packet& p,
                            const arrival_time& came)
{
    int64_t frame = frame_of(p.sequence);
    const bool same_stream = d_joined && d_joined_is_sure && !is_far(frame) &&
                             !belongs_to_another_stream(frame);
    if (same_stream) {
        take(first.what, first.came, true);
        take(p, came, true);
        return;
    }
    if (!d_joined_is_sure && d_announced < 0) {
        frame = p.sequence; // what was joined by one packet is not a number to go by
    }
    const int after_first = doubts::distance(first.what.sequence, p.sequence);
    while (frame < after_first) {
        frame += packet_codec::sequence_modulus;
    }
    join(frame, came);
    d_joined_is_sure = true;
    d_first = frame - after_first;
    take_in_time(d_first, first.what, first.came);
    take_in_time(frame, p, came);
}

void deadline_playout::take_in_time(int64_t frame,
                                    const packet& p,
                                    const arrival_time& came)
{
    if (frame >= d_next_due) {
        accept(frame, p, came);
    } else {
        d_counts.late++;
    }
}

// Makes a frame that arrives now the newest at the next step, or at the one after if that
// comes too soon. One that was found late is as old then as if it had not been. What the
// next step comes later than it need is left out of what it plays.
void deadline_playout::join(int64_t frame, const arrival_time& came)
{
    d_counts.rejoined += d_joined;
    forget_stream();
    d_joined = true;
    d_first = frame;
    d_join_frame = frame;
    d_follows = frame + 1;
    d_join_due = came.due;
    d_next_due = frame - d_look_ahead;
    d_may_hasten = d_stepped;
    if (d_stepped) {
        place_steps(came.behind > 0.0);
    }
}

// Where in the stream the next step is, and what it leaves out, by when the packet that
// joined was due.
void deadline_playout::place_steps(bool was_late)
{
    const double left = d_last_step + d_frame_duration - d_join_due - d_margin - d_jitter;
    const int64_t steps = steps_behind(left, was_late);
    d_next_due = d_join_frame - d_look_ahead + steps;
    d_trim = std::clamp(left - double(steps) * d_frame_duration, 0.0, longest_trim());
}

// The packet that joined may have come late itself: a sender's first one often does. What
// follows tells, until the stream is played.
void deadline_playout::hasten(int64_t frame, const arrival_time& came)
{
    const double due = came.due - double(frame - d_join_frame) * d_frame_duration;
    const double least = d_frame_duration / 80.0; // 1 ms
    d_follows = frame + 1;
    if (frame > d_join_frame && frame <= d_join_frame + doubts::max_jump &&
        due < d_join_due - least) {
        d_join_due = due;
        d_arrivals[place(d_join_frame)].time = due; // no sign of jitter
        place_steps(true);
    }
}

// Steps between the one at which a frame should have been the newest and the next one, to
// which so many seconds are left beyond what must be; -1: it is the one after that.
int64_t deadline_playout::steps_behind(double left, bool was_late) const
{
    if (!was_late) {
        return left < 0.0 ? -1 : 0;
    }
    return int64_t(std::floor(left / d_frame_duration));
}

// A sixteenth of the frame stays, 5 ms, to fade in.
double deadline_playout::longest_trim() const { return d_frame_duration * 15.0 / 16.0; }

void deadline_playout::accept(int64_t frame, const packet& p, const arrival_time& came)
{
    d_counts.received++;
    d_strikes = 0;
    d_steps_without = 0;
    d_arrivals[place(frame)] = { frame, came.due };
    measure_lateness(frame, came);
    const size_t never_sent = learn_packet(*d_frames, frame, p);
    d_counts.lost -= never_sent;
    d_statistics.withdraw(never_sent);
}

// If the frame has been the newest already, its packet came so much too late.
void deadline_playout::measure_lateness(int64_t frame, const arrival_time& came)
{
    const moment& need = d_needs[place(frame)];
    if (need.frame == frame) {
        d_slack.add(need.time - came.due);
    }
}

} // namespace largesc
} // namespace gr
