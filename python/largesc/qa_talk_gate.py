#!/usr/bin/env python3
# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""QA of talk_gate: voices, buttons, other stations; a file waits, a microphone does not."""

import sys
import time
from pathlib import Path

import numpy as np
import pmt
from gnuradio import blocks, gr, gr_unittest, largesc
from gnuradio.largesc.runtime import pdu

sys.path.append(str(Path(__file__).parents[2] / "tests"))
from pdu_flowgraph import post, run_to_end, stop, wait_until

RATE = 24000


def sound(seconds: float, level: float) -> np.ndarray:
    return np.full(round(seconds * RATE), level)


class qa_talk_gate(gr_unittest.TestCase):
    def setUp(self) -> None:
        self.tb = gr.top_block()

    def tearDown(self) -> None:
        stop(self.tb)
        self.tb = None

    def add(self, samples: np.ndarray, gate: largesc.talk_gate) -> blocks.vector_sink_f:
        self.source, self.gate = blocks.vector_source_f(samples.tolist()), gate
        self.passed, self.overs = blocks.vector_sink_f(), blocks.message_debug()
        self.tb.connect(self.source, self.gate, self.passed)
        self.tb.msg_connect(self.gate, "over", self.overs, "store")
        return self.passed

    def test_a_voice_opens_and_a_second_without_closes(self) -> None:
        samples = np.concatenate([sound(1.0, 1e-4), sound(0.5, 0.1), sound(3.0, 1e-4)])
        passed = self.add(samples, largesc.talk_gate("voice", -45.0))
        run_to_end(self.tb)
        came = np.array(passed.data())
        # Up to a frame more: GNU Radio chooses the portions, and an over has whole frames.
        self.assertAlmostEqual(len(came) / RATE, 0.1 + 0.5 + 1.0, delta=0.085)
        self.assertEqual(np.count_nonzero(came > 0.05), round(0.5 * RATE))
        self.assertEqual(len(came) % 1920, 0)
        self.assertFalse(self.gate.is_down)

    def test_each_over_begins_with_a_frame_of_its_own(self) -> None:
        word, pause = sound(0.33, 0.1), sound(2.0, 0.0)
        samples = np.concatenate([pause, word, pause, word, pause])
        step = 1e-4 / len(samples)
        samples += step * np.arange(1, len(samples) + 1)  # which one it is
        passed = self.add(samples, largesc.talk_gate("voice", -45.0))
        run_to_end(self.tb)
        quiet = np.array(passed.data())
        self.assertEqual(np.count_nonzero(quiet > 0.05), 2 * round(0.33 * RATE))
        quiet[quiet > 0.05] = np.nan
        (second,) = np.flatnonzero(np.diff(quiet) > 1000 * step) + 1
        self.assertEqual(second % 1920, 0)
        self.assertEqual(len(quiet) % 1920, 0)

    def test_the_ends_of_overs_are_told(self) -> None:
        passed = self.add(np.ones(10 * RATE), largesc.talk_gate("press"))
        self.source = None
        self.tb = gr.top_block()
        self.endless = blocks.null_source(gr.sizeof_float)
        self.pace = blocks.throttle(gr.sizeof_float, RATE)
        self.tb.connect(self.endless, self.pace, self.gate, passed)
        self.tb.msg_connect(self.gate, "over", self.overs, "store")
        self.tb.start()
        self.gate.set_pressed(True)
        wait_until(lambda: self.overs.num_messages() == 1 and len(passed.data()) > 100, "it opens")
        self.gate.strike()
        wait_until(lambda: self.overs.num_messages() == 2, "it closes")
        told = [pmt.to_bool(self.overs.get_message(i)) for i in range(2)]
        self.assertEqual(told, [True, False])

    def test_a_file_listens_first_and_no_over_begins_while_another_station_is_heard(self) -> None:
        samples = np.ones(RATE)
        passed = self.add(samples, largesc.talk_gate("open", waits=True))
        post(self.gate, "heard", [pmt.PMT_T, pmt.make_dict(), pmt.PMT_NIL])
        began = time.monotonic()
        run_to_end(self.tb)
        self.assertEqual(len(passed.data()), len(samples))
        self.assertGreater(time.monotonic() - began, 0.9)

    def test_a_voice_in_a_file_does_not_wait_for_itself(self) -> None:
        samples = np.concatenate([sound(1.0, 1e-4), sound(0.5, 0.1), sound(2.0, 1e-4)])
        passed = self.add(samples, largesc.talk_gate("voice", waits=True))
        run_to_end(self.tb)
        self.assertEqual(np.count_nonzero(np.array(passed.data()) > 0.05), round(0.5 * RATE))

    def test_a_damaged_packet_is_no_other_station(self) -> None:
        self.gate = largesc.talk_gate("open")
        damaged = pdu.packet(pdu.add(pmt.make_dict(), crc_ok=False), b"abc")
        self.gate._note_heard(damaged)
        self.assertEqual(self.gate._heard, -np.inf)
        self.gate._note_heard(pdu.end_marker(3))
        self.assertEqual(self.gate._heard, -np.inf)
        self.gate._note_heard(pdu.packet(pmt.make_dict(), b"abc"))
        self.assertGreater(self.gate._heard, 0.0)

    def test_what_waits_is_not_asked_for_without_pause(self) -> None:
        self.add(np.ones(RATE), largesc.talk_gate("press", waits=True))
        calls = 0
        work = self.gate.general_work

        def counted(*items: object) -> int:
            nonlocal calls
            calls += 1
            return work(*items)

        self.gate.general_work = counted
        began = time.monotonic()
        self.tb.start()
        time.sleep(0.3)
        stop(self.tb)
        self.assertLess(calls, 20 + 150 * (time.monotonic() - began))

    def test_settings_are_checked(self) -> None:
        for values in ({"manner": "shout"}, {"threshold": 1.0}, {"waits": "no"}, {"pressed": 2}):
            with self.assertRaises(ValueError):
                largesc.talk_gate(**values)
        gate = largesc.talk_gate("press")
        gate.set_pressed("no")  # said in the log, as of every setter
        self.assertFalse(gate.is_down)


if __name__ == "__main__":
    gr_unittest.run(qa_talk_gate)
