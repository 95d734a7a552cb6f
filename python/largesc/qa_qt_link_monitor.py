#!/usr/bin/env python3
# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""QA of qt_link_monitor: the window without a screen, malformed input, the end."""

import os
import sys
from pathlib import Path
from typing import Any

os.environ["QT_QPA_PLATFORM"] = "offscreen"  # before Qt is loaded

import numpy as np
from gnuradio import gr, gr_unittest, largesc

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))
from pdu_flowgraph import packet_pdu, post, run_to_end, stop, wait_until
from PyQt5 import QtWidgets
from watched_link import FRAMES, Talker, end, is_told, tell, tell_nonsense

GREEN, ORANGE, BLUE = "#009e73", "#d55e00", "#0072b2"


class qa_qt_link_monitor(gr_unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.application = QtWidgets.QApplication.instance() or QtWidgets.QApplication([])

    def setUp(self) -> None:
        self.tb, self.talker = gr.top_block(), Talker()

    def tearDown(self) -> None:
        stop(self.tb)
        self.tb = None

    def colours(self, view: Any) -> set[str]:
        """Colours in the window."""
        view.resize(800, 600)
        view.refresh()
        image = view.grab().toImage()
        places = ((x, y) for y in range(0, 600, 2) for x in range(0, 800, 2))
        return {image.pixelColor(x, y).name() for x, y in places}

    def test_window_shows_what_the_messages_say(self) -> None:
        self.block = block = largesc.qt_link_monitor("none")
        self.tb.msg_connect(self.talker, "says", block, "report")
        self.tb.start()
        count = tell_nonsense(block)
        tell(block)
        wait_until(lambda: is_told(block), "all has come")
        view = block.qwidget()
        self.assertIs(block.qwidget(), view)
        self.assertIn(BLUE, self.colours(view))
        self.assertEqual(view._values["station"].text(), "DL1ABC")
        self.assertEqual(view._values["loss"].text(), "5 %")
        self.assertEqual(block.counters(), {"frames": FRAMES, "malformed": count})

    def test_waterfall_has_a_mark_for_every_slot(self) -> None:
        self.modulator, self.demodulator = largesc.packet_modulator(), largesc.packet_demodulator()
        self.block = block = largesc.qt_link_monitor("hf", 5)
        self.tb.connect(self.modulator, self.demodulator)
        self.tb.connect(self.modulator, block)
        self.tb.msg_connect(self.demodulator, "status", block, "status")
        packets = [packet_pdu(bytes([number, 16, *range(5)])) for number in range(20)]
        post(self.modulator, "packets", packets)  # no end: it would cut the block's queue off
        self.tb.start()
        wait_until(lambda: np.count_nonzero(block.snapshot().marks) >= 2 * 18, "slots are marked")
        shown = block.snapshot()
        self.assertGreater(shown.waterfall[30:66, -30:].mean(), shown.waterfall[:5, -30:].mean())
        self.assertIn(GREEN, self.colours(block.qwidget()))

    def test_the_end_marker_ends_it(self) -> None:
        self.block = largesc.qt_link_monitor("none")
        self.tb.msg_connect(self.talker, "says", self.block, "tokens")
        tell(self.block)
        end(self.block, self.talker)
        run_to_end(self.tb)

    def test_settings_out_of_range_are_refused(self) -> None:
        for wrong in ({"seconds": 1}, {"seconds": None}, {"profile": "uhf"}):
            with self.assertRaisesRegex(ValueError, "must be"):
                largesc.qt_link_monitor(**wrong)


if __name__ == "__main__":
    gr_unittest.run(qa_qt_link_monitor)
