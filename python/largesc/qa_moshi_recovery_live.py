#!/usr/bin/env python3
# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""QA of moshi_recovery, live, with a model that does not keep up: held frames, and its state."""

import sys
import threading
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from gnuradio import gr, gr_unittest, largesc
from gnuradio.largesc.recovery.strategies.recovery_settings import RecoverySettings
from gnuradio.largesc.recovery.strategies.strategy_by_name import make_recovery
from gnuradio.largesc.runtime import pdu
from gnuradio.largesc.runtime.frame_filling import DEADLINE_S

sys.path.append(str(Path(__file__).parents[2] / "tests"))
from pdu_flowgraph import PduStore, post, stop, token_pdu, tokens_of, wait_for_end, wait_until
from random_checkpoint import random_checkpoint
from random_token_model import NONE, TINY, write_token_model

MISSING, PRIMARY, REDUNDANT, RECOVERED, UNSENT, SILENCE = range(6)


def lost(frame: int) -> Any:
    return token_pdu(frame, NONE)


class qa_moshi_recovery_live(gr_unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = TemporaryDirectory(prefix="largesc-qa-")
        write_token_model(Path(cls.folder.name), random_checkpoint(), TINY)

    @classmethod
    def tearDownClass(cls) -> None:
        cls.folder.cleanup()

    def setUp(self) -> None:
        self.tb = gr.top_block()
        self.store = PduStore()
        self.recovery = largesc.moshi_recovery("base", 4, True, self.folder.name, 0)
        self.tb.msg_connect(self.recovery, "tokens", self.store, "pdus")
        self.in_time = self.recovery._filling._models
        self.model = self.recovery._chooser.strategy.recovery._recovery
        self.told: list[str] = []
        self.may_go_on = threading.Event()
        self.may_go_on.set()
        self.log_calls("push")
        self.log_calls("skip")
        self.log_calls("reset")

    def tearDown(self) -> None:
        self.may_go_on.set()
        stop(self.tb)
        self.tb = None

    def log_calls(self, name: str) -> None:
        """Fault: the model waits in every frame until it may go on."""
        call = getattr(self.model, name)

        def logged(*arguments: Any) -> Any:
            self.told.append(name)
            if name != "reset":
                self.may_go_on.wait(60)
            return call(*arguments)

        setattr(self.model, name, logged)

    def counter(self, name: str) -> int:
        return int(self.recovery.counters().get(name, 0))

    def post_and_wait(self, *messages: Any) -> None:
        """The frames are published, and the model knows of all of them."""
        frames = self.counter("frames") + len(messages)
        post(self.recovery, "tokens", messages)
        wait_until(lambda: self.counter("frames") == frames, "the frames are published")
        if self.may_go_on.is_set():
            time.sleep(0.05)
            wait_until(lambda: not self.in_time._untold, "the model is told")
            time.sleep(0.05)

    def stick(self, frame: int) -> None:
        """A lost frame at which the model is stuck until it may go on, answered by hold."""
        self.told.clear()
        self.may_go_on.clear()
        self.in_time._deadline_s = 2.0  # the model begins, however busy the machine is
        frames = self.counter("frames")
        post(self.recovery, "tokens", [lost(frame)])
        wait_until(lambda: self.told, "the model has the frame")
        wait_until(lambda: self.counter("frames") > frames, "hold has answered")
        self.in_time._deadline_s = DEADLINE_S

    def test_a_stuck_model_costs_no_frame_and_is_told_what_was_played(self) -> None:
        self.tb.start()
        self.post_and_wait(token_pdu(0))
        self.stick(1)
        self.post_and_wait(token_pdu(2), lost(3))
        self.assertEqual(self.told, ["push"], "the model is still at the first of them")
        self.may_go_on.set()
        self.post_and_wait(token_pdu(4))
        self.assertEqual(self.told, ["push", "push", "skip", "push"])
        self.in_time._deadline_s = 60.0
        self.post_and_wait(token_pdu(5, [7, 8, 9, -1, -1, -1, -1, -1]))
        post(self.recovery, "tokens", [pdu.end_marker(6)])
        wait_for_end(self.tb)
        held = [self.store.vectors()[n] for n in (1, 3)]
        self.assertEqual(held, [tokens_of(0).tolist(), tokens_of(2).tolist()])
        self.assertEqual(self.counter("held"), 2)
        self.assertEqual(self.store.meta("frame"), list(range(6)))
        self.assertEqual([list(s) for s in self.store.meta("source")[1:2]], [[RECOVERED] * 8])

        # Its state is that of a model which heard the same: what it says next is the same.
        same = make_recovery("base", RecoverySettings(self.folder.name, 0))
        same.push(tokens_of(0), tokens_of(0))
        same.push(NONE, NONE)  # its answer came too late
        same.push(tokens_of(2), tokens_of(2))
        same.skip(NONE, NONE, tokens_of(2))
        same.push(tokens_of(4), tokens_of(4))
        in_part = np.int16([7, 8, 9, -1, -1, -1, -1, -1])
        self.assertEqual(self.store.vectors()[5], same.push(in_part, in_part).tolist())
        np.testing.assert_array_equal(self.model.push(NONE, NONE), same.push(NONE, NONE))

    def test_a_model_that_keeps_up_is_heard(self) -> None:
        self.in_time._deadline_s = 60.0  # however busy the machine is
        self.tb.start()
        self.post_and_wait(token_pdu(0), lost(1), token_pdu(2))
        post(self.recovery, "tokens", [pdu.end_marker(3)])
        wait_for_end(self.tb)
        same = make_recovery("base", RecoverySettings(self.folder.name, 0))
        same.push(tokens_of(0), tokens_of(0))
        said = same.push(NONE, NONE)
        self.assertEqual(self.store.vectors()[1], said.tolist())
        np.testing.assert_array_equal(self.store.meta("confidence")[1], same.confidence)
        self.assertEqual(self.counter("held"), 0)

    def test_a_model_far_behind_begins_anew(self) -> None:
        self.tb.start()
        self.stick(0)
        self.post_and_wait(*[lost(n) for n in range(1, 9)])
        self.assertEqual(self.counter("held"), 9)
        self.may_go_on.set()
        wait_until(lambda: len(self.told) == 6, "the model is told of what waits")
        self.assertEqual(self.told, ["push", "reset", "skip", "skip", "skip", "skip"])
        self.assertEqual(self.counter("restarts"), 1)

    def test_the_deadline_leaves_the_decoder_time(self) -> None:
        self.assertLess(DEADLINE_S + 0.041, 0.115)  # full-size Mimi; frame and buffer

    def test_another_strategy_comes_behind_what_waits(self) -> None:
        self.tb.start()
        self.may_go_on.clear()
        post(self.recovery, "tokens", [token_pdu(0), lost(1), lost(2)])
        wait_until(lambda: self.counter("frames") == 1, "the whole frame is published")
        self.recovery.set_recovery("zero")
        post(self.recovery, "tokens", [lost(3), pdu.end_marker(4)])
        wait_until(lambda: self.counter("frames") == 4, "all are published")
        self.may_go_on.set()
        wait_for_end(self.tb)
        self.assertEqual(self.store.meta("frame"), [0, 1, 2, 3])
        self.assertEqual(self.store.vectors()[3], [-1] * 8)


if __name__ == "__main__":
    gr_unittest.run(qa_moshi_recovery_live)
