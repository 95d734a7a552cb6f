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

#include <gnuradio/largesc/fading/fading_profiles.h>
#include <gnuradio/largesc/fading/watterson_fading.h>

namespace {

using namespace gr::largesc;
using sample = std::complex<float>;
using sample_array = py::array_t<sample, py::array::c_style | py::array::forcecast>;

py::array_t<sample> process(watterson_fading& fading, const sample_array& samples)
{
    py::array_t<sample> out(samples.size());
    const sample* from = samples.data();
    sample* to = out.mutable_data();
    const auto count = size_t(samples.size());
    const py::gil_scoped_release release;
    fading.process(from, to, count);
    return out;
}

std::pair<sample, sample> gains(const watterson_fading& fading)
{
    const auto both = fading.gains();
    return { both[0], both[1] };
}

} // namespace

void bind_watterson_fading(py::module& m)
{
    py::class_<fading_profile>(
        m, "fading_profile", R"(What a kind of fading channel is like.

Attributes:
    name: of it.
    spread: Hz, twice the standard deviation of the Gaussian Doppler spectrum.
    delay: seconds of the second path.
)")
        .def_readonly("name", &fading_profile::name)
        .def_readonly("spread", &fading_profile::spread)
        .def_readonly("delay", &fading_profile::delay);
    m.def("fading_profiles",
          &fading_profiles,
          "Fading channels that others use: mpg, mpp, mpd of FreeDV and RADE, those of "
          "ITU-R "
          "F.1487 by latitude, land-mobile.");
    py::class_<watterson_fading>(
        m, "watterson_fading", R"(Two fading paths of equal mean power (Watterson).

One seed, the same fading, whatever the sample rate. Mean power is kept.

Args:
    spread: Hz, twice the standard deviation of the Gaussian Doppler spectrum; above 0, at most 1/32
        of the sample rate.
    delay: seconds of the second path, 0 to 0.1; the nearest sample.
    sample_rate: Hz.
    seed: of the random generator.

Raises:
    ValueError: values outside these ranges.
)")
        .def(py::init<double, double, double, uint64_t>(),
             py::arg("spread"),
             py::arg("delay"),
             py::arg("sample_rate"),
             py::arg("seed"))
        .def("process",
             &process,
             py::arg("samples"),
             "What comes of samples, complex64: as many.")
        .def("reset", &watterson_fading::reset, "Back to the first sample.")
        .def_property_readonly("delay_samples",
                               &watterson_fading::delay_samples,
                               "Samples by which the second path is late.")
        .def_property_readonly(
            "gains", &gains, "Gains of both paths at the latest sample.");
}
