/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_REST_H
#define INCLUDED_LARGESC_REST_H

#include <gnuradio/largesc/api.h>
#include <array>

namespace gr {
namespace largesc {

//! What is to be heard where nobody speaks, in the steps of the packet;
//! docs/packet-format.md says what they mean.
struct LARGESC_API background {
    static constexpr int max_level = 31;
    static constexpr int max_tilt = 15;
    static constexpr int max_bend = 7;

    //! 0: nothing; 1..31: -90..-30 dBFS in steps of 2 dB.
    int level = 0;
    //! First reflection coefficient of its spectrum, 0..15.
    int tilt = 0;
    //! Second reflection coefficient, 0..7.
    int bend = 0;

    bool operator==(const background& other) const;
};

/*!
 * \brief Silence that holds from this packet's frame on, until the packet of another
 * frame says that it is over: between them only few frames have a packet.
 *
 * Which ones is fixed, so that a receiver knows what to miss: those of numbers that keep
 * `keep_alive` divides, and those so many frames after the first as `repeats` says.
 */
struct LARGESC_API rest {
    static constexpr int keep_alive = 16; //!< frames, 1.28 s; divides the sequence space
    static constexpr std::array<int, 3> repeats{ 0, 2, 5 };
    static constexpr int max_since = 15; //!< this, or more

    //! Frames that the rest has lasted before this one, 0..14; 15 stands for more, too.
    int since = 0;
    //! What it sounds like.
    background sound;

    bool operator==(const rest& other) const;
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_REST_H */
