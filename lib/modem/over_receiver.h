/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_OVER_RECEIVER_H
#define INCLUDED_LARGESC_OVER_RECEIVER_H

#include "slot_decoder.h"
#include <gnuradio/largesc/modem/received_slot.h>
#include <deque>

namespace gr {
namespace largesc {

/*!
 * \brief Follows one over, slot by slot, from where the search has seen it, whatever its
 * waveform: decides what to believe.
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
    over_receiver(const receive_settings& settings,
                  slot_decoder& decoder,
                  std::unique_ptr<slot_tracker> tracker,
                  size_t seen_slots);

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
    bool is_plausible(const decoded_slot& best) const;
    bool judge(const decoded_slot& best, double pilots);
    void try_again(long slot);
    std::vector<received_slot> let_out(long slot, int64_t since);
    received_slot report(long slot, const decoded_slot& best, bool accepted) const;

    receive_settings d_settings;
    slot_decoder& d_decoder;
    std::unique_ptr<slot_tracker> d_tracker;
    std::deque<double> d_waiting;      // evidence of pilots, from d_next_slot on
    std::vector<received_slot> d_held; // until it is confirmed
    long d_next_slot = 0;
    long d_seen_slots; // by the search: their pilots prove nothing more
    double d_presence = 0.0;
    size_t d_failed = 0;
    bool d_confirmed = false;
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_OVER_RECEIVER_H */
