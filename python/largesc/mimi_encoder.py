# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Block: speech samples to token frames."""

from collections import Counter
from typing import Any, NamedTuple

import numpy as np
import pmt
from gnuradio import gr
from numpy.typing import NDArray

from .audio.noise_suppressor import NoiseSuppressor
from .codec.rest_detector import Heard, RestDetector
from .control.speech_measure import SpeechMeasure
from .frame import setting_value as setting
from .runtime import pdu
from .runtime.bounded_worker import BoundedWorker, WhenFull
from .runtime.stream_end import block_log

# Of full scale: what is louder is a fault, and the models' sums would not survive much louder.
LOUDEST = 10.0
DEFAULT_QUEUE = 5  # frames, 400 ms: a computer that pauses for longer is not live


class _Frame(NamedTuple):
    number: int
    samples: NDArray[np.float32]
    heard: Heard
    level: float
    flux: float


class mimi_encoder(gr.sync_block):
    """Encodes speech (24 kHz, mono, full scale 1.0) into one token frame per 80 ms.

    At the end of the input the last, partial frame is filled with silence and the end marker
    follows. Samples that are not finite count as silence and are counted. The model runs on a
    thread of its own. A frame on which it fails is left out and counted; the frame numbers go on,
    so that the receiver sees a lost frame.

    Args:
        checkpoint: name of the model: ``mini``, or a folder.
        silence_threshold: dBFS; frames with an RMS below it get ``silence`` true in their
            metadata, but for the two that follow a louder one. Minus infinity: none.
        rest: find pauses, whatever the background is: their frames get ``silence`` and
            ``background``, and uep_packetizer sends few of them.
        max_queue: frames that may wait for the model; 0 chooses 5.
        suppress_noise: take noise off the speech first; what is coded is 21 ms later then.
        live: when the queue is full, the oldest frame is dropped and counted (its number is
            not used again); otherwise the input waits, and nothing is lost.

    Raises:
        CheckpointError: the checkpoint does not load.
        NoiseSuppressionUnavailable: suppress_noise without RNNoise's library.
        ValueError: a setting of a wrong type, silence_threshold NaN, or max_queue negative.

    Stream input: float. Message port: ``tokens`` out; metadata: ``frame``, ``codec`` (the
    checkpoint's fingerprint), ``latent`` (f32vector), ``level`` (dBFS) and ``flux`` (dB, how much
    louder its bands are than in the frame before), ``silence`` (true, or not there),
    ``background`` (u8vector of level, tilt and bend; with ``rest``, of silent frames). Counters:
    ``frames``, ``silent``, ``invalid_samples``, ``dropped``, ``errors``.
    """

    def __init__(
        self,
        checkpoint: str = "mini",
        silence_threshold: float = float("-inf"),
        max_queue: int = 0,
        live: bool = False,
        rest: bool = False,
        suppress_noise: bool = False,
    ):
        gr.sync_block.__init__(self, name="mimi_encoder", in_sig=[np.float32], out_sig=None)
        # torch takes seconds to import; who only wants the other blocks need not wait for it.
        from .codec.checkpoint import load_codec

        capacity = setting.whole_number("max_queue", max_queue, 0) or DEFAULT_QUEUE
        when_full = WhenFull.DROP_OLDEST if setting.switch("live", live) else WhenFull.WAIT
        threshold = setting.number("silence_threshold", silence_threshold)
        self._silence = RestDetector(threshold, setting.switch("rest", rest))
        wanted = setting.switch("suppress_noise", suppress_noise)
        self._suppressor = NoiseSuppressor() if wanted else None
        self._codec = load_codec(setting.text("checkpoint", checkpoint))
        self._codec.prepare_to_encode()
        self._measure = SpeechMeasure(self._codec.lookahead)
        self._worker = BoundedWorker(self._publish_frame, capacity, when_full, self._model_failed)
        self._port = pmt.intern("tokens")
        self._log = block_log(self)
        self._counts: Counter[str] = Counter()
        self._partial = np.zeros(0, dtype=np.float32)
        self._next_frame = 0
        self._ended = False
        self.message_port_register_out(self._port)

    @property
    def delay(self) -> int:
        """Samples by which the decoder puts out speech late, whatever is between."""
        return self._codec.delay + (self._suppressor.delay if self._suppressor else 0)

    def counters(self) -> dict[str, int]:
        """What was counted so far, by name."""
        return dict(self._counts) | self._worker.counters()

    def backlog(self) -> int:
        """Frames that wait for the model or are in it."""
        return self._worker.backlog

    def start(self) -> bool:
        self._worker.start()  # ends the run before, if that was not stopped
        self._codec.reset()
        self._silence.reset()
        self._measure.reset()
        if self._suppressor:
            self._suppressor.reset()
        self._partial, self._next_frame, self._ended = self._partial[:0], 0, False
        self._counts.clear()
        return True

    def work(self, input_items: Any, output_items: Any) -> int:
        samples = np.concatenate([self._partial, self._usable(input_items[0])])
        size = self._codec.frame_size
        whole = len(samples) // size
        for frame in samples[: whole * size].reshape(whole, size):
            self._take(frame)
        self._partial = samples[whole * size :]
        return len(input_items[0])

    def stop(self) -> bool:
        """Called when the input has ended as well as when the flowgraph is stopped."""
        if not self._ended:
            self._ended = True
            if len(self._partial):
                self._worker.wait_until_idle()  # now nothing is dropped any more
                self._take(np.pad(self._partial, (0, self._codec.frame_size - len(self._partial))))
            self._worker.stop()
            self.message_port_pub(self._port, pdu.end_marker(self._next_frame))
        return True

    def _take(self, samples: NDArray[np.float32]) -> None:
        if self._suppressor:
            samples = self._suppressor.push(samples)
        heard, (level, flux) = self._silence.push(samples), self._measure.push(samples)
        self._worker.put(_Frame(self._next_frame, samples, heard, level, flux))
        self._next_frame += 1

    def _publish_frame(self, frame: _Frame) -> None:
        encoded = self._codec.encode(frame.samples)
        if not np.isfinite(encoded.latent).all():
            raise ValueError("the model gave no numbers")
        meta = pdu.add(
            pdu.frame_meta(frame.number),
            codec=self._codec.fingerprint,
            latent=encoded.latent,
            level=frame.level,
            flux=frame.flux,
        )
        if frame.heard.silent:
            meta = pdu.with_background(pdu.add(meta, silence=True), frame.heard.sound)
            self._counts["silent"] += 1
        self._counts["frames"] += 1
        self.message_port_pub(self._port, pdu.token_frame(meta, encoded.tokens))

    def _model_failed(self, frame: _Frame, error: Exception) -> None:
        if self._worker.errors == 1:
            self._log.error(
                f"frame {frame.number} is left out ({type(error).__name__}: {error}); more of "
                "these are only counted"
            )
        self._codec.reset()  # what an interrupted step left behind fits no frame

    def _usable(self, samples: Any) -> Any:
        invalid = int(np.count_nonzero(~(np.abs(samples) <= LOUDEST)))
        if not invalid:
            return samples
        if not self._counts["invalid_samples"]:
            self._log.warn(
                f"samples that are not finite, or beyond {LOUDEST:g} times full scale, are "
                "silenced or clipped, and counted"
            )
        self._counts["invalid_samples"] += invalid
        numbers = np.where(np.isfinite(samples), samples, np.float32(0.0))
        return np.clip(numbers, -LOUDEST, LOUDEST)
