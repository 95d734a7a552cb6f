/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/largesc/playout/arrival_slack.h>
#include <algorithm>
#include <vector>

namespace gr {
namespace largesc {

void arrival_slack::add(double seconds)
{
    d_seconds.push_back(seconds);
    if (d_seconds.size() > capacity) {
        d_seconds.pop_front();
    }
}

void arrival_slack::shift(double seconds)
{
    for (double& slack : d_seconds) {
        slack += seconds;
    }
}

double arrival_slack::smallest(size_t rank) const
{
    std::vector<double> sorted(d_seconds.begin(), d_seconds.end());
    std::nth_element(sorted.begin(), sorted.begin() + rank, sorted.end());
    return sorted[rank];
}

} // namespace largesc
} // namespace gr
