/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <pybind11/complex.h>
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

namespace py = pybind11;

#include <gnuradio/largesc/modem/hf_demodulator.h>
#include <gnuradio/largesc/modem/hf_modulator.h>
#include <gnuradio/largesc/modem/hf_slot_code.h>

namespace {

using namespace gr::largesc;
using sample = std::complex<float>;
using sample_array = py::array_t<sample, py::array::c_style | py::array::forcecast>;

py::array_t<sample> to_array(const std::vector<sample>& samples)
{
    return py::array_t<sample>(py::ssize_t(samples.size()), samples.data());
}

py::array_t<sample> modulate(hf_modulator& modulator, const py::bytes& packet)
{
    const std::string bytes = packet;
    return to_array(modulator.modulate({ bytes.begin(), bytes.end() }));
}

std::unique_ptr<hf_demodulator> make_demodulator(std::vector<size_t> sizes,
                                                 bool second_tries,
                                                 size_t look_ahead,
                                                 float least_reliability)
{
    hf_settings settings;
    settings.sizes = std::move(sizes);
    settings.second_tries = second_tries;
    settings.look_ahead = look_ahead;
    settings.least_reliability = least_reliability;
    return std::make_unique<hf_demodulator>(settings);
}

std::vector<received_slot> push(hf_demodulator& demodulator, const sample_array& samples)
{
    const py::gil_scoped_release release;
    return demodulator.push(samples.data(), size_t(samples.size()));
}

py::bytes bytes_of(const received_slot& slot)
{
    return { reinterpret_cast<const char*>(slot.bytes.data()), slot.bytes.size() };
}

void bind_received_slot(py::module& m)
{
    py::class_<received_slot>(m, "received_slot", R"(What a modem says of a slot.

Attributes:
    bytes: the most likely packet.
    soft: ln P(1)/P(0) of its bits, float32 [8 * bytes], most significant first.
    coded: the same of its coded bits as they came, as its code's decoder takes them, float32.
    accepted: whether it may be believed.
    margin, evidence: as in decoded_word.
    snr: dB in 3 kHz.
    start: of the slot, in samples from the beginning of the stream.
    offset: Hz, of the middle of the signal.
)")
        .def_property_readonly("bytes", &bytes_of)
        .def_property_readonly("soft",
                               [](const received_slot& slot) {
                                   return py::array_t<float>(
                                       py::ssize_t(slot.soft.size()), slot.soft.data());
                               })
        .def_property_readonly("coded",
                               [](const received_slot& slot) {
                                   return py::array_t<float>(
                                       py::ssize_t(slot.coded.size()), slot.coded.data());
                               })
        .def_readonly("accepted", &received_slot::accepted)
        .def_readonly("margin", &received_slot::margin)
        .def_readonly("evidence", &received_slot::evidence)
        .def_readonly("snr", &received_slot::snr)
        .def_readonly("start", &received_slot::start)
        .def_readonly("offset", &received_slot::offset);
}

void bind_modulator(py::module& m)
{
    py::class_<hf_modulator>(m, "hf_modulator", R"(Packets to samples, profile `hf`.

One packet of 7, 13 or 23 bytes, one slot of 80 ms: 640 samples of complex baseband at 8000 Hz, the
middle of the signal at 0 Hz, mean power 1. docs/modem.md has the waveform.
)")
        .def(py::init<>())
        .def("modulate",
             &modulate,
             py::arg("packet"),
             "complex64 [640] of a packet; they begin softly after a pause. ValueError: "
             "another size.")
        .def(
            "flush",
            [](hf_modulator& modulator) { return to_array(modulator.flush()); },
            "The over is over: its last samples, complex64 [8], empty if there was no "
            "packet.");
}

} // namespace

void bind_hf_modem(py::module& m)
{
    m.def(
        "hf_code",
        [](size_t bytes) { return hf_slot_code(bytes).code(); },
        py::arg("bytes"),
        "tail_biting_code of a slot of profile `hf` with 7, 13 or 23 bytes. ValueError: "
        "another size.");
    bind_modulator(m);
    bind_received_slot(m);
    py::class_<hf_demodulator>(m, "hf_demodulator", R"(Samples to packets, profile `hf`.

Args:
    sizes: bytes of packets that may come: 7, 13, 23.
    second_tries: whether a slot that failed is tried once more when the next one has told how the
        channel was: such a packet comes after the one that was sent after it.
    look_ahead: slots to wait for, whose pilots help with the one before: 0 or 1.
    least_reliability: a packet is believed from this decoded_word.reliability on.

Raises:
    ValueError: values outside these ranges.
)")
        .def(py::init(&make_demodulator),
             py::arg("sizes") = std::vector<size_t>{ 7, 13, 23 },
             py::arg("second_tries") = hf_settings().second_tries,
             py::arg("look_ahead") = hf_settings().look_ahead,
             py::arg("least_reliability") = hf_settings().least_reliability)
        .def("push",
             &push,
             py::arg("samples"),
             "Slots that are certain by these samples, complex64 at 8000 Hz; those that "
             "may "
             "not be believed are among them while there is an over.")
        .def("flush",
             &hf_demodulator::flush,
             "The stream is over: what is left in it. Then as after reset().")
        .def("reset", &hf_demodulator::reset, "Forgets the stream.")
        .def_property_readonly(
            "in_sync", &hf_demodulator::in_sync, "Whether there is an over.");
}
