/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_OVER_RECEIVER_H
#define INCLUDED_LARGESC_OVER_RECEIVER_H

#include "slot_frame.h"
#include "slot_search.h"
#include <gnuradio/largesc/modem/hf_demodulator.h>
#include <deque>

namespace gr {
namespace largesc {

/*!
 * \brief Follows one over, slot by slot, from where the search has seen it.
 *
 * It may be none: `presence` adds up what speaks for it (natural logarithms of likelihood
 * ratios: pilots as predicted, packets that decode). Packets are let out once that is
 * enough; and a packet is believed when the decoder's margin and presence are both
 * enough.
 */
class over_receiver
{
public:
    //! \param decoder that all overs share; it lives longer
    over_receiver(const hf_settings& settings,
                  slot_decoder& decoder,
                  const sample_history& samples,
                  const slot_candidate& candidate);

    //! Whether the next slot's samples are there.
    bool can_receive(const sample_history& samples) const;
    //! Takes the next slot; what can be let out by it.
    std::vector<received_slot> receive(const sample_history& samples);

    //! Whether it is certain that this is an over.
    bool confirmed() const { return d_confirmed; }
    //! Slots in a row without a packet.
    size_t failed() const { return d_failed; }
    //! Whether it is over, or never was one.
    bool is_over() const;
    //! Whether a candidate is this over.
    bool is_same(const slot_candidate& candidate) const;
    //! Samples before this one are not read again.
    int64_t earliest_sample() const;

private:
    struct waiting_slot {
        long number;
        slot_carriers came;
        double pilot_evidence;
    };

    void take_in(const sample_history& samples);
    double pilot_evidence(long slot, const slot_carriers& came) const;
    decoded_slot decode(long slot, const slot_carriers& came);
    bool judge(const decoded_slot& best, double pilots);
    void follow(long slot, const slot_carriers& came, const slot_carriers* sent);
    void try_again(const waiting_slot& failed);
    void learn_noise_of_pilots(long slot, const slot_carriers& came);
    received_slot report(long slot, const decoded_slot& best) const;

    hf_settings d_settings;
    slot_frame d_frame;
    channel_estimator d_estimator;
    slot_decoder& d_decoder;
    std::deque<waiting_slot> d_waiting;    // from d_next_slot on
    std::optional<waiting_slot> d_failure; // the latest slot, if it failed
    std::vector<received_slot> d_held;     // until it is confirmed
    long d_next_slot = 0;
    long d_seen_slots;    // by the search: their pilots prove nothing more
    double d_drift = 0.0; // samples by which slots come later, each
    double d_presence = 0.0;
    double d_power = 0.0; // of the channel in the latest slot
    size_t d_learnt = 0;  // slots that the noise is known from
    size_t d_failed = 0;
    bool d_confirmed = false;
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_OVER_RECEIVER_H */
