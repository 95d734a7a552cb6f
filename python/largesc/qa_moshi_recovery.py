#!/usr/bin/env python3
# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""QA of moshi_recovery: what is filled, origins, strategies, malformed input, a second run."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
from gnuradio import gr, gr_unittest, largesc
from gnuradio.largesc.runtime import pdu

sys.path.append(str(Path(__file__).parents[2] / "tests"))
from pdu_flowgraph import (
    DONE,
    PduStore,
    end_without_frame_number,
    no_pdus,
    no_token_frames,
    post,
    run_to_end,
    stop,
    token_pdu,
    tokens_of,
    wait_for_end,
    wait_until,
)

MISSING, PRIMARY, REDUNDANT, RECOVERED, UNSENT, SILENCE = range(6)
HOLES = [-1] * 8


def received(frame: int, known: int, source: list[int] | None = None) -> Any:
    """Frame of which so many tokens are known, with the origins that a depacketizer adds."""
    tokens = tokens_of(frame)
    tokens[known:] = -1
    return token_pdu(frame, tokens, **({} if source is None else {"source": np.uint8(source)}))


def full(frame: int) -> list[int]:
    """A frame of which everything is known."""
    return tokens_of(frame).tolist()


class qa_moshi_recovery(gr_unittest.TestCase):
    def setUp(self) -> None:
        self.tb = gr.top_block()
        self.store = PduStore()

    def tearDown(self) -> None:
        stop(self.tb)
        self.tb = None

    def connect(self, recovery: Any) -> Any:
        self.tb.msg_connect(recovery, "tokens", self.store, "pdus")
        return recovery

    def origins(self) -> list[list[int]]:
        return [list(origin) for origin in self.store.meta("source")]

    def test_hold_repeats_the_last_frame_and_says_so(self) -> None:
        recovery = self.connect(largesc.moshi_recovery("hold"))
        lost = received(1, 0, [MISSING] * 5 + [UNSENT] * 3)
        post(recovery, "tokens", [received(0, 8, [PRIMARY] * 8), lost, pdu.end_marker(2)])
        run_to_end(self.tb)
        self.assertEqual(self.store.vectors(), [full(0), full(0)])
        self.assertEqual(self.origins(), [[PRIMARY] * 8, [RECOVERED] * 8])
        self.assertEqual([list(c) for c in self.store.meta("confidence")], [[1.0] * 8, [0.0] * 8])
        self.assertEqual(self.store.meta("frame"), [0, 1])
        self.assertEqual(self.store.frames_at_end(), 2)

    def test_hold_plays_a_frame_that_came_in_part_as_it_is(self) -> None:
        recovery = self.connect(largesc.moshi_recovery("hold"))
        repaired = received(1, 3, [REDUNDANT] * 3 + [MISSING] * 5)
        post(recovery, "tokens", [received(0, 8), repaired, received(2, 0), pdu.end_marker(3)])
        run_to_end(self.tb)
        in_part = full(1)[:3] + [-1] * 5
        self.assertEqual(self.store.vectors(), [full(0), in_part, in_part])
        self.assertEqual(self.origins()[1], [REDUNDANT] * 3 + [MISSING] * 5)
        self.assertEqual(self.origins()[2], [RECOVERED] * 3 + [MISSING] * 5)

    def test_zero_leaves_holes(self) -> None:
        recovery = self.connect(largesc.moshi_recovery("zero"))
        lost = received(1, 0, [MISSING] * 8)
        post(recovery, "tokens", [received(0, 8, [PRIMARY] * 8), lost, pdu.end_marker(2)])
        run_to_end(self.tb)
        self.assertEqual(self.store.vectors(), [full(0), HOLES])
        self.assertEqual(self.origins(), [[PRIMARY] * 8, [MISSING] * 8])

    def test_tokens_are_counted_by_origin(self) -> None:
        recovery = self.connect(largesc.moshi_recovery("zero"))
        source = [PRIMARY, PRIMARY, PRIMARY, REDUNDANT, REDUNDANT, MISSING, UNSENT, UNSENT]
        post(recovery, "tokens", [received(0, 5, source), pdu.end_marker(1)])
        run_to_end(self.tb)
        expected = {"frames": 1, "primary": 3, "redundant": 2, "missing": 1, "unsent": 2}
        self.assertEqual(
            recovery.counters(), expected | {"recovered": 0, "silence": 0, "unknown": 0}
        )

    def test_frame_without_origins_gets_them(self) -> None:
        recovery = self.connect(largesc.moshi_recovery("zero"))
        post(recovery, "tokens", [received(0, 6), pdu.end_marker(1)])
        run_to_end(self.tb)
        self.assertEqual(self.origins(), [[PRIMARY] * 6 + [MISSING] * 2])

    def test_strategy_changes_while_it_runs(self) -> None:
        recovery = self.connect(largesc.moshi_recovery("zero"))
        self.tb.start()
        post(recovery, "tokens", [received(0, 8), received(1, 0)])
        wait_until(lambda: recovery.counters().get("frames") == 2, "two frames are through")
        recovery.set_recovery("hold")
        post(recovery, "tokens", [received(2, 8), received(3, 0), pdu.end_marker(4)])
        wait_for_end(self.tb)
        self.assertEqual(self.store.vectors(), [full(0), HOLES, full(2), full(2)])

    def test_unknown_strategy_is_refused_and_the_old_one_kept(self) -> None:
        recovery = self.connect(largesc.moshi_recovery("hold"))
        with self.assertRaisesRegex(ValueError, "zero, hold, .*, lora, not 'guess'"):
            largesc.moshi_recovery("guess")
        recovery.set_recovery("guess")
        post(recovery, "tokens", [received(0, 8), received(1, 0), pdu.end_marker(2)])
        run_to_end(self.tb)
        self.assertEqual(self.store.vectors(), [full(0), full(0)])

    def test_malformed_messages_are_counted_and_the_next_frame_passes(self) -> None:
        recovery = self.connect(largesc.moshi_recovery("hold"))
        malformed = [
            *no_pdus(),
            *no_token_frames(),
            token_pdu(0, newest=np.zeros(7, dtype=np.int16)),
            token_pdu(0, newest=np.full(8, 2048, dtype=np.int16)),
            token_pdu(0, newest=np.zeros(8, dtype=np.float32)),
            token_pdu(0, newest="latest"),
            token_pdu(0, codec="c8"),
            token_pdu(0, codec=7),
            token_pdu(0, soft=np.zeros(87, dtype=np.float32)),
            token_pdu(0, soft=np.full(88, np.nan, dtype=np.float32)),
            token_pdu(0, soft=np.zeros(88, dtype=np.int16)),
        ]
        post(recovery, "tokens", [*malformed, received(0, 8), pdu.end_marker(1)])
        run_to_end(self.tb)
        self.assertEqual(self.store.vectors(), [full(0)])
        self.assertEqual(recovery.counters()["malformed"], len(malformed))
        self.assertNotIn("errors", recovery.counters())

    def test_end_marker_without_frame_number_ends_it_as_well(self) -> None:
        recovery = self.connect(largesc.moshi_recovery())
        post(recovery, "tokens", [received(0, 8), end_without_frame_number()])
        run_to_end(self.tb)
        self.assertEqual(len(self.store.messages), 2)
        self.assertEqual(recovery.counters()["malformed"], 1)

    def test_second_run_knows_nothing_of_the_first(self) -> None:
        recovery = self.connect(largesc.moshi_recovery("hold"))
        self.tb.start()
        post(recovery, "tokens", [received(0, 8)])
        wait_until(lambda: recovery.counters().get("frames") == 1, "a frame is through")
        self.tb.stop()
        self.tb.wait()
        post(recovery, "tokens", [received(1, 8), pdu.end_marker(2)])  # by blocks that stop later
        post(recovery, "system", [DONE])
        self.tb.start()
        post(recovery, "tokens", [received(0, 0), received(1, 8), pdu.end_marker(2)])
        wait_for_end(self.tb)
        self.assertEqual(self.store.vectors(), [HOLES, full(1)])
        self.assertEqual(recovery.counters()["frames"], 2)

    def test_silence_is_no_hole(self) -> None:
        for live in (False, True):
            self.setUp()
            recovery = self.connect(largesc.moshi_recovery("hold", 9, live))
            silent = received(1, 0, [SILENCE] * 8)
            lost = received(2, 0, [MISSING] * 8)
            post(recovery, "tokens", [received(0, 8), silent, lost, pdu.end_marker(3)])
            run_to_end(self.tb)
            # What is lost in a pause stays silent, too.
            self.assertEqual(self.store.vectors(), [full(0), HOLES, HOLES])
            self.assertEqual(self.origins()[1:], [[SILENCE] * 8, [MISSING] * 8])
            confidence = [c[0] for c in self.store.meta("confidence")]
            self.assertEqual(confidence, [1.0, 1.0, 0.0])
            self.assertEqual(recovery.counters()["silence"], 8)

    def test_live_gives_the_same_and_the_end_marker_last(self) -> None:
        stores = []
        for live in (False, True):
            self.setUp()
            recovery = self.connect(largesc.moshi_recovery("hold", 50, live))
            arriving = [received(n, 8 if n % 3 else 0) for n in range(40)]
            post(recovery, "tokens", [*arriving, *no_token_frames(), pdu.end_marker(40)])
            run_to_end(self.tb)
            self.assertEqual(self.store.frames_at_end(), 40)
            self.assertEqual(recovery.counters()["malformed"], len(no_token_frames()))
            stores.append((self.store.vectors(), self.store.meta("frame"), self.origins()))
        self.assertEqual(stores[0], stores[1])

    def test_live_end_marker_without_frame_number_comes_last_as_well(self) -> None:
        recovery = self.connect(largesc.moshi_recovery("hold", 9, True))
        post(recovery, "tokens", [received(0, 8), received(1, 8), end_without_frame_number()])
        run_to_end(self.tb)
        self.assertEqual(self.store.vectors(), [full(0), full(1)])
        self.assertEqual(len(self.store.messages), 3)

    def test_frame_on_which_the_model_fails_passes_as_it_came(self) -> None:
        for live in (False, True):
            self.setUp()
            recovery = self.connect(largesc.moshi_recovery("hold", 9, live))
            strategy = recovery._chooser.strategy.recovery._recovery
            push = strategy.push

            def broken(newest: Any, due: Any, *more: Any, push: Any = push) -> Any:
                if due[0] == -1:
                    raise RuntimeError("the model fails")
                return push(newest, due, *more)

            strategy.push = broken
            arriving = [received(0, 8), received(1, 0), received(2, 8), pdu.end_marker(3)]
            post(recovery, "tokens", arriving)
            run_to_end(self.tb)
            self.assertEqual(self.store.vectors(), [full(0), HOLES, full(2)])
            self.assertEqual(self.origins()[1], [MISSING] * 8)
            self.assertEqual(recovery.counters()["errors"], 1)

    def test_negative_queue_is_refused(self) -> None:
        with self.assertRaisesRegex(ValueError, "max_queue must be 0 or more, not -1"):
            largesc.moshi_recovery("hold", -1)

    def test_unknown_strategy_is_refused(self) -> None:
        with self.assertRaisesRegex(ValueError, "must be one of auto, zero, hold, .*, not 'guess'"):
            largesc.moshi_recovery("guess")

    def test_metadata_of_the_frame_is_kept(self) -> None:
        recovery = self.connect(largesc.moshi_recovery())
        post(recovery, "tokens", [token_pdu(4, snr=3.5), pdu.end_marker(5)])
        run_to_end(self.tb)
        self.assertEqual(self.store.meta("snr"), [3.5])
        self.assertEqual(self.store.meta("frame"), [4])


if __name__ == "__main__":
    gr_unittest.run(qa_moshi_recovery)
