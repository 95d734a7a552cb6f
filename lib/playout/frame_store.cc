/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "../fec/galois_field.h"
#include "frame_store.h"
#include <algorithm>
#include <utility>

namespace gr {
namespace largesc {

namespace {

bool gives_way(token_origin held, token_origin learned)
{
    return held == token_origin::unknown || held == token_origin::unsent ||
           (held != token_origin::primary && learned == token_origin::primary);
}

} // namespace

void frame_store::clear()
{
    d_slots.fill(slot());
    d_equations.fill(token_equations());
}

void frame_store::learn(int64_t frame, int codebook, int16_t token, token_origin origin)
{
    slot& to = open(frame);
    if (to.silent || !gives_way(to.origin[codebook], origin)) {
        return;
    }
    const bool is_new = to.tokens[codebook] == missing_token;
    to.tokens[codebook] = token;
    to.origin[codebook] = origin;
    if (is_new) {
        take(codebook, d_equations[codebook].know(frame, token));
    }
}

void frame_store::learn_combined(int64_t frame,
                                 frame_code code,
                                 int codebook,
                                 int16_t value)
{
    token_equations::sum unknown;
    for (const auto& term : terms_of(code)) {
        const slot* earlier = find(frame - term.lag);
        if (earlier && earlier->silent) {
            return;
        }
        if (earlier && earlier->tokens[codebook] != missing_token) {
            value ^= galois_field::product(term.coefficient, earlier->tokens[codebook]);
        } else {
            unknown[frame - term.lag] = term.coefficient;
        }
    }
    d_equations[codebook].forget_before(frame - equations_reach);
    take(codebook, d_equations[codebook].add(std::move(unknown), value));
}

// Equations have settled what else follows from these.
void frame_store::take(int codebook, const std::vector<token_equations::solution>& solved)
{
    for (const auto& [frame, token] : solved) {
        slot& to = open(frame);
        to.tokens[codebook] = token;
        to.origin[codebook] = token_origin::redundant;
    }
}

void frame_store::learn_sent(int64_t frame, int n_primary)
{
    slot& own = open(frame);
    own.has_packet = true;
    // An earlier packet may have repeated more than this one sends.
    std::replace(own.origin.begin() + n_primary,
                 own.origin.end(),
                 token_origin::unknown,
                 token_origin::unsent);
}

void frame_store::learn_silence(int64_t frame)
{
    slot& own = open(frame);
    own.has_packet = true;
    own.silent = true;
    own.tokens.fill(missing_token);
    own.origin.fill(token_origin::silence);
    for (auto& equations : d_equations) {
        equations.drop(frame);
    }
}

bool frame_store::has_packet(int64_t frame) const
{
    const slot* known = find(frame);
    return known && known->has_packet;
}

bool frame_store::is_silent(int64_t frame) const
{
    const slot* known = find(frame);
    return known && known->silent;
}

token_array frame_store::tokens(int64_t frame) const { return step(frame).due; }

playout_step frame_store::step(int64_t frame) const
{
    playout_step step;
    step.frame = frame;
    if (const slot* known = find(frame)) {
        step.due = known->tokens;
        step.origin = known->origin;
    }
    return step;
}

size_t frame_store::place(int64_t frame)
{
    // A receiver that joins late holds frames before 0 open while it starts.
    return size_t((frame % capacity + capacity) % capacity);
}

const frame_store::slot* frame_store::find(int64_t frame) const
{
    const slot& candidate = d_slots[place(frame)];
    return candidate.frame == frame ? &candidate : nullptr;
}

frame_store::slot& frame_store::open(int64_t frame)
{
    slot& place_of_frame = d_slots[place(frame)];
    if (place_of_frame.frame != frame) {
        place_of_frame = slot();
        place_of_frame.frame = frame;
        place_of_frame.tokens.fill(missing_token);
        place_of_frame.origin.fill(token_origin::unknown);
    }
    return place_of_frame;
}

} // namespace largesc
} // namespace gr
