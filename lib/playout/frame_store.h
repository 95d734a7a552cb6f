/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_FRAME_STORE_H
#define INCLUDED_LARGESC_FRAME_STORE_H

#include "../fec/token_equations.h"
#include <gnuradio/largesc/packet/packet_codec.h>
#include <gnuradio/largesc/playout/channel_statistics.h>
#include <gnuradio/largesc/playout/playout_step.h>
#include <array>
#include <limits>
#include <optional>

namespace gr {
namespace largesc {

/*!
 * \brief What is known of the frames around the one being played.
 *
 * It learns facts, from whatever source: the packet of a frame, later ones that repeat it
 * or combine it with others (packet_facts.h), in time decisions on damaged bits. It
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

    /*!
     * A combination of the tokens of several frames has become known. What it determines,
     * by itself or with others, now or when more is known, becomes a fact of origin
     * redundant. A combination with a silent frame says nothing.
     * \param frame whose packet carries it: the lags of the code count from there
     * \param code xor_pair or window
     * \param codebook 0..7
     * \param value 0..2047
     */
    void learn_combined(int64_t frame, frame_code code, int codebook, int16_t value);

    //! The frame's own packet has come: its sender sent so many tokens, 4..8, and no
    //! more.
    void learn_sent(int64_t frame, int n_primary);

    //! The sender said that the frame is silent, which stands for its packet.
    void learn_silence(int64_t frame);

    /*!
     * The sender said in the frame's packet that it rests, and since when.
     * \returns how many frames were counted as lost that nobody had sent
     */
    size_t learn_rest(int64_t frame, const rest& said);

    //! Whether the frame's own packet has come.
    bool has_packet(int64_t frame) const;

    //! Whether the sender said that the frame is silent.
    bool is_silent(int64_t frame) const;

    /*!
     * Whether the frame is taken for one of a rest that nothing was sent for: no packet
     * came, nothing is known of it, and a rest was said of it or of a frame before, with
     * no speech since.
     */
    bool is_resting(int64_t frame) const;

    //! Tokens of the frame known so far.
    token_array tokens(int64_t frame) const;

    //! The frame with the origin of its tokens; newest is left empty.
    playout_step step(int64_t frame) const;

    /*!
     * Counts a frame that is played now. One of a rest counts only where its packet was
     * to be expected. The first speech after a rest does not count: had its packet not
     * come nobody would miss it, and who counts only what came finds the channel better
     * than it is.
     */
    void
    count_played(int64_t frame, playout_counts& counts, channel_statistics& statistics);

private:
    static constexpr int capacity = 2 * packet_codec::sequence_modulus;
    // Combinations with frames further back are forgotten: 5 s, far beyond any
    // look-ahead.
    static constexpr int equations_reach = 64;
    // Rests are looked for so far back: three packets that keep one alive may be lost.
    static constexpr int rest_reach = 4 * rest::keep_alive;
    static constexpr int64_t nothing = std::numeric_limits<int64_t>::min();

    struct known_rest {
        background sound;
        int64_t first = nothing; // frame it began with, where that is known
    };

    struct slot {
        int64_t frame = nothing;
        bool has_packet = false;
        bool silent = false;
        bool counted_lost = false;
        std::optional<known_rest> resting;
        token_array tokens;
        origin_array origin;
    };

    static size_t place(int64_t frame);
    void take(int codebook, const std::vector<token_equations::solution>& solved);
    const slot* find(int64_t frame) const;
    slot& open(int64_t frame);
    void fall_silent(slot& own);
    bool is_nothing_known(int64_t frame) const;
    std::optional<known_rest> rest_at(int64_t frame) const;
    static bool is_expected(int64_t frame, const known_rest& resting);

    std::array<slot, capacity> d_slots;
    std::array<token_equations, num_codebooks> d_equations;
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_FRAME_STORE_H */
