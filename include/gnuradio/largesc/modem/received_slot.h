/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_RECEIVED_SLOT_H
#define INCLUDED_LARGESC_RECEIVED_SLOT_H

#include <gnuradio/largesc/api.h>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace gr {
namespace largesc {

//! What a modem says of a slot.
struct LARGESC_API received_slot {
    std::vector<uint8_t> bytes; //!< the most likely packet
    std::vector<float> soft;    //!< ln P(1)/P(0) of its bits, most significant first
    std::vector<float> coded;   //!< the same of the coded bits, as they came
    bool accepted = false;      //!< whether it may be believed
    float margin = 0.0f;        //!< decoded_word::margin
    float evidence = 0.0f;      //!< decoded_word::evidence
    double snr = 0.0;           //!< dB in 3 kHz
    double start = 0.0;         //!< samples from the beginning of the stream
    //! Samples that came between the moment at which it could have been told at the
    //! earliest and the one at which it was: an over is not certain at its first slot,
    //! and a second try waits for the next one. 0 of all others.
    double behind = 0.0;
    double offset = 0.0; //!< Hz, of the middle of the signal
};

//! How to receive.
struct LARGESC_API receive_settings {
    //! Bytes of packets that may come: some of those that the waveform has.
    std::vector<size_t> sizes;
    //! Whether a slot that failed is tried once more when the next one has told how the
    //! channel was: such a packet comes after the one that was sent after it.
    bool second_tries = true;
    //! Slots to wait for, whose pilots help with the one before: 0 or 1, 80 ms each.
    size_t look_ahead = 0;
    //! A packet is believed from this decoded_word::reliability() on.
    float least_reliability = 2.8f;
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_RECEIVED_SLOT_H */
