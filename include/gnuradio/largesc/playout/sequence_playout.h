/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_SEQUENCE_PLAYOUT_H
#define INCLUDED_LARGESC_SEQUENCE_PLAYOUT_H

#include <gnuradio/largesc/packet/packet_codec.h>
#include <gnuradio/largesc/playout/channel_statistics.h>
#include <gnuradio/largesc/playout/doubts.h>
#include <gnuradio/largesc/playout/playout_step.h>
#include <memory>
#include <vector>

namespace gr {
namespace largesc {

class frame_store;

/*!
 * \brief Playout for simulation: driven by sequence numbers, without any clock.
 *
 * Every packet that is newer than all before makes one step per frame up to it, so that
 * no frame is skipped; a frame is due when `look_ahead` later ones have come or been
 * lost. What a packet says of frames before that is used; what comes later is counted as
 * late, as it would be by a clock. The stream starts with frame 0.
 *
 * A packet up to `reach_back` frames behind the newest is taken as late, any other as
 * newer: that bridges outages of `sequence_modulus - reach_back - 2` packets.
 * Announcements, which carry the whole frame number, bridge any up to `max_outage`.
 *
 * What is not verified may be damaged. Where its number jumps (doubts::max_jump), or an
 * announcement tells of another stream or of the end, it waits until the next packet or
 * announcement agrees.
 */
class LARGESC_API sequence_playout
{
public:
    static constexpr int reach_back = 16;
    //! Frames played in a row that did not come. More are left out and counted as
    //! skipped: a damaged number must not keep the receiver busy for hours.
    static constexpr int64_t max_outage = 1 << 17;

    /*!
     * \param look_ahead frames, 0..12
     * \param window packets over which statistics() looks
     * \throws std::invalid_argument look_ahead out of range, or window 0
     */
    explicit sequence_playout(int look_ahead, size_t window = 50);
    ~sequence_playout();

    //! Back to frame 0, counters to zero.
    void reset();

    //! A larger value pauses playout for the difference, a smaller one catches up.
    void set_look_ahead(int look_ahead);
    int look_ahead() const { return d_look_ahead; }

    /*!
     * Takes a packet; returns the frames that are due by it, oldest first.
     * \param p the packet
     * \param verified a check value or the layer below vouches for it
     */
    std::vector<playout_step> push(const packet& p, bool verified = false);

    /*!
     * Takes what an announcement says of the stream; returns the frames that are due by
     * it.
     *
     * A session other than before ends the stream there was, and starts one at `frame`.
     *
     * \param session identifies the over
     * \param frame number modulo announced_modulus of the frame now sent; those before
     *        have been sent
     * \param silent the announcement stands for the frame, which is silent
     * \param ends no frame follows from this number on
     * \param verified a check value or the layer below vouches for it
     */
    std::vector<playout_step> announce(
        uint16_t session, int64_t frame, bool silent, bool ends, bool verified = false);

    /*!
     * Ends the stream after so many frames; returns all that are still to play. A packet
     * that waits is believed if it is one of them. 0: nobody knows how many there are,
     * and the newest is the last. \throws std::invalid_argument total_frames is negative
     * or absurd
     */
    std::vector<playout_step> flush(int64_t total_frames);

    const playout_counts& counts() const { return d_counts; }
    const channel_statistics& statistics() const { return d_statistics; }
    //! Session of the last announcement, -1 before any.
    int session() const { return d_session; }

private:
    using steps = std::vector<playout_step>;

    int64_t frame_of(int sequence) const;
    int64_t number_of(const announced_place& a) const;
    bool is_next(int64_t frame) const;
    bool continues(int sequence) const;
    bool is_of_another_stream(const announced_place& a) const;
    bool fits(const announced_place& a) const;
    void take(const packet& p, steps& out);
    void take(const announced_place& a, steps& out);
    void take_from(const packet& first, const announced_place& a, steps& out);
    void advance(int64_t frame, steps& out);
    void play(const token_array& newest, steps& out);
    int64_t longest_jump(bool keeps_alive = false) const;
    void play_until(int64_t total_frames, steps& out);
    void begin_at(int64_t frame);

    int d_look_ahead = 0;
    int d_session = -1;
    bool d_session_is_sure = false; // verified, or announced twice
    bool d_ended = false;
    doubts d_doubts;
    std::unique_ptr<frame_store> d_frames;
    channel_statistics d_statistics;
    playout_counts d_counts;
    int64_t d_newest = -1;
    int64_t d_next_due = 0;
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_SEQUENCE_PLAYOUT_H */
