# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a token model says for lost tokens, all at once: the forward pass of training.

It is moshi's ``LMModel.forward`` (a test compares them) with two differences: the depth
transformer runs only for columns in which something is wanted, which saves half of the time; and
the main transformer may be fed other tokens in the output stream than the depth transformer is
given before the one it says.
"""

from dataclasses import dataclass

import torch
from largesc.recovery.token_model.token_layout import TokenLayout
from moshi.models.lm import LMModel, _delay_sequence
from torch.nn import functional

from .near_tokens import NearTokens
from .token_batches import TokenBatch


@dataclass(frozen=True)
class Answers:
    """Of one codebook: logits ``[N, card]``, the right tokens ``[N]``, and where ``[B, T]`` (bool,
    N of them true, in order) they belong in the batch."""

    logits: torch.Tensor
    tokens: torch.Tensor
    where: torch.Tensor


def answers(
    model: LMModel, layout: TokenLayout, batch: TokenBatch, fed: torch.Tensor | None = None
) -> list[Answers]:
    """What the model says where the batch wants it, by codebook.

    Args:
        model: trainable or not.
        layout: for the batch's look-ahead.
        batch: on the model's device.
        fed: int64 ``[B, 8, T]``, the output stream that the main transformer is fed; the tokens
            played if it is None.
    """
    fed = batch.played if fed is None else fed
    model.delays = layout.delays
    columns = _columns(model, layout.codes(fed, batch.received))
    hidden, _ = model.forward_text(columns[:, :, :-1])
    wanted = _delayed(batch.wanted(), layout)
    busy = wanted.any(dim=1)  # [B, T] columns
    busy[0, 0] |= ~busy.any()  # moshi's layers take no empty batch
    right = _columns(model, layout.codes(batch.played, batch.received))[:, :, 1:]
    right = right.transpose(1, 2)[busy]  # [N, 17]
    logits = model.forward_depformer_training(right[:, :, None], hidden[busy][:, None])[:, :, 0]
    found = []
    for k, delay in enumerate(layout.output_delays):
        own = wanted[:, k][busy]
        where = torch.roll(wanted[:, k], -delay, dims=1)
        found.append(Answers(logits[own, k], right[own, 1 + k], where))
    return found


def cross_entropies(found: list[Answers], near: NearTokens | None = None) -> torch.Tensor:
    """Mean cross entropy in nats of each codebook, float32 ``[8]``; 0 where nothing was wanted.

    Args:
        found: by codebook.
        near: targets that share; None: all of the target is the right token.
    """
    means = []
    for k, own in enumerate(found):
        logits = own.logits.float()
        if near is None:
            total = functional.cross_entropy(logits, own.tokens, reduction="sum")
        else:
            total = near.cross_entropy(k, logits, own.tokens)
        means.append(total / max(1, len(own.tokens)))
    return torch.stack(means)


@torch.no_grad()
def with_own_tokens(batch: TokenBatch, found: list[Answers]) -> torch.Tensor:
    """The output stream as the model would have filled it: int64 ``[B, 8, T]``.

    In use the model reads what it said, not what was lost. One round of it, drawn from its own
    distribution given the right past, comes close at the cost of a second pass (scheduled
    sampling in parallel: Mihaylova and Martins 2019, "Scheduled sampling for Transformers").
    """
    filled = batch.played.clone()
    for k, own in enumerate(found):
        if len(own.tokens):
            drawn = torch.multinomial(own.logits.float().softmax(dim=1), 1)[:, 0]
            filled[:, k][own.where] = drawn
    return filled


def _columns(model: LMModel, codes: torch.Tensor) -> torch.Tensor:
    """Codes ``[B, 17, T]`` to columns ``[B, 17, 1 + T]``, delayed, initial tokens before them."""
    initial = model._get_initial_token().expand(len(codes), -1, -1)
    return torch.cat([initial, _delay_sequence(model.delays, codes, initial)], dim=2)


def _delayed(wanted: torch.Tensor, layout: TokenLayout) -> torch.Tensor:
    """Where in the columns stands what is wanted; what the delays push out is wanted no more."""
    moved = torch.zeros_like(wanted)
    frames = wanted.shape[2]
    for k, delay in enumerate(layout.output_delays):
        moved[:, k, delay:] = wanted[:, k, : frames - delay]
    return moved
