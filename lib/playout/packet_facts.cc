/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "packet_facts.h"

namespace gr {
namespace largesc {

size_t learn_packet(frame_store& frames, int64_t frame, const packet& p)
{
    if (p.resting) {
        return frames.learn_rest(frame, *p.resting);
    }
    if (p.primary.empty()) {
        frames.learn_silence(frame);
    } else {
        frames.learn_sent(frame, int(p.primary.size()));
    }
    for (size_t k = 0; k < p.primary.size(); k++) {
        frames.learn(frame, int(k), p.primary[k], token_origin::primary);
    }
    for (size_t k = 0; k < p.redundant.size(); k++) {
        if (p.code == frame_code::repetition) {
            frames.learn(frame - p.lag, int(k), p.redundant[k], token_origin::redundant);
        } else {
            frames.learn_combined(frame, p.code, int(k), p.redundant[k]);
        }
    }
    return 0;
}

} // namespace largesc
} // namespace gr
