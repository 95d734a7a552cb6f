/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_FRAME_STORE_H
#define INCLUDED_LARGESC_FRAME_STORE_H

#include <gnuradio/largesc/packet/packet_codec.h>
#include <gnuradio/largesc/playout/playout_step.h>
#include <array>
#include <limits>

namespace gr {
namespace largesc {

/*!
 * \brief What packets have said of the frames around the one being played.
 *
 * A ring of twice the sequence space: memory does not grow, and a frame is remembered
 * long enough after playing to know a duplicate of it from a packet that is late.
 */
class frame_store
{
public:
    //! Forgets everything.
    void clear();

    //! Whether the frame's own packet has come.
    bool has_packet(int64_t frame) const;

    //! Whether the sender said that the frame is silent.
    bool is_silent(int64_t frame) const;

    /*!
     * Takes what a packet says of its own frame, and of the earlier frame whose tokens it
     * repeats, unless that is before first_open: it has been played.
     */
    void merge(int64_t frame, const packet& p, int64_t first_open);

    //! The sender said, other than by a packet of its own, that the frame is silent.
    void merge_silence(int64_t frame);

    //! Tokens of the frame known so far.
    token_array tokens(int64_t frame) const;

    //! The frame with the origin of its tokens; newest is left empty.
    playout_step step(int64_t frame) const;

private:
    static constexpr int capacity = 2 * packet_codec::sequence_modulus;
    static constexpr int64_t nothing = std::numeric_limits<int64_t>::min();

    struct slot {
        int64_t frame = nothing;
        bool has_packet = false;
        bool silent = false;
        token_array tokens;
        origin_array origin;
    };

    static size_t place(int64_t frame);
    const slot* find(int64_t frame) const;
    slot& open(int64_t frame);
    static void merge_redundant(slot& to, const std::vector<int16_t>& tokens);

    std::array<slot, capacity> d_slots;
    size_t d_n_primary = num_codebooks;
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_FRAME_STORE_H */
