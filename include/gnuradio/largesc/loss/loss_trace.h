/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_LOSS_TRACE_H
#define INCLUDED_LARGESC_LOSS_TRACE_H

#include <gnuradio/largesc/api.h>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <vector>

namespace gr {
namespace largesc {

//! A trace file that cannot be read or written; the message names file and position.
class LARGESC_API trace_error : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

//! What became of each packet: true where it was lost.
using loss_trace = std::vector<bool>;

//! Bytes of the largest trace file that is read: 15 days at 12.5 packets per second.
constexpr size_t max_trace_bytes = 16 * 1024 * 1024;

/*!
 * \brief Reads a trace: one 0 (received) or 1 (lost) per packet.
 *
 * White space means nothing; # begins a comment that ends with its line.
 * \throws trace_error the file cannot be read, is larger than max_trace_bytes, has no
 * entry or something else than entries
 */
LARGESC_API loss_trace read_trace(const std::string& path);

/*!
 * \brief Writes a trace, 50 packets on a line.
 * \param path of the file; what was there is replaced
 * \param trace to write; without an entry the file could not be read again
 * \param comment first line of the file; line ends in it become spaces
 * \throws trace_error the trace has no entry, or the file cannot be written
 */
LARGESC_API void write_trace(const std::string& path,
                             const loss_trace& trace,
                             const std::string& comment = "");

/*!
 * \brief Trace of longer packets from one of shorter packets: every step-th entry.
 *
 * From 20 ms to 80 ms packets that is every fourth. The rule: a packet is sent at one
 * moment, occupies one slot of the trace, and shares its fate; the slots up to the next
 * packet are not used. It keeps the loss rate, and the duration of bursts as far as the
 * longer packets can resolve it: bursts and gaps shorter than a packet mostly vanish.
 * (Losing a packet if any of its four slots is lost would be right for packets spread
 * over all of them, and raises the loss rate: 10 % of independent losses would become
 * 34 %.)
 *
 * \param trace of the shorter packets
 * \param step entries between packets, at least 1
 * \param first entry that a packet uses, below step: each gives another trace
 * \throws std::invalid_argument step or first out of range
 */
LARGESC_API loss_trace thin_trace(const loss_trace& trace, size_t step, size_t first = 0);

//! Packets of the longest run of losses.
LARGESC_API size_t longest_burst(const loss_trace& trace);

/*!
 * \brief Long-burst classes by the duration of a trace's longest burst.
 *
 * Those of the INTERSPEECH 2022 Audio Deep Packet Loss Concealment Challenge (L. Diener
 * et al.).
 */
enum class burst_class { up_to_120_ms, up_to_320_ms, up_to_1000_ms, above_1000_ms };

/*!
 * \brief Class of a trace.
 * \param trace to classify
 * \param packet_ms duration of a packet, above 0
 * \throws std::invalid_argument packet_ms is not above 0
 */
LARGESC_API burst_class classify_trace(const loss_trace& trace, double packet_ms);

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_LOSS_TRACE_H */
