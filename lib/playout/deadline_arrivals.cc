/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/*
 * What deadline_playout does with packets and announcements; what it does when the
 * listener needs a frame is in deadline_playout.cc.
 */

#include "packet_facts.h"
#include "unwrap.h"
#include <gnuradio/largesc/playout/deadline_playout.h>
#include <algorithm>
#include <cstdlib>
#include <utility>

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

void deadline_playout::push(const packet& p, double now, bool verified)
{
    const bool expected = is_expected(frame_of(p.sequence));
    if (expected) {
        d_doubts.stream_goes_on();
    } else if (d_doubts.announces(p.sequence)) {
        take(*d_doubts.take_announcement(), now);
    }
    if (const auto before = d_doubts.take_packet()) {
        if (doubts::follows(before->what.sequence, p.sequence) && !expected) {
            take(*before, p, now);
            return;
        }
        d_counts.doubtful++;
    }
    if (!verified && must_wait(frame_of(p.sequence))) {
        d_doubts.keep(p, now);
    } else {
        take(p, now, verified);
    }
}

void deadline_playout::take(const packet& p, double now, bool verified)
{
    int64_t frame = frame_of(p.sequence);
    const bool joins = !d_joined || belongs_to_another_stream(frame);
    if (joins) {
        // Unannounced, any number with this sequence will do, but none before 0.
        const bool unannounced = !d_joined && d_announced < 0;
        frame = unannounced || frame < 0 ? p.sequence : frame;
        const bool is_sure = verified || !unannounced;
        join(frame, now);
        d_joined_is_sure = is_sure;
    }
    const bool recent = frame >= d_next_due - reach_back;
    if (recent && d_frames->has_packet(frame)) {
        d_counts.duplicate++;
    } else if (frame < d_next_due) {
        d_counts.late++;
        d_strikes++;
        measure_lateness(frame, now);
    } else if (frame > newest() + reach_ahead) {
        d_counts.early++;
        d_strikes++;
    } else {
        accept(frame, p, now);
        d_joined_is_sure = d_joined_is_sure || !joins;
    }
}

// Two packets agree on a number that the clock does not expect.
void deadline_playout::take(const doubts::timed_packet& first,
                            const packet& p,
                            double now)
{
    int64_t frame = frame_of(p.sequence);
    const bool same_stream = d_joined && d_joined_is_sure && !is_far(frame) &&
                             !belongs_to_another_stream(frame);
    if (same_stream) {
        take(first.what, first.time, true);
        take(p, now, true);
        return;
    }
    if (!d_joined_is_sure && d_announced < 0) {
        frame = p.sequence; // what was joined by one packet is not a number to go by
    }
    const int after_first = doubts::distance(first.what.sequence, p.sequence);
    while (frame < after_first) {
        frame += packet_codec::sequence_modulus;
    }
    join(frame, now);
    d_joined_is_sure = true;
    d_first = frame - after_first;
    if (d_first >= d_next_due) {
        accept(d_first, first.what, first.time);
    } else {
        d_counts.late++;
    }
    accept(frame, p, now);
}

// Makes a frame that arrives now the newest at the next step, or at the one after if that
// comes within the margin.
void deadline_playout::join(int64_t frame, double now)
{
    d_counts.rejoined += d_joined;
    forget_stream();
    d_joined = true;
    d_first = frame;
    d_next_due = frame - d_look_ahead;
    const bool too_soon = d_stepped && d_last_step + d_frame_duration - now < d_margin;
    d_next_due -= too_soon;
}

void deadline_playout::accept(int64_t frame, const packet& p, double now)
{
    d_counts.received++;
    d_strikes = 0;
    d_steps_without = 0;
    d_arrivals[place(frame)] = { frame, now };
    measure_lateness(frame, now);
    const size_t never_sent = learn_packet(*d_frames, frame, p);
    d_counts.lost -= never_sent;
    d_statistics.withdraw(never_sent);
}

// If the frame has been the newest already, its packet came so much too late.
void deadline_playout::measure_lateness(int64_t frame, double now)
{
    const moment& need = d_needs[place(frame)];
    if (need.frame == frame) {
        d_slack.add(need.time - now);
    }
}

// The announced frame in this stream.
int64_t deadline_playout::number_of(const announced_place& a) const
{
    if (!d_joined) {
        return a.frame;
    }
    const int64_t oldest = std::max<int64_t>(newest() - announced_modulus / 2, 0);
    return unwrap(a.frame, announced_modulus, oldest);
}

// A session that was heard once may have been damaged: if another goes on where we are,
// it is this stream's.
bool deadline_playout::is_of_another_stream(const announced_place& a) const
{
    return d_session >= 0 && d_session != a.session &&
           (d_session_is_sure || !is_expected(number_of(a)));
}

// Whether it says nothing that needs to be said twice.
bool deadline_playout::fits(const announced_place& a) const
{
    const int64_t frame = number_of(a);
    const bool is_new_end = a.ends && frame != d_end;
    return d_joined && !is_new_end && !is_of_another_stream(a) &&
           frame >= newest() - reach_back && frame <= newest() + doubts::max_jump;
}

void deadline_playout::announce(
    uint16_t session, int64_t frame, bool silent, bool ends, double now, bool verified)
{
    const announced_place a{ session, frame, silent, ends };
    const auto before = d_doubts.take_packet();
    const int sequence = int(frame % packet_codec::sequence_modulus);
    const bool expected = is_expected(frame_of(sequence));
    const bool follows =
        before && !expected && doubts::follows(before->what.sequence, frame);
    const bool again = d_doubts.says_the_same(a);
    const bool sure = verified || follows || again;
    d_counts.doubtful += d_doubts.take_announcement() && !again;
    d_counts.doubtful += before && !follows;
    if (!sure && !fits(a)) {
        d_doubts.keep(a, expected);
        return;
    }
    const bool is_sure = sure || d_session == session;
    take(a, now);
    d_session_is_sure = is_sure;
    if (follows && d_joined) {
        take(before->what, before->time, true);
    } else {
        d_counts.late += follows;
    }
}

void deadline_playout::take(const announced_place& a, double now)
{
    const bool other_stream = is_of_another_stream(a);
    const int64_t frame = other_stream ? a.frame : number_of(a);
    const int sequence = int(frame % packet_codec::sequence_modulus);
    const bool numbered_wrongly = d_joined && frame_of(sequence) != frame;
    if (other_stream || numbered_wrongly) {
        d_counts.rejoined += d_joined;
        forget_stream();
    }
    d_session_is_sure = d_session_is_sure && d_session == a.session;
    d_session = a.session;
    d_announced = frame;
    if (a.ends) {
        d_end = frame;
    } else if (a.silent) {
        packet pause;
        pause.sequence = sequence;
        take(pause, now, false);
    }
}

// An end that was said once is believed when nothing comes after it.
void deadline_playout::end_in_silence(double now)
{
    if (!d_doubts.announcement() || d_steps_without < doubts::max_jump) {
        return;
    }
    announced_place place = *d_doubts.announcement();
    const bool ends = std::exchange(place.ends, false);
    if (ends && fits(place)) {
        take(*d_doubts.take_announcement(), now);
    }
}

} // namespace largesc
} // namespace gr
