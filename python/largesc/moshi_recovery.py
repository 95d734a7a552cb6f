# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Block: fills missing tokens."""

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from .codec.checkpoint import CheckpointError
from .frame.tokens import MISSING_TOKEN, TokenOrigin
from .recovery.frame_recovery import DueTokens, FilledFrame, FrameRecovery, as_it_came
from .recovery.strategies.recovery_settings import RecoverySettings
from .recovery.strategies.strategy_by_name import asks_a_model, make_recovery, needs_checkpoint
from .recovery.token_model.sampling_settings import SamplingSettings
from .runtime import pdu
from .runtime.pdu_block import PduBlock
from .runtime.timely_recovery import TimelyRecovery

DEFAULT_QUEUE = 5  # frames, 400 ms: a model that is further behind had better begin anew
# Live, mimi_decoder asks for a frame 117 ms before it is heard, and full-size Mimi takes 41 ms.
DEADLINE_S = 0.06


class _Frame(NamedTuple):
    meta: Any
    due: DueTokens
    is_foreign: bool
    recovery: FrameRecovery


class moshi_recovery(PduBlock):
    """Fills the holes that loss left in token frames; marks what it filled as recovered (3).

    Tokens of silence (5) are no holes: they stay -1, and the decoder knows what to do. A frame on
    which the model fails, or whose ``codec`` is another than the checkpoint's, passes as it came
    and is counted.

    Args:
        recovery: strategy. ``zero`` leaves holes, ``hold`` repeats the last frame, ``interpolate``
            goes in a straight line to the next one, ``base`` and ``lora`` ask the checkpoint's
            token model.
        max_queue: live: frames that may wait for the model; beyond it, it begins anew (counted as
            ``restarts``). 0 chooses 5. Not live: without effect, the model runs at once.
        live: the model runs on a thread of its own. A frame that it has not filled within 60 ms is
            filled as by ``hold``, and counted as ``held``. None is dropped.
        checkpoint: name or folder; the decoder's. ``zero`` and ``hold`` do not look at it.
        look_ahead: frames between the one due and ``newest``, 0..5; the depacketizer's.
        temperature: of the model's distribution; 0 takes the likeliest token.
        top_k: only so many of the likeliest tokens are chosen from; 0 means all.
        silent_after: frames lost in a row, after which the model's speech fades to silence.
        fill_unsent: make up also the codebooks that the sender chose not to send.
        nearest: of the top_k tokens, take that nearest to the mean in the codec's latent; without,
            one is drawn.
        prior: weight of the straight line between known frames beside the model; 0 for none.

    Raises:
        CheckpointError: the checkpoint does not have what the strategy needs.
        ValueError: no such strategy, or a setting out of range.

    Message ports: ``tokens`` in, ``tokens`` out. Counters: ``frames``, ``primary``, ``redundant``,
    ``recovered``, ``missing``, ``unsent``, ``silence`` (tokens), ``held``, ``restarts``,
    ``foreign_codec`` (frames), ``malformed``, ``errors``.
    """

    def __init__(
        self,
        recovery: str = "hold",
        max_queue: int = 0,
        live: bool = False,
        checkpoint: str = "mini",
        look_ahead: int = 1,
        temperature: float = SamplingSettings.temperature,
        top_k: int = SamplingSettings.top_k,
        silent_after: int = RecoverySettings.silent_after,
        fill_unsent: bool = RecoverySettings.fill_unsent,
        nearest: bool = SamplingSettings.nearest,
        prior: float = SamplingSettings.prior,
    ):
        PduBlock.__init__(self, "moshi_recovery", "tokens", "tokens")
        if max_queue < 0:
            raise ValueError(f"max_queue must not be negative, but is {max_queue}")
        sampling = _sampling(temperature, top_k, nearest, prior)
        self._settings = RecoverySettings(
            checkpoint, look_ahead, sampling, silent_after, fill_unsent=fill_unsent
        )
        self._worker: TimelyRecovery[_Frame] | None = None
        self._choose(recovery, self._settings)
        if live:
            self._worker = TimelyRecovery(
                self._filled,
                self._skipped,
                self._restart,
                self._publish_filled,
                DEADLINE_S,
                max_queue or DEFAULT_QUEUE,
            )

    def start(self) -> bool:
        if self._worker is not None:
            self._worker.abort()
        PduBlock.start(self)
        if self._worker is not None:
            self._worker.start()
        return True

    def stop(self) -> bool:
        if self._worker is not None:
            self._worker.abort()
        return True

    def reset(self) -> None:
        self._recovery.reset()
        self._hold.reset()

    def process(self, received: pdu.Pdu) -> None:
        frame = self._read(received)
        if self._worker is None:
            self._publish_filled(frame, self._filled(frame))
        elif not self._asks_a_model:
            self._worker.wait_until_answered()  # of a strategy before
            self._publish_filled(frame, self._filled(frame))
        else:
            held = as_it_came(frame.due) if frame.is_foreign else self._hold.fill(frame.due)
            self._worker.put(frame, held, frame.is_foreign or not self._has_holes(frame.due))

    def set_recovery(self, recovery: str) -> None:
        """Another strategy from the next frame on; it starts without memory.

        One that the checkpoint does not have is refused in the log, and the one before stays: an
        exception out of a chooser would end the whole of a Qt flowgraph.
        """
        try:
            self._choose(recovery, self._settings)
        except CheckpointError as error:
            self._log.error(f"recovery {recovery} refused, {self._name} stays: {error}")

    def set_look_ahead(self, look_ahead: int) -> None:
        """Frames up to the newest from now on; a strategy to which it matters begins anew."""
        self._change(replace(self._settings, look_ahead=look_ahead))

    def set_sampling(self, temperature: float, top_k: int, nearest: bool, prior: float) -> None:
        """Another way of choosing tokens from now on; the model begins anew."""
        sampling = _sampling(temperature, top_k, nearest, prior)
        self._change(replace(self._settings, sampling=sampling))

    def _change(self, settings: RecoverySettings) -> None:
        if needs_checkpoint(self._name):
            self._choose(self._name, settings)
        else:
            self._settings = settings

    def _choose(self, name: str, settings: RecoverySettings) -> None:
        """Takes a strategy, if it can be made; else the one before stays."""
        self._recovery = FrameRecovery(make_recovery(name, settings))
        self._hold = FrameRecovery(make_recovery("hold"))  # live, for frames the model is late for
        self._name, self._settings, self._asks_a_model = name, settings, asks_a_model(name)

    def _read(self, received: pdu.Pdu) -> _Frame:
        tokens = pdu.read_tokens(received.vector)
        newest = pdu.optional_tokens(received.meta, "newest")
        origin = pdu.optional_origin(received.meta)
        if origin is None:
            held = tokens != MISSING_TOKEN
            origin = np.where(held, TokenOrigin.PRIMARY, TokenOrigin.MISSING).astype(np.uint8)
        recovery, codec = self._recovery, pdu.fingerprint(received.meta)
        ours = int(recovery.codec or "0", 16)
        due = DueTokens(tokens, tokens if newest is None else newest, origin)
        return _Frame(received.meta, due, bool(codec and ours and codec != ours), recovery)

    def _has_holes(self, due: DueTokens) -> bool:
        filled = due.origin <= (
            TokenOrigin.UNSENT if self._settings.fill_unsent else TokenOrigin.RECOVERED
        )
        return bool((filled & (due.tokens == MISSING_TOKEN)).any())

    def _end(self, marker: pdu.Pdu) -> None:
        if self._worker is not None:
            self._worker.wait_until_answered()
        PduBlock._end(self, marker)

    def _filled(self, frame: _Frame) -> FilledFrame:
        if frame.is_foreign:
            frame.recovery.reset()  # what was before tells nothing of what comes after
            return as_it_came(frame.due)
        try:
            return frame.recovery.fill(frame.due)
        except Exception as error:  # whatever it is: the stream goes on
            self._refuse("errors", f"{type(error).__name__}: {error}", "passed as it came")
            return as_it_came(frame.due)

    def _skipped(self, frame: _Frame, played: FilledFrame) -> None:
        try:
            frame.recovery.skip(frame.due, played.tokens)
        except Exception as error:  # whatever it is: the stream goes on
            self._refuse("errors", f"{type(error).__name__}: {error}", "held")

    def _restart(self, frame: _Frame) -> None:
        self._refuse("restarts", "the model does not keep up", "begun anew")
        frame.recovery.reset()

    def _publish_filled(self, frame: _Frame, filled: FilledFrame, is_held: bool = False) -> None:
        self.count("frames")
        if is_held:
            self.count("held")
        if frame.is_foreign:
            self._refuse("foreign_codec", "tokens of another codec", "passed as they came")
        for kind in TokenOrigin:
            self._counts[kind.name.lower()] += int(np.count_nonzero(filled.origin == kind))
        meta = pdu.add(frame.meta, source=filled.origin, confidence=filled.confidence)
        self.publish(pdu.token_frame(meta, filled.tokens))


def _sampling(temperature: float, top_k: int, nearest: bool, prior: float) -> SamplingSettings:
    """A temperature of 0 means the likeliest token."""
    greedy = temperature == 0
    return SamplingSettings(
        1.0 if greedy else temperature, top_k, greedy, nearest=nearest, prior=prior
    )
