/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_HF_TRACKER_H
#define INCLUDED_LARGESC_HF_TRACKER_H

#include "channel_estimator.h"
#include "hf_frame.h"
#include "slot_tracker.h"
#include <map>

namespace gr {
namespace largesc {

//! An over of profile `hf`: paths by delay and Doppler shift, learnt from slot to slot.
class hf_tracker : public slot_tracker
{
public:
    hf_tracker(const sample_history& samples, const slot_candidate& candidate);

    int64_t end(long slot) const override { return d_frame.end(slot); }
    int64_t earliest_sample(long slot) const override;
    bool is_same(const slot_candidate& candidate, long slot) const override;
    double take_in(const sample_history& samples, long slot) override;
    std::vector<float> ratios(long slot) override;
    void know(long slot, const std::vector<uint8_t>& sent) override;
    void follow(long slot, const std::vector<uint8_t>* sent, bool confirmed) override;
    slot_place place(long slot) const override;

private:
    double pilot_evidence(long slot) const;
    void learn_noise(long slot, const hf_carriers& sent);
    void learn_noise_of_pilots(long slot);
    void learn_place(long slot);

    hf_frame d_frame;
    channel_estimator d_estimator;
    std::map<long, hf_carriers> d_came; // the slot before, this one, those after
    double d_drift = 0.0;               // samples by which slots come later, each
    double d_power = 0.0;               // of the channel in the latest slot
    size_t d_learnt = 0;                // slots that the noise is known from
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_HF_TRACKER_H */
