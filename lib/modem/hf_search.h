/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_HF_SEARCH_H
#define INCLUDED_LARGESC_HF_SEARCH_H

#include "fast_fourier.h"
#include "slot_tracker.h"
#include <gnuradio/largesc/modem/hf_waveform.h>
#include <deque>

namespace gr {
namespace largesc {

/*!
 * \brief Finds slots of unknown time and frequency by their pilots.
 *
 * Each slot's length of samples is correlated with the pilots at 320 delays and 81
 * frequencies within 156 Hz; powers of up to 12 slots in a row are added at the same
 * place. What noise alone gives is known from the mean over all places; lines in the
 * spectrum are cut down to the level beside them first.
 */
class hf_search : public slot_search
{
public:
    //! The most slots whose powers are added.
    static constexpr size_t longest = 12;

    hf_search();

    void reset(int64_t next_sample) override;
    std::optional<slot_candidate> push(const std::complex<float>* samples) override;

private:
    split_values flattened();
    std::vector<float> correlate(const split_values& came);
    std::optional<slot_candidate> best() const;

    fast_fourier d_long, d_short;
    split_values d_pilots;                 // spectrum of a slot with pilots alone
    split_values d_samples;                // two slots
    std::deque<std::vector<float>> d_maps; // [frequency][delay], newest last
    int64_t d_next_sample = 0;
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_HF_SEARCH_H */
