/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

namespace py = pybind11;

#include <gnuradio/largesc/playout/playout_step.h>

namespace {

using gr::largesc::num_codebooks;
using gr::largesc::origin_array;
using gr::largesc::playout_counts;
using gr::largesc::playout_step;
using gr::largesc::token_array;

py::array_t<int16_t> tokens(const token_array& values)
{
    return py::array_t<int16_t>(num_codebooks, values.data());
}

py::array_t<uint8_t> origins(const origin_array& values)
{
    return py::array_t<uint8_t>(num_codebooks,
                                reinterpret_cast<const uint8_t*>(values.data()));
}

} // namespace

void bind_playout_step(py::module& m)
{
    py::class_<playout_step>(m, "playout_step", R"(One frame leaves the playout buffer.

Attributes:
    frame: number of the frame now due, as the sender counts.
    due: its tokens, int16 [8], -1 where unknown.
    origin: a TokenOrigin per token, uint8 [8].
    newest: tokens of the newest frame as received, int16 [8], all -1 if it was lost.
    adjust: wish to play one frame less (-1) or more (+1) at the next pause, -2 and +2 at
        once, to keep up with the sender's clock; else 0.
    trim: seconds of the frame, from its beginning, that should not be played.
    sound: background to be heard in a rest; None elsewhere.
)")
        .def_readonly("frame", &playout_step::frame)
        .def_property_readonly("due",
                               [](const playout_step& step) { return tokens(step.due); })
        .def_property_readonly(
            "origin", [](const playout_step& step) { return origins(step.origin); })
        .def_property_readonly(
            "newest", [](const playout_step& step) { return tokens(step.newest); })
        .def_readonly("adjust", &playout_step::adjust)
        .def_readonly("trim", &playout_step::trim)
        .def_readonly("sound", &playout_step::sound);

    py::class_<playout_counts>(m, "playout_counts", R"(What a playout buffer has counted.

Attributes:
    received: packets in time.
    lost: frames played without their packet.
    late: packets after their frame was played.
    early: packets too far ahead of their time to be of this stream.
    duplicate: packets that had come before.
    doubtful: packets and announcements that said to be elsewhere in the stream, without check
        value, and nothing agreed.
    repaired: lost frames of which a later packet brought codebook 0.
    idle: frames played while nobody was sending.
    rested: frames of a rest that had no packet and needed none.
    skipped: frames left out, silent or long past, to keep up with the sender.
    repeated: silent frames played once more to wait for the sender.
    rejoined: times the numbering was taken up anew.
)")
        .def_readonly("received", &playout_counts::received)
        .def_readonly("lost", &playout_counts::lost)
        .def_readonly("late", &playout_counts::late)
        .def_readonly("early", &playout_counts::early)
        .def_readonly("duplicate", &playout_counts::duplicate)
        .def_readonly("doubtful", &playout_counts::doubtful)
        .def_readonly("repaired", &playout_counts::repaired)
        .def_readonly("idle", &playout_counts::idle)
        .def_readonly("rested", &playout_counts::rested)
        .def_readonly("skipped", &playout_counts::skipped)
        .def_readonly("repeated", &playout_counts::repeated)
        .def_readonly("rejoined", &playout_counts::rejoined);
}
