/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "packet_refused.h"
#include <pybind11/pybind11.h>
#include <string>

namespace py = pybind11;

using gr::largesc::packet_error;

namespace {

// The exception's type; it lives as long as the interpreter.
PyObject* packet_refused = nullptr;

constexpr const char* kept_as = "_error";

// Attributes of the exception, with types that tools can read.
py::dict attributes()
{
    const py::cpp_function why([](const py::object& refused) {
        return refused.attr(kept_as).cast<packet_error>();
    });
    const auto property = py::module::import("builtins").attr("property");
    py::dict attributes;
    attributes["error"] = property(why);
    return attributes;
}

std::string describe(packet_error error, size_t size)
{
    switch (error) {
    case packet_error::length:
        return "no packet of its kind has " + std::to_string(size) + " bytes";
    case packet_error::allocation:
        return "the number of tokens does not go with the allocation code";
    case packet_error::padding:
        return "padding bits are not zero";
    case packet_error::crc:
        return "the check value is wrong";
    case packet_error::version:
        return "a later version of the packet format";
    case packet_error::announcement:
        return "an announcement that contradicts itself or whose text is not plain UTF-8";
    case packet_error::other_form:
        return "with check value in a stream without, or without in a stream with";
    default:
        return "nothing is wrong";
    }
}

} // namespace

void refuse(packet_error error, size_t size)
{
    const auto type = py::reinterpret_borrow<py::object>(packet_refused);
    const py::object refused = type(describe(error, size));
    refused.attr(kept_as) = error;
    PyErr_SetObject(packet_refused, refused.ptr());
    throw py::error_already_set();
}

void bind_packet_refused(py::module& m)
{
    py::enum_<packet_error>(m, "packet_error", "Why bytes are not a packet.")
        .value("length", packet_error::length)
        .value("allocation", packet_error::allocation)
        .value("padding", packet_error::padding)
        .value("crc", packet_error::crc)
        .value("version", packet_error::version)
        .value("announcement", packet_error::announcement)
        .value("other_form", packet_error::other_form);
    packet_refused = PyErr_NewExceptionWithDoc(
        "largesc_kernels._largesc_kernels.packet_refused",
        "Bytes are not a packet; attribute ``error``, a packet_error, says why.",
        PyExc_ValueError,
        attributes().ptr());
    m.attr("packet_refused") = py::reinterpret_borrow<py::object>(packet_refused);
}
