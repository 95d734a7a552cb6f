#!/usr/bin/env python3
# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""QA of mimi_decoder: speech, missing tokens, a full queue, malformed input, a second run."""

import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pmt
from gnuradio import blocks, gr, gr_unittest, largesc
from gnuradio.largesc import pdu
from gnuradio.largesc.codec.checkpoint import CheckpointError, load_codec
from gnuradio.largesc.codec.silence_tokens import find_silence_tokens

sys.path.append(str(Path(__file__).parents[2] / "tests"))
from pdu_flowgraph import (
    DONE,
    end_without_frame_number,
    no_pdus,
    no_token_frames,
    post,
    run_to_end,
    stop,
    token_pdu,
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


def frames(tokens: Any) -> list[Any]:
    """Token frames and the end marker."""
    return [*(token_pdu(n, row) for n, row in enumerate(tokens)), pdu.end_marker(len(tokens))]


def python_threads() -> set[threading.Thread]:
    """Threads that Python started; GNU Radio's are dummies to it."""
    return {t for t in threading.enumerate() if not isinstance(t, threading._DummyThread)}


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


class qa_mimi_decoder(gr_unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.codec = load_codec(random_checkpoint())

    def setUp(self) -> None:
        self.tb = gr.top_block()
        self.sink = blocks.vector_sink_f()

    def tearDown(self) -> None:
        stop(self.tb)
        self.tb = None

    def make(self, max_queue: int = 0, live: bool = False, prefetch: int = 1) -> Any:
        decoder = largesc.mimi_decoder(random_checkpoint(), max_queue, live, prefetch)
        self.tb.connect(decoder, self.sink)
        return decoder

    def heard(self) -> Any:
        return np.array(self.sink.data(), dtype=np.float32)

    def expected(self, tokens: Any) -> Any:
        """The frames decoded from the start, without flowgraph."""
        self.codec.reset()
        return np.concatenate([self.codec.decode(row) for row in tokens])

    def test_speech_equals_that_of_all_tokens_at_once(self) -> None:
        tokens = random_tokens(60, seed=1)  # longer than the context of the transformer
        decoder = self.make()
        post(decoder, "tokens", frames(tokens))
        run_to_end(self.tb)
        offline = decode_offline(offline_model(random_checkpoint()), tokens)
        assert_same_speech(self.heard(), offline)
        self.assertEqual(decoder.counters(), {"frames": 60})

    def test_frame_is_1920_samples(self) -> None:
        for count in (0, 1, 7):
            tb, sink = gr.top_block(), blocks.vector_sink_f()
            decoder = largesc.mimi_decoder(random_checkpoint())
            tb.connect(decoder, sink)
            post(decoder, "tokens", frames(random_tokens(count, seed=2)))
            run_to_end(tb)
            self.assertEqual(len(sink.data()), 1920 * count)

    def test_small_output_buffers_change_nothing(self) -> None:
        tokens = random_tokens(5, seed=3)
        decoder = self.make()
        decoder.set_max_noutput_items(700)
        post(decoder, "tokens", frames(tokens))
        run_to_end(self.tb)
        np.testing.assert_array_equal(self.heard(), self.expected(tokens))

    def test_missing_tokens_are_decoded_as_nothing(self) -> None:
        tokens = random_tokens(6, seed=4)
        tokens[1, 4:], tokens[3] = -1, -1
        decoder = self.make()
        post(decoder, "tokens", frames(tokens))
        run_to_end(self.tb)
        np.testing.assert_array_equal(self.heard(), self.expected(tokens))
        self.assertEqual(decoder.counters(), {"frames": 6})

    def test_simulation_drops_nothing_and_says_when_too_much_waits(self) -> None:
        tokens = random_tokens(9, seed=5)
        decoder = self.make(max_queue=3)
        for count, message in enumerate(frames(tokens)[:-1]):
            self.assertEqual(decoder.is_congested(), count >= 3)
            decoder._handle_tokens(message)
        self.assertEqual(decoder.backlog(), 9)
        post(decoder, "tokens", frames(tokens))
        run_to_end(self.tb)
        np.testing.assert_array_equal(self.heard(), self.expected(tokens))
        self.assertEqual(decoder.counters(), {"frames": 9})
        self.assertFalse(decoder.is_congested())

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
            decoder._worker.wait_until_idle()
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

    def test_silent_frame_is_decoded_as_the_codecs_silence(self) -> None:
        silence = find_silence_tokens(self.codec)
        decoder = self.make()
        tokens = random_tokens(3, seed=17)
        holes = token_pdu(1, [-1] * 8, source=np.full(8, 5, np.uint8))
        lost = token_pdu(2, [-1] * 8, source=np.uint8([5] * 7 + [0]))
        post(decoder, "tokens", [token_pdu(0, tokens[0]), holes, lost, pdu.end_marker(3)])
        run_to_end(self.tb)
        expected = self.expected([tokens[0], silence, np.full(8, -1, np.int16)])
        np.testing.assert_array_equal(self.heard(), expected)

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

    def test_adjust_that_is_none_is_malformed(self) -> None:
        decoder = self.make(live=True)
        bad = [token_pdu(0, adjust=value) for value in (3, -3, "more", 1.0)]
        post(decoder, "tokens", [*bad, token_pdu(0), pdu.end_marker(1)])
        run_to_end(self.tb)
        self.assertEqual(decoder.counters(), {"frames": 1, "malformed": 4})

    def test_frames_that_come_while_it_runs_are_decoded(self) -> None:
        tokens = random_tokens(4, seed=6)
        *messages, end = frames(tokens)
        decoder = self.make(max_queue=2)
        self.tb.start()
        for count, message in enumerate(messages, start=1):
            post(decoder, "tokens", [message])
            wait_until(lambda n=count: decoder.counters().get("frames") == n, "it is decoded")
        post(decoder, "tokens", [end])
        wait_for_end(self.tb)
        np.testing.assert_array_equal(self.heard(), self.expected(tokens))

    def test_malformed_messages_are_counted_and_the_next_frame_decoded(self) -> None:
        tokens = random_tokens(1, seed=7)
        malformed = [*no_pdus(), *no_token_frames()]
        decoder = self.make()
        post(decoder, "tokens", [*malformed, *frames(tokens)])
        run_to_end(self.tb)
        np.testing.assert_array_equal(self.heard(), self.expected(tokens))
        self.assertEqual(decoder.counters(), {"frames": 1, "malformed": len(malformed)})

    def test_end_marker_without_frame_number_ends_it_as_well(self) -> None:
        tokens = random_tokens(2, seed=8)
        decoder = self.make()
        post(decoder, "tokens", [*frames(tokens)[:-1], end_without_frame_number()])
        run_to_end(self.tb)
        self.assertEqual(len(self.heard()), 2 * 1920)

    def test_second_run_sounds_as_the_first(self) -> None:
        tokens = random_tokens(4, seed=9)
        for live in (False, True):
            self.setUp()
            self.run_twice(self.make(live=live), tokens)

    def run_twice(self, decoder: Any, tokens: Any) -> None:
        threads = python_threads()
        runs = []
        for _ in range(2):
            self.sink.reset()
            self.tb.start()
            post(decoder, "tokens", frames(tokens))
            wait_for_end(self.tb)
            runs.append(self.heard())
        np.testing.assert_array_equal(runs[1], runs[0])
        self.assertEqual(decoder.counters(), {"frames": 4})
        self.assertEqual(python_threads(), threads)

    def test_what_a_stopped_run_left_behind_is_not_played_by_the_next(self) -> None:
        tokens = random_tokens(3, seed=10)
        decoder = self.make()
        self.tb.start()
        post(decoder, "tokens", frames(tokens)[:1])
        wait_until(lambda: decoder.counters().get("frames") == 1, "a frame is decoded")
        self.tb.stop()
        self.tb.wait()
        post(decoder, "tokens", frames(random_tokens(2, seed=11)))  # by blocks that stop later
        post(decoder, "system", [DONE])
        self.sink.reset()
        self.tb.start()
        post(decoder, "tokens", frames(tokens))
        wait_for_end(self.tb)
        np.testing.assert_array_equal(self.heard(), self.expected(tokens))

    def test_checkpoint_that_is_not_there_is_named(self) -> None:
        with self.assertRaisesRegex(CheckpointError, "no checkpoint 'maxi'.*embedded.*mini"):
            largesc.mimi_decoder("maxi")

    def test_negative_queue_is_refused(self) -> None:
        with self.assertRaisesRegex(ValueError, "max_queue must not be negative, but is -1"):
            largesc.mimi_decoder(random_checkpoint(), -1)

    def test_prefetch_below_one_is_refused(self) -> None:
        with self.assertRaisesRegex(ValueError, "prefetch must be 1 or more, not 0"):
            largesc.mimi_decoder(random_checkpoint(), 0, True, 0)


if __name__ == "__main__":
    gr_unittest.run(qa_mimi_decoder)
