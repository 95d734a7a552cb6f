/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_DOUBTS_H
#define INCLUDED_LARGESC_DOUBTS_H

#include <gnuradio/largesc/api.h>
#include <gnuradio/largesc/packet/packet_codec.h>
#include <cstdint>
#include <optional>

namespace gr {
namespace largesc {

//! When something came, as a listener goes by it.
struct LARGESC_API arrival_time {
    //! Seconds on the listener's clock: when it could have been there at the earliest.
    double due = 0.0;
    //! Seconds by which it was found later.
    double behind = 0.0;

    /*!
     * Of something that was found at a moment.
     * \param now seconds on the listener's clock
     * \param behind seconds by which that was later than it could have been
     * \throws std::invalid_argument behind is negative or not finite
     */
    static arrival_time found(double now, double behind);
};

//! Where in its stream a sender says to be.
struct LARGESC_API announced_place {
    //! Identifies the over.
    uint16_t session = 0;
    //! Number modulo announced_modulus of the frame now sent.
    int64_t frame = 0;
    //! The announcement stands for the frame, which is silent.
    bool silent = false;
    //! No frame follows from this number on.
    bool ends = false;
};

/*!
 * \brief What nothing vouches for and does not fit, kept until something else agrees.
 *
 * A damaged packet without check value may say any number. So one whose number jumps
 * waits for the next packet: if that follows it, both are right, for two damaged numbers
 * agree by one chance in 16. An announcement waits likewise, for a packet or for another
 * announcement.
 */
class LARGESC_API doubts
{
public:
    /*!
     * Frames from one packet to the next that are no jump. Where half of the packets are
     * lost, one in 256 comes after more.
     */
    static constexpr int max_jump = 8;

    struct timed_packet {
        packet what;
        arrival_time came;
    };

    //! Keeps a packet that came then.
    void keep(const packet& p, const arrival_time& came = {}) { d_packet = { p, came }; }

    /*!
     * Keeps an announcement in place of any before.
     * \param a where it says to be
     * \param goes_on the seven bits that packets carry are those of the stream there is:
     *        no packet can confirm it
     */
    void keep(const announced_place& a, bool goes_on);

    void clear();

    //! The packet that is kept, if any: it is kept no longer.
    std::optional<timed_packet> take_packet();

    //! The announcement that is kept, if any: it is kept no longer.
    std::optional<announced_place> take_announcement();

    //! The announcement that is kept, if any.
    const std::optional<announced_place>& announcement() const { return d_announcement; }

    //! A packet continues the stream there is: none can confirm the announcement now.
    void stream_goes_on() { d_stream_went_on = true; }

    //! Whether a packet with this sequence number may be of the stream that the kept
    //! announcement tells of: it is its next frame, or soon after.
    bool announces(int sequence) const;

    //! Whether an announcement says again what the kept one said, as time goes on.
    bool says_the_same(const announced_place& a) const;

    /*!
     * Frames from a packet with this sequence number to a later frame, 0..127.
     * \param number of the frame, or its lowest seven bits
     */
    static int distance(int sequence, int64_t number);

    //! Whether a frame follows a packet with this sequence number without a jump.
    static bool follows(int sequence, int64_t number);

private:
    std::optional<timed_packet> d_packet;
    std::optional<announced_place> d_announcement;
    bool d_stream_went_on = false; // since the announcement
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_DOUBTS_H */
