/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_LOSS_PROCESS_H
#define INCLUDED_LARGESC_LOSS_PROCESS_H

#include <gnuradio/largesc/api.h>
#include <string>

namespace gr {
namespace largesc {

/*!
 * \brief Decides which packets a link loses: one decision per packet, in order.
 *
 * One seed decides the same on every platform. Every process that has a memory starts in
 * its stationary distribution: the first packet is lost as probably as any other.
 * docs/channels.md compares the processes.
 */
class LARGESC_API loss_process
{
public:
    virtual ~loss_process() = default;

    //! Decides on the next packet.
    virtual bool next_is_lost() = 0;

    //! Back to the first packet, with the same seed: the same decisions again.
    virtual void reset() = 0;

    //! Share of the packets that are lost in the long run, 0..1.
    virtual double loss_rate() const = 0;

    /*!
     * \brief Changes the loss rate for the packets to come; all else stays.
     * \throws std::invalid_argument a rate that the process cannot have; the old one
     * stays
     */
    virtual void set_loss_rate(double loss_rate) = 0;

    //! Mean length in the long run, in packets, of a run of lost packets; 0 if none is
    //! lost.
    virtual double mean_burst() const = 0;

    //! Name and parameters, for reports.
    virtual std::string description() const = 0;
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_LOSS_PROCESS_H */
