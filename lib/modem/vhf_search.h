/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_VHF_SEARCH_H
#define INCLUDED_LARGESC_VHF_SEARCH_H

#include "fast_fourier.h"
#include "slot_tracker.h"
#include <gnuradio/largesc/modem/vhf_waveform.h>
#include <deque>

namespace gr {
namespace largesc {

/*!
 * \brief Finds slots of unknown time and frequency by their pilots, all of which are the
 * same word.
 *
 * The stream is correlated with that word at 99 frequencies, 410 Hz apart, every 4
 * samples. The powers of a slot's 8 words are added, for 1200 delays and all frequencies,
 * over up to 12 slots in a row. For the places that stand out the words of each slot are
 * added as the carrier has them, at 49 frequencies each, and their powers over the slots.
 * What noise alone gives is known from the mean over all times at a frequency; so a line
 * in the spectrum gives no more.
 */
class vhf_search : public slot_search
{
public:
    //! The most slots whose powers are added.
    static constexpr size_t longest = 12;

    vhf_search();

    void reset(int64_t next_sample) override;
    std::optional<slot_candidate> push(const std::complex<float>* samples) override;

private:
    // The word's correlation over a slot's length of time, [frequency][time].
    struct words {
        split_values values;
        std::vector<float> means; // of the power, by frequency
    };
    // A slot's length of delays, which reach into the words after it.
    struct place {
        float power;
        size_t cell; // [frequency][delay]
        int fine;    // steps of frequency
    };

    split_values spectrum();
    words correlate(const split_values& came);
    std::vector<float> powers(const words& first, const words& second) const;
    std::optional<slot_candidate> best();
    place finest(size_t cell, size_t slots) const;

    fast_fourier d_long, d_short;
    split_values d_word;  // its spectrum
    split_values d_turns; // of the words of a slot, [fine][word]
    std::vector<std::complex<float>> d_samples;
    std::deque<words> d_words; // newest last
    std::deque<std::vector<float>>
        d_maps; // of slots that begin in all d_words but the last
    int64_t d_next_sample = 0;
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_VHF_SEARCH_H */
