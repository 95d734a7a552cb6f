#!/usr/bin/env python3
# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""QA of mimi_encoder: tokens and metadata, the last frame, invalid samples, a second run."""

import itertools
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
from gnuradio import blocks, gr, gr_unittest, largesc
from gnuradio.largesc.codec.checkpoint import CheckpointError, find_checkpoint
from gnuradio.largesc.runtime.backlog_gate import backlog_gate

sys.path.append(str(Path(__file__).parents[2] / "tests"))
from pdu_flowgraph import (
    PduStore,
    run_to_end,
    stop,
    wait_for_end,
    wait_until,
)
from random_checkpoint import (
    encode_offline,
    latents_offline,
    offline_model,
    random_checkpoint,
    speech_like,
)


class qa_mimi_encoder(gr_unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.model = offline_model(random_checkpoint())

    def setUp(self) -> None:
        self.tb = gr.top_block()
        self.store = PduStore()

    def tearDown(self) -> None:
        stop(self.tb)
        self.tb = None

    def encode(self, pcm: Any, at_a_time: int = 8192, **settings: Any) -> Any:
        """Runs samples through an encoder, which it returns."""
        source = blocks.vector_source_f(pcm.tolist(), False)
        source.set_max_noutput_items(at_a_time)
        encoder = largesc.mimi_encoder(random_checkpoint(), **settings)
        self.tb.connect(source, encoder)
        self.tb.msg_connect(encoder, "tokens", self.store, "pdus")
        run_to_end(self.tb)
        return encoder

    def assert_tokens(self, pcm: Any) -> None:
        """The tokens received are those of the signal encoded in one go."""
        expected = encode_offline(self.model, pcm)
        self.assertGreater(len(np.unique(expected[:, 0])), len(expected) // 2)
        np.testing.assert_array_equal(self.store.vectors(), expected)

    def test_tokens_equal_those_of_the_whole_signal_at_once(self) -> None:
        pcm = speech_like(60, seed=1)  # longer than the context of the transformer
        encoder = self.encode(pcm, at_a_time=777)  # frames begin anywhere in a buffer
        self.assert_tokens(pcm)
        self.assertEqual(self.store.meta("frame"), list(range(60)))
        self.assertEqual(self.store.frames_at_end(), 60)
        self.assertEqual(encoder.counters(), {"frames": 60})

    def test_frame_says_which_codec_and_its_latent(self) -> None:
        pcm = speech_like(3, seed=2)
        self.encode(pcm)
        fingerprint = find_checkpoint(random_checkpoint()).fingerprint
        self.assertEqual(self.store.meta("codec"), [fingerprint] * 3)
        latents = latents_offline(self.model, pcm)
        np.testing.assert_allclose(self.store.meta("latent"), latents, atol=1e-4)

    def test_last_partial_frame_is_filled_with_silence(self) -> None:
        pcm = speech_like(3, seed=3)[: 2 * 1920 + 100]
        encoder = self.encode(pcm)
        self.assert_tokens(np.pad(pcm, (0, 1820)))
        self.assertEqual(self.store.frames_at_end(), 3)
        self.assertEqual(encoder.counters(), {"frames": 3})

    def test_less_than_a_frame_is_one_frame(self) -> None:
        self.encode(np.full(1, 0.1, dtype=np.float32))
        self.assertEqual(len(self.store.vectors()), 1)
        self.assertEqual(self.store.frames_at_end(), 1)

    def test_no_samples_are_no_frames(self) -> None:
        self.encode(np.zeros(0, dtype=np.float32))
        self.assertEqual(self.store.vectors(), [])
        self.assertEqual(self.store.frames_at_end(), 0)

    def test_samples_that_are_not_finite_are_silence_and_counted(self) -> None:
        pcm = speech_like(4, seed=4)
        pcm[100:110], pcm[2500], pcm[6000] = np.nan, np.inf, -np.inf
        encoder = self.encode(pcm)
        self.assert_tokens(np.where(np.isfinite(pcm), pcm, np.float32(0.0)))
        self.assertEqual(encoder.counters(), {"frames": 4, "invalid_samples": 12})

    def test_samples_that_are_far_too_loud_are_clipped_and_counted(self) -> None:
        pcm = speech_like(4, seed=4)
        pcm[100], pcm[2500] = 3e38, -11.0
        encoder = self.encode(pcm)
        self.assert_tokens(np.clip(pcm, -10.0, 10.0))
        self.assertEqual(encoder.counters(), {"frames": 4, "invalid_samples": 2})

    def test_second_run_knows_nothing_of_the_first(self) -> None:
        pcm = speech_like(5, seed=5)[: 4 * 1920 + 960]
        source = blocks.vector_source_f(pcm.tolist(), False)
        encoder = largesc.mimi_encoder(random_checkpoint())
        self.tb.connect(source, encoder)
        self.tb.msg_connect(encoder, "tokens", self.store, "pdus")
        runs = []
        for _ in range(2):
            source.rewind()
            run_to_end(self.tb)
            runs.append((self.store.vectors(), self.store.meta("frame"), encoder.counters()))
        self.assertEqual(runs[0], runs[1])
        self.assertEqual(runs[1][2], {"frames": 5})

    def test_silent_frames_say_so_and_carry_their_tokens(self) -> None:
        pcm = speech_like(12, seed=6) + np.float32(0.1)
        pcm[2 * 1920 : 9 * 1920] *= 1e-4
        pcm[4 * 1920 : 5 * 1920] = np.nan
        encoder = self.encode(pcm, silence_threshold=-60.0)
        self.assert_tokens(np.where(np.isfinite(pcm), pcm, np.float32(0.0)))
        silent = [None] * 4 + [True] * 5 + [None] * 3  # two frames of hangover
        self.assertEqual(self.store.meta("silence"), silent)
        self.assertEqual(encoder.counters()["silent"], 5)

    def test_without_threshold_no_frame_is_silent(self) -> None:
        self.encode(np.zeros(4 * 1920, dtype=np.float32))
        self.assertEqual(self.store.meta("silence"), [None] * 4)

    def test_live_encodes_the_same_when_it_keeps_up(self) -> None:
        pcm = speech_like(7, seed=7)[: 6 * 1920 + 100]
        encoder = self.encode(pcm, live=True, max_queue=50)
        self.assert_tokens(np.pad(pcm, (0, 1820)))
        self.assertEqual(self.store.frames_at_end(), 7)
        self.assertEqual(encoder.counters(), {"frames": 7})

    def test_overload_drops_the_oldest_frames_and_their_numbers(self) -> None:
        pcm = speech_like(10, seed=8)[: 10 * 1920 - 5]
        source = blocks.vector_source_f(pcm.tolist(), False)
        encoder = largesc.mimi_encoder(random_checkpoint(), max_queue=3, live=True)
        begun, may_go_on = threading.Event(), threading.Event()
        encode = encoder._codec.encode

        def stuck(samples: Any) -> Any:
            begun.set()
            may_go_on.wait(60)
            return encode(samples)

        encoder._codec.encode = stuck  # fault: a model that does not keep up
        source.set_max_noutput_items(1920)
        looks = itertools.count()
        gate = backlog_gate(lambda: int(next(looks) > 0 and not begun.is_set()), 1)
        self.tb.connect(source, gate, encoder)
        self.tb.msg_connect(encoder, "tokens", self.store, "pdus")
        self.tb.start()
        wait_until(lambda: encoder.counters().get("dropped") == 5, "five are dropped")
        may_go_on.set()
        wait_for_end(self.tb)
        self.assertEqual(self.store.meta("frame"), [0, 6, 7, 8, 9])  # the end is not dropped
        self.assertEqual(self.store.frames_at_end(), 10)
        self.assertEqual(encoder.counters(), {"frames": 5, "dropped": 5})

    def test_frame_on_which_the_model_fails_is_left_out_and_its_number_too(self) -> None:
        pcm = speech_like(5, seed=9)
        for live in (False, True):
            tb, store = gr.top_block(), PduStore()
            encoder = largesc.mimi_encoder(random_checkpoint(), max_queue=9, live=live)
            encode = encoder._codec.encode

            def broken(samples: Any, encode: Any = encode) -> Any:
                if np.array_equal(samples, pcm[2 * 1920 : 3 * 1920]):
                    raise RuntimeError("the model fails")
                return encode(samples)

            encoder._codec.encode = broken
            source = blocks.vector_source_f(pcm.tolist(), False)
            tb.connect(source, encoder)
            tb.msg_connect(encoder, "tokens", store, "pdus")
            run_to_end(tb)
            self.assertEqual(store.meta("frame"), [0, 1, 3, 4])
            self.assertEqual(store.frames_at_end(), 5)
            self.assertEqual(encoder.counters(), {"frames": 4, "errors": 1})

    def test_wrong_settings_are_refused(self) -> None:
        with self.assertRaisesRegex(ValueError, "silence_threshold must be a number, not nan"):
            largesc.mimi_encoder(random_checkpoint(), float("nan"))
        with self.assertRaisesRegex(ValueError, "max_queue must be 0 or more, not -1"):
            largesc.mimi_encoder(random_checkpoint(), max_queue=-1)

    def test_checkpoint_that_is_not_there_is_named(self) -> None:
        with self.assertRaisesRegex(CheckpointError, "no checkpoint 'maxi'.*embedded.*mini"):
            largesc.mimi_encoder("maxi")


if __name__ == "__main__":
    gr_unittest.run(qa_mimi_encoder)
