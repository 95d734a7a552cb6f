/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/***********************************************************************************/
/* BINDTOOL_GEN_AUTOMATIC(0)                                                       */
/* BINDTOOL_USE_PYGCCXML(0)                                                        */
/* BINDTOOL_HEADER_FILE(independent_erasures.h)                                    */
/* BINDTOOL_HEADER_FILE_HASH(0)                                                    */
/***********************************************************************************/

#include <pybind11/pybind11.h>

namespace py = pybind11;

#include <gnuradio/largesc/independent_erasures.h>

void bind_independent_erasures(py::module& m)
{
    using gr::largesc::independent_erasures;

    py::class_<independent_erasures>(m,
                                     "independent_erasures",
                                     "Loses each packet with the same probability; one "
                                     "seed, the same losses everywhere.")
        .def(py::init<double, uint64_t>(), py::arg("loss_rate"), py::arg("seed"))
        .def("next_is_lost",
             &independent_erasures::next_is_lost,
             "Decides on the next packet.")
        .def_property("loss_rate",
                      &independent_erasures::loss_rate,
                      &independent_erasures::set_loss_rate);
}
