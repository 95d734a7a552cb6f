#!/usr/bin/env python3
# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""QA of moshi_recovery with strategies of a checkpoint: settings, codecs, what nobody sent."""

import sys
import threading
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest import mock

import numpy as np
from gnuradio import gr, gr_unittest, largesc
from gnuradio.largesc.codec.checkpoint import CheckpointError, load_codec
from gnuradio.largesc.recovery.strategies.recovery_settings import RecoverySettings
from gnuradio.largesc.recovery.strategies.strategy_by_name import make_recovery
from gnuradio.largesc.recovery.token_model.sampling_settings import (
    SamplingSettings,
)
from gnuradio.largesc.runtime import pdu

sys.path.append(str(Path(__file__).parents[2] / "tests"))
from pdu_flowgraph import (
    PduStore,
    post,
    run_to_end,
    stop,
    token_pdu,
    tokens_of,
    wait_for_end,
    wait_until,
)
from random_checkpoint import random_checkpoint
from random_token_model import NONE, TINY, write_token_model

MISSING, PRIMARY, REDUNDANT, RECOVERED, UNSENT, SILENCE = range(6)


def after(due: int, tokens: Any, newest: Any, **meta: Any) -> Any:
    """Frame with the newest one beside it, as a depacketizer gives both."""
    return token_pdu(due, tokens, newest=newest, **meta)


