/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_VHF_SEARCH_H
#define INCLUDED_LARGESC_VHF_SEARCH_H

#include "slot_tracker.h"
#include "vhf_words.h"
#include <deque>

namespace gr {
namespace largesc {

/*!
 * \brief Finds slots of unknown time and frequency by their pilots, all of which are the
 * same word.
 *
 * The stream is correlated with that word at 99 frequencies. The powers of a slot's 8
 * words are added, for all delays and frequencies, over up to 12 slots in a row. For the
 * places that stand out the words of each slot are added as the carrier has them, at 49
 * frequencies each, and their powers over the slots. What noise alone gives is known from
 * the mean over all times at a frequency; so a line in the spectrum gives no more.
 */
class vhf_search : public slot_search
{
public:
    //! The most slots whose powers are added.
    static constexpr size_t longest = 12;
    //! Samples that are taken at a time: half a slot.
    static constexpr size_t step_samples = vhf_word_correlator::step_samples;

    vhf_search();

    void reset(int64_t next_sample) override;
    std::optional<slot_candidate> push(const std::complex<float>* samples) override;

private:
    struct place {
        float power;
        size_t cell; // [frequency][delay]
        int fine;    // steps of frequency
    };

    std::vector<float> powers() const;
    float mean(size_t frequency, size_t step) const;
    std::optional<slot_candidate> best();
    static std::vector<size_t> strongest_cells(const std::vector<float>& sum,
                                               float& bound);
    slot_candidate candidate(const place& at, size_t slots, float strength) const;
    place finest(size_t cell, size_t slots) const;

    vhf_word_correlator d_correlator;
    std::vector<float> d_bounds;   // of the strongest cells, by window
    split_values d_turns;          // of the words of a slot, [word][fine]
    std::deque<vhf_words> d_words; // newest last
    // Of slots that begin in all d_words but the last two.
    std::deque<std::vector<float>> d_maps;
    int64_t d_next_sample = 0;
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_VHF_SEARCH_H */
