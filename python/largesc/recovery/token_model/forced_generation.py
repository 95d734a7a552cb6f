# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Streaming generation in which every received token is kept and only holes are drawn.

moshi's LMGen replaces all tokens of a frame or none. Here the depth transformer is given each known
token and asked for each missing one, in the order of the codebooks; with everything missing that is
what LMGen does, with nothing missing the depth transformer does not run at all.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...frame.soft_tokens import SoftBits
from ...frame.tokens import MISSING_TOKEN, NUM_CODEBOOKS, Tokens, no_tokens
from .latent_line import Expected
from .token_layout import TokenLayout
from .token_model_steps import TokenModelSteps
from .token_sampler import Hole, Sampler

CODEBOOKS = range(NUM_CODEBOOKS)


class GeneratedFrame(NamedTuple):
    """tokens: int16 ``[8]``, none of those sent missing; confidence: float32 ``[8]``, the
    probability that the model gave to a drawn token (at temperature 1), 1 for a known one."""

    tokens: Tokens
    confidence: NDArray[np.float32]


def _nothing_drawn() -> NDArray[np.float32]:
    return np.zeros(NUM_CODEBOOKS, dtype=np.float32)


@dataclass
class _Frame:
    """What came of a frame in time, what is known of it by now, and what was drawn.

    Of the codebooks behind the first ``sent`` nothing is drawn.
    """

    received: Tokens = field(default_factory=no_tokens)
    known: Tokens = field(default_factory=no_tokens)
    drawn: Tokens = field(default_factory=no_tokens)
    confidence: NDArray[np.float32] = field(default_factory=_nothing_drawn)
    sent: int = NUM_CODEBOOKS
    expected: Expected | None = None
    soft: SoftBits | None = None

    def played(self) -> Tokens:
        return np.where(self.known == MISSING_TOKEN, self.drawn, self.known)


class ForcedGenerator:
    """Fills one frame per step.

    Frames are counted from the first that is due; when it is, ``look_ahead`` later ones have come.
    The model meets them as in training: its sequence begins with the column of initial tokens, and
    the frames that came before anything was due count as not received.

    Args:
        steps: of the model; this object alone uses it.
        layout: delays and look-ahead.
        sampler: chooses the tokens of the holes.
    """

    def __init__(self, steps: TokenModelSteps, layout: TokenLayout, sampler: Sampler):
        self._steps, self._layout, self._sampler = steps, layout, sampler
        self._oldest = 1 + max(*layout.output_delays, *layout.input_delays)
        self.reset()

    def reset(self) -> None:
        """Back to the state before the first frame; the sampler begins anew."""
        self._steps.reset()
        self._sampler.reset()
        self._frames: dict[int, _Frame] = {}
        self._step = 0
        for _ in range(self._layout.look_ahead + 1):
            self._advance()

    def push(
        self,
        newest: Tokens,
        due: Tokens,
        sent: int = NUM_CODEBOOKS,
        expected: Expected | None = None,
        soft: SoftBits | None = None,
    ) -> GeneratedFrame:
        """The frame due without holes in the codebooks sent.

        Args:
            newest: int16 ``[8]``, the newest frame as received, -1 where missing.
            due: int16 ``[8]``, the frame ``look_ahead`` before it with all that is known of it.
            sent: codebooks that the sender sends; the others stay -1 where nothing came.
            expected: where the frame due lies on the line between known frames, if it does.
            soft: what damaged packets tell of the bits of its tokens, if any came.
        """
        frame = self._receive(newest, due, sent)
        frame.expected, frame.soft = expected, soft
        self._advance()
        known = frame.known != MISSING_TOKEN
        return GeneratedFrame(frame.played(), np.where(known, np.float32(1), frame.confidence))

    def push_played(self, newest: Tokens, played: Tokens) -> None:
        """Takes a step in which the listener hears something else than the model would say.

        Args:
            newest: as in :meth:`push`.
            played: int16 ``[8]``, what is played in place of the frame due; nothing is drawn for
                what is missing in it.
        """
        self._receive(newest, played, sent=0)
        self._advance()

    def _receive(self, newest: Tokens, due: Tokens, sent: int) -> _Frame:
        last = self._frame(self._step - 1)
        last.received = last.known = newest
        # Kept as a guess, should it against the rule not be known when it is due.
        last.drawn = np.where(newest == MISSING_TOKEN, last.drawn, newest)
        frame = self._frame(self._step - 1 - self._layout.look_ahead)
        frame.known, frame.sent = due, sent
        # With acoustic delay some were drawn a step ago, when nobody knew.
        frame.drawn[sent:], frame.confidence[sent:] = MISSING_TOKEN, 0.0
        return frame

    def _advance(self) -> None:
        """Column step - 1 into the model, what is missing in column step out of it."""
        self._steps.take_column(self._column(self._step - 1))
        self._fill(self._step)
        self._frames.pop(self._step - self._oldest, None)
        self._step += 1

    def _column(self, column: int) -> list[int]:
        layout = self._layout
        text = layout.text_initial if column < 0 else layout.text
        tokens = [text]
        for k, delay in zip(CODEBOOKS, layout.output_delays, strict=True):
            tokens.append(self._played(column - delay, k))
        for k, delay in zip(CODEBOOKS, layout.input_delays, strict=True):
            frame = column - delay
            tokens.append(layout.initial if frame < 0 else int(self._frame(frame).received[k]))
        return tokens

    def _fill(self, column: int) -> None:
        """Draws the holes among the tokens of a column, and nothing behind the last of them."""
        frames = [column - delay for delay in self._layout.output_delays]
        holes = [k for k in CODEBOOKS if frames[k] >= 0 and self._is_hole(frames[k], k)]
        if not holes:
            return
        before = [self._layout.text]
        for k in range(holes[-1] + 1):
            if k in holes:
                frame = self._frame(frames[k])
                soft = None if frame.soft is None else frame.soft[k]
                hole = Hole(k, frame.played(), frame.expected, soft)
                draw = self._sampler.sample(self._steps.logits(before), hole)
                frame.drawn[k], frame.confidence[k] = draw
                before = []
            before.append(self._played(frames[k], k))

    def _frame(self, frame: int) -> _Frame:
        if frame not in self._frames:
            self._frames[frame] = _Frame()
        return self._frames[frame]

    def _is_hole(self, frame: int, k: int) -> bool:
        held = self._frame(frame)
        return bool(k < held.sent and held.known[k] == MISSING_TOKEN)

    def _played(self, frame: int, k: int) -> int:
        if frame < 0:
            return self._layout.initial
        held = self._frame(frame)
        token = held.known[k] if held.known[k] != MISSING_TOKEN else held.drawn[k]
        return int(token)
