/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_OVER_LISTENER_H
#define INCLUDED_LARGESC_OVER_LISTENER_H

#include "over_receiver.h"

namespace gr {
namespace largesc {

/*!
 * \brief Samples to packets, whatever the waveform: looks for overs, follows the one that
 * there is, and looks for another one as soon as that fails.
 */
class over_listener
{
public:
    /*!
     * \param waveform lives longer
     * \throws std::invalid_argument settings outside their ranges
     */
    over_listener(const slot_waveform& waveform, const receive_settings& settings);

    //! Takes samples, of any level; what is not finite counts as zero.
    std::vector<received_slot> push(const std::complex<float>* samples, size_t count);
    //! What is left in the stream; then as after reset().
    std::vector<received_slot> flush();
    void reset();
    //! Whether there is an over.
    bool in_sync() const { return bool(d_over); }

private:
    void search();
    void follow(std::vector<received_slot>& out);

    const slot_waveform& d_waveform;
    receive_settings d_settings;
    slot_decoder d_decoder;
    int64_t d_slot_samples, d_search_samples;
    sample_history d_samples;
    std::unique_ptr<slot_search> d_search;
    int64_t d_searched = 0; // samples before this one have been searched
    std::unique_ptr<over_receiver> d_over, d_candidate;
    float d_candidate_strength = 0.0f;
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_OVER_LISTENER_H */
