# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures on held-out readers while a token model trains."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from largesc.frame.tokens import MISSING_TOKEN, NUM_CODEBOOKS

from .known_frames import Known, Receiver, Sent
from .loss_patterns import loss_pattern
from .lost_tokens import Answers
from .settings import TokenModelSettings
from .token_batches import TokenBatch, make_batch
from .token_set import TokenSet

LOSSES = {"independent": 1.0, "gilbert": 3.0}  # process and mean burst
LOSS_RATE = 0.2
LOOK_AHEADS = (0, 1)
TOGETHER = 8  # sequences per batch
SHOWN = 4  # codebooks in the figure for people: what thin links send


class TokenValidation:
    """How well lost frames of held-out readers are told, in nats and in tokens that are right.

    The past is the right one (teacher forcing), as in training: later frames of a burst are told
    from what was said, not from what the model would have made of it. Nothing is repeated, all 8
    codebooks are sent, and the losses are always the same. Beside it stands what ``hold`` gets
    right: the token of the last frame that came.

    Names of figures: those with a colon belong to one codebook; the others sum up.

    Args:
        folder: of the token set; its streams of use ``validation``.
        settings: length and number of sequences.
        device: of the model.
    """

    def __init__(self, folder: Path, settings: TokenModelSettings, device: str = "cpu"):
        tokens = TokenSet(folder)
        self._silence, self._frames, self._device = tokens.silence, settings.frames, device
        self._sequences = validation_sequences(tokens, settings)

    def figures(self, answer: Callable[[TokenBatch], list[Answers]]) -> dict[str, float]:
        """Figures of what a model answers to batches."""
        found: dict[str, float] = {}
        for process in LOSSES if self._sequences else ():
            for look_ahead in LOOK_AHEADS:
                name = f"{process} {100 * LOSS_RATE:g} % A{look_ahead}"
                found |= self._of_model(answer, process, look_ahead, name)
            held = self._of_hold(process)
            found |= {f"hold % {process}: {k}": 100 * share for k, share in enumerate(held)}
        return found

    def batches(self, process: str, look_ahead: int) -> list[TokenBatch]:
        """All sequences with the losses of a process."""
        known = [self._known(process, look_ahead, number) for number in range(len(self._sequences))]
        parts = [known[first : first + TOGETHER] for first in range(0, len(known), TOGETHER)]
        made = [make_batch(look_ahead, part, self._frames) for part in parts]
        return [batch.to(torch.device(self._device)) for batch in made]

    def _known(self, process: str, look_ahead: int, number: int) -> Known:
        tokens = self._sequences[number]
        seed = 1000 * list(LOSSES).index(process) + number
        lost = loss_pattern(process, len(tokens), LOSS_RATE, LOSSES[process], seed)
        whole = np.full(len(tokens), NUM_CODEBOOKS)
        nothing = np.zeros(len(tokens), dtype=int)
        sent = Sent(whole, nothing, nothing + 1, nothing.astype(bool))
        return Receiver(look_ahead, self._silence).known(tokens, sent, lost)

    def _of_model(
        self,
        answer: Callable[[TokenBatch], list[Answers]],
        process: str,
        look_ahead: int,
        name: str,
    ) -> dict[str, float]:
        nats, right, count = np.zeros(8), np.zeros(8), np.zeros(8)
        for batch in self.batches(process, look_ahead):
            for k, own in enumerate(answer(batch)):
                logits = own.logits.float()
                nats[k] += float(
                    torch.nn.functional.cross_entropy(logits, own.tokens, reduction="sum")
                )
                right[k] += float((logits.argmax(dim=1) == own.tokens).sum())
                count[k] += len(own.tokens)
        nats, share = nats / np.maximum(count, 1), 100 * right / np.maximum(count, 1)
        each = {f"nats {name}: {k}": float(value) for k, value in enumerate(nats)}
        each |= {f"right % {name}: {k}": float(value) for k, value in enumerate(share)}
        summed = {"nats": nats.mean(), f"right % of {SHOWN}": share[:SHOWN].mean()}
        return {f"{key} {name}": float(value) for key, value in summed.items()} | each

    def _of_hold(self, process: str) -> np.ndarray:
        """Share of lost tokens that equal those of the last frame that came, by codebook."""
        right, count = np.zeros(8), 0
        for number in range(len(self._sequences)):
            known = self._known(process, 0, number)
            lost = known.due[:, 0] == MISSING_TOKEN
            at = np.maximum.accumulate(np.where(lost, -1, np.arange(len(lost))))
            told = lost & (at >= 0)
            right += (known.played[at] == known.played)[told].sum(axis=0)
            count += int(lost.sum())
        return right / max(1, count)


def validation_sequences(tokens: TokenSet, settings: TokenModelSettings) -> list[np.ndarray]:
    """Sequences int16 ``[frames, 8]`` of held-out readers, as many of each reader as can be."""
    pieces: dict[str, list[np.ndarray]] = {}
    for row in tokens.of("validation"):
        for start in range(0, max(1, row.frames - settings.frames // 2), settings.frames):
            own = tokens.window(row, start, settings.frames)[0]
            pieces.setdefault(row.reader, []).append(own)
    chosen: list[np.ndarray] = []
    turn = 0
    while len(chosen) < settings.validation_sequences and any(pieces.values()):
        reader = sorted(pieces)[turn % len(pieces)]
        if pieces[reader]:
            chosen.append(pieces[reader].pop(0))
        turn += 1
    return chosen
