/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/largesc/playout/channel_statistics.h>
#include <algorithm>
#include <stdexcept>

namespace gr {
namespace largesc {

channel_statistics::channel_statistics(size_t window) : d_lost(window, false)
{
    if (window == 0) {
        throw std::invalid_argument("channel_statistics: window must be at least 1");
    }
}

void channel_statistics::add(bool lost)
{
    d_lost[d_next] = lost;
    d_next = (d_next + 1) % d_lost.size();
    d_filled = std::min(d_filled + 1, d_lost.size());
}

void channel_statistics::withdraw(size_t packets)
{
    packets = std::min(packets, d_filled);
    d_filled -= packets;
    d_next = (d_next + d_lost.size() - packets) % d_lost.size();
}

void channel_statistics::reset() { d_filled = 0; }

bool channel_statistics::lost_at(size_t age) const
{
    return d_lost[(d_next + d_lost.size() - 1 - age) % d_lost.size()];
}

double channel_statistics::loss_rate() const
{
    size_t lost = 0;
    for (size_t age = 0; age < d_filled; age++) {
        lost += lost_at(age);
    }
    return d_filled ? double(lost) / d_filled : 0.0;
}

double channel_statistics::mean_burst() const
{
    size_t lost = 0;
    size_t runs = 0;
    for (size_t age = 0; age < d_filled; age++) {
        lost += lost_at(age);
        runs += lost_at(age) && (age == 0 || !lost_at(age - 1));
    }
    return runs ? double(lost) / runs : 0.0;
}

} // namespace largesc
} // namespace gr
