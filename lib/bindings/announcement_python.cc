/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <pybind11/operators.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

namespace py = pybind11;

#include <gnuradio/largesc/packet/announcement.h>

namespace {

using gr::largesc::announcement;
using gr::largesc::channel_report;

announcement make_announcement(int frame,
                               int session,
                               int fingerprint,
                               bool silent,
                               bool ends,
                               std::optional<channel_report> report,
                               const py::str& text)
{
    // Encoded by Python: a lone surrogate is a UnicodeEncodeError, which is a ValueError.
    return { frame,
             session,
             fingerprint,
             silent,
             ends,
             report,
             text.attr("encode")("utf-8").cast<std::string>() };
}

py::str repr(const channel_report& r)
{
    return py::str("channel_report(session={}, loss_rate={:.3f}, mean_burst={}, "
                   "window={:.0f}, age={:.0f}, snr={})")
        .format(r.session, r.loss_rate(), r.mean_burst(), r.window(), r.age(), r.snr());
}

py::str repr(const announcement& a)
{
    return py::str("announcement(frame={}, session={}, fingerprint={}, silent={}, "
                   "ends={}, report={!r}, text={!r})")
        .format(a.frame, a.session, a.fingerprint, a.silent, a.ends, a.report, a.text);
}

} // namespace

void bind_announcement(py::module& m)
{
    py::class_<channel_report>(
        m,
        "channel_report",
        R"(How well a station hears another, rounded to the steps of the announce packet.

What exceeds the largest step becomes the largest step. The values read back are the rounded ones;
a report made of them is equal.

Attributes:
    session: of the station heard, 0..65535.
    loss_rate: share of packets lost, 0..1 in steps of 1/255.
    mean_burst: mean length of a run of lost packets, 0..31.875 in steps of 1/8.
    window: packets that both were measured over, 0..1020 in steps of 4.
    age: frames since the measurement, 0..2550 in steps of 10.
    snr: dB in 3 kHz, -40..87 in steps of 1/2; NaN if it is not known.
)")
        .def_static("quantise",
                    &channel_report::quantise,
                    py::arg("session"),
                    py::arg("loss_rate"),
                    py::arg("mean_burst"),
                    py::arg("window"),
                    py::arg("age") = 0.0,
                    py::arg("snr") = std::numeric_limits<double>::quiet_NaN(),
                    R"(The nearest report.

Raises:
    ValueError: a value out of range, negative or no number; any snr will do.
)")
        .def_readonly("session", &channel_report::session)
        .def_property_readonly("loss_rate", &channel_report::loss_rate)
        .def_property_readonly("mean_burst", &channel_report::mean_burst)
        .def_property_readonly("window", &channel_report::window)
        .def_property_readonly("age", &channel_report::age)
        .def_property_readonly("snr", &channel_report::snr)
        .def(py::self == py::self)
        .def("__repr__", [](const channel_report& r) { return repr(r); });

    py::class_<announcement>(
        m,
        "announcement",
        R"(What a sender says about itself; docs/packet-format.md, announce packet.

Attributes:
    frame: number modulo 8388608 of the silent frame that the packet stands for if ``silent``;
        otherwise of the next frame.
    session: number of this run of the sender, 0..65535.
    fingerprint: of the codec's checkpoint, 0..65535.
    silent: the packet stands for a silent frame; otherwise it comes beside the frames' packets.
    ends: the stream is over: no frame has the number ``frame`` or a later one.
    report: channel_report of how well the sender hears the other side, or None.
    text: callsign or the like, at most 31 bytes in UTF-8, no control characters.
)")
        .def(py::init(&make_announcement),
             py::arg("frame"),
             py::arg("session") = 0,
             py::arg("fingerprint") = 0,
             py::arg("silent") = false,
             py::arg("ends") = false,
             py::arg("report") = py::none(),
             py::arg("text") = "")
        .def_readwrite("frame", &announcement::frame)
        .def_readwrite("session", &announcement::session)
        .def_readwrite("fingerprint", &announcement::fingerprint)
        .def_readwrite("silent", &announcement::silent)
        .def_readwrite("ends", &announcement::ends)
        .def_readwrite("report", &announcement::report)
        .def_readwrite("text", &announcement::text)
        .def_property_readonly_static(
            "frame_modulus", [](py::object) { return announcement::frame_modulus; })
        .def_property_readonly_static("max_text",
                                      [](py::object) { return announcement::max_text; })
        .def(py::self == py::self)
        .def("__repr__", [](const announcement& a) { return repr(a); });
}
