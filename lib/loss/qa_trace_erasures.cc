/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "qa_loss_statistics.h"
#include <gnuradio/largesc/loss/trace_erasures.h>
#include <limits>
#include <stdexcept>

using gr::largesc::trace_erasures;

BOOST_AUTO_TEST_CASE(t_trace_is_played_and_repeated)
{
    trace_erasures process({ 0, 1, 1, 0, 0 }, "short");
    BOOST_CHECK_EQUAL(decisions(process, 5), "01100");
    BOOST_CHECK_EQUAL(process.repeats(), 0u); // the end was reached, not passed
    BOOST_CHECK_EQUAL(decisions(process, 6), "011000");
    BOOST_CHECK_EQUAL(process.repeats(), 2u);
    process.reset();
    BOOST_CHECK_EQUAL(process.repeats(), 0u);
    BOOST_CHECK_EQUAL(decisions(process, 5), "01100");
    BOOST_CHECK_CLOSE(process.loss_rate(), 0.4, 1e-9);
    BOOST_CHECK_EQUAL(process.mean_burst(), 2.0);
    check_reset(process, "01100011000");
}

BOOST_AUTO_TEST_CASE(t_what_it_cannot_have_is_refused)
{
    check_refused([] { trace_erasures({}, "empty"); }, "trace empty: no packet");
    trace_erasures process({ 0, 1 }, "short");
    check_refused([&] { process.set_loss_rate(0.5); }, "the trace's own, 0.5");
}
