# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The recogniser of phones as a task of the training loop."""

from collections.abc import Iterator
from itertools import repeat
from typing import Any

import torch
from torch.nn import functional

from ..corpus.phones import UNKNOWN
from .excerpts import PHONE_HOP, Excerpt, Excerpts
from .phone_recogniser import PhoneRecogniser, recogniser_loss
from .settings import CodecSettings
from .validation import Validation

DISTURBED = 0.5  # share of excerpts with what is between speaker and encoder


class RecogniserTask:
    """Names phones of speech, half of it as the encoder hears it.

    Args:
        model: learns.
        excerpts: of recordings whose phones are known.
        settings: whose look-ahead the excerpts have.
        validation: of the same.
    """

    moving: tuple[str, ...] = ()

    def __init__(
        self,
        model: PhoneRecogniser,
        excerpts: Excerpts,
        settings: CodecSettings,
        validation: Validation | None = None,
    ):
        self.model, self.weights = model.train(), {"phones": 1.0}
        self._excerpts, self._validation = excerpts, validation
        self._ahead = settings.lookahead_samples

    def parameter_groups(self) -> list[dict[str, Any]]:
        return [{"params": list(self.model.parameters()), "weight_decay": 1e-2}]

    def batches(self, first: int) -> Iterator[None]:
        """Nothing, for ever: excerpts are drawn on the device."""
        return repeat(None)

    def losses(self, batch: None) -> dict[str, torch.Tensor]:
        excerpt = self._excerpts.draw()
        speech = in_time(excerpt, self._ahead)
        chosen = torch.rand(len(speech), 1, device=speech.device) < DISTURBED
        _, logits = self.model(torch.where(chosen, speech, excerpt.wanted))
        return {"phones": recogniser_loss(logits, excerpt.phones)}

    @torch.no_grad()
    def validate(self) -> dict[str, float]:
        """Phones named right, in percent, by condition."""
        found = {}
        for condition, batches in self._validation.excerpts.items() if self._validation else ():
            right = known = 0
            for excerpt in batches:
                _, logits = self.model(in_time(excerpt, self._ahead))
                told = excerpt.phones != UNKNOWN
                right += int(((logits.argmax(dim=1) == excerpt.phones) & told).sum())
                known += int(told.sum())
            found[f"phones right %, {condition}"] = 100.0 * right / max(1, known)
        return found


def in_time(excerpt: Excerpt, ahead: int) -> torch.Tensor:
    """What the encoder hears, moved back to where phones and what is wanted are.

    The last samples of what is heard come from beyond; in their place at the beginning, which was
    not heard, is silence.
    """
    assert ahead % PHONE_HOP == 0
    length = excerpt.heard.shape[1]
    return functional.pad(excerpt.heard, (ahead, 0))[:, :length]
