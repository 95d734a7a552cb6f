/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

namespace py = pybind11;

#include <gnuradio/largesc/fec/tail_biting_decoder.h>

namespace {

using gr::largesc::decoded_word;
using gr::largesc::tail_biting_code;
using gr::largesc::tail_biting_decoder;

using bit_array = py::array_t<uint8_t, py::array::c_style | py::array::forcecast>;
using ratio_array = py::array_t<float, py::array::c_style | py::array::forcecast>;

template <class value>
py::array_t<value> to_array(const std::vector<value>& values)
{
    return py::array_t<value>(py::ssize_t(values.size()), values.data());
}

py::array_t<uint8_t> encode(const tail_biting_code& code, const bit_array& bits)
{
    return to_array(code.encode({ bits.data(), bits.data() + bits.size() }));
}

std::vector<float> to_vector(const ratio_array& ratios)
{
    return { ratios.data(), ratios.data() + ratios.size() };
}

decoded_word decode(tail_biting_decoder& decoder,
                    const ratio_array& ratios,
                    const std::optional<ratio_array>& known)
{
    const auto came = to_vector(ratios);
    const auto before = known ? to_vector(*known) : std::vector<float>();
    const py::gil_scoped_release release;
    return decoder.decode(came, before);
}

} // namespace

void bind_tail_biting_code(py::module& m)
{
    py::class_<tail_biting_code>(
        m,
        "tail_biting_code",
        R"(Tail-biting convolutional code, punctured to a given length.

Args:
    memory: bits in the register, 5 to 14.
    generators: 1 to 8 of them, bit ``memory`` for the newest bit, bit 0 for the oldest; both set.
    info_bits: bits of a packet, more than ``memory``.
    coded_bits: bits on the air, ``info_bits`` to ``info_bits`` times generators.

Raises:
    ValueError: values outside these ranges.
)")
        .def(py::init<int, std::vector<uint32_t>, size_t, size_t>(),
             py::arg("memory"),
             py::arg("generators"),
             py::arg("info_bits"),
             py::arg("coded_bits"))
        .def_property_readonly("memory", &tail_biting_code::memory)
        .def_property_readonly("generators", &tail_biting_code::generators)
        .def_property_readonly("info_bits", &tail_biting_code::info_bits)
        .def_property_readonly("coded_bits", &tail_biting_code::coded_bits)
        .def("encode",
             &encode,
             py::arg("bits"),
             "Coded bits, uint8 [coded_bits], of bits, uint8 [info_bits], each 0 or 1.");

    py::class_<decoded_word>(m, "decoded_word", R"(What a decoder makes of a packet.

Attributes:
    bits: the most likely packet, uint8 [info_bits].
    evidence: logarithm of how much likelier what came is under this packet than on average over
        all packets of random codes; above t with probability exp(-t) at most, whatever came.
    margin: logarithm of how much likelier the packet is than the next best one that was seen.
    reliability: margin plus half the evidence, of which at most 2 counts: what to decide by.
    soft_bits: ln P(1)/P(0) of each bit, float32 [info_bits].
)")
        .def_property_readonly("bits",
                               [](const decoded_word& w) { return to_array(w.bits); })
        .def_readonly("evidence", &decoded_word::evidence)
        .def_readonly("margin", &decoded_word::margin)
        .def_property_readonly("reliability", &decoded_word::reliability)
        .def_property_readonly(
            "soft_bits", [](const decoded_word& w) { return to_array(w.soft_bits); });

    py::class_<tail_biting_decoder>(m,
                                    "tail_biting_decoder",
                                    "Decoder of a tail_biting_code: Viterbi's algorithm "
                                    "around the circle, soft bits.")
        .def(py::init<const tail_biting_code&>(), py::arg("code"))
        .def(
            "decode",
            &decode,
            py::arg("ratios"),
            py::arg("known") = py::none(),
            "The most likely packet; ratios are ln P(1)/P(0) of the coded bits, float32 "
            "[coded_bits]; known the same of the packet's own bits, float32 [info_bits], "
            "as far as they are known from elsewhere. ValueError: another number of "
            "them.");
}
