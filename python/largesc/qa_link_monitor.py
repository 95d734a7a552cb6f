#!/usr/bin/env python3
# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""QA of link_monitor: figures and lines, malformed input, the end, samples."""

import contextlib
import io
import sys
import time
from pathlib import Path
from typing import Any

from gnuradio import blocks, gr, gr_unittest, largesc

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))
from pdu_flowgraph import post, run_to_end, stop, token_pdu, wait_for_end, wait_until
from watched_link import FRAMES, Talker, dictionary, end, is_told, tell, tell_nonsense


class qa_link_monitor(gr_unittest.TestCase):
    def setUp(self) -> None:
        self.tb, self.talker = gr.top_block(), Talker()

    def tearDown(self) -> None:
        stop(self.tb)
        self.tb = None

    def made(self, **settings: Any) -> Any:
        """The block, in a flowgraph without samples."""
        self.block = largesc.link_monitor(**settings)
        self.tb.msg_connect(self.talker, "says", self.block, "report")
        return self.block

    def test_figures_are_those_of_the_messages(self) -> None:
        block = self.made(every_s=0)
        self.tb.start()
        tell(block)
        wait_until(lambda: is_told(block), "all has come")
        figures = block.figures()
        self.assertEqual((figures.station, figures.snr, figures.offset), ("DL1ABC", 5.0, -3.0))
        self.assertEqual(block.counters(), {"frames": FRAMES})

    def test_lines_are_printed_as_long_as_something_comes(self) -> None:
        block, printed = self.made(every_s=0.1), io.StringIO()
        with contextlib.redirect_stdout(printed):
            self.tb.start()
            tell(block)
            wait_until(lambda: is_told(block), "all has come")
            wait_until(lambda: self._prints(block, printed), "there are two more lines")
        line = "DL1ABC | in sync | SNR 5.0 dB | offset -3.0 Hz | loss 5 %"
        self.assertIn(line, printed.getvalue())

    def _prints(self, block: Any, printed: io.StringIO) -> bool:
        post(block, "status", [dictionary(sync=True, time=0.0)])
        return printed.getvalue().count("\n") >= 2 and "SNR" in printed.getvalue()

    def test_nonsense_is_counted_and_what_follows_noted(self) -> None:
        block = self.made(every_s=0)
        self.tb.start()
        count = tell_nonsense(block)
        tell(block)
        wait_until(lambda: is_told(block), "all has come")
        self.assertEqual(block.counters()["malformed"], count)
        self.assertNotIn("errors", block.counters())

    def test_the_end_marker_ends_it_and_a_second_run_begins_anew(self) -> None:
        block = self.made(every_s=0)
        for _ in range(2):
            self.tb.start()
            tell(block)
            end(block, self.talker)
            wait_for_end(self.tb)
            self.assertEqual(block.counters(), {"frames": FRAMES})

    def test_samples_pass_through_the_other_form(self) -> None:
        self.block = largesc.link_monitor("hf", every_s=0)
        self.source = blocks.vector_source_c([0.5] * 20_000)
        self.tb.connect(self.source, self.block)
        run_to_end(self.tb)
        self.assertEqual(self.block.nitems_read(0), 20_000)

    def test_it_ends_though_whoever_draws_never_lets_go(self) -> None:
        """A signal comes while the window draws; its handler waits there for the flowgraph."""
        self.block = largesc.link_monitor("hf", every_s=0)
        self.source = blocks.vector_source_c([0.5] * 1000, True)
        self.tb.connect(self.source, self.block)
        self.tb.start()
        wait_until(lambda: self.block.nitems_read(0), "samples")
        with self.block._lock:
            time.sleep(0.2)  # by then the block waits, too
            self.tb.stop()
            wait_for_end(self.tb)
        self.assertGreaterEqual(self.block.counters()["unseen"], 1)

    def test_the_end_marker_is_heard_though_whoever_draws_never_lets_go(self) -> None:
        block = self.made(every_s=0)
        self.tb.start()
        with block._lock:
            post(block, "tokens", [token_pdu(0)])
            end(block, self.talker)
            wait_for_end(self.tb)
        self.assertGreaterEqual(block.counters()["unseen"], 1)

    def test_settings_out_of_range_are_refused(self) -> None:
        for wrong in ({"every_s": 0.01}, {"every_s": "x"}, {"profile": "uhf"}):
            with self.assertRaisesRegex(ValueError, "must be"):
                largesc.link_monitor(**wrong)


if __name__ == "__main__":
    gr_unittest.run(qa_link_monitor)
