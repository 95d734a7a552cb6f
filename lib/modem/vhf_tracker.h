/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_VHF_TRACKER_H
#define INCLUDED_LARGESC_VHF_TRACKER_H

#include "flat_channel.h"
#include "slot_tracker.h"
#include "vhf_frame.h"
#include <map>

namespace gr {
namespace largesc {

//! An over of profile `vhf`: one path, whose gain may turn and fade.
class vhf_tracker : public slot_tracker
{
public:
    vhf_tracker(const sample_history& samples, const slot_candidate& candidate);

    int64_t end(long slot) const override { return d_frame.end(slot); }
    int64_t earliest_sample(long slot) const override;
    bool is_same(const slot_candidate& candidate, long slot) const override;
    double take_in(const sample_history& samples, long slot) override;
    std::vector<float> ratios(long slot) override;
    void know(long slot, const std::vector<uint8_t>& sent) override;
    void follow(long slot, const std::vector<uint8_t>* sent, bool confirmed) override;
    slot_place place(long slot) const override;

private:
    // Symbols read in time, too early and too late.
    struct read_slot {
        vhf_symbols early, prompt, late;
        double ahead; // by which they were read before the slot's beginning, samples
    };
    using signs = std::array<int8_t, vhf_waveform::symbols>;

    double pilot_evidence(long slot) const;
    void learn_power(long slot);
    void learn_noise(long slot, const signs& sent, double gain);
    void learn_time(long slot, const signs& sent);
    void learn_frequency(long slot, const signs& sent);

    vhf_frame d_frame;
    flat_channel d_channel;
    std::map<long, read_slot> d_read; // the slot before, this one, those after
    double d_drift = 0.0;             // samples by which slots come later, each
    double d_power = 0.0;             // of the channel in the latest slot
    size_t d_learnt = 0;              // slots that have been believed
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_VHF_TRACKER_H */
