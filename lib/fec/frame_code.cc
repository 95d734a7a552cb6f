/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "galois_field.h"
#include <gnuradio/largesc/fec/frame_code.h>
#include <algorithm>
#include <stdexcept>
#include <string>

namespace gr {
namespace largesc {

const std::vector<code_term>& terms_of(frame_code code)
{
    // The middle one is weighted by x: with three weights of 1, of two lost frames n and
    // n + 2 the packets n + 3 and n + 5 would both carry the same sum.
    static const std::vector<code_term> none;
    static const std::vector<code_term> pair{ { 1, 1 }, { 3, 1 } };
    static const std::vector<code_term> window{ { 1, 1 }, { 3, 2 }, { 5, 1 } };
    switch (code) {
    case frame_code::xor_pair:
        return pair;
    case frame_code::window:
        return window;
    default:
        return none;
    }
}

std::vector<int16_t> combined_tokens(frame_code code,
                                     const std::vector<std::vector<int16_t>>& frames)
{
    const auto& terms = terms_of(code);
    if (frames.empty() || frames.size() != terms.size()) {
        throw std::invalid_argument("combined_tokens: the code combines " +
                                    std::to_string(terms.size()) + " frames, not " +
                                    std::to_string(frames.size()));
    }
    size_t count = frames[0].size();
    for (const auto& frame : frames) {
        count = std::min(count, frame.size());
    }
    std::vector<int16_t> sums(count);
    for (size_t n = 0; n < frames.size(); n++) {
        for (size_t k = 0; k < count; k++) {
            const int16_t token = frames[n][k];
            if (token < 0 || token >= galois_field::size) {
                throw std::invalid_argument(
                    "combined_tokens: token must be 0..2047, not " +
                    std::to_string(token));
            }
            sums[k] ^= galois_field::product(terms[n].coefficient, token);
        }
    }
    return sums;
}

} // namespace largesc
} // namespace gr
