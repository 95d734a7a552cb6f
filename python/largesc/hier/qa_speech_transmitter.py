#!/usr/bin/env python3
# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""QA of speech_transmitter: packets of a signal, settings, the end, running again."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
from gnuradio import blocks, gr, gr_unittest, largesc
from gnuradio.largesc.codec.checkpoint import CheckpointError

sys.path.append(str(Path(__file__).parents[3] / "tests"))
from pdu_flowgraph import (
    PduStore,
    run_to_end,
    stop,
    wait_for_end,
    wait_until,
)
from random_checkpoint import encode_offline, offline_model, random_checkpoint, speech_like


class qa_speech_transmitter(gr_unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.pcm = speech_like(20, seed=1)
        cls.tokens = encode_offline(offline_model(random_checkpoint()), cls.pcm).tolist()

    def setUp(self) -> None:
        self.tb = gr.top_block()
        self.store = PduStore()

    def tearDown(self) -> None:
        stop(self.tb)
        self.tb = None

    def make(self, *allocation: int) -> Any:
        transmitter = largesc.speech_transmitter(
            random_checkpoint(), *allocation, suppress_noise=False
        )
        self.tb.msg_connect(transmitter, "packets", self.store, "pdus")
        return transmitter

    def connect_source(self, transmitter: Any, repeat: bool = False) -> None:
        """Repeated, the signal comes at ten times its pace and never ends."""
        source = blocks.vector_source_f(self.pcm.tolist(), repeat)
        if repeat:
            self.tb.connect(source, blocks.throttle(gr.sizeof_float, 240000), transmitter)
        else:
            self.tb.connect(source, transmitter)

    def packets(self) -> list[Any]:
        return [largesc.packet_codec().parse(bytes(data)) for data in self.store.vectors()]

    def test_packets_carry_the_tokens_of_the_signal(self) -> None:
        transmitter = self.make()
        self.connect_source(transmitter)
        run_to_end(self.tb)
        self.assertEqual([p.primary for p in self.packets()], self.tokens)
        self.assertEqual([p.sequence for p in self.packets()], list(range(20)))
        self.assertEqual(self.store.frames_at_end(), 20)
        expected = {
            "encoder": {"frames": 20},
            "packetizer": {"packets": 20, "bytes": 20 * 13, "tokens": 160},
        }
        self.assertEqual(transmitter.counters(), expected)

    def test_packets_repeat_earlier_tokens(self) -> None:
        transmitter = self.make(4, 3, 2)
        self.connect_source(transmitter)
        run_to_end(self.tb)
        packets = self.packets()
        self.assertEqual([p.primary for p in packets], [row[:4] for row in self.tokens])
        self.assertEqual([p.redundant for p in packets[2:]], [row[:3] for row in self.tokens[:-2]])
        self.assertEqual({p.lag for p in packets[2:]}, {2})

    def test_settings_change_while_it_runs(self) -> None:
        transmitter = self.make()
        self.connect_source(transmitter, repeat=True)
        self.tb.start()
        wait_until(lambda: len(self.store.messages) > 3, "packets come")
        transmitter.set_n_primary(5)
        transmitter.set_n_redundant(2)
        transmitter.set_lag(3)
        seen = len(self.store.messages)
        wait_until(lambda: len(self.store.messages) > seen + 3, "more packets come")
        self.tb.stop()
        self.tb.wait()
        first, *_, last = self.packets()[: seen + 3]
        self.assertEqual((len(first.primary), len(first.redundant)), (8, 0))
        self.assertEqual((len(last.primary), len(last.redundant), last.lag), (5, 2, 3))

    def test_stopped_and_started_it_begins_anew(self) -> None:
        transmitter = self.make(8, 7, 1)
        self.connect_source(transmitter, repeat=True)
        for _ in range(3):
            self.tb.start()
            wait_until(lambda: len(self.store.messages) >= 5, "packets come")
            self.tb.stop()
            self.tb.wait()
            first, *others = self.packets()[:5]
            self.assertEqual((first.sequence, first.redundant), (0, []))
            self.assertEqual([p.sequence for p in others], [1, 2, 3, 4])
            self.assertEqual([len(p.redundant) for p in others], [7] * 4)

    def test_runs_again_after_its_end(self) -> None:
        transmitter = self.make()
        source = blocks.vector_source_f(self.pcm.tolist(), False)
        self.tb.connect(source, transmitter)
        for _ in range(2):
            source.rewind()
            self.tb.start()
            wait_for_end(self.tb)
            self.assertEqual([p.primary for p in self.packets()], self.tokens)

    def test_invalid_samples_are_counted_and_packets_go_on(self) -> None:
        pcm = self.pcm.copy()
        pcm[:100] = np.nan
        transmitter = self.make()
        self.tb.connect(blocks.vector_source_f(pcm.tolist(), False), transmitter)
        run_to_end(self.tb)
        self.assertEqual(len(self.packets()), 20)
        self.assertEqual(transmitter.counters()["encoder"]["invalid_samples"], 100)

    def test_wrong_settings_are_refused(self) -> None:
        with self.assertRaisesRegex(CheckpointError, "no checkpoint 'maxi'"):
            largesc.speech_transmitter("maxi")
        with self.assertRaisesRegex(ValueError, r"n_primary must be 4\.\.8, not 9"):
            largesc.speech_transmitter(random_checkpoint(), 9)


if __name__ == "__main__":
    gr_unittest.run(qa_speech_transmitter)
