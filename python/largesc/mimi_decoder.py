# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Block: token frames to speech samples."""

from collections import Counter, deque
from typing import Any

import numpy as np
import pmt
from gnuradio import gr

from . import pdu
from .link.tokens import Tokens
from .stream_end import EndsByMarker, block_log


class mimi_decoder(EndsByMarker, gr.sync_block):
    """Decodes token frames into speech (24 kHz, mono, full scale 1.0).

    The output ends with the end marker. While no frame is there the block puts out nothing;
    an audio sink fills the gap with silence.

    Args:
        checkpoint: name of the model; it must be the encoder's.
        max_queue: token frames that may wait; beyond it the oldest is dropped and counted. 0
            means no limit, for simulation, where nothing may be lost.

    Raises:
        CheckpointError: the checkpoint does not load.
        ValueError: max_queue below 0.

    Message port: ``tokens`` in. Stream output: float. Counters: ``frames``, ``dropped``,
    ``malformed``.
    """

    def __init__(self, checkpoint: str = "mini", max_queue: int = 0):
        gr.sync_block.__init__(self, name="mimi_decoder", in_sig=None, out_sig=[np.float32])
        # torch takes seconds to import; who only wants the other blocks need not wait for it.
        from .codec.checkpoint import load_codec

        if max_queue < 0:
            raise ValueError(f"max_queue must not be negative, but is {max_queue}")
        self._codec = load_codec(checkpoint)
        self._max_queue = max_queue
        self._log = block_log(self)
        self._counts: Counter[str] = Counter()
        self._queue: deque[Tokens] = deque()
        self._decoded = np.zeros(0, dtype=np.float32)
        self._ended = False
        port = pmt.intern("tokens")
        self.message_port_register_in(port)
        self.set_msg_handler(port, self._handle_tokens)
        self.start_waiting_for_marker()

    @property
    def delay(self) -> int:
        """Samples by which the speech of a frame comes out late."""
        return self._codec.delay

    def counters(self) -> dict[str, int]:
        """What was counted so far, by name."""
        return dict(self._counts)

    def start(self) -> bool:
        self.forget_last_run()
        self._codec.reset()
        self._queue.clear()
        self._decoded, self._ended = self._decoded[:0], False
        self._counts.clear()
        return True

    def work(self, input_items: Any, output_items: Any) -> int:
        out = output_items[0]
        produced = 0
        while produced < len(out) and (len(self._decoded) or self._queue):
            if not len(self._decoded):
                self._decoded = self._decode(self._queue.popleft())
            part = self._decoded[: len(out) - produced]
            out[produced : produced + len(part)] = part
            self._decoded = self._decoded[len(part) :]
            produced += len(part)
        if not produced and self._ended:
            return -1  # WORK_DONE
        return produced

    def _decode(self, tokens: Tokens) -> Any:
        self._counts["frames"] += 1
        return self._codec.decode(tokens)

    def _handle_tokens(self, message: Any) -> None:
        try:
            received = pdu.split(message)
            if pdu.is_end(received):
                self._ended = True
                return
            self._queue.append(pdu.read_tokens(received.vector))
        except ValueError as error:
            self._counts["malformed"] += 1
            if self._counts["malformed"] == 1:
                self._log.warn(f"dropped (malformed): {error}; more of these are only counted")
        while self._max_queue and len(self._queue) > self._max_queue:
            self._queue.popleft()
            self._counts["dropped"] += 1
