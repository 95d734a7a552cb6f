# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds ``moshi.models.LMModel`` in its two-stream shape, embedded or Kyutai's."""

import torch
from moshi.models.lm import LMModel
from moshi.models.lm_utils import ScaledEmbedding
from moshi.models.loaders import get_condition_fuser, get_conditioner_provider
from moshi.modules.transformer import set_attention_context
from torch import nn

from .shared_table import SharedTable
from .token_model_config import TokenModelConfig

Device = torch.device | str


def build_token_model(
    config: TokenModelConfig, device: Device = "cpu", dtype: torch.dtype = torch.float32
) -> LMModel:
    """An untrained model in evaluation mode; on the device "meta" it takes no memory.

    Its keys and shapes are those of Kyutai's checkpoints. Hibiki's conditioners are built, so that
    its weights load, but recovery states no condition.

    Raises:
        ValueError: the configuration has keys that LMModel does not know, or values that do not
            fit together.
    """
    try:
        with torch.device(device):
            model = LMModel(
                **config.arguments, **_conditioners(config, device), device=device, dtype=dtype
            )
    except (TypeError, ValueError, AssertionError, RuntimeError) as error:
        raise ValueError(f"the token model's configuration does not work: {error}") from error
    if config.table_rank is not None:
        _share_tables(model, config.table_rank, device, dtype)
    if not config.arguments.get("depformer_weights_per_step"):
        # moshi takes the size of the depth transformer's cache from the number of weights.
        set_attention_context(model.depformer, model.dep_q)
    return model.eval()


def start_from_codebooks(model: LMModel, vectors: torch.Tensor) -> None:
    """Sets shared tables and heads to a codec's codebook vectors, at the spread of random ones.

    Tokens that sound alike start with vectors that lie close together, and with logits that are
    alike: a head begins as the vectors turned into its space.

    Args:
        model: with ``table_rank``.
        vectors: float32 ``[num_codebooks, cardinality, table_rank]``.

    Raises:
        ValueError: another shape.
    """
    tables = [model.emb[k].weight for k in range(model.dep_q)]
    expected = (len(tables), model.card, tables[0].shape[1])
    if tuple(vectors.shape) != expected:
        raise ValueError(f"codebook vectors are {tuple(vectors.shape)}, the tables {expected}")
    with torch.no_grad():
        for table, own in zip(tables, vectors, strict=True):
            spread = own.square().mean().sqrt() * own.shape[1] ** 0.5
            table[: model.card] = own / spread
        for head, own in zip(model.linears, vectors, strict=True):
            turn = nn.init.orthogonal_(torch.empty(own.shape[1], head.weight.shape[1]))
            turned = own @ turn.to(own)
            head.weight.copy_(turned * (head.weight.std() / turned.std()))


def parameter_count(model: nn.Module) -> int:
    """Values of all parameters, shared ones once."""
    return sum(parameter.numel() for parameter in model.parameters())


def _share_tables(model: LMModel, rank: int, device: Device, dtype: torch.dtype) -> None:
    """One table per codebook for input stream, output stream and depth transformer."""

    def owner() -> ScaledEmbedding:
        table = ScaledEmbedding(
            model.card + 1,
            model.dim,
            low_rank=rank,
            zero_idx=model.zero_token_id,
            device=device,
            dtype=dtype,
        )
        nn.init.normal_(table.weight, std=rank**-0.5)
        return table.to(device=device, dtype=dtype)  # its projection knows neither

    with torch.device(device):
        owners = [owner() for _ in range(model.dep_q)]
    depth_dim = model.depformer_in[0].out_features

    def shared(dim: int, count: int) -> list[SharedTable]:
        return [SharedTable(table, dim, device, dtype) for table in owners[:count]]

    model.emb = nn.ModuleList([*owners, *shared(model.dim, len(owners))])
    model.depformer_emb = nn.ModuleList(shared(depth_dim, len(owners) - 1))


def _conditioners(config: TokenModelConfig, device: Device) -> dict[str, nn.Module]:
    if not config.conditioners:
        return {}
    # moshi's functions write into what they are given.
    keys = {name: dict(value) for name, value in config.conditioners.items()}
    built: dict[str, nn.Module] = {}
    if "conditioners" in keys:
        keys["conditioners"] = {
            name: one | {one["type"]: dict(one[one["type"]])}
            for name, one in keys["conditioners"].items()
        }
        dim = config.arguments["dim"]
        built["condition_provider"] = get_conditioner_provider(dim, device, keys)
    if "fuser" in keys:
        built["fuser"] = get_condition_fuser(keys)
    return built