class qa_moshi_recovery_checkpoint(gr_unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = TemporaryDirectory(prefix="largesc-qa-")
        write_token_model(Path(cls.folder.name), random_checkpoint(), TINY)
        cls.codec = load_codec(random_checkpoint()).fingerprint

    @classmethod
    def tearDownClass(cls) -> None:
        cls.folder.cleanup()

    def setUp(self) -> None:
        self.tb = gr.top_block()
        self.store = PduStore()

    def tearDown(self) -> None:
        stop(self.tb)
        self.tb = None

    def run_with(self, recovery: Any, messages: list[Any]) -> list[list[int]]:
        self.setUp()
        self.tb.msg_connect(recovery, "tokens", self.store, "pdus")
        post(recovery, "tokens", [*messages, pdu.end_marker(len(messages))])
        run_to_end(self.tb)
        return self.store.vectors()

    def test_all_strategies_say_what_the_kernel_says(self) -> None:
        frames = [(tokens_of(0), NONE), (NONE, tokens_of(2)), (tokens_of(2), NONE), (NONE, NONE)]
        messages = [after(n, due, newest) for n, (due, newest) in enumerate(frames)]
        sampling = SamplingSettings(temperature=0.5, top_k=10)
        said = {}
        for name in ("interpolate", "base", "lora"):
            block = largesc.moshi_recovery(name, 0, False, self.folder.name, 1, 0.5, 10, 3)
            said[name] = self.run_with(block, messages)
            settings = RecoverySettings(self.folder.name, 1, sampling, silent_after=3)
            kernel = make_recovery(name, settings)
            for played, confidence, (due, newest) in zip(
                said[name], self.store.meta("confidence"), frames, strict=True
            ):
                self.assertEqual(played, kernel.push(newest, due).tolist())
                np.testing.assert_array_equal(confidence, kernel.confidence)
            sources = [list(s) for s in self.store.meta("source")]
            self.assertEqual(sources[:3], [[PRIMARY] * 8, [RECOVERED] * 8, [PRIMARY] * 8])
        self.assertNotEqual(said["base"], said["lora"])

    def test_the_newest_frame_counts_in_a_pause(self) -> None:
        silent = np.uint8([SILENCE] * 8)
        missing = np.uint8([MISSING] * 8)

        def messages(newest: Any) -> list[Any]:
            pause = after(0, NONE, newest, source=silent)
            in_part = after(1, [5, 6, -1, -1, -1, -1, -1, -1], NONE)
            return [pause, in_part, after(2, NONE, NONE, source=missing)]

        said = [
            self.run_with(largesc.moshi_recovery("base", 0, False, self.folder.name, 1), m)
            for m in (messages(NONE), messages(tokens_of(1)))
        ]
        self.assertEqual(said[0][0], [-1] * 8)
        self.assertNotEqual(said[0][1], said[1][1])

    def test_what_nobody_sent_stays_open_unless_asked_for(self) -> None:
        four = np.uint8([PRIMARY] * 4 + [UNSENT] * 4)
        gone = np.uint8([MISSING] * 4 + [UNSENT] * 4)
        known = np.where(np.arange(8) < 4, tokens_of(0), -1).astype(np.int16)
        later = np.where(np.arange(8) < 4, tokens_of(2), -1).astype(np.int16)
        messages = [after(0, known, NONE, source=four), after(1, NONE, later, source=gone)]
        for name in ("interpolate", "base"):
            for fill, first in ((False, 4), (True, 8)):
                block = largesc.moshi_recovery(
                    name, 0, False, self.folder.name, 1, fill_unsent=fill
                )
                self.run_with(block, messages)
                came, lost = (np.array(v) for v in self.store.vectors())
                open_places = 4 if name == "interpolate" or not fill else 8
                self.assertEqual((came >= 0).sum(), open_places, (name, fill))
                self.assertEqual((lost >= 0).sum(), first, (name, fill))
                sources = list(self.store.meta("source")[1])
                self.assertEqual(sources, [RECOVERED] * first + [UNSENT] * (8 - first))
                self.assertEqual(list(self.store.meta("confidence")[1][first:]), [0] * (8 - first))

    def test_tokens_of_another_codec_pass_as_they_came(self) -> None:
        foreign = "0001" if self.codec != "0001" else "0002"
        for live in (False, True):
            block = largesc.moshi_recovery("base", 0, live, self.folder.name, 0)
            messages = [
                token_pdu(0, codec=self.codec),
                token_pdu(1, NONE, codec=foreign),
                token_pdu(2, codec=self.codec.upper()),
            ]
            played = self.run_with(block, messages)
            self.assertEqual(played, [tokens_of(0).tolist(), [-1] * 8, tokens_of(2).tolist()])
            self.assertEqual(block.counters()["foreign_codec"], 1)
            self.assertEqual(list(self.store.meta("source")[1]), [MISSING] * 8)

    def test_hold_takes_tokens_of_any_codec(self) -> None:
        block = largesc.moshi_recovery("hold")
        played = self.run_with(block, [token_pdu(0, codec="0001"), token_pdu(1, NONE)])
        self.assertEqual(played, [tokens_of(0).tolist()] * 2)
        self.assertNotIn("foreign_codec", block.counters())

    def test_settings_change_while_it_runs_or_stay(self) -> None:
        block = largesc.moshi_recovery("interpolate", 0, False, self.folder.name, 1)
        before = block._chooser.strategy
        block.set_look_ahead(13)
        block.set_sampling(-1.0, 250, False, 0.0)
        block._chooser.wait_until_settled()
        self.assertIs(block._chooser.strategy, before)
        block.set_look_ahead(0)
        held = self.run_with(block, [token_pdu(0), after(1, NONE, tokens_of(2)), token_pdu(2)])
        self.assertEqual(held[1], tokens_of(0).tolist())
        block.set_sampling(0, 250, True, 1.0)
        block._chooser.wait_until_settled()
        self.assertTrue(block._chooser.strategy.settings.sampling.greedy)

    def test_a_strategy_chosen_before_the_start_fills_the_first_frame(self) -> None:
        messages = [token_pdu(0), token_pdu(1, NONE), token_pdu(2, NONE)]
        made = largesc.moshi_recovery("base", 0, False, self.folder.name)
        chosen = largesc.moshi_recovery("hold", 0, False, self.folder.name)
        chosen.set_recovery("base")
        self.assertEqual(self.run_with(chosen, messages), self.run_with(made, messages))
        self.assertEqual(chosen.counters()["recovered"], 16)

    def test_frames_pass_while_a_strategy_is_loaded(self) -> None:
        for live in (False, True):
            self.setUp()
            block = largesc.moshi_recovery("zero", 0, live, self.folder.name, 1)
            self.tb.msg_connect(block, "tokens", self.store, "pdus")
            self.tb.start()
            may_load = threading.Event()

            def slow(*choice: Any, may_load: Any = may_load) -> Any:
                may_load.wait(60)
                return make_recovery(*choice)

            with mock.patch("gnuradio.largesc.runtime.strategy_chooser.make_recovery", slow):
                block.set_recovery("interpolate")
                post(block, "tokens", [token_pdu(0), after(1, NONE, tokens_of(2))])
                wait_until(lambda n=block: n.counters().get("frames") == 2, "two are through")
                may_load.set()
                block._chooser.wait_until_settled()
            post(block, "tokens", [token_pdu(2), after(3, NONE, tokens_of(4)), pdu.end_marker(4)])
            wait_for_end(self.tb)
            whole = [bool((np.array(v) >= 0).all()) for v in self.store.vectors()]
            self.assertEqual(whole, [True, False, True, True])

    def test_a_strategy_that_the_checkpoint_lacks_is_not_taken(self) -> None:
        block = largesc.moshi_recovery("hold", checkpoint=random_checkpoint())
        block.set_recovery("lora")
        played = self.run_with(block, [token_pdu(0), token_pdu(1, NONE)])
        self.assertEqual(played, [tokens_of(0).tolist()] * 2)

    def test_wrong_settings_are_refused(self) -> None:
        for arguments, message in (
            (("base", 0, False, random_checkpoint()), "has no token model; strategies zero, hold"),
            (("interpolate", 0, False, "maxi"), "no checkpoint 'maxi'"),
        ):
            with self.assertRaisesRegex(CheckpointError, message):
                largesc.moshi_recovery(*arguments)
        for settings, message in (
            ({"look_ahead": 13}, r"look_ahead must be 0\.\.12, not 13"),
            ({"temperature": -1}, "temperature must be 0 or more, not -1"),
            ({"top_k": -1}, r"top_k must be 0\.\.2048"),
            ({"silent_after": -1}, "silent_after must be 0 or more"),
        ):
            with self.assertRaisesRegex(ValueError, message):
                largesc.moshi_recovery("hold", **settings)


if __name__ == "__main__":
    gr_unittest.run(qa_moshi_recovery_checkpoint)
