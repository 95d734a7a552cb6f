/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

namespace py = pybind11;

#include <gnuradio/largesc/loss/bellcore_erasures.h>
#include <gnuradio/largesc/loss/gilbert_elliott_erasures.h>
#include <gnuradio/largesc/loss/gilbert_erasures.h>
#include <gnuradio/largesc/loss/independent_erasures.h>
#include <gnuradio/largesc/loss/loss_process_factory.h>
#include <gnuradio/largesc/loss/trace_erasures.h>

namespace {

using namespace gr::largesc;

void bind_base(py::module& m)
{
    py::class_<loss_process>(
        m,
        "loss_process",
        R"(Decides which packets a link loses, one decision per packet, in order.

One seed decides the same on every platform. The first packet is lost as probably as any other.

Attributes:
    loss_rate: share of lost packets in the long run, 0..1. Setting it holds for the packets to
        come; ValueError, and the old one stays, if the process cannot have it.
    mean_burst: mean packets of a run of losses in the long run; 0 if nothing is lost.
    description: name and parameters.
)")
        .def("next_is_lost", &loss_process::next_is_lost, "Decides on the next packet.")
        .def("reset",
             &loss_process::reset,
             "Back to the first packet, with the same seed.")
        .def_property("loss_rate", &loss_process::loss_rate, &loss_process::set_loss_rate)
        .def_property_readonly("mean_burst", &loss_process::mean_burst)
        .def_property_readonly("description", &loss_process::description);
}

void bind_memoryless(py::module& m)
{
    py::class_<independent_erasures, loss_process>(
        m, "independent_erasures", "Loses each packet with the same probability.")
        .def(py::init<double, uint64_t>(), py::arg("loss_rate"), py::arg("seed"));
}

void bind_bursty(py::module& m)
{
    py::class_<gilbert_erasures, loss_process>(
        m,
        "gilbert_erasures",
        "Two-state chain, always lost in the bad state; burst is the mean burst in "
        "packets, at "
        "least 1 / (1 - loss_rate).")
        .def(py::init<double, double, uint64_t>(),
             py::arg("loss_rate"),
             py::arg("burst"),
             py::arg("seed"));

    py::class_<gilbert_elliott_erasures, loss_process>(
        m,
        "gilbert_elliott_erasures",
        "Two-state chain with a loss probability in each state (default: ITU-T G.191's); "
        "loss_rate is the mean over both, burst the mean packets in the bad state.")
        .def(py::init<double, double, uint64_t, double, double>(),
             py::arg("loss_rate"),
             py::arg("burst"),
             py::arg("seed"),
             py::arg("loss_in_good") = 0.0,
             py::arg("loss_in_bad") = 0.5);

    py::class_<bellcore_erasures, loss_process>(
        m,
        "bellcore_erasures",
        "Burst frame erasures of ITU-T G.191: 4.42 packets in the mean, at most 10.")
        .def(py::init<double, uint64_t>(), py::arg("loss_rate"), py::arg("seed"))
        .def_property_readonly_static(
            "continuation",
            [](py::object) { return bellcore_erasures::continuation; },
            "Probability that a burst of 1, 2... packets goes on.");
}

void bind_trace(py::module& m)
{
    py::class_<trace_erasures, loss_process>(
        m,
        "trace_erasures",
        "Loses what a trace says, again from its beginning after its end.")
        .def(py::init<const std::string&>(), py::arg("path"))
        .def(py::init<const loss_trace&, const std::string&>(),
             py::arg("trace"),
             py::arg("name"))
        .def_property_readonly(
            "repeats", &trace_erasures::repeats, "How often the trace began again.");
}

} // namespace

void bind_loss_process(py::module& m)
{
    bind_base(m);
    bind_memoryless(m);
    bind_bursty(m);
    bind_trace(m);
    m.def("make_loss_process",
          &make_loss_process,
          py::arg("name"),
          py::arg("loss_rate") = 0.0,
          py::arg("burst") = 0.0,
          py::arg("seed") = 0,
          R"(Makes a loss process by its name.

Args:
    name: independent, gilbert, gilbert-elliott, bellcore, or trace:FILE.
    loss_rate: 0..1; a trace ignores it.
    burst: packets, for gilbert and gilbert-elliott; the others ignore it.
    seed: of the random generator, 0..2^64-1; a trace ignores it.

Raises:
    ValueError: no such name, or parameters that the process refuses.
    trace_error: (a ValueError) the file does not hold a trace.
)");
    m.def("loss_process_names", &loss_process_names, "The names, as shown to users.");
    m.def("takes_loss_rate",
          &takes_loss_rate,
          py::arg("name"),
          "Whether the process of this name has a loss rate to choose.");
    m.def("takes_burst",
          &takes_burst,
          py::arg("name"),
          "Whether the process of this name has a burst length to choose.");
}
