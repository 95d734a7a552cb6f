# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Block: speech samples to token frames."""

from collections import Counter
from typing import Any

import numpy as np
import pmt
from gnuradio import gr

from . import pdu
from .stream_end import block_log


class mimi_encoder(gr.sync_block):
    """Encodes speech (24 kHz, mono, full scale 1.0) into one token frame per 80 ms.

    At the end of the input the last, partial frame is filled with silence and the end marker
    follows. Samples that are not finite count as silence and are counted.

    Args:
        checkpoint: name of the model: ``mini``, or a folder.

    Raises:
        CheckpointError: the checkpoint does not load.

    Stream input: float. Message port: ``tokens`` out; metadata: ``frame``, ``codec`` (the
    checkpoint's fingerprint), ``latent`` (f32vector). Counters: ``frames``, ``invalid_samples``.
    """

    def __init__(self, checkpoint: str = "mini"):
        gr.sync_block.__init__(self, name="mimi_encoder", in_sig=[np.float32], out_sig=None)
        # torch takes seconds to import; who only wants the other blocks need not wait for it.
        from .codec.checkpoint import load_codec

        self._codec = load_codec(checkpoint)
        self._port = pmt.intern("tokens")
        self._log = block_log(self)
        self._counts: Counter[str] = Counter()
        self._partial = np.zeros(0, dtype=np.float32)
        self._ended = False
        self.message_port_register_out(self._port)

    def counters(self) -> dict[str, int]:
        """What was counted so far, by name."""
        return dict(self._counts)

    def start(self) -> bool:
        self._codec.reset()
        self._partial, self._ended = self._partial[:0], False
        self._counts.clear()
        return True

    def work(self, input_items: Any, output_items: Any) -> int:
        samples = np.concatenate([self._partial, self._finite(input_items[0])])
        size = self._codec.frame_size
        whole = len(samples) // size
        for frame in samples[: whole * size].reshape(whole, size):
            self._publish_frame(frame)
        self._partial = samples[whole * size :]
        return len(input_items[0])

    def stop(self) -> bool:
        """Called when the input has ended as well as when the flowgraph is stopped."""
        if not self._ended:
            self._ended = True
            if len(self._partial):
                missing = self._codec.frame_size - len(self._partial)
                self._publish_frame(np.pad(self._partial, (0, missing)))
            self.message_port_pub(self._port, pdu.end_marker(self._counts["frames"]))
        return True

    def _publish_frame(self, samples: Any) -> None:
        encoded = self._codec.encode(samples)
        meta = pdu.add(
            pdu.frame_meta(self._counts["frames"]),
            codec=self._codec.fingerprint,
            latent=encoded.latent,
        )
        self._counts["frames"] += 1
        self.message_port_pub(self._port, pdu.token_frame(meta, encoded.tokens))

    def _finite(self, samples: Any) -> Any:
        valid = np.isfinite(samples)
        if valid.all():
            return samples
        if not self._counts["invalid_samples"]:
            self._log.warn("samples that are not finite are taken as silence and counted")
        self._counts["invalid_samples"] += int(np.count_nonzero(~valid))
        return np.where(valid, samples, np.float32(0.0))
