/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_SLOT_TRACKER_H
#define INCLUDED_LARGESC_SLOT_TRACKER_H

#include "sample_history.h"
#include <gnuradio/largesc/modem/slot_code.h>
#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>

namespace gr {
namespace largesc {

//! Slots seem to begin here.
struct slot_candidate {
    int64_t first_sample; //!< of the earliest slot that was seen
    size_t slots;         //!< that were seen
    double frequency;     //!< of the middle of the signal, cycles per sample
    float strength;       //!< power by the threshold, above 1
};

//! Where a slot is, and how strong.
struct slot_place {
    double start;  //!< sample of the stream where it begins
    double offset; //!< Hz, of the middle of the signal
    double snr;    //!< dB in 3 kHz
};

//! Ratio of powers in dB, -100..100: a receiver that is muted gives no power at all.
inline double bounded_decibels(double ratio)
{
    return 10.0 * std::log10(ratio > 1e-10 ? std::min(ratio, 1e10) : 1e-10);
}

//! Finds slots of unknown time and frequency in a stream.
class slot_search
{
public:
    virtual ~slot_search() = default;
    //! Forgets all samples; the next one has this number.
    virtual void reset(int64_t next_sample) = 0;
    //! Takes slot_waveform::search_samples() samples; the best candidate, if there is
    //! one.
    virtual std::optional<slot_candidate> push(const std::complex<float>* samples) = 0;
};

/*!
 * \brief What an over is to a waveform: where its slots are in time and frequency, what
 * the channel does to them, and what their bits are likely to be. It decides nothing.
 *
 * Slots are numbered from the first that the search has seen.
 */
class slot_tracker
{
public:
    virtual ~slot_tracker() = default;

    //! Samples that a slot needs end before this one.
    virtual int64_t end(long slot) const = 0;
    //! Samples before this one are not needed from this slot on.
    virtual int64_t earliest_sample(long slot) const = 0;
    //! Whether a candidate is this over, which is at this slot.
    virtual bool is_same(const slot_candidate& candidate, long slot) const = 0;

    /*!
     * Reads a slot, one after the other; its pilots are known then. \return logarithm of
     * how much likelier the pilots are as predicted than as anything else, -8..10
     */
    virtual double take_in(const sample_history& samples, long slot) = 0;
    //! ln P(1)/P(0) of a slot's bits on the air, by all that is known by now.
    virtual std::vector<float> ratios(long slot) = 0;

    //! Bits on the air of a slot that was believed after all; nothing else is drawn from
    //! it.
    virtual void know(long slot, const std::vector<uint8_t>& sent) = 0;
    /*!
     * What to do with a slot, one after the other: time, frequency, channel and noise
     * follow it. \param sent its bits on the air, nullptr if they are not believed
     * \param confirmed whether it is certain that this is an over
     */
    virtual void follow(long slot, const std::vector<uint8_t>* sent, bool confirmed) = 0;

    virtual slot_place place(long slot) const = 0;
};

//! A waveform, as a receiver of overs needs it.
class slot_waveform
{
public:
    virtual ~slot_waveform() = default;
    virtual size_t slot_samples() const = 0;
    //! \throws std::invalid_argument a size that no packet has
    virtual slot_code code(size_t bytes) const = 0;
    //! Samples before a slot that are read with it.
    virtual size_t lead_samples() const = 0;
    //! Samples that the search takes at a time; a slot has a whole multiple of them.
    virtual size_t search_samples() const = 0;
    //! Slots that the search looks back at.
    virtual size_t searched_slots() const = 0;
    virtual std::unique_ptr<slot_search> make_search() const = 0;
    //! All samples of the slots that were seen must be there.
    virtual std::unique_ptr<slot_tracker>
    make_tracker(const sample_history& samples,
                 const slot_candidate& candidate) const = 0;
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_SLOT_TRACKER_H */
