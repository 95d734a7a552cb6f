/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "packet_facts.h"
#include "unwrap.h"
#include <gnuradio/largesc/playout/sequence_playout.h>
#include <algorithm>
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
    d_counts = playout_counts();
    begin_at(0);
}

void sequence_playout::begin_at(int64_t frame)
{
    d_frames->clear();
    d_statistics.reset();
    d_newest = frame - 1;
    d_next_due = frame;
}

void sequence_playout::set_look_ahead(int look_ahead)
{
    if (look_ahead < 0 || look_ahead > packet_codec::max_lag) {
        throw std::invalid_argument("sequence_playout: look_ahead must be 0..5, not " +
                                    std::to_string(look_ahead));
    }
    d_look_ahead = look_ahead;
}

std::vector<playout_step> sequence_playout::push(const packet& p)
{
    steps out;
    const int64_t frame = frame_of(p.sequence);
    if (d_frames->has_packet(frame)) {
        d_counts.duplicate++;
        return out;
    }
    if (frame < d_next_due) {
        d_counts.late++;
        return out;
    }
    d_counts.received++;
    // Frames between were due before this packet came: it must not help them.
    advance(frame - 1, out);
    learn_packet(*d_frames, frame, p);
    advance(frame, out);
    return out;
}

std::vector<playout_step>
sequence_playout::announce(uint16_t session, int64_t frame, bool silent, bool ends)
{
    steps out;
    const bool other_stream = d_session >= 0 && d_session != session;
    if (!other_stream) {
        const int64_t oldest = std::max<int64_t>(d_newest - announced_modulus / 2, 0);
        frame = unwrap(frame, announced_modulus, oldest);
    }
    const bool numbered_wrongly = !other_stream && frame + reach_back < d_newest;
    if (other_stream || numbered_wrongly) {
        play_until(d_newest + 1, out);
        begin_at(frame);
        d_counts.rejoined++;
    }
    d_session = session;
    advance(frame - 1, out);
    if (ends) {
        play_until(frame, out);
    } else if (silent && !d_frames->has_packet(frame) && frame >= d_next_due) {
        d_counts.received++;
        d_frames->learn_silence(frame);
        advance(frame, out);
    }
    return out;
}

std::vector<playout_step> sequence_playout::flush(int64_t total_frames)
{
    if (total_frames < 0 || total_frames > largest_number) {
        throw std::invalid_argument("sequence_playout: no stream has " +
                                    std::to_string(total_frames) + " frames");
    }
    steps out;
    advance(total_frames - 1, out);
    play_until(total_frames, out);
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

void sequence_playout::play(const token_array& newest, steps& out)
{
    playout_step step = d_frames->step(d_next_due);
    step.newest = newest;
    const bool lost = !d_frames->has_packet(d_next_due);
    d_counts.lost += lost;
    d_counts.repaired += lost && step.due[0] != missing_token;
    d_statistics.add(lost);
    out.push_back(step);
    d_next_due++;
}

} // namespace largesc
} // namespace gr
