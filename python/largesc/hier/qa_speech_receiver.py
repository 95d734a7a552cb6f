#!/usr/bin/env python3
# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""QA of speech_receiver: speech of packets, loss, settings, malformed input, running again."""

import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pmt
from gnuradio import blocks, gr, gr_unittest, largesc
from gnuradio.largesc.codec.checkpoint import CheckpointError, load_codec
from gnuradio.largesc.frame.tokens import Allocation
from gnuradio.largesc.link.packetizer import Packetizer
from gnuradio.largesc.runtime import pdu

sys.path.append(str(Path(__file__).parents[3] / "tests"))
from pdu_flowgraph import (
    DONE,
    PduStore,
    no_pdus,
    packet_pdu,
    post,
    run_to_end,
    stop,
    wait_for_end,
    wait_until,
)
from random_checkpoint import (
    assert_same_speech,
    decode_offline,
    offline_model,
    random_checkpoint,
    random_tokens,
)

SPEED = 2.0  # stream seconds per second


def packets(tokens: Any, n_redundant: int = 0) -> list[Any]:
    """Packets of token frames, with redundancy of lag 1, and the end marker."""
    packetizer, allocation = Packetizer(largesc.packet_codec()), Allocation(8, n_redundant, 1)
    packed = [packetizer.packetize(n, row, allocation).data for n, row in enumerate(tokens)]
    return [*map(packet_pdu, packed), pdu.end_marker(len(tokens))]


