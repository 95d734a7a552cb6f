/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <pybind11/pybind11.h>

namespace py = pybind11;

void bind_announcement(py::module& m);
void bind_burst_statistics(py::module& m);
void bind_channel_statistics(py::module& m);
void bind_deadline_playout(py::module& m);
void bind_frame_code(py::module& m);
void bind_modem(py::module& m);
void bind_loss_process(py::module& m);
void bind_loss_trace(py::module& m);
void bind_packet_codec(py::module& m);
void bind_packet_parser(py::module& m);
void bind_packet_refused(py::module& m);
void bind_playout_step(py::module& m);
void bind_sequence_playout(py::module& m);
void bind_tail_biting_code(py::module& m);
void bind_watterson_fading(py::module& m);

// What others speak of comes first: their signatures then name it as Python does.
PYBIND11_MODULE(_largesc_kernels, m)
{
    // A function, so that the type stubs need not repeat it.
    m.def(
        "_version", [] { return LARGESC_VERSION; }, "Version of the compiled part.");
    bind_announcement(m);
    bind_packet_refused(m);
    bind_frame_code(m);
    bind_packet_codec(m);
    bind_packet_parser(m);
    bind_channel_statistics(m);
    bind_playout_step(m);
    bind_sequence_playout(m);
    bind_deadline_playout(m);
    bind_burst_statistics(m);
    bind_loss_trace(m);
    bind_loss_process(m);
    bind_tail_biting_code(m);
    bind_modem(m);
    bind_watterson_fading(m);
}
