# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where tokens stand in the sequence that a token model sees: one rule for training and use.

A column of the sequence has a text token, 8 tokens of the output stream (what is played) and 8 of
the input stream (what came). Row r holds frame t in column t + delay(r); columns before a row's
first frame hold its initial token. The model reads columns up to s - 1 and then predicts column s.
"""

from dataclasses import dataclass

import torch

from ...frame.tokens import NUM_CODEBOOKS
from .token_model_config import LOOK_AHEADS, TokenModelConfig


@dataclass(frozen=True)
class TokenLayout:
    """Delays and constant tokens for one look-ahead.

    Attributes:
        look_ahead: the frame played is so many frames older than the newest that came.
        text: what stands in the text stream at every step.
        text_initial, initial: what stands before the first frame, in text and in codebooks.
        output_delays, input_delays: columns, one per codebook.
    """

    look_ahead: int
    text: int
    text_initial: int
    initial: int
    output_delays: tuple[int, ...]
    input_delays: tuple[int, ...]

    @property
    def delays(self) -> list[int]:
        """Of all 17 rows, as ``LMModel.delays`` has them."""
        return [0, *self.output_delays, *self.input_delays]

    def codes(self, played: torch.Tensor, received: torch.Tensor) -> torch.Tensor:
        """What ``LMModel.forward`` takes once its ``delays`` are set to :attr:`delays`.

        It delays the rows itself; its logits ``[B, 8, T, card]`` and mask ``[B, 8, T]`` lie as
        ``played`` does.

        Args:
            played: int64 ``[B, 8, T]``, tokens as the listener is to hear them; -1 is not learned.
            received: int64 ``[B, 8, T]``, as they came; -1 where lost, silent or not sent.

        Returns:
            int64 ``[B, 17, T]``.
        """
        text = torch.full_like(played[:, :1], self.text)
        return torch.cat([text, played, received], dim=1)


def layout_for(config: TokenModelConfig, look_ahead: int) -> TokenLayout:
    """The layout in which a model plays frames ``look_ahead`` behind the newest.

    Frame n enters the input stream in column n, and the model plays its last token of frame
    n - look_ahead right after: the longest output delay is look_ahead + 1. The configuration's
    output delays are moved by what it takes; the difference between the codebooks stays, unless
    one would come before its time.

    Raises:
        ValueError: look_ahead outside 0..5.
    """
    if look_ahead not in LOOK_AHEADS:
        raise ValueError(
            f"the token model's look_ahead must be 0..{LOOK_AHEADS[-1]}, not {look_ahead}"
        )
    delays = config.arguments["delays"]
    output, received = delays[1 : 1 + NUM_CODEBOOKS], delays[1 + NUM_CODEBOOKS :]
    moved = look_ahead + 1 - max(output)
    return TokenLayout(
        look_ahead,
        config.text_token(look_ahead),
        config.arguments["text_card"],
        config.arguments["card"],
        tuple(max(delay + moved, 0) for delay in output),
        tuple(received),
    )
