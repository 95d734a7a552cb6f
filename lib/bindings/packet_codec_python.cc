/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <pybind11/operators.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

namespace py = pybind11;

#include "packet_refused.h"
#include <gnuradio/largesc/packet/packet_codec.h>

namespace {

using gr::largesc::announcement;
using gr::largesc::background;
using gr::largesc::frame_code;
using gr::largesc::packet;
using gr::largesc::packet_codec;
using gr::largesc::packet_error;
using gr::largesc::parsed_packet;
using gr::largesc::rest;
using gr::largesc::text_piece;

template <typename T>
py::bytes pack(const packet_codec& codec, const T& what)
{
    const auto bytes = codec.pack(what);
    return py::bytes(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

parsed_packet parse(const packet_codec& codec, const py::bytes& data)
{
    const std::string bytes = data;
    parsed_packet parsed;
    const auto error =
        codec.parse(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size(), parsed);
    if (error != packet_error::none) {
        refuse(error, bytes.size());
    }
    return parsed;
}

void bind_rest(py::module& m)
{
    py::class_<background>(
        m,
        "background",
        R"(What is to be heard where nobody speaks, in the packet's steps.

Attributes:
    level: 0 for nothing; 1..31 for -90..-30 dBFS in steps of 2 dB.
    tilt: first reflection coefficient of its spectrum, 0..15.
    bend: second reflection coefficient, 0..7.
)")
        .def(py::init([](int level, int tilt, int bend) {
                 return background{ level, tilt, bend };
             }),
             py::arg("level") = 0,
             py::arg("tilt") = 0,
             py::arg("bend") = 0)
        .def_readonly("level", &background::level)
        .def_readonly("tilt", &background::tilt)
        .def_readonly("bend", &background::bend)
        .def(py::self == py::self)
        .def("__repr__", [](const background& b) {
            return py::str("background(level={}, tilt={}, bend={})")
                .format(b.level, b.tilt, b.bend);
        });
    auto resting = py::class_<rest>(
        m, "rest", R"(Silence that holds until the packet of another frame ends it.

Attributes:
    since: frames that it has lasted before this one, 0..14; 15 stands for more, too.
    sound: its background.
)");
    resting
        .def(py::init([](int since, const background& sound) {
                 return rest{ since, sound };
             }),
             py::arg("since"),
             py::arg("sound"))
        .def_readonly("since", &rest::since)
        .def_readonly("sound", &rest::sound)
        .def(py::self == py::self)
        .def("__repr__", [](const rest& r) {
            return py::str("rest(since={}, sound={})").format(r.since, r.sound);
        });
    resting.attr("keep_alive") = rest::keep_alive;
    resting.attr("max_since") = rest::max_since;
    py::list repeats;
    for (const int frames : rest::repeats) {
        repeats.append(frames);
    }
    resting.attr("repeats") = py::tuple(repeats);
}

void bind_text_piece(py::module& m)
{
    auto bytes_of = [](const text_piece& t) { return py::bytes(t.bytes); };
    py::class_<text_piece>(
        m, "text_piece", R"(Some bytes of a text that is too long for an announcement.

Attributes:
    sequence: frame number modulo 128, as in an announcement.
    silent: the packet stands for a silent frame; otherwise it comes beside the frames' packets.
    number: of the text, 0..7: the next text has the next one.
    piece: of this piece, 0..last.
    last: of the last piece, 0..15.
    bytes: 1..16 of them. All pieces of a text, joined, end in a check value.
)")
        .def(py::init([](int sequence,
                         bool silent,
                         int number,
                         int piece,
                         int last,
                         const py::bytes& bytes) {
                 return text_piece{ sequence, silent, number, piece, last, bytes };
             }),
             py::arg("sequence"),
             py::arg("silent"),
             py::arg("number"),
             py::arg("piece"),
             py::arg("last"),
             py::arg("bytes"))
        .def_readonly("sequence", &text_piece::sequence)
        .def_readonly("silent", &text_piece::silent)
        .def_readonly("number", &text_piece::number)
        .def_readonly("piece", &text_piece::piece)
        .def_readonly("last", &text_piece::last)
        .def_property_readonly("bytes", bytes_of)
        .def_property_readonly_static("max_bytes",
                                      [](py::object) { return text_piece::max_bytes; })
        .def_property_readonly_static("max_last",
                                      [](py::object) { return text_piece::max_last; })
        .def_property_readonly_static("max_number",
                                      [](py::object) { return text_piece::max_number; })
        .def(py::self == py::self)
        .def("__repr__", [bytes_of](const text_piece& t) {
            return py::str("text_piece(sequence={}, silent={}, number={}, piece={}, "
                           "last={}, bytes={!r})")
                .format(t.sequence, t.silent, t.number, t.piece, t.last, bytes_of(t));
        });
}

void bind_packet(py::module& m)
{
    py::class_<packet>(
        m, "packet", R"(Tokens of one frame (primary) and of earlier ones (redundant).

Attributes:
    sequence: frame number modulo 128.
    lag: frames between this frame and that of the repeated tokens, 1..127; 0 without any.
    primary: 4..8 tokens 0..2047, codebook 0 first; none if the frame is silent.
    redundant: 0..7 tokens 0..2047, codebook 0 first.
    code: what the redundant tokens are.
    resting: a rest, silence that goes on; None where it is none.
)")
        .def(
            py::init([](int sequence,
                        std::vector<int16_t> primary,
                        std::vector<int16_t> redundant,
                        int lag,
                        frame_code code,
                        std::optional<rest> resting) {
                return packet{ sequence, lag,    std::move(primary), std::move(redundant),
                               code,     resting };
            }),
            py::arg("sequence"),
            py::arg("primary") = std::vector<int16_t>{},
            py::arg("redundant") = std::vector<int16_t>{},
            py::arg("lag") = 0,
            py::arg_v("code", frame_code::repetition, "frame_code.repetition"),
            py::arg("resting") = std::nullopt)
        .def_readwrite("sequence", &packet::sequence)
        .def_readwrite("lag", &packet::lag)
        .def_readwrite("primary", &packet::primary)
        .def_readwrite("redundant", &packet::redundant)
        .def_readwrite("code", &packet::code)
        .def_readwrite("resting", &packet::resting)
        .def(py::self == py::self)
        .def("__repr__", [](const packet& p) {
            return py::str(
                       "packet(sequence={}, primary={}, redundant={}, lag={}, code={}, "
                       "resting={})")
                .format(p.sequence,
                        p.primary,
                        p.redundant,
                        p.lag,
                        py::cast(p.code),
                        p.resting);
        });
}

} // namespace

void bind_packet_codec(py::module& m)
{
    bind_rest(m);
    bind_text_piece(m);
    bind_packet(m);
    py::class_<packet_codec>(
        m,
        "packet_codec",
        R"(Bytes of a packet and back; docs/packet-format.md specifies them.

Args:
    crc: every packet ends in a CRC-16; both ends of a link must agree.
)")
        .def(py::init<bool>(), py::arg("crc") = false)
        .def_property_readonly("crc", &packet_codec::crc)
        .def_property_readonly_static("version",
                                      [](py::object) { return packet_codec::version; })
        .def_property_readonly_static(
            "sequence_modulus", [](py::object) { return packet_codec::sequence_modulus; })
        .def_property_readonly_static(
            "bits_per_token", [](py::object) { return packet_codec::bits_per_token; })
        .def_property_readonly_static(
            "max_short_lag", [](py::object) { return packet_codec::max_short_lag; })
        .def_property_readonly_static("max_lag",
                                      [](py::object) { return packet_codec::max_lag; })
        .def("packet_size",
             &packet_codec::packet_size,
             py::arg("tokens"),
             py::arg_v("code", frame_code::repetition, "frame_code.repetition"),
             py::arg("lag") = 0,
             "Bytes of a frame's packet with this many tokens (primary and redundant).")
        .def("pack",
             &pack<packet>,
             py::arg("packet"),
             "Bytes of the packet; ValueError if counts, lag, code, sequence or a token "
             "is "
             "out of range.")
        .def(
            "pack",
            &pack<announcement>,
            py::arg("announcement"),
            "Bytes of the announce packet; ValueError if a number is out of range, it is "
            "both silent and the end, or its text is too long or has control characters.")
        .def("pack",
             &pack<text_piece>,
             py::arg("piece"),
             "Bytes of the piece of text; ValueError if a number is out of range, or it "
             "has no bytes or too many.")
        .def("parse",
             &parse,
             py::arg("data"),
             "Packet, announcement or piece of text in the bytes; packet_refused (a "
             "ValueError) says why "
             "they are none.");
}
