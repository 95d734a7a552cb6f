/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_HF_DEMODULATOR_H
#define INCLUDED_LARGESC_HF_DEMODULATOR_H

#include <gnuradio/largesc/modem/hf_waveform.h>
#include <cstdint>
#include <memory>
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
    double offset = 0.0;        //!< Hz, of the middle of the signal
};

//! How to receive.
struct LARGESC_API hf_settings {
    //! Bytes of packets that may come: 7, 13, 23.
    std::vector<size_t> sizes{ 7, 13, 23 };
    //! Whether a slot that failed is tried once more when the next one has told how the
    //! channel was: such a packet comes after the one that was sent after it.
    bool second_tries = true;
    //! Slots to wait for, whose pilots help with the one before: 0 or 1, 80 ms each.
    size_t look_ahead = 0;
    //! A packet is believed from this decoded_word::reliability() on.
    float least_reliability = 2.8f;
};

/*!
 * \brief Samples to packets, profile `hf`.
 *
 * Finds overs by their pilots, within 150 Hz, at any time; follows them through fades of
 * two seconds; hears by itself that one is over. docs/modem.md says how, and how well.
 */
class LARGESC_API hf_demodulator
{
public:
    //! \throws std::invalid_argument settings outside their ranges
    explicit hf_demodulator(const hf_settings& settings = {});
    ~hf_demodulator();

    /*!
     * Takes samples: complex baseband at 8000 Hz, of any level. One that is no finite
     * number counts as zero. \return slots as they become certain; those that may not be
     * believed are among them while there is an over. A second try that succeeds comes as
     * a slot of its own.
     */
    std::vector<received_slot> push(const std::complex<float>* samples, size_t count);

    //! The stream is over: what is left in it. Then as after reset().
    std::vector<received_slot> flush();

    //! Forgets the stream; samples count from 0 again.
    void reset();

    //! Whether there is an over.
    bool in_sync() const;

private:
    class receiver;
    std::unique_ptr<receiver> d_receiver;
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_HF_DEMODULATOR_H */
