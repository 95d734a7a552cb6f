#!/usr/bin/env python3
# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""QA of uep_depacketizer: what damaged packets tell goes along with their frames."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pmt
from gnuradio import gr_unittest, largesc
from gnuradio.largesc.runtime import pdu

sys.path.append(str(Path(__file__).parents[2] / "tests"))
from block_qa import BlockQa
from pdu_flowgraph import packet_pdu

TOKENS = [5, 1000, 2047, 0]


def packed(frame: int) -> bytes:
    return largesc.packet_codec().pack(largesc.packet(frame % 128, TOKENS))


def damaged(frame: int, cut: int = 0) -> Any:
    """A packet that the modem does not believe, with certain header and soft bits."""
    data = packed(frame)
    bits = np.unpackbits(np.frombuffer(data, dtype=np.uint8))
    soft = np.where(bits, 4.0, -4.0).astype(np.float32)
    soft[:12] *= 3.0
    meta = pdu.add(pmt.make_dict(), crc_ok=False, soft=soft[: len(soft) - cut])
    return pdu.packet(meta, data)


class qa_uep_depacketizer_soft(BlockQa):
    port_out = "tokens"

    def frames(self, soft: bool) -> Any:
        block = self.connect(largesc.uep_depacketizer(look_ahead=0, check="none", soft=soft))
        stream = [packet_pdu(packed(0)), damaged(1), packet_pdu(packed(2)), pdu.end_marker(3)]
        return self.run_with(block, *stream)

    def test_soft_bits_go_along_with_the_lost_frame(self) -> None:
        block = self.frames(soft=True)
        self.assertEqual(self.store.vectors()[1], [-1] * 8)
        none, told, also_none = self.store.meta("soft")
        self.assertIsNone(none)
        self.assertIsNone(also_none)
        bits = np.array(told).reshape(8, 11)
        weights = 1 << np.arange(11)[::-1]
        self.assertEqual([int((row > 0) @ weights) for row in bits[:4]], TOKENS)
        self.assertFalse(bits[4:].any())
        self.assertEqual(block.counters(), block.counters() | {"crc_failed": 1, "soft": 1})

    def test_without_the_setting_the_frame_is_just_lost(self) -> None:
        block = self.frames(soft=False)
        self.assertEqual(self.store.meta("soft"), [None] * 3)
        self.assertNotIn("soft", block.counters())

    def test_soft_bits_that_do_not_fit_are_malformed(self) -> None:
        block = self.connect(largesc.uep_depacketizer(look_ahead=0, check="none", soft=True))
        infinite = np.full(8 * len(packed(1)), np.inf, dtype=np.float32)
        meta = pdu.add(pmt.make_dict(), crc_ok=False, soft=infinite)
        wrong = [damaged(1, cut=1), pdu.packet(meta, packed(1))]
        self.check_malformed(block, wrong, packet_pdu(packed(0)), pdu.end_marker(1))
        self.assertEqual(len(self.store.vectors()), 1)

    def test_runs_again(self) -> None:
        block = self.connect(largesc.uep_depacketizer(look_ahead=0, check="none", soft=True))
        self.check_runs_again(block, packet_pdu(packed(0)), damaged(1), pdu.end_marker(2))


if __name__ == "__main__":
    gr_unittest.run(qa_uep_depacketizer_soft)
