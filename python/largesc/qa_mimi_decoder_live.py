#!/usr/bin/env python3
# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""QA of mimi_decoder, live: overload, the clock, a model that fails, adjustments in pauses."""

import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pmt
from gnuradio import blocks, gr, gr_unittest, largesc
from gnuradio.largesc.runtime import pdu

sys.path.append(str(Path(__file__).parents[2] / "tests"))
from decoder_flowgraph import DecoderTest, frames
from pdu_flowgraph import (
    DONE,
    post,
    run_to_end,
    token_pdu,
    wait_for_end,
    wait_until,
)
from random_checkpoint import (
    random_checkpoint,
    random_tokens,
)


class FrameOnRequest(gr.basic_block):
    """Sends one message per request, but for the first ``deaf`` requests."""

    def __init__(self, messages: list[Any], deaf: int = 0) -> None:
        gr.basic_block.__init__(self, name="frame_on_request", in_sig=[], out_sig=[])
        self.requests: list[Any] = []
        self._messages, self._deaf = messages, deaf
        self.message_port_register_in(pmt.intern("clock"))
        self.message_port_register_out(pmt.intern("tokens"))
        self.set_msg_handler(pmt.intern("clock"), self._answer)
        self.set_msg_handler(pmt.intern("system"), self._keep_running)

    def most_ahead(self, decoder: Any) -> int:
        """Requests made, beyond the frames that were decoded and the end marker."""
        return len(self.requests) - decoder.counters()["frames"]

    def _answer(self, request: Any) -> None:
        self.requests.append(request)
        sent = len(self.requests) - self._deaf
        if 0 < sent <= len(self._messages):
            self.message_port_pub(pmt.intern("tokens"), self._messages[sent - 1])
        if sent >= len(self._messages):
            self.system_handler(DONE)

    def _keep_running(self, message: Any) -> None:
        pass


