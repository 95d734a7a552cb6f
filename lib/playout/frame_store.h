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
 * \brief What is known of the frames around the one being played.
 *
 * It learns facts, from whatever source: the packet of a frame, a later one that repeats
 * it (packet_facts.h), in time codes over several frames or decisions on damaged bits. It
 * guesses nothing: of a frame whose packet did not come, a token is unknown until a fact
 * brings it. Facts may come in any order, and again; what is known in the end is the
 * same.
 *
 * A ring of twice the sequence space: memory does not grow, and a frame is remembered
 * long enough after playing to know a duplicate of it from a packet that is late, and for
 * facts that need its tokens.
 */
class frame_store
{
public:
    //! Forgets everything.
    void clear();

    /*!
     * A token of the frame has become known. What the frame's own packet says stands
     * above all else; of other sources the first stays. A frame known to be silent has no
     * tokens.
     * \param frame its number
     * \param codebook 0..7
     * \param token 0..2047
     * \param origin where it comes from: primary or redundant
     */
    void learn(int64_t frame, int codebook, int16_t token, token_origin origin);

    //! The frame's own packet has come: its sender sent so many tokens, 4..8, and no
    //! more.
    void learn_sent(int64_t frame, int n_primary);

    //! The sender said that the frame is silent, which stands for its packet.
    void learn_silence(int64_t frame);

    //! Whether the frame's own packet has come.
    bool has_packet(int64_t frame) const;

    //! Whether the sender said that the frame is silent.
    bool is_silent(int64_t frame) const;

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

    std::array<slot, capacity> d_slots;
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_FRAME_STORE_H */
