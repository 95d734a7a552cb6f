# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stages of the token model as tasks of the training loop."""

from collections.abc import Iterable
from typing import Any

import torch
from largesc.recovery.token_model.lora_adapter import add_adapter
from largesc.recovery.token_model.token_layout import layout_for
from largesc.recovery.token_model.token_model_config import TokenModelConfig
from moshi.models.lm import LMModel
from torch import nn

from .lost_tokens import Answers, answers, cross_entropies, with_own_tokens
from .near_tokens import NearTokens
from .settings import TokenModelSettings
from .token_batches import TokenBatch, TokenBatches, batches_from
from .validation import TokenValidation

BETAS = (0.9, 0.95)  # as Kyutai fine-tunes Moshi


class TokenModelTask:
    """Next-token prediction; all weights learn.

    Args:
        model: to train, on its device.
        config: of the model.
        data: batches; what they leave out is what is learned.
        settings: of the run.
        workers: processes that make batches.
        validation: figures on held-out readers; None for none.
        own_tokens: share of batches in which the model reads its own guesses.
        near: targets that share with tokens that sound alike; None for one right token.
    """

    moving = ()  # no buffer of it learns

    def __init__(
        self,
        model: LMModel,
        config: TokenModelConfig,
        data: TokenBatches,
        settings: TokenModelSettings,
        workers: int = 0,
        validation: TokenValidation | None = None,
        own_tokens: float = 0.0,
        near: NearTokens | None = None,
    ):
        self.token_model, self.config, self.settings = model, config, settings
        self.model: nn.Module = model
        self.weights = settings.weights.model_dump()
        self._data, self._workers, self._validation = data, workers, validation
        self._own_tokens = own_tokens
        self._near = near.to(model.device) if near else None

    def parameter_groups(self) -> list[dict[str, Any]]:
        decay = self.settings.weight_decay
        return [{"params": list(self.model.parameters()), "betas": BETAS, "weight_decay": decay}]

    def batches(self, first: int) -> Iterable[TokenBatch]:
        device = self.token_model.device
        for batch in batches_from(self._data, first, self._workers):
            yield batch.to(device)

    def losses(self, batch: TokenBatch) -> dict[str, torch.Tensor]:
        fed = None
        if float(torch.rand(())) < self._own_tokens:
            with torch.no_grad():
                fed = with_own_tokens(batch, self.answers(batch))
        means = cross_entropies(self.answers(batch, fed), self._near)
        return {"first": means[0], "coarse": means[1:4].mean(), "fine": means[4:].mean()}

    def answers(self, batch: TokenBatch, fed: torch.Tensor | None = None) -> list[Answers]:
        """What the model says; computed in 16 bits where its weights have so many."""
        layout = layout_for(self.config, batch.look_ahead)
        half = self.token_model.dtype == torch.bfloat16
        with torch.autocast(self.token_model.device.type, torch.bfloat16, enabled=half):
            return answers(self.token_model, layout, batch, fed)

    def validate(self) -> dict[str, float]:
        return self._validation.figures(self.answers) if self._validation else {}


class AdapterTask(TokenModelTask):
    """The same for an adapter alone: the base stays, is not saved, and may be in 16 bits.

    The adapter is in 32 bits in any case: steps this small vanish in 16.
    """

    def __init__(self, model: LMModel, config: TokenModelConfig, *rest: Any, **keys: Any):
        add_adapter(model, config.lora_rank, config.lora_scaling)
        super().__init__(model, config, *rest, **keys)
        # Only what learns is saved to resume: 15 GB of Moshi every 200 steps would be too much.
        self.model = nn.ParameterDict()
        for name, parameter in model.named_parameters():
            if parameter.requires_grad:
                parameter.data = parameter.data.float()
                self.model[name.replace(".", "/")] = parameter
