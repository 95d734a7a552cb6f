/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

namespace py = pybind11;

#include "packet_refused.h"
#include <gnuradio/largesc/packet/packet_parser.h>
#include <stdexcept>
#include <tuple>

namespace {

using namespace gr::largesc;

// What it says, whether its check value is right, 0 if it came earlier.
using found_tuple = std::tuple<parsed_packet, bool, int>;

found_tuple to_tuple(found_packet found)
{
    return { std::move(found.what), found.verified, found.is_earlier ? 0 : 1 };
}

packet_parser make_parser(const std::string& form)
{
    if (form == "auto") {
        return packet_parser();
    }
    if (form == "none") {
        return packet_parser(packet_form::plain);
    }
    if (form == "crc16") {
        return packet_parser(packet_form::crc16);
    }
    throw std::invalid_argument("packet_parser: form must be auto, none or crc16, not " +
                                form);
}

std::vector<found_tuple> parse_next(packet_parser& parser, const py::bytes& data)
{
    const std::string bytes = data;
    std::vector<found_packet> found;
    const auto error =
        parser.parse(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size(), found);
    if (error != packet_error::none) {
        refuse(error, bytes.size());
    }
    std::vector<found_tuple> tuples;
    for (auto& one : found) {
        tuples.push_back(to_tuple(std::move(one)));
    }
    return tuples;
}

std::vector<found_tuple> flush(packet_parser& parser)
{
    std::vector<found_tuple> tuples;
    if (auto last = parser.flush()) {
        tuples.push_back(to_tuple(std::move(*last)));
    }
    return tuples;
}

std::optional<std::string> form_of(const packet_parser& parser)
{
    if (!parser.form()) {
        return std::nullopt;
    }
    return *parser.form() == packet_form::crc16 ? "crc16" : "none";
}

} // namespace

void bind_packet_parser(py::module& m)
{
    py::class_<packet_parser>(
        m,
        "packet_parser",
        R"(Parses the packets of a stream, and finds out whether they end in a check value.

docs/packet-format.md has the arithmetic.

Args:
    form: ``none`` or ``crc16``; or ``auto``: the form that two packets in a row show. The first is
        kept until then. Packets of the other form are refused, until two of them in a row show that
        the form has changed.

Raises:
    ValueError: another form.
)")
        .def(py::init(&make_parser), py::arg("form") = "auto")
        .def("reset",
             &packet_parser::reset,
             "Forgets the stream, and what was found out about it; counter to zero.")
        .def("parse",
             &parse_next,
             py::arg("data"),
             R"(The packets that are certain now, oldest first.

Args:
    data: bytes of a packet.

Returns:
    For each what it says (a packet or an announcement), whether its check value is right, and 1;
    0 in place of 1 if it came with an earlier call and was kept. Empty if this one is kept now.

Raises:
    packet_refused: (a ValueError) the bytes are no packet of this stream.
)")
        .def("flush",
             &flush,
             "The stream is over: the packet that is kept, as parse() gives it; empty if "
             "there is none.")
        .def_property_readonly(
            "form", &form_of, "Form of the stream, None as long as it is not known.")
        .def_property_readonly("other_form",
                               &packet_parser::other_form,
                               "Packets dropped because they were of the other form.");
}
