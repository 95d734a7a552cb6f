/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

// What deadline_playout does with announcements.

#include "unwrap.h"
#include <gnuradio/largesc/playout/deadline_playout.h>
#include <algorithm>
#include <utility>

namespace gr {
namespace largesc {

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

void deadline_playout::announce(uint16_t session,
                                int64_t frame,
                                bool silent,
                                bool ends,
                                double now,
                                bool verified,
                                double behind)
{
    const arrival_time came = arrival_time::found(now, behind);
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
    take(a, came);
    d_session_is_sure = is_sure;
    if (follows && d_joined) {
        take(before->what, before->came, true);
    } else {
        d_counts.late += follows;
    }
}

void deadline_playout::take(const announced_place& a, const arrival_time& came)
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
        take(pause, came, false);
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
        take(*d_doubts.take_announcement(), { now });
    }
}

} // namespace largesc
} // namespace gr
