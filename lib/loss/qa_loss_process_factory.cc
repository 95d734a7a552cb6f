/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "qa_loss_statistics.h"
#include <gnuradio/largesc/loss/loss_process_factory.h>
#include <limits>
#include <stdexcept>

#include <cstdio>

using namespace gr::largesc;

BOOST_AUTO_TEST_CASE(t_every_name_makes_its_process)
{
    const std::string path = "qa_loss_process_factory.txt";
    write_trace(path, { 0, 1, 1, 0 });
    for (auto name : loss_process_names()) {
        const auto kind = name.substr(0, name.find(':'));
        if (kind == "trace") {
            name = "trace:" + path;
        }
        const auto process = make_loss_process(name, 0.25, 5.0, 3);
        BOOST_CHECK_EQUAL(process->description().rfind(kind, 0), 0u);
        BOOST_CHECK_EQUAL(takes_loss_rate(name), kind != "trace");
        BOOST_CHECK_EQUAL(takes_burst(name), kind.rfind("gilbert", 0) == 0);
        if (takes_loss_rate(name)) {
            BOOST_CHECK_EQUAL(process->loss_rate(), 0.25);
        }
    }
    std::remove(path.c_str());
}

BOOST_AUTO_TEST_CASE(t_unknown_names_are_refused_with_the_known_ones)
{
    for (const std::string name : { "", "Gilbert", "trace", "trace:", "magic" }) {
        check_refused(
            [&] { make_loss_process(name, 0.1, 2.0, 0); },
            "'" + name +
                "': choose one of independent, gilbert, gilbert-elliott, bellcore, "
                "trace:FILE");
    }
    BOOST_CHECK_THROW(make_loss_process("trace:/no/such/file", 0.1, 2.0, 0), trace_error);
}
