/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

namespace py = pybind11;

#include <gnuradio/largesc/fec/frame_code.h>

namespace {

using gr::largesc::frame_code;

std::vector<int> lags(frame_code code)
{
    std::vector<int> found;
    for (const auto& term : gr::largesc::terms_of(code)) {
        found.push_back(term.lag);
    }
    return found;
}

} // namespace

void bind_frame_code(py::module& m)
{
    py::enum_<frame_code>(
        m, "frame_code", "What the redundant tokens of a packet are, of earlier frames.")
        .value("repetition", frame_code::repetition, "those of one frame again")
        .value("xor_pair", frame_code::xor_pair, "of the frames 1 and 3 earlier, XORed")
        .value("window",
               frame_code::window,
               "of the frames 1, 3 and 5 earlier, weighted in GF(2^11)")
        .def_property_readonly("lags",
                               &lags,
                               "How many frames earlier those that it combines are, "
                               "shortest first; empty for repetition.");
    m.def("combined_tokens",
          &gr::largesc::combined_tokens,
          py::arg("code"),
          py::arg("frames"),
          R"(Redundant tokens of a packet.

Args:
    code: xor_pair or window.
    frames: tokens 0..2047 of the frames at its lags, in their order, codebook 0 first.

Returns:
    A token per codebook that all of the frames have.

Raises:
    ValueError: another number of frames, or a token out of range.
)");
}
