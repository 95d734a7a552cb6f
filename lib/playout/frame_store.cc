/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "frame_store.h"
#include <algorithm>

namespace gr {
namespace largesc {

void frame_store::clear()
{
    d_slots.fill(slot());
    d_n_primary = num_codebooks;
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

void frame_store::merge(int64_t frame, const packet& p, int64_t first_open)
{
    if (p.primary.empty()) {
        merge_silence(frame);
    } else {
        slot& own = open(frame);
        own.has_packet = true;
        // An earlier packet may have repeated more than this one sends.
        std::replace(own.origin.begin(),
                     own.origin.end(),
                     token_origin::missing,
                     token_origin::unsent);
        std::copy(p.primary.begin(), p.primary.end(), own.tokens.begin());
        std::fill_n(own.origin.begin(), p.primary.size(), token_origin::primary);
        d_n_primary = p.primary.size();
    }
    const int64_t repeated = frame - p.lag;
    if (!p.redundant.empty() && repeated >= first_open) {
        merge_redundant(open(repeated), p.redundant);
    }
}

void frame_store::merge_silence(int64_t frame)
{
    slot& own = open(frame);
    own.has_packet = true;
    own.silent = true;
    own.tokens.fill(missing_token);
    own.origin.fill(token_origin::silence);
}

void frame_store::merge_redundant(slot& to, const std::vector<int16_t>& tokens)
{
    for (size_t k = 0; k < tokens.size() && !to.silent; k++) {
        if (to.tokens[k] == missing_token) {
            to.tokens[k] = tokens[k];
            to.origin[k] = token_origin::redundant;
        }
    }
}

token_array frame_store::tokens(int64_t frame) const
{
    if (const slot* known = find(frame)) {
        return known->tokens;
    }
    token_array none;
    none.fill(missing_token);
    return none;
}

playout_step frame_store::step(int64_t frame) const
{
    playout_step step;
    step.frame = frame;
    step.due = tokens(frame);
    if (const slot* known = find(frame)) {
        step.origin = known->origin;
    }
    if (!has_packet(frame)) {
        // The sender's choice for a lost frame is not known: take that of the last one.
        for (size_t k = d_n_primary; k < step.origin.size(); k++) {
            if (step.origin[k] == token_origin::missing) {
                step.origin[k] = token_origin::unsent;
            }
        }
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
        place_of_frame.origin.fill(token_origin::missing);
    }
    return place_of_frame;
}

} // namespace largesc
} // namespace gr
