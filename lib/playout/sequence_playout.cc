/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "packet_facts.h"
#include "unwrap.h"
#include <gnuradio/largesc/playout/sequence_playout.h>
#include <algorithm>
#include <cstdlib>
#include <stdexcept>
#include <string>

namespace gr {
namespace largesc {

namespace {
constexpr int64_t largest_number = int64_t(1) << 48; // 700,000 years of speech
}

sequence_playout::sequence_playout(int look_ahead, size_t window)
    : d_frames(std::make_unique<frame_store>()), d_statistics(window)
{
    set_look_ahead(look_ahead);
    reset();
}

sequence_playout::~sequence_playout() = default;

void sequence_playout::reset()
{
    d_session = -1;
    d_session_is_sure = false;
    d_doubts.clear();
    d_counts = playout_counts();
    begin_at(0);
}

void sequence_playout::begin_at(int64_t frame)
{
    d_frames->clear();
    d_statistics.reset();
    d_newest = frame - 1;
    d_next_due = frame;
    d_ended = false;
}

void sequence_playout::set_look_ahead(int look_ahead)
{
    if (look_ahead < 0 || look_ahead > max_look_ahead) {
        throw std::invalid_argument("sequence_playout: look_ahead must be 0..12, not " +
                                    std::to_string(look_ahead));
    }
    d_look_ahead = look_ahead;
}

std::vector<playout_step> sequence_playout::push(const packet& p, bool verified)
{
    steps out;
    const bool of_this_stream = continues(p.sequence);
    if (of_this_stream) {
        d_doubts.stream_goes_on();
    } else if (d_doubts.announces(p.sequence)) {
        take(*d_doubts.take_announcement(), out);
    }
    if (const auto before = d_doubts.take_packet()) {
        if (doubts::follows(before->what.sequence, p.sequence) && !of_this_stream) {
            take(before->what, out);
        } else {
            d_counts.doubtful++;
        }
    }
    const int64_t frame = frame_of(p.sequence);
    const bool keeps_alive = p.resting && frame % rest::keep_alive == 0;
    if (!verified && frame > d_newest + longest_jump(keeps_alive)) {
        d_doubts.keep(p);
    } else {
        take(p, out);
    }
    return out;
}

void sequence_playout::take(const packet& p, steps& out)
{
    const int64_t frame = frame_of(p.sequence);
    if (d_frames->has_packet(frame)) {
        d_counts.duplicate++;
        return;
    }
    if (frame < d_next_due) {
        d_counts.late++;
        return;
    }
    d_counts.received++;
    d_ended = false;
    // Frames between were due before this packet came: it must not help them.
    advance(frame - 1, out);
    const size_t never_sent = learn_packet(*d_frames, frame, p);
    d_counts.lost -= never_sent;
    d_statistics.withdraw(never_sent);
    advance(frame, out);
}

std::vector<playout_step> sequence_playout::announce(
    uint16_t session, int64_t frame, bool silent, bool ends, bool verified)
{
    steps out;
    const announced_place a{ session, frame, silent, ends };
    const auto before = d_doubts.take_packet();
    const int sequence = int(frame % packet_codec::sequence_modulus);
    const bool of_this_stream = continues(sequence);
    const bool follows =
        before && !of_this_stream && doubts::follows(before->what.sequence, frame);
    const bool again = d_doubts.says_the_same(a);
    const bool sure = verified || follows || again;
    const bool believed = sure || fits(a);
    d_counts.doubtful += d_doubts.take_announcement() && !again;
    if (follows) {
        take_from(before->what, a, out);
    } else if (before && believed && ends &&
               frame_of(before->what.sequence) < number_of(a)) {
        take(before->what, out);
    } else {
        d_counts.doubtful += before.has_value();
    }
    if (!believed) {
        d_doubts.keep(a, of_this_stream);
        return out;
    }
    const bool is_sure = sure || d_session == session;
    take(a, out);
    d_session_is_sure = is_sure;
    return out;
}

// The announcement tells where in which stream the packet before it was.
void sequence_playout::take_from(const packet& first,
                                 const announced_place& a,
                                 steps& out)
{
    announced_place start{ a.session };
    const int behind = doubts::distance(first.sequence, a.frame);
    start.frame = unwrap(a.frame - behind, announced_modulus, 0);
    take(start, out);
    take(first, out);
}

void sequence_playout::take(const announced_place& a, steps& out)
{
    const bool other_stream = is_of_another_stream(a);
    const int64_t frame = other_stream ? a.frame : number_of(a);
    const bool numbered_wrongly = !other_stream && frame + reach_back < d_newest;
    if (other_stream || numbered_wrongly) {
        play_until(d_newest + 1, out);
        begin_at(frame);
        d_counts.rejoined++;
    }
    d_session_is_sure = d_session_is_sure && d_session == a.session;
    d_session = a.session;
    advance(frame - 1, out);
    if (a.ends) {
        play_until(frame, out);
        d_ended = true;
    } else if (a.silent && !d_frames->has_packet(frame) && frame >= d_next_due) {
        d_counts.received++;
        d_frames->learn_silence(frame);
        advance(frame, out);
    }
}

std::vector<playout_step> sequence_playout::flush(int64_t total_frames)
{
    if (total_frames < 0 || total_frames > largest_number) {
        throw std::invalid_argument("sequence_playout: no stream has " +
                                    std::to_string(total_frames) + " frames");
    }
    steps out;
    const auto before = d_doubts.take_packet();
    if (before && frame_of(before->what.sequence) < total_frames) {
        take(before->what, out);
    } else {
        d_counts.doubtful += before.has_value();
    }
    const int64_t total = total_frames ? total_frames : d_newest + 1;
    advance(total - 1, out);
    play_until(total, out);
    return out;
}

// The frame with this sequence number from reach_back before the newest one on.
int64_t sequence_playout::frame_of(int sequence) const
{
    const int64_t reference = std::max<int64_t>(d_newest, 0);
    const int64_t frame =
        unwrap(sequence, packet_codec::sequence_modulus, reference - reach_back);
    return frame >= 0 ? frame : sequence;
}

// The announced frame in this stream.
int64_t sequence_playout::number_of(const announced_place& a) const
{
    const int64_t oldest = std::max<int64_t>(d_newest - announced_modulus / 2, 0);
    return unwrap(a.frame, announced_modulus, oldest);
}

// Whether a packet with this number may well be of this stream: its next, or one before
// the newest, whose number may have been damaged.
bool sequence_playout::continues(int sequence) const
{
    const int64_t after_newest = frame_of(sequence) - d_newest;
    return !d_ended && after_newest >= -doubts::max_jump &&
           after_newest <= longest_jump();
}

bool sequence_playout::is_next(int64_t frame) const
{
    return frame > d_newest && frame <= d_newest + longest_jump();
}

// A session that was heard once may have been damaged: if another goes on where we are,
// it is this stream's.
bool sequence_playout::is_of_another_stream(const announced_place& a) const
{
    return d_session >= 0 && d_session != a.session &&
           (d_session_is_sure || !is_next(number_of(a)));
}

// Whether it says nothing that needs to be said twice.
bool sequence_playout::fits(const announced_place& a) const
{
    const int64_t frame = number_of(a);
    const bool is_new_end = a.ends && !(d_ended && frame == d_newest + 1);
    return !is_new_end && !is_of_another_stream(a) && frame >= d_newest - reach_back &&
           frame <= d_newest + longest_jump();
}

void sequence_playout::advance(int64_t frame, steps& out)
{
    if (frame - d_newest > max_outage) {
        play_until(d_newest + 1, out);
        const int64_t beyond = frame - max_outage - d_newest;
        d_counts.skipped += beyond;
        d_newest += beyond;
        d_next_due += beyond;
    }
    while (d_newest < frame) {
        d_newest++;
        const token_array newest = d_frames->tokens(d_newest);
        while (d_next_due <= d_newest - d_look_ahead) {
            play(newest, out);
        }
    }
}

void sequence_playout::play_until(int64_t total_frames, steps& out)
{
    token_array nothing;
    nothing.fill(missing_token);
    while (d_next_due < total_frames) {
        play(nothing, out);
    }
    d_newest = std::max(d_newest, total_frames - 1);
}

// In a rest packets are far between: one that nothing vouches for may come after the
// longest gap without a loss, and one that keeps the rest alive after two losses more.
int64_t sequence_playout::longest_jump(bool keeps_alive) const
{
    const int64_t gap = d_frames->is_resting(d_newest + 1) ? rest::keep_alive : 0;
    return doubts::max_jump + (keeps_alive ? 3 * gap : gap);
}

void sequence_playout::play(const token_array& newest, steps& out)
{
    playout_step step = d_frames->step(d_next_due);
    step.newest = newest;
    d_frames->count_played(d_next_due, d_counts, d_statistics);
    out.push_back(step);
    d_next_due++;
}

} // namespace largesc
} // namespace gr
