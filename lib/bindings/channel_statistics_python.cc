/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <pybind11/pybind11.h>

namespace py = pybind11;

#include <gnuradio/largesc/playout/channel_statistics.h>

void bind_channel_statistics(py::module& m)
{
    using gr::largesc::channel_statistics;

    py::class_<channel_statistics>(
        m,
        "channel_statistics",
        "Loss rate and mean burst length over a sliding window of packets.")
        .def(py::init<size_t>(), py::arg("window"))
        .def(
            "add",
            &channel_statistics::add,
            py::arg("lost"),
            "Adds the newest packet; forgets the one that leaves the window, and another "
            "channel.")
        .def("reset", &channel_statistics::reset, "Forgets all packets.")
        .def_property_readonly(
            "window", &channel_statistics::window, "Packets in the window so far.")
        .def_property_readonly("loss_rate",
                               &channel_statistics::loss_rate,
                               "Share of lost packets in the window, 0..1.")
        .def_property_readonly("mean_burst",
                               &channel_statistics::mean_burst,
                               "Mean length of runs of lost packets; 0 without any.");
}