class qa_mimi_decoder_live(DecoderTest):
    def test_overload_drops_the_oldest_frames_and_speech_goes_on(self) -> None:
        tokens = random_tokens(9, seed=5)
        decoder = self.make(max_queue=3, live=True)
        may_decode, decode = threading.Event(), decoder._codec.decode

        def stuck(row: Any) -> Any:
            may_decode.wait(60)
            return decode(row)

        decoder._codec.decode = stuck  # fault: a model that does not keep up
        self.tb.start()
        post(decoder, "tokens", frames(tokens)[:1])
        wait_until(lambda: decoder.counters().get("frames") == 1, "the model has a frame")
        post(decoder, "tokens", frames(tokens)[1:])
        wait_until(lambda: decoder.counters().get("dropped") == 5, "five are dropped")
        may_decode.set()
        wait_for_end(self.tb)
        np.testing.assert_array_equal(self.heard(), self.expected(tokens[[0, 6, 7, 8]]))
        self.assertEqual(decoder.counters(), {"frames": 4, "dropped": 5})

    def test_decoded_frames_that_nobody_takes_are_dropped_as_well(self) -> None:
        decoder = largesc.mimi_decoder(random_checkpoint(), 2, True)
        decoder.start()
        for count, message in enumerate(frames(random_tokens(7, seed=12))[:-1], start=1):
            decoder._handle_tokens(message)
            wait_until(lambda n=count: decoder.counters().get("frames") == n, "it is decoded")
            decoder._frames._worker.wait_until_idle()
            self.assertLessEqual(decoder.backlog(), 2)
        self.assertEqual(decoder.counters(), {"frames": 7, "dropped": 5})
        decoder.stop()

    def test_live_plays_what_comes_with_nobody_at_the_clock(self) -> None:
        tokens = random_tokens(4, seed=13)
        decoder = self.make(live=True)
        post(decoder, "tokens", frames(tokens))
        run_to_end(self.tb)
        np.testing.assert_array_equal(self.heard(), self.expected(tokens))
        self.assertEqual(decoder.counters(), {"frames": 4})

    def test_clock_asks_for_what_is_played(self) -> None:
        tokens = random_tokens(20, seed=14)
        decoder = self.make(live=True, prefetch=2)
        sender = FrameOnRequest(frames(tokens))
        self.tb.msg_connect(decoder, "clock", sender, "clock")
        self.tb.msg_connect(sender, "tokens", decoder, "tokens")
        run_to_end(self.tb)
        np.testing.assert_array_equal(self.heard(), self.expected(tokens))
        self.assertLessEqual(sender.most_ahead(decoder), 2)
        self.assertTrue(all(pmt.is_dict(request) for request in sender.requests))

    def test_without_prefetch_a_frame_is_asked_for_when_the_last_is_handed_on(self) -> None:
        decoder = largesc.mimi_decoder(random_checkpoint(), live=True, prefetch=0)
        asked: list[Any] = []
        decoder.message_port_pub = lambda port, message: asked.append(message)
        decoder.start()
        self.assertEqual(decoder.work([], [np.zeros(1000, dtype=np.float32)]), 0)
        self.assertEqual(len(asked), 1)
        decoder._handle_tokens(frames(random_tokens(1, seed=17))[0])
        decoder._frames._worker.wait_until_idle()
        for handed_on, requests in ((1000, 1), (919, 1), (1, 2)):
            out = np.zeros(handed_on, dtype=np.float32)
            self.assertEqual(decoder.work([], [out]), handed_on)
            self.assertEqual(len(asked), requests)
        decoder.stop()

    def test_unanswered_request_is_repeated(self) -> None:
        tokens = random_tokens(3, seed=15)
        decoder = self.make(live=True)
        sender = FrameOnRequest(frames(tokens), deaf=2)
        self.tb.msg_connect(decoder, "clock", sender, "clock")
        self.tb.msg_connect(sender, "tokens", decoder, "tokens")
        run_to_end(self.tb)
        np.testing.assert_array_equal(self.heard(), self.expected(tokens))
        self.assertEqual(decoder.counters(), {"frames": 3, "unanswered": 2})

    def test_exception_in_the_model_is_a_silent_frame(self) -> None:
        tokens = random_tokens(5, seed=16)
        for live in (False, True):
            tb, sink = gr.top_block(), blocks.vector_sink_f()
            decoder = largesc.mimi_decoder(random_checkpoint(), 9, live)
            tb.connect(decoder, sink)
            decode = decoder._codec.decode

            def broken(row: Any, decode: Any = decode) -> Any:
                if np.array_equal(row, tokens[2]):
                    raise RuntimeError("the model fails")
                return decode(row)

            decoder._codec.decode = broken
            post(decoder, "tokens", frames(tokens))
            run_to_end(tb)
            heard = np.array(sink.data(), dtype=np.float32).reshape(5, 1920)
            np.testing.assert_array_equal(heard[:2].ravel(), self.expected(tokens[:2]))
            np.testing.assert_array_equal(heard[2], 0.0)
            np.testing.assert_array_equal(heard[3:].ravel(), self.expected(tokens[3:]))
            self.assertEqual(decoder.counters(), {"frames": 5, "errors": 1})

    def test_adjustments_change_the_length_and_are_counted(self) -> None:
        rows = random_tokens(40, seed=18)
        wishes = {5: 2, 25: -2}
        messages = [
            token_pdu(n, row, **({"adjust": wishes[n]} if n in wishes else {}))
            for n, row in enumerate(rows)
        ]
        decoder = self.make(live=True, max_queue=50)
        post(decoder, "tokens", [*messages[:20], *messages[20:], pdu.end_marker(40)])
        run_to_end(self.tb)
        self.assertEqual(decoder.counters(), {"frames": 40, "forced": 2})
        expected = self.expected(rows).reshape(40, 1920)
        heard = self.heard().reshape(40, 1920)
        np.testing.assert_array_equal(heard[6:26], expected[5:25])
        np.testing.assert_array_equal(heard[27:], expected[27:])

    def test_what_is_to_be_trimmed_is_not_played(self) -> None:
        rows = random_tokens(6, seed=19)
        messages = [
            token_pdu(n, row, **({"trim": 0.05} if n == 2 else {})) for n, row in enumerate(rows)
        ]
        decoder = self.make(live=True, max_queue=50)
        post(decoder, "tokens", [*messages, pdu.end_marker(6)])
        run_to_end(self.tb)
        expected, heard = self.expected(rows), self.heard()
        self.assertEqual(len(heard), 6 * 1920 - 1200)
        np.testing.assert_array_equal(heard[: 2 * 1920], expected[: 2 * 1920])
        np.testing.assert_array_equal(heard[2 * 1920 + 120 :], expected[2 * 1920 + 1320 :])

    def test_trim_that_is_none_is_malformed(self) -> None:
        decoder = self.make(live=True)
        bad = [token_pdu(0, trim=value) for value in (-0.01, 0.08, "more", 1)]
        post(decoder, "tokens", [*bad, token_pdu(0), pdu.end_marker(1)])
        run_to_end(self.tb)
        self.assertEqual(decoder.counters(), {"frames": 1, "malformed": 4})

    def test_adjust_that_is_none_is_malformed(self) -> None:
        decoder = self.make(live=True)
        bad = [token_pdu(0, adjust=value) for value in (3, -3, "more", 1.0)]
        post(decoder, "tokens", [*bad, token_pdu(0), pdu.end_marker(1)])
        run_to_end(self.tb)
        self.assertEqual(decoder.counters(), {"frames": 1, "malformed": 4})


if __name__ == "__main__":
    gr_unittest.run(qa_mimi_decoder_live)
