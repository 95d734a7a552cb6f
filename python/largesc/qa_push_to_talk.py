#!/usr/bin/env python3
# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""QA of push_to_talk: lead and tail, tags, the key in time, overs that are cut, a second run."""

import sys
import time
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pmt
from gnuradio import blocks, gr, gr_unittest, largesc
from gnuradio.largesc.radio.push_to_talk import opened_key

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))
from pdu_flowgraph import (
    PduStore,
    packet_pdu,
    pdu,
    post,
    run_to_end,
    stop,
    wait_for_end,
    wait_until,
)

RATE = 1000.0
SENT = np.arange(1, 101, dtype=np.complex64)


class WatchedKey:
    """A key that notes what is done with it."""

    guard: tuple[str, ...] = ()

    def __init__(self) -> None:
        self.done: list[str] = []

    def press(self) -> None:
        self.done.append("press")

    def release(self) -> None:
        self.done.append("release")

    def close(self) -> None:
        self.done.append("close")


class StallingSource(gr.sync_block):
    """Begins an over, and gives its further samples when it is told to go on."""

    def __init__(self) -> None:
        gr.sync_block.__init__(self, "stalling_source", in_sig=None, out_sig=[np.complex64])
        self.goes_on = False

    def work(self, input_items: Any, output_items: Any) -> int:
        if not self.nitems_written(0):
            self.add_item_tag(0, 0, pmt.intern("tx_sob"), pmt.PMT_T)
        count = min(len(output_items[0]), 100 - self.nitems_written(0) % 100)
        if self.nitems_written(0) >= 100 and not self.goes_on:
            time.sleep(0.01)
            return 0
        output_items[0][:count] = 1.0
        time.sleep(0.01)
        return count


def tag(offset: int, name: str) -> Any:
    return gr.tag_utils.python_to_tag((offset, pmt.intern(name), pmt.PMT_T))


