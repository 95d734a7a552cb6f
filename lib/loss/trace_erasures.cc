/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "number_text.h"
#include <gnuradio/largesc/loss/burst_statistics.h>
#include <gnuradio/largesc/loss/trace_erasures.h>
#include <stdexcept>

namespace gr {
namespace largesc {

trace_erasures::trace_erasures(const std::string& path)
    : trace_erasures(read_trace(path), path)
{
}

trace_erasures::trace_erasures(const loss_trace& trace, const std::string& name)
    : d_trace(trace), d_name(name)
{
    if (trace.empty()) {
        throw std::invalid_argument("trace " + name + ": no packet in it");
    }
    burst_statistics statistics;
    for (const bool lost : trace) {
        statistics.add(lost);
    }
    d_loss_rate = statistics.loss_rate();
    d_mean_burst = statistics.mean_burst();
}

bool trace_erasures::next_is_lost()
{
    if (d_next == d_trace.size()) {
        d_next = 0;
        d_repeats++;
    }
    return d_trace[d_next++];
}

void trace_erasures::reset()
{
    d_next = 0;
    d_repeats = 0;
}

void trace_erasures::set_loss_rate(double)
{
    throw std::invalid_argument("trace " + d_name +
                                ": the loss rate is the trace's own, " +
                                number_text(d_loss_rate));
}

std::string trace_erasures::description() const
{
    return "trace " + d_name + ", " + std::to_string(d_trace.size()) +
           " packets, loss rate " + number_text(d_loss_rate) + ", mean burst " +
           number_text(d_mean_burst);
}

} // namespace largesc
} // namespace gr
