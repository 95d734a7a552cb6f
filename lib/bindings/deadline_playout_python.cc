/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

namespace py = pybind11;

#include <gnuradio/largesc/playout/deadline_playout.h>

void bind_deadline_playout(py::module& m)
{
    using gr::largesc::arrival_slack;
    using gr::largesc::deadline_playout;

    py::class_<deadline_playout>(
        m,
        "deadline_playout",
        "Playout for live running: one frame per step(), whatever has come. Times are in "
        "seconds on the listener's clock.")
        .def(py::init<int, double, double, int, size_t>(),
             py::arg("look_ahead"),
             py::arg("frame_duration") = 0.08,
             py::arg("margin") = 0.02,
             py::arg("max_wait") = 2,
             py::arg("window") = 50)
        .def("reset",
             &deadline_playout::reset,
             "Forgets the stream, the session and the counters.")
        .def_property("look_ahead",
                      &deadline_playout::look_ahead,
                      &deadline_playout::set_look_ahead)
        .def("push",
             &deadline_playout::push,
             py::arg("packet"),
             py::arg("now"),
             py::arg("verified") = false,
             py::arg("behind") = 0.0,
             "A packet came at this time. `verified`: a check value or the layer below "
             "vouches for it; otherwise, if the clock does not expect its number, it "
             "waits for the next to agree. `behind`: seconds by which it was found later "
             "than its slot allowed; 0 where there are no slots. ValueError: behind is "
             "negative or not finite.")
        .def("announce",
             &deadline_playout::announce,
             py::arg("session"),
             py::arg("frame"),
             py::arg("silent"),
             py::arg("ends"),
             py::arg("now"),
             py::arg("verified") = false,
             py::arg("behind") = 0.0,
             "An announcement came at this time; `behind` as of a packet.")
        .def("step",
             &deadline_playout::step,
             py::arg("now"),
             py::arg("adjusted") = 0,
             "The listener needs a frame; `adjusted` says what the decoder did about a "
             "wish.")
        .def_property_readonly("counts", &deadline_playout::counts)
        .def_property_readonly("statistics", &deadline_playout::statistics)
        .def_property_readonly("session", &deadline_playout::session)
        .def_property_readonly("idle", &deadline_playout::idle)
        .def_property_readonly(
            "median_slack",
            [](const deadline_playout& playout) -> std::optional<double> {
                const arrival_slack& slack = playout.slack();
                return slack.settled() ? std::optional(slack.median()) : std::nullopt;
            },
            "Seconds that packets wait before they are needed, the median of ten "
            "seconds; "
            "None before 25 packets.");
}