class qa_push_to_talk(gr_unittest.TestCase):
    def setUp(self) -> None:
        self.tb = gr.top_block()
        self.key = WatchedKey()

    def tearDown(self) -> None:
        stop(self.tb)
        self.tb = None

    def made(self, **settings: Any) -> Any:
        """The block with the key that is watched, lead 10 and tail 5 samples."""
        settings = {"sample_rate": RATE, "lead_ms": 10, "tail_ms": 5} | settings
        with mock.patch.object(opened_key, "_key", return_value=self.key):
            return largesc.push_to_talk(**settings)

    def run_with(self, block: Any, tags: list[Any], samples: Any = SENT) -> Any:
        """What comes out for these samples."""
        self.source = blocks.vector_source_c(samples.tolist(), False, 1, tags)
        self.sink, self.block, self.messages = blocks.vector_sink_c(), block, blocks.message_debug()
        self.tb.connect(self.source, block, self.sink)
        self.tb.msg_connect(block, "key", self.messages, "store")
        run_to_end(self.tb)
        return np.array(self.sink.data(), dtype=np.complex64)

    def tags(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for each in self.sink.tags():
            found.setdefault(pmt.symbol_to_string(each.key), []).append(each.offset)
        return found

    def test_lead_and_tail_stand_around_every_over(self) -> None:
        tags = [tag(20, "tx_sob"), tag(39, "tx_eob"), tag(60, "tx_sob"), tag(60, "tx_eob")]
        heard = self.run_with(self.made(), [*tags, tag(30, "other"), tag(70, "other")])
        lead, tail = np.zeros(10), np.zeros(5)
        parts = [
            SENT[:20],
            lead,
            SENT[20:40],
            tail,
            SENT[40:60],
            lead,
            SENT[60:61],
            tail,
            SENT[61:],
        ]
        np.testing.assert_array_equal(heard, np.concatenate(parts))
        expected = {"tx_sob": [20, 75], "tx_eob": [54, 90], "other": [40, 100]}
        self.assertEqual(self.tags(), expected)
        self.assertEqual(self.block.counters(), {"overs": 2})
        told = [self.messages.get_message(n) for n in range(self.messages.num_messages())]
        self.assertEqual([pmt.to_python(pmt.cdr(pair)) for pair in told], [True, False] * 2)

    def test_key_is_down_while_the_over_passes(self) -> None:
        block, sink = self.made(), blocks.vector_sink_c()
        source = blocks.vector_source_c(
            SENT.tolist(), False, 1, [tag(0, "tx_sob"), tag(49, "tx_eob")]
        )
        pace = blocks.throttle(gr.sizeof_gr_complex, RATE)
        pace.set_max_noutput_items(10)
        self.kept = block
        self.tb.connect(source, pace, block, sink)
        self.tb.start()
        wait_until(lambda: "press" in self.key.done, "the key is down")
        wait_for_end(self.tb)
        self.assertEqual(self.key.done, ["release", "press", "release"])

    def test_lead_with_vox_is_a_tone_without_clicks(self) -> None:
        block = self.made(key="vox", lead_ms=100, tone=0.5)
        heard = self.run_with(block, [tag(0, "tx_sob"), tag(99, "tx_eob")])
        lead = heard[:100].real
        np.testing.assert_allclose(lead[10:90], 0.5)
        self.assertLess(np.abs(np.diff(lead, prepend=0.0)).max(), 0.2)
        np.testing.assert_array_equal(heard[100:200], SENT)

    def test_an_over_behind_a_tone_is_received(self) -> None:
        self.chain = largesc.packet_modulator(), self.made(key="vox", sample_rate=8000, lead_ms=300)
        demodulator, store = largesc.packet_demodulator(), PduStore()
        self.kept = demodulator, store
        self.tb.connect(*self.chain, demodulator)
        self.tb.msg_connect(demodulator, "packets", store, "pdus")
        packets = [bytes([number, 16, *range(5)]) for number in range(12)]
        post(self.chain[0], "packets", [*map(packet_pdu, packets), pdu.end_marker(len(packets))])
        run_to_end(self.tb)
        self.assertEqual([bytes(vector) for vector in store.vectors()], packets)

    def test_without_lead_and_tail_the_stream_is_as_it_was(self) -> None:
        block = self.made(lead_ms=0, tail_ms=0)
        tags = [tag(5, "tx_eob"), tag(10, "tx_sob"), tag(20, "tx_sob"), tag(30, "tx_eob")]
        np.testing.assert_array_equal(self.run_with(block, tags), SENT)
        self.assertEqual(self.tags(), {"tx_sob": [10], "tx_eob": [30]})

    def test_an_over_without_end_is_ended_by_the_stop(self) -> None:
        block = self.made()
        heard = self.run_with(block, [tag(0, "tx_sob")])
        self.assertEqual(len(heard), 110)
        self.assertEqual(self.key.done[-1], "release")
        self.assertFalse(block.is_down())

    def test_key_is_up_while_no_samples_flow(self) -> None:
        with mock.patch.object(sys.modules[largesc.push_to_talk.__module__], "IDLE_S", 0.1):
            block = self.made()
        source, sink = StallingSource(), blocks.vector_sink_c()
        self.kept = block, source
        self.tb.connect(source, block, sink)
        self.tb.start()
        wait_until(lambda: block.counters().get("idle") == 1, "the key was released")
        wait_until(lambda: not block.is_down(), "the key is up")
        source.goes_on = True
        wait_until(lambda: len(sink.data()) > 210, "samples flow again")
        wait_until(block.is_down, "the key is down")

    def test_a_second_run_does_as_the_first(self) -> None:
        block = self.made()
        first = self.run_with(block, [tag(20, "tx_sob"), tag(39, "tx_eob")])
        self.sink.reset()
        self.source.rewind()
        self.source.set_data(SENT.tolist(), [tag(20, "tx_sob"), tag(39, "tx_eob")])
        run_to_end(self.tb)
        np.testing.assert_array_equal(np.array(self.sink.data(), dtype=np.complex64), first)
        self.assertEqual(block.counters(), {"overs": 2})

    def test_settings_out_of_range_are_refused(self) -> None:
        for wrong in ({"sample_rate": 0}, {"lead_ms": -1}, {"tone": "loud"}, {"key": "cat"}):
            with self.assertRaisesRegex(ValueError, "must be"):
                largesc.push_to_talk(**wrong)
        with self.assertRaisesRegex(OSError, "rigctld at 127.0.0.1:1"):
            largesc.push_to_talk("rigctld:127.0.0.1:1")


if __name__ == "__main__":
    gr_unittest.run(qa_push_to_talk)
