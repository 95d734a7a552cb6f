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
#include <gnuradio/largesc/modem/vhf_demodulator.h>
#include <gnuradio/largesc/modem/vhf_modulator.h>
#include <gnuradio/largesc/modem/vhf_slot_code.h>

namespace {

using namespace gr::largesc;
using sample = std::complex<float>;
using sample_array = py::array_t<sample, py::array::c_style | py::array::forcecast>;

py::array_t<sample> to_array(const std::vector<sample>& samples)
{
    return py::array_t<sample>(py::ssize_t(samples.size()), samples.data());
}

template <class modulator>
void bind_modulator(py::module& m, const char* name, const char* text)
{
    py::class_<modulator>(m, name, text)
        .def(py::init<>())
        .def(
            "modulate",
            [](modulator& kernel, const py::bytes& packet) {
                const std::string bytes = packet;
                return to_array(kernel.modulate({ bytes.begin(), bytes.end() }));
            },
            py::arg("packet"),
            "A slot's samples, complex64; they begin softly after a pause. ValueError: "
            "another size.")
        .def(
            "flush",
            [](modulator& kernel) { return to_array(kernel.flush()); },
            "The over is over: its last samples, complex64, empty if there was no "
            "packet.");
}

template <class demodulator, class settings>
void bind_demodulator(py::module& m, const char* name, const char* text)
{
    const auto make = [](std::vector<size_t> sizes,
                         bool second_tries,
                         size_t look_ahead,
                         float least_reliability) {
        settings chosen;
        chosen.sizes = std::move(sizes);
        chosen.second_tries = second_tries;
        chosen.look_ahead = look_ahead;
        chosen.least_reliability = least_reliability;
        return std::make_unique<demodulator>(chosen);
    };
    const auto push = [](demodulator& kernel, const sample_array& samples) {
        const py::gil_scoped_release release;
        return kernel.push(samples.data(), size_t(samples.size()));
    };
    py::class_<demodulator>(m, name, text)
        .def(py::init(make),
             py::arg("sizes") = settings().sizes,
             py::arg("second_tries") = settings().second_tries,
             py::arg("look_ahead") = settings().look_ahead,
             py::arg("least_reliability") = settings().least_reliability)
        .def("push",
             push,
             py::arg("samples"),
             "Slots that are certain by these samples, complex64; those that may not be "
             "believed are among them while there is an over.")
        .def("flush",
             &demodulator::flush,
             "The stream is over: what is left in it. Then as after reset().")
        .def("reset", &demodulator::reset, "Forgets the stream.")
        .def_property_readonly(
            "in_sync", &demodulator::in_sync, "Whether there is an over.");
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
    behind: samples by which it was told later than it could have been: the first slots of an over
        wait until that is certain, a second try for the next slot. 0 of all others.
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
        .def_readonly("behind", &received_slot::behind)
        .def_readonly("offset", &received_slot::offset);
}

template <class waveform_code>
void bind_code(py::module& m, const char* name, const char* text)
{
    m.def(
        name,
        [](size_t bytes) { return waveform_code(bytes).code(); },
        py::arg("bytes"),
        text);
}

const std::string receiver_arguments = R"(

Args:
    sizes: bytes of packets that may come, some of those above.
    second_tries: whether a slot that failed is tried once more when the next one has told how the
        channel was: such a packet comes after the one that was sent after it.
    look_ahead: slots to wait for, whose pilots help with the one before: 0 or 1.
    least_reliability: a packet is believed from this decoded_word.reliability on.

Raises:
    ValueError: values outside these ranges.
)";

const char* const hf_modulator_text = R"(Packets to samples, profile `hf`.

One packet of 7, 13 or 23 bytes, one slot of 80 ms: 640 samples of complex baseband at 8000 Hz, the
middle of the signal at 0 Hz, mean power 1. docs/modem.md has the waveform.
)";

const char* const hf_code_text =
    "tail_biting_code of a packet of 7, 13 or 23 bytes in a slot of profile `hf`. "
    "ValueError: another size.";

const char* const vhf_code_text =
    "tail_biting_code of a packet of 7, 13, 23 or 32 bytes in a slot of profile `vhf`. "
    "ValueError: another size.";

const char* const vhf_modulator_text = R"(Packets to samples, profile `vhf`.

One packet of 7, 13, 23 or 32 bytes, one slot of 80 ms: 4800 samples of complex baseband at 60 kHz,
the middle of the signal at 0 Hz, envelope 1. docs/modem-vhf.md has the waveform.
)";

} // namespace

void bind_modem(py::module& m)
{
    bind_received_slot(m);
    bind_code<hf_slot_code>(m, "hf_code", hf_code_text);
    bind_code<vhf_slot_code>(m, "vhf_code", vhf_code_text);
    bind_modulator<hf_modulator>(m, "hf_modulator", hf_modulator_text);
    bind_demodulator<hf_demodulator, hf_settings>(
        m,
        "hf_demodulator",
        ("Samples to packets, profile `hf`: 8000 Hz, packets of 7, 13, 23 bytes." +
         receiver_arguments)
            .c_str());
    bind_modulator<vhf_modulator>(m, "vhf_modulator", vhf_modulator_text);
    bind_demodulator<vhf_demodulator, vhf_settings>(
        m,
        "vhf_demodulator",
        ("Samples to packets, profile `vhf`: 60 kHz, packets of 7, 13, 23, 32 bytes." +
         receiver_arguments)
            .c_str());
}
