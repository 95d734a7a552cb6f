/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_TOKEN_FRAME_H
#define INCLUDED_LARGESC_TOKEN_FRAME_H

#include <array>
#include <cstdint>

namespace gr {
namespace largesc {

//! Tokens of a frame (80 ms of speech), codebook 0 first.
constexpr int num_codebooks = 8;

//! Stands where a token is not known; moshi's zero_token_id embeds it to exactly zero.
constexpr int16_t missing_token = -1;

//! Tokens 0..2047, or missing_token.
using token_array = std::array<int16_t, num_codebooks>;

//! How a token got to where the listener hears it.
enum class token_origin : uint8_t {
    missing = 0,   //!< sent, lost, and nothing put in its place
    primary = 1,   //!< from its own frame's packet
    redundant = 2, //!< from later packets that repeat it, or combine it with others
    recovered = 3, //!< made up by the receiver
    unsent = 4,    //!< beyond what the sender chose to send
    silence = 5,   //!< the sender said that the frame is silent, or nobody sends
    unknown = 6,   //!< its packet did not come; nobody said whether it was sent
};

using origin_array = std::array<token_origin, num_codebooks>;

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_TOKEN_FRAME_H */
