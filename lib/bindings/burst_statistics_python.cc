/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <pybind11/pybind11.h>

namespace py = pybind11;

#include <gnuradio/largesc/loss/burst_statistics.h>

void bind_burst_statistics(py::module& m)
{
    using gr::largesc::burst_statistics;

    py::class_<burst_statistics>(
        m,
        "burst_statistics",
        R"(Counts packets, lost packets, and their bursts: runs of lost packets without a gap.

Attributes:
    packets: all.
    lost: those that were lost.
    bursts: runs of lost packets.
    longest_burst: packets of the longest.
    loss_rate: lost / packets; 0 before the first packet.
    mean_burst: lost / bursts, packets; 0 before the first burst.
)")
        .def(py::init<>())
        .def("add", &burst_statistics::add, py::arg("lost"), "Counts the next packet.")
        .def_property_readonly("packets", &burst_statistics::packets)
        .def_property_readonly("lost", &burst_statistics::lost)
        .def_property_readonly("bursts", &burst_statistics::bursts)
        .def_property_readonly("longest_burst", &burst_statistics::longest_burst)
        .def_property_readonly("loss_rate", &burst_statistics::loss_rate)
        .def_property_readonly("mean_burst", &burst_statistics::mean_burst);
}
