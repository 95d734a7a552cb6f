/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_FRAME_CODE_H
#define INCLUDED_LARGESC_FRAME_CODE_H

#include <gnuradio/largesc/api.h>
#include <cstdint>
#include <vector>

namespace gr {
namespace largesc {

//! What the redundant tokens of a packet are, of which frames before its own.
enum class frame_code : uint8_t {
    repetition = 0, //!< tokens of one frame again
    xor_pair = 1,   //!< those of the frames 1 and 3 earlier, XORed
    window = 2,     //!< those of the frames 1, 3 and 5 earlier, weighted in GF(2^11)
};

//! An earlier frame in a combination.
struct LARGESC_API code_term {
    int lag;             //!< so many frames earlier
    int16_t coefficient; //!< 1..2047, in GF(2^11)
};

/*!
 * Frames that a code combines, shortest lag first; none for repetition, whose lag the
 * packet tells.
 */
LARGESC_API const std::vector<code_term>& terms_of(frame_code code);

/*!
 * Redundant tokens of a packet.
 * \param code xor_pair or window
 * \param frames tokens 0..2047 of the frames of terms_of(code), in its order, codebook 0
 *        first
 * \returns a token per codebook that all of the frames have
 * \throws std::invalid_argument another number of frames, or a token out of range
 */
LARGESC_API std::vector<int16_t>
combined_tokens(frame_code code, const std::vector<std::vector<int16_t>>& frames);

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_FRAME_CODE_H */
