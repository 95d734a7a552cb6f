# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Back-pressure for flowgraphs of PDU blocks, whose queues GNU Radio does not cap."""

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pmt
from gnuradio import gr

CHECK_S = 0.005  # a frame takes the models longer
PORTION = 1920  # samples that pass between two looks at the backlog: one frame


class backlog_gate(gr.sync_block):
    """Passes samples only while little waits behind it; stands at the head of a flowgraph.

    It counts what waits instead of what has come out at the end, so that lost packets do not
    stop it.

    Args:
        backlog: tells how many frames wait, all queues together.
        highest: from so many on, the samples wait.

    Attributes:
        highest_backlog: most that was seen.

    Stream input and output: float.
    """

    def __init__(self, backlog: Callable[[], int], highest: int):
        gr.sync_block.__init__(self, name="backlog_gate", in_sig=[np.float32], out_sig=[np.float32])
        self._backlog, self._highest = backlog, highest
        self.highest_backlog = 0
        self.set_max_noutput_items(PORTION)

    def start(self) -> bool:
        self.highest_backlog = 0
        return True

    def work(self, input_items: Any, output_items: Any) -> int:
        backlog = self._backlog()
        self.highest_backlog = max(self.highest_backlog, backlog)
        if backlog >= self._highest:
            time.sleep(CHECK_S)  # GNU Radio asks again at once
            return 0
        output_items[0][:] = input_items[0]
        return len(output_items[0])


def queued_messages(block: gr.basic_block) -> int:
    """Messages that wait at all message ports of a block, the system port left out."""
    base = block.to_basic_block()
    ports = pmt.to_python(base.message_ports_in())
    return sum(base.nmsgs(pmt.intern(port)) for port in ports if port != "system")
