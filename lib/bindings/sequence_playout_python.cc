/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

namespace py = pybind11;

#include <gnuradio/largesc/playout/sequence_playout.h>

void bind_sequence_playout(py::module& m)
{
    using gr::largesc::sequence_playout;

    py::class_<sequence_playout>(m,
                                 "sequence_playout",
                                 "Playout for simulation: driven by sequence numbers, "
                                 "without any clock; the stream "
                                 "starts with frame 0.")
        .def(py::init<int, size_t>(), py::arg("look_ahead"), py::arg("window") = 50)
        .def("reset", &sequence_playout::reset, "Back to frame 0, counters to zero.")
        .def_property("look_ahead",
                      &sequence_playout::look_ahead,
                      &sequence_playout::set_look_ahead)
        .def("push",
             &sequence_playout::push,
             py::arg("packet"),
             py::arg("verified") = false,
             "Takes a packet; returns the frames that are due by it, oldest first. "
             "`verified`: a "
             "check value or the layer below vouches for it; otherwise, if its number "
             "jumps, it "
             "waits for the next to agree.")
        .def("announce",
             &sequence_playout::announce,
             py::arg("session"),
             py::arg("frame"),
             py::arg("silent") = false,
             py::arg("ends") = false,
             py::arg("verified") = false,
             "Takes what an announcement says; returns the frames that are due by it.")
        .def("flush",
             &sequence_playout::flush,
             py::arg("total_frames"),
             "Ends the stream after so many frames, 0 if nobody knows; returns all that "
             "are "
             "still to play.")
        .def_property_readonly("counts", &sequence_playout::counts)
        .def_property_readonly("statistics", &sequence_playout::statistics)
        .def_property_readonly("session", &sequence_playout::session);
}
