/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_BURST_STATISTICS_H
#define INCLUDED_LARGESC_BURST_STATISTICS_H

#include <gnuradio/largesc/api.h>
#include <cstdint>

namespace gr {
namespace largesc {

//! Counts the packets, the lost ones, and their bursts: runs of lost packets without a
//! gap.
class LARGESC_API burst_statistics
{
public:
    //! Counts the next packet.
    void add(bool lost);

    uint64_t packets() const { return d_packets; }
    uint64_t lost() const { return d_lost; }
    uint64_t bursts() const { return d_bursts; }
    //! Packets of the longest burst.
    uint64_t longest_burst() const { return d_longest; }
    //! Share of the packets that were lost; 0 before the first.
    double loss_rate() const;
    //! Mean packets of a burst, one at the end counted as far as it went; 0 without any.
    double mean_burst() const;

private:
    uint64_t d_packets = 0;
    uint64_t d_lost = 0;
    uint64_t d_bursts = 0;
    uint64_t d_longest = 0;
    uint64_t d_current = 0;
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_BURST_STATISTICS_H */