class qa_speech_receiver(gr_unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.codec = load_codec(random_checkpoint())
        cls.tokens = random_tokens(12, seed=1)

    def setUp(self) -> None:
        self.tb = gr.top_block()
        self.link = largesc.erasure_channel(0.0)
        self.sink = blocks.vector_sink_f()
        self.store = PduStore()

    def tearDown(self) -> None:
        stop(self.tb)
        self.tb = None

    def make(self, *settings: Any) -> Any:
        """A receiver behind a link into which the tests put packets."""
        receiver = largesc.speech_receiver(random_checkpoint(), *settings)
        self.tb.msg_connect(self.link, "packets", receiver, "packets")
        self.tb.msg_connect(receiver, "tokens", self.store, "pdus")
        self.tb.connect(receiver, self.sink)
        return receiver

    def run_with(self, messages: list[Any]) -> None:
        post(self.link, "packets", messages)
        run_to_end(self.tb)

    def assert_heard(self, tokens: Any) -> None:
        """These frames were handed on and decoded, from the start."""
        np.testing.assert_array_equal(self.store.vectors(), tokens)
        self.codec.reset()
        expected = np.concatenate([self.codec.decode(row) for row in tokens])
        np.testing.assert_array_equal(np.array(self.sink.data(), np.float32), expected)

    def test_packets_become_speech(self) -> None:
        receiver = self.make()
        self.run_with(packets(self.tokens))
        self.assert_heard(self.tokens)
        offline = decode_offline(offline_model(random_checkpoint()), self.tokens)
        assert_same_speech(np.array(self.sink.data(), np.float32), offline)
        self.assertEqual(self.store.frames_at_end(), 12)
        counters = receiver.counters()
        self.assertEqual(counters["depacketizer"]["received"], 12)
        self.assertEqual(counters["recovery"]["primary"], 96)
        self.assertEqual(counters["decoder"], {"frames": 12})

    def test_isolated_loss_is_repaired_by_redundancy(self) -> None:
        self.make(1, "zero")
        arriving = packets(self.tokens, n_redundant=7)
        del arriving[5]
        self.run_with(arriving)
        heard = self.tokens.copy()
        heard[5, 7] = -1
        self.assert_heard(heard)

    def test_loss_is_held_or_left_open(self) -> None:
        arriving = packets(self.tokens)
        del arriving[5:7]
        receiver = self.make(1, "hold")
        self.run_with(arriving)
        held = self.tokens.copy()
        held[5:7] = held[4]
        self.assert_heard(held)
        self.assertEqual(receiver.counters()["depacketizer"]["lost"], 2)
        self.assertEqual(receiver.counters()["recovery"]["recovered"], 16)

    def test_speech_is_as_long_as_what_was_sent_even_if_nothing_came(self) -> None:
        self.make(5, "zero")
        self.run_with([pdu.end_marker(4)])
        self.assert_heard(np.full((4, 8), -1, dtype=np.int16))

    def test_settings_change_while_it_runs(self) -> None:
        receiver = self.make(0, "zero")
        arriving = packets(self.tokens, n_redundant=7)
        self.tb.start()
        post(self.link, "packets", [arriving[0], arriving[2]])
        wait_until(lambda: len(self.store.messages) == 3, "three frames are out")
        receiver.set_recovery("hold")
        receiver.set_look_ahead(1)
        post(self.link, "packets", [arriving[3], arriving[5], *arriving[8:]])
        wait_for_end(self.tb)
        heard = self.tokens.copy()
        heard[1] = -1  # lost, and the look-ahead was 0
        heard[[4, 7], 7] = -1  # repaired
        heard[6] = heard[5]  # held
        self.assert_heard(heard)

    def test_a_look_ahead_that_recovery_cannot_have_changes_nothing(self) -> None:
        for recovery, wished, comes in (("lora", 6, 1), ("lora", 5, 5), ("hold", 6, 6)):
            receiver = largesc.speech_receiver(recovery=recovery)
            receiver.set_look_ahead(wished)
            receiver.recovery._chooser.wait_until_settled()
            self.assertEqual(receiver.depacketizer._drive.receiver.look_ahead, comes)
            self.assertEqual(receiver.recovery._chooser.strategy.settings.look_ahead, comes)

    def test_malformed_packets_are_counted_and_speech_goes_on(self) -> None:
        receiver = self.make()
        *good, end = packets(self.tokens)
        malformed = [packet_pdu(b""), packet_pdu(b"foreign"), packet_pdu(b"\0" * 8)]
        newer = packet_pdu(b"\xff" * 13)
        self.run_with([good[0], *no_pdus(), *malformed, newer, *good[1:], end])
        self.assert_heard(self.tokens)
        self.assertEqual(self.link.counters()["malformed"], len(no_pdus()))
        self.assertEqual(receiver.counters()["depacketizer"]["malformed"], len(malformed))
        self.assertEqual(receiver.counters()["depacketizer"]["version"], 1)

    def test_live_a_frame_is_played_when_the_sink_needs_one(self) -> None:
        receiver = largesc.speech_receiver(random_checkpoint(), 1, "zero", 0, True, "auto", SPEED)
        reports = blocks.message_debug()
        clock = blocks.throttle(gr.sizeof_float, SPEED * 24000)
        clock.set_max_noutput_items(480)
        self.tb.msg_connect(self.link, "packets", receiver, "packets")
        self.tb.msg_connect(receiver, "tokens", self.store, "pdus")
        self.tb.msg_connect(receiver, "report", reports, "store")
        self.tb.connect(receiver, clock, self.sink)
        self.tb.start()
        sent = random_tokens(60, seed=2)
        *arriving, end = packets(sent)
        for frame, message in enumerate(arriving):
            played = receiver.counters()["recovery"].get("frames", 0)
            if frame % 10 != 7:
                post(self.link, "packets", [message])
            wait_until(
                lambda n=played: receiver.counters()["recovery"].get("frames", 0) > n,
                "the clock takes a frame",
            )
        post(self.link, "packets", [end])
        wait_for_end(self.tb)
        link = receiver.counters()["depacketizer"]
        self.assertEqual(link["received"] + link["late"], 54)
        heard = [v for v in self.store.vectors() if v != [-1] * 8]
        # Numbers may be left out where the machine stood still, but come once and in order.
        places = [np.flatnonzero((sent == row).all(axis=1))[0] for row in heard]
        self.assertEqual(places, sorted(set(places)))
        self.assertGreaterEqual(len(heard), link["received"] - 2)
        state = pmt.to_python(reports.get_message(reports.num_messages() - 1))
        self.assertEqual(state["session"], 0)
        self.assertLessEqual(state["lost"], link["lost"])

    def test_live_a_model_that_is_stuck_costs_frames_and_not_memory(self) -> None:
        receiver = self.make(0, "zero", 3, True)
        may_decode, decode = threading.Event(), receiver.decoder._codec.decode

        def stuck(row: Any) -> Any:
            may_decode.wait(60)
            return decode(row)

        receiver.decoder._codec.decode = stuck  # fault: a model that does not keep up
        self.tb.start()
        *arriving, end = packets(random_tokens(300, seed=2))
        post(self.link, "packets", arriving)
        wait_until(
            lambda: receiver.counters()["decoder"].get("unanswered", 0) >= 0
            and receiver.counters()["depacketizer"]["received"] >= 1,
            "packets are taken",
        )
        self.assertLessEqual(receiver.decoder.backlog(), 4)
        may_decode.set()
        post(self.link, "packets", [end])
        wait_for_end(self.tb)
        decoder = receiver.counters()["decoder"]
        missing = 1920 * decoder["frames"] - len(self.sink.data())
        self.assertTrue(0 <= missing < 1920, missing)  # the first frame may begin late

    def test_stopped_and_started_it_begins_anew(self) -> None:
        receiver = self.make(1, "hold")
        self.tb.start()
        post(self.link, "packets", packets(random_tokens(6, seed=3))[:-1])
        wait_until(lambda: receiver.counters()["decoder"].get("frames") == 5, "speech comes")
        self.tb.stop()
        self.tb.wait()
        post(self.link, "packets", packets(random_tokens(3, seed=4)))  # by blocks that stop later
        post(receiver.depacketizer, "packets", [pdu.end_marker(6)])
        post(receiver.recovery, "system", [DONE])
        post(receiver.decoder, "tokens", [pdu.end_marker(6)])
        self.sink.reset()
        self.tb.start()
        post(self.link, "packets", packets(self.tokens))
        wait_for_end(self.tb)
        self.assert_heard(self.tokens)
        self.assertEqual(receiver.counters()["depacketizer"]["received"], 12)

    def test_wrong_settings_are_refused(self) -> None:
        name = random_checkpoint()
        with self.assertRaisesRegex(CheckpointError, "no checkpoint 'maxi'"):
            largesc.speech_receiver("maxi")
        with self.assertRaisesRegex(ValueError, r"look_ahead must be 0\.\.12, not 13"):
            largesc.speech_receiver(name, 13)
        with self.assertRaisesRegex(ValueError, "recovery must be one of"):
            largesc.speech_receiver(name, 1, "guess")
        with self.assertRaisesRegex(ValueError, "max_queue must be 0 or more"):
            largesc.speech_receiver(name, 1, "hold", -1)


if __name__ == "__main__":
    gr_unittest.run(qa_speech_receiver)
