# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the QA of every message block begins with, and what every block has to withstand."""

from typing import Any

from gnuradio import gr, gr_unittest
from pdu_flowgraph import DONE, PduStore, post, run_to_end, stop, wait_for_end, wait_until


class BlockQa(gr_unittest.TestCase):
    """A flowgraph that must end by itself, with a store for what the block sends.

    A test class names the message ports of its block; the flowgraph is ``tb``.
    """

    port_in = "packets"
    port_out = "packets"

    def setUp(self) -> None:
        self.tb = gr.top_block()
        self.store = PduStore()

    def tearDown(self) -> None:
        stop(self.tb)
        self.tb = None

    def flowgraph_beside(self, *blocks: Any) -> gr.top_block:
        """Another flowgraph, which the test's end stops, however it ends: else Python waits for it
        for good. Until then it keeps Python's blocks, which GNU Radio does not."""
        flowgraph = gr.top_block()
        self.addCleanup(_stop_and_forget, flowgraph, *blocks)
        return flowgraph

    def connect(self, block: Any) -> Any:
        """The block, with the store behind it."""
        self.tb.msg_connect(block, self.port_out, self.store, "pdus")
        return block

    def give(self, block: Any, *messages: Any) -> None:
        """Puts messages into the block's queue; before the start as well as while it runs."""
        post(block, self.port_in, messages)

    def run_with(self, block: Any, *messages: Any) -> Any:
        """Runs the block over these messages to the end, which it has to reach by itself."""
        self.give(block, *messages)
        run_to_end(self.tb)
        return block

    def wait_for(self, block: Any, counter: str, count: int) -> None:
        """Waits until the block has counted so much."""
        wait_until(
            lambda: block.counters().get(counter, 0) >= count, f"{counter} has reached {count}"
        )

    def check_malformed(self, block: Any, malformed: list[Any], *good: Any) -> None:
        """What is malformed is counted, and breaks nothing; what follows is for the test to see."""
        self.run_with(block, *malformed, *good)
        self.assertEqual(block.counters()["malformed"], len(malformed))
        self.assertNotIn("errors", block.counters())

    def check_runs_again(self, block: Any, *messages: Any) -> None:
        """A second run of the same flowgraph sends and counts what the first did."""
        runs = []
        for _ in range(2):
            self.tb.start()
            self.give(block, *messages)
            wait_for_end(self.tb)
            runs.append((self.store.vectors(), self.store.meta("frame"), block.counters()))
        self.assertEqual(runs[0], runs[1])

    def stop_and_start(self, block: Any, *left_behind: Any) -> None:
        """Between two runs come messages of blocks that stop later, and their *done*.

        None of it may reach the second run, which has begun when this returns.
        """
        stop(self.tb)
        self.give(block, *left_behind)
        post(block, "system", [DONE])
        self.tb.start()

    def lock_and_unlock(self, block: Any) -> None:
        """Takes the store away and puts it back while the flowgraph runs, as Companion does."""
        self.tb.lock()
        self.tb.msg_disconnect(block, self.port_out, self.store, "pdus")
        self.connect(block)
        self.tb.unlock()


def _stop_and_forget(flowgraph: gr.top_block, *_kept: Any) -> None:
    stop(flowgraph)
