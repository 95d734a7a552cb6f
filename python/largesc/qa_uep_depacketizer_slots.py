#!/usr/bin/env python3
# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""QA of uep_depacketizer: live, packets of a modem are as old as their slots."""

import sys
from pathlib import Path

import pmt
from gnuradio import gr, gr_unittest, largesc
from gnuradio.largesc.runtime import pdu

sys.path.append(str(Path(__file__).parents[2] / "tests"))
from pdu_flowgraph import PduStore, post, stop, wait_until


class qa_uep_depacketizer_slots(gr_unittest.TestCase):
    def tearDown(self) -> None:
        stop(self.tb)
        self.tb = None

    def frame_played(self, behind: float) -> int:
        """Number of the frame that is due 80 ms after a tick, if the packet of frame 0 has come
        just after that tick, so much later than its slot allowed."""
        self.tb, store = gr.top_block(), PduStore()
        block = largesc.uep_depacketizer(look_ahead=0, check="none", live=True)
        block._drive._now = lambda: 100.0
        self.tb.msg_connect(block, "tokens", store, "pdus")
        self.tb.start()
        post(block, "clock", [pmt.PMT_NIL])
        wait_until(lambda: block.counters()["idle"] == 1, "a tick")
        told = pmt.to_pmt({"behind": behind, "crc_ok": True, "time": 0.5})
        data = largesc.packet_codec().pack(largesc.packet(0, [1, 2, 3, 4]))
        post(block, "packets", [pdu.packet(told, data)])
        what = "late" if behind else "received"
        wait_until(lambda: block.counters()[what] == 1, "it came")
        post(block, "clock", [pmt.PMT_NIL])
        wait_until(lambda: len(store.messages) == 2, "another tick")
        stop(self.tb)
        return int(store.meta("frame")[1])

    def test_a_packet_that_was_found_late_is_as_old_as_its_slot(self) -> None:
        self.assertEqual(self.frame_played(behind=0.0), 0)
        self.assertEqual(self.frame_played(behind=0.25), 3)


if __name__ == "__main__":
    gr_unittest.run(qa_uep_depacketizer_slots)
