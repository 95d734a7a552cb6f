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

token_array missing_frame()
{
    token_array tokens;
    tokens.fill(missing_token);
    return tokens;
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
    fall_silent(own);
}

void frame_store::fall_silent(slot& own)
{
    own.silent = true;
    own.tokens.fill(missing_token);
    own.origin.fill(token_origin::silence);
    for (auto& equations : d_equations) {
        equations.drop(own.frame);
    }
}

size_t frame_store::learn_rest(int64_t frame, const rest& said)
{
    // One that has lasted for longer than its packet can say may have been heard before.
    const auto earlier_known = rest_at(frame);
    known_rest resting{ said.sound, earlier_known ? earlier_known->first : nothing };
    if (said.since < rest::max_since) {
        resting.first = frame - said.since;
    }
    learn_silence(frame);
    open(frame).resting = resting;
    size_t never_sent = 0;
    for (int64_t before = frame - said.since; before < frame; before++) {
        slot& earlier = open(before);
        if (earlier.has_packet) {
            continue;
        }
        fall_silent(earlier);
        earlier.resting = resting;
        const bool withdrawn = earlier.counted_lost && !is_expected(before, resting);
        earlier.counted_lost = earlier.counted_lost && !withdrawn;
        never_sent += withdrawn;
    }
    return never_sent;
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

bool frame_store::is_nothing_known(int64_t frame) const
{
    const slot* known = find(frame);
    return !known || (!known->has_packet && known->tokens == missing_frame());
}

bool frame_store::is_resting(int64_t frame) const
{
    return is_nothing_known(frame) && rest_at(frame);
}

// The rest that the frame is in, or that nothing but the frame itself ends.
std::optional<frame_store::known_rest> frame_store::rest_at(int64_t frame) const
{
    for (int64_t before = frame; before > frame - rest_reach; before--) {
        const slot* known = find(before);
        if (known && known->resting) {
            return known->resting;
        }
        const bool is_speech = !is_nothing_known(before) && !known->silent;
        if (is_speech && before != frame) {
            return std::nullopt;
        }
    }
    return std::nullopt;
}

bool frame_store::is_expected(int64_t frame, const known_rest& resting)
{
    const auto after = frame - resting.first;
    const auto& repeats = rest::repeats;
    return frame % rest::keep_alive == 0 ||
           (resting.first != nothing &&
            std::find(repeats.begin(), repeats.end(), after) != repeats.end());
}

void frame_store::count_played(int64_t frame,
                               playout_counts& counts,
                               channel_statistics& statistics)
{
    const bool came = has_packet(frame);
    const auto resting = rest_at(frame);
    const bool is_speech = !is_nothing_known(frame) && !is_silent(frame);
    if (resting && (is_speech ? came : !is_expected(frame, *resting))) {
        counts.rested += !came;
        return;
    }
    statistics.add(!came);
    if (!came) {
        open(frame).counted_lost = true;
        counts.lost++;
        counts.repaired += tokens(frame)[0] != missing_token;
    }
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
    const bool silent = is_silent(frame) || is_nothing_known(frame);
    if (const auto resting = silent ? rest_at(frame) : std::nullopt) {
        step.origin.fill(token_origin::silence);
        step.sound = resting->sound;
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
