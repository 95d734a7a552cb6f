# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""One step of a token model at a time, codebook by codebook: moshi's layers."""

from collections.abc import Sequence
from typing import Protocol

import torch
from moshi.models.lm import LMModel

from ...codec.speech_codec import never_compile


class TokenModelSteps(Protocol):
    """A model that streams one sequence."""

    def reset(self) -> None:
        """Back to the state before the first column."""
        ...

    def take_column(self, column: Sequence[int]) -> None:
        """The main transformer takes a column of 17 tokens; -1 embeds to zero."""
        ...

    def logits(self, tokens: Sequence[int]) -> torch.Tensor:
        """The depth transformer takes tokens of the frame that the column before is followed by.

        The first of a frame is its text token, then come codebooks in order; a call goes on after
        the one before, until the next column.

        Args:
            tokens: one or more.

        Returns:
            Logits ``[card]`` of the codebook behind them.
        """
        ...


class MoshiSteps:
    """Steps of a model as it is: any shape, device and type.

    Args:
        model: in evaluation mode, not streaming; it belongs to this object from now on.
    """

    def __init__(self, model: LMModel):
        never_compile()
        self._model = model
        self._device = model.device
        self._hidden = torch.empty(0)
        self._codebook = 0
        model.streaming_forever(1)
        model.depformer.streaming_forever(1)

    def reset(self) -> None:
        self._model.reset_streaming()

    @torch.no_grad()
    def take_column(self, column: Sequence[int]) -> None:
        self._hidden, _ = self._model.forward_text(self._tensor(column).view(1, -1, 1))
        self._model.depformer.reset_streaming()
        self._codebook = 0

    @torch.no_grad()
    def logits(self, tokens: Sequence[int]) -> torch.Tensor:
        logits = torch.empty(0)
        for token in tokens:
            last = self._tensor([token]).view(1, 1, 1)
            logits = self._model.forward_depformer(self._codebook, last, self._hidden)
            self._codebook += 1
        return logits.view(-1)

    def _tensor(self, tokens: Sequence[int]) -> torch.Tensor:
        return torch.tensor(tokens, dtype=torch.int64, device=self._device)
