/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_PLAYOUT_STEP_H
#define INCLUDED_LARGESC_PLAYOUT_STEP_H

#include <gnuradio/largesc/api.h>
#include <gnuradio/largesc/packet/rest.h>
#include <gnuradio/largesc/packet/token_frame.h>
#include <cstdint>
#include <optional>

namespace gr {
namespace largesc {

//! Announcements tell frame numbers modulo this: 7.8 days.
constexpr int64_t announced_modulus = 1 << 23;

//! Frames (0.96 s) that a receiver may wait for what later packets say of the one due.
constexpr int max_look_ahead = 12;

//! One frame leaves the playout buffer.
struct LARGESC_API playout_step {
    playout_step()
    {
        due.fill(missing_token);
        newest.fill(missing_token);
        origin.fill(token_origin::unknown);
    }

    //! Number of the frame now due, as the sender counts.
    int64_t frame = 0;
    //! Everything known of it.
    token_array due;
    //! Where its tokens come from.
    origin_array origin;
    //! The newest frame as received, all missing if it was lost or is silent.
    token_array newest;
    //! What the listener's end should do at the next pause to keep up with the sender's
    //! clock: -1 play one frame less, +1 one frame more; -2 and +2 without waiting for a
    //! pause.
    int adjust = 0;
    //! Seconds of the frame, from its beginning, that should not be played: where a
    //! stream begins, so that from then on steps come when its packets have just come.
    double trim = 0.0;
    //! What is to be heard in a rest; nothing elsewhere, and in silence that nobody
    //! described.
    std::optional<background> sound;
};

//! What a playout buffer has counted since its last reset.
struct LARGESC_API playout_counts {
    uint64_t received = 0;  //!< packets in time
    uint64_t lost = 0;      //!< frames played without their packet
    uint64_t late = 0;      //!< packets after their frame was played
    uint64_t early = 0;     //!< packets too far ahead of their time to be of this stream
    uint64_t duplicate = 0; //!< packets that had come before
    uint64_t doubtful = 0;  //!< packets and announcements that said to be elsewhere in
                            //!< the stream, and nothing agreed
    uint64_t repaired = 0;  //!< lost frames of which a later packet brought codebook 0
    uint64_t idle = 0;      //!< frames played while nobody was sending
    uint64_t rested = 0;    //!< frames of a rest that had no packet and needed none
    uint64_t skipped =
        0; //!< frames left out, silent or long past, to keep up with the sender
    uint64_t repeated = 0; //!< silent frames played once more to wait for the sender
    uint64_t rejoined = 0; //!< times the numbering was taken up anew
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_PLAYOUT_STEP_H */
