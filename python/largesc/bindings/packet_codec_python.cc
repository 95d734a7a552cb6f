/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/***********************************************************************************/
/* BINDTOOL_GEN_AUTOMATIC(0)                                                       */
/* BINDTOOL_USE_PYGCCXML(0)                                                        */
/* BINDTOOL_HEADER_FILE(packet_codec.h)                                            */
/* BINDTOOL_HEADER_FILE_HASH(0)                                                    */
/***********************************************************************************/

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

namespace py = pybind11;

#include <gnuradio/largesc/packet_codec.h>

namespace {

using gr::largesc::packet;
using gr::largesc::packet_codec;
using gr::largesc::packet_error;

py::bytes pack(const packet& p)
{
    const auto bytes = packet_codec::pack(p);
    return py::bytes(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

packet parse(const py::bytes& data)
{
    const std::string bytes = data;
    packet p;
    switch (packet_codec::parse(
        reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size(), p)) {
    case packet_error::none:
        return p;
    case packet_error::length:
        throw py::value_error("no packet has " + std::to_string(bytes.size()) + " bytes");
    case packet_error::allocation:
        throw py::value_error(
            "spare allocation code: a foreign packet or a newer format");
    default:
        throw py::value_error("padding bits are not zero");
    }
}

} // namespace

void bind_packet_codec(py::module& m)
{
    py::class_<packet>(
        m, "packet", R"(Tokens of one frame (primary) and of an earlier one (redundant).

Attributes:
    sequence: frame number modulo 128.
    lag: frames between this frame and that of the redundant tokens, 1..5; 0 without any.
    primary: 4..8 tokens 0..2047, codebook 0 first.
    redundant: 0..7 tokens 0..2047, codebook 0 first.
)")
        .def(py::init([](int sequence,
                         std::vector<int16_t> primary,
                         std::vector<int16_t> redundant,
                         int lag) {
                 return packet{ sequence, lag, std::move(primary), std::move(redundant) };
             }),
             py::arg("sequence"),
             py::arg("primary"),
             py::arg("redundant") = std::vector<int16_t>{},
             py::arg("lag") = 0)
        .def_readwrite("sequence", &packet::sequence)
        .def_readwrite("lag", &packet::lag)
        .def_readwrite("primary", &packet::primary)
        .def_readwrite("redundant", &packet::redundant);

    py::class_<packet_codec>(
        m,
        "packet_codec",
        "Bytes of a packet and back; docs/packet-format.md specifies them.")
        .def_property_readonly_static(
            "sequence_modulus", [](py::object) { return packet_codec::sequence_modulus; })
        .def_property_readonly_static(
            "bits_per_token", [](py::object) { return packet_codec::bits_per_token; })
        .def_property_readonly_static("max_lag",
                                      [](py::object) { return packet_codec::max_lag; })
        .def_static("packet_size",
                    &packet_codec::packet_size,
                    py::arg("tokens"),
                    "Bytes of a packet with this many tokens (primary and redundant).")
        .def_static(
            "pack",
            &pack,
            py::arg("packet"),
            "Bytes of the packet; ValueError if counts, lag, sequence or a token is "
            "out of range.")
        .def_static("parse",
                    &parse,
                    py::arg("data"),
                    "Packet in the bytes; ValueError says why they are none.");
}
