/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

namespace py = pybind11;

#include <gnuradio/largesc/loss/loss_trace.h>

void bind_loss_trace(py::module& m)
{
    using namespace gr::largesc;

    py::register_exception<trace_error>(m, "trace_error", PyExc_ValueError).doc() =
        "A trace file that cannot be read or written; the message names file and "
        "position.";

    py::enum_<burst_class>(
        m,
        "burst_class",
        "Long-burst class: how long the longest burst of a trace lasts.")
        .value("up_to_120_ms", burst_class::up_to_120_ms)
        .value("up_to_320_ms", burst_class::up_to_320_ms, "above 120 ms")
        .value("up_to_1000_ms", burst_class::up_to_1000_ms, "above 320 ms")
        .value("above_1000_ms", burst_class::above_1000_ms);

    m.def("read_trace",
          &read_trace,
          py::arg("path"),
          R"(Reads a trace file: one 0 (received) or 1 (lost) per packet.

White space means nothing, # begins a comment that ends with its line.

Returns:
    A bool per packet, true where it was lost; at least one.

Raises:
    trace_error: unreadable, larger than 16 MiB, without entries, or with something else.
)");
    m.def("write_trace",
          &write_trace,
          py::arg("path"),
          py::arg("trace"),
          py::arg("comment") = "",
          R"(Writes a trace file, in place of what was there.

Args:
    path: of the file.
    trace: a bool per packet, true where it was lost; at least one.
    comment: first line of the file.

Raises:
    trace_error: no packets, or the file cannot be written.
)");
    m.def("thin_trace",
          &thin_trace,
          py::arg("trace"),
          py::arg("step"),
          py::arg("first") = 0,
          R"(Trace of longer packets from one of shorter packets: every step-th entry.

From 20 ms to 80 ms packets, step is 4. A packet is sent at one moment, occupies one slot of the
trace and shares its fate; this keeps the loss rate, and the duration of bursts.

Args:
    trace: a bool per short packet.
    step: entries between packets, at least 1.
    first: entry of the first packet, 0..step-1.

Raises:
    ValueError: step or first out of range.
)");
    m.def("longest_burst",
          &longest_burst,
          py::arg("trace"),
          "Packets of the longest run of losses in a trace.");
    m.def("classify_trace",
          &classify_trace,
          py::arg("trace"),
          py::arg("packet_ms"),
          "Class of a trace by the duration of its longest burst; packet_ms is above 0.");
}
