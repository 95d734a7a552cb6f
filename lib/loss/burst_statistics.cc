/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/largesc/loss/burst_statistics.h>
#include <algorithm>

namespace gr {
namespace largesc {

void burst_statistics::add(bool lost)
{
    d_packets++;
    if (!lost) {
        d_current = 0;
        return;
    }
    d_lost++;
    d_current++;
    d_bursts += d_current == 1;
    d_longest = std::max(d_longest, d_current);
}

double burst_statistics::loss_rate() const
{
    return d_packets ? double(d_lost) / d_packets : 0.0;
}

double burst_statistics::mean_burst() const
{
    return d_bursts ? double(d_lost) / d_bursts : 0.0;
}

} // namespace largesc
} // namespace gr
