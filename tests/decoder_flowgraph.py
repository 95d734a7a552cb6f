# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the QA files of mimi_decoder share: token frames, and a decoder before a sink."""

from typing import Any

import numpy as np
from gnuradio import blocks, gr, gr_unittest, largesc
from gnuradio.largesc.codec.checkpoint import load_codec
from gnuradio.largesc.runtime import pdu
from pdu_flowgraph import stop, token_pdu
from random_checkpoint import random_checkpoint


def frames(tokens: Any) -> list[Any]:
    """Token frames and the end marker."""
    return [*(token_pdu(n, row) for n, row in enumerate(tokens)), pdu.end_marker(len(tokens))]


class DecoderTest(gr_unittest.TestCase):
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
