#!/usr/bin/env python3
# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""QA of mimi_decoder: speech, missing tokens, malformed input, a second run."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
from gnuradio import blocks, gr, gr_unittest, largesc
from gnuradio.largesc.codec.checkpoint import CheckpointError
from gnuradio.largesc.codec.silence_tokens import find_silence_tokens
from gnuradio.largesc.runtime import pdu

sys.path.append(str(Path(__file__).parents[2] / "tests"))
from decoder_flowgraph import DecoderTest, frames
from pdu_flowgraph import (
    DONE,
    end_without_frame_number,
    no_pdus,
    no_token_frames,
    post,
    python_threads,
    run_to_end,
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


class qa_mimi_decoder(DecoderTest):
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
        self.assertLessEqual(python_threads(), threads)

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
        with self.assertRaisesRegex(ValueError, "max_queue must be 0 or more, not -1"):
            largesc.mimi_decoder(random_checkpoint(), -1)

    def test_prefetch_below_zero_is_refused(self) -> None:
        with self.assertRaisesRegex(ValueError, "prefetch must be 0 or more, not -1"):
            largesc.mimi_decoder(random_checkpoint(), 0, True, -1)


if __name__ == "__main__":
    gr_unittest.run(qa_mimi_decoder)
