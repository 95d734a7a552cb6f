# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Building token models: Kyutai's shapes, the embedded one's size, tables that streams share."""

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from gnuradio.largesc.codec.checkpoint_weights import save_weights
from gnuradio.largesc.codec.mimi_builder import EMBEDDED_CONFIG
from gnuradio.largesc.recovery.token_model.available_memory import needed_bytes
from gnuradio.largesc.recovery.token_model.forced_generation import ForcedGenerator
from gnuradio.largesc.recovery.token_model.int8_token_model import compute_in_int8
from gnuradio.largesc.recovery.token_model.lora_adapter import (
    AdapterOrigin,
    add_adapter,
    save_adapter,
)
from gnuradio.largesc.recovery.token_model.sampling_settings import SamplingSettings
from gnuradio.largesc.recovery.token_model.token_model import (
    build_token_model,
    parameter_count,
    start_from_codebooks,
)
from gnuradio.largesc.recovery.token_model.token_model_config import (
    EMBEDDED_TOKEN_MODEL,
    read_config,
)
from gnuradio.largesc.recovery.token_model.token_model_steps import MoshiSteps
from gnuradio.largesc.recovery.token_model.token_sampler import TokenSampler
from moshi.models.loaders import _lm_kwargs, get_moshi_lm
from random_token_model import (
    HIBIKI_1B,
    NONE,
    TINY,
    TINY_MOSHI,
    layout_of,
    one_thread,
    random_model,
)
from torch.nn import functional

CHECKPOINT_KEYS = ("moshi_name", "model_type")  # moshi takes them away before it builds
KYUTAI = pytest.mark.parametrize("config", [_lm_kwargs, HIBIKI_1B], ids=["moshi 7B", "hibiki 1B"])


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> Iterator[None]:
    yield from one_thread()


@KYUTAI
def test_kyutais_models_have_the_keys_and_shapes_that_moshi_loads(config: Any) -> None:
    model = build_token_model(read_config(config), "meta", torch.bfloat16)
    arguments = {key: v for key, v in config.items() if key not in CHECKPOINT_KEYS}
    with torch.device("meta"):  # moshi makes some layers on the CPU first
        moshis = get_moshi_lm(None, copy.deepcopy(arguments), device="meta")
    shapes, expected = (
        {name: (value.shape, value.dtype) for name, value in m.state_dict().items()}
        for m in (model, moshis)
    )
    assert shapes == expected
    assert {value.device.type for value in model.state_dict().values()} == {"meta"}


@pytest.mark.parametrize(
    ("config", "gigabytes"), [(_lm_kwargs, 15.4), (HIBIKI_1B, 3.6)], ids=["moshi 7B", "hibiki 1B"]
)
def test_kyutais_models_are_as_large_as_their_files(config: Any, gigabytes: float) -> None:
    """Sizes as the hub lists model.safetensors of moshiko-pytorch-bf16 and hibiki-1b."""
    model = build_token_model(read_config(config), "meta", torch.bfloat16)
    assert needed_bytes(model) / 1e9 == pytest.approx(gigabytes, abs=0.05)


def shallow(config: dict[str, Any]) -> Any:
    """A model of full width with one layer each, its weights quickly made."""
    small = config | {"num_layers": 1, "depformer_num_layers": 1, "text_card": 50, "context": 20}
    model = build_token_model(read_config(small), "meta", torch.bfloat16).to_empty(device="cpu")
    noise = torch.randn(2**16 + 1, generator=torch.Generator().manual_seed(0))
    for name, value in model.named_parameters():
        tiled = noise.to(value.dtype).repeat(-(-value.numel() // len(noise)))[: value.numel()]
        value.data = tiled.view_as(value) * (1 if value.dim() < 2 else value.shape[-1] ** -0.5)
        if name.endswith("alpha"):
            value.data.fill_(1.0)
    return small, model.requires_grad_(False)


@pytest.mark.slow
@KYUTAI
def test_shallow_copies_of_kyutais_models_run_in_16_and_in_8_bits(config: Any) -> None:
    small, model = shallow(config)
    whole = np.arange(8, dtype=np.int16)
    half = np.where(whole < 4, whole, -1).astype(np.int16)
    for int8 in (False, True):
        if int8:
            model._stop_streaming()
            model.depformer._stop_streaming()
            compute_in_int8(model)
        sampler = TokenSampler(SamplingSettings(greedy=True))
        generator = ForcedGenerator(MoshiSteps(model), layout_of(small, 1), sampler)
        np.testing.assert_array_equal(generator.push(whole, whole).tokens, whole)
        filled = generator.push(NONE, half).tokens
        np.testing.assert_array_equal(filled[:4], whole[:4])
        assert filled.min() >= 0


@pytest.mark.parametrize("config", [TINY, TINY_MOSHI], ids=["embedded", "Kyutai's"])
def test_8_bits_say_nearly_the_same(config: Any) -> None:
    said = []
    for int8 in (False, True):
        model = random_model(config)
        if int8:
            compute_in_int8(model)
        steps = MoshiSteps(model)
        steps.take_column([3] + [5] * 16)
        said.append(steps.logits([3, 1, 2]))
    error = (said[1] - said[0]).square().mean().sqrt() / said[0].std()
    assert 0 < error < 0.1


def test_the_embedded_model_has_the_size_that_the_document_adds_up(tmp_path: Path) -> None:
    model = build_token_model(read_config(EMBEDDED_TOKEN_MODEL))
    assert parameter_count(model) == 8_364_416
    save_weights(model, tmp_path / "base.safetensors")
    add_adapter(model, EMBEDDED_TOKEN_MODEL["lora_rank"], EMBEDDED_TOKEN_MODEL["lora_scaling"])
    save_adapter(model, tmp_path / "lora.safetensors", AdapterOrigin(16, 2.0, "", "", 8))
    stored = sum(path.stat().st_size for path in tmp_path.iterdir())
    assert 10e6 < stored < 12e6


def test_a_missing_token_embeds_to_zero() -> None:
    model = random_model(TINY)
    for table in (*model.emb, *model.depformer_emb):
        assert not table(torch.tensor([[-1]])).any()
        assert table(torch.tensor([[0]])).any()
        assert table(torch.tensor([[2048]])).any(), "the initial token is no hole"


def test_streams_share_a_table_and_project_it_differently() -> None:
    model = random_model(TINY)
    for k in range(8):
        model.emb[k].weight.data[5] = model.emb[k].weight.data[6]
        for table in [model.emb[k], model.emb[8 + k], *model.depformer_emb[k : k + 1]]:
            same, other = table(torch.tensor([5, 6]))
            assert torch.equal(same, other)
        token = torch.tensor([7])
        assert not torch.equal(model.emb[k](token), model.emb[8 + k](token))
    owners = {name for name in model.state_dict() if name.startswith(("emb.", "depformer_emb."))}
    assert sum(not name.endswith("low_rank.weight") for name in owners) == 8


def test_copies_and_loaded_models_share_their_own_tables() -> None:
    model = random_model(TINY)
    clone, loaded = copy.deepcopy(model), build_token_model(read_config(TINY))
    loaded.load_state_dict(model.state_dict())
    token = torch.tensor([3])
    before = model.emb[9](token)
    for other in (clone, loaded):
        assert torch.equal(other.emb[9](token), before)
        other.emb[1].weight.data[3] += 1
        assert not torch.equal(other.emb[9](token), before)
    assert torch.equal(model.emb[9](token), before)


def test_tables_are_as_wide_as_the_embedded_codecs_vectors() -> None:
    ours = EMBEDDED_TOKEN_MODEL["largesc"]["token_model"]
    assert ours["table_rank"] == EMBEDDED_CONFIG["quantizer"]["dimension"]


def test_tables_start_from_codebooks() -> None:
    model = random_model(TINY)
    initial = model.emb[2].weight[2048].clone()
    vectors = torch.randn(8, 2048, 8, generator=torch.Generator().manual_seed(2))
    vectors *= torch.logspace(0, -2, 8)[:, None, None]  # residuals grow smaller
    start_from_codebooks(model, vectors)
    assert torch.equal(model.emb[2].weight[2048], initial)
    for k in range(8):
        table = model.emb[k].weight[:2048].detach()
        assert table.square().mean().sqrt() == pytest.approx(8**-0.5, rel=1e-4)
        near = torch.cdist(table[:50], table).topk(2, largest=False).indices
        assert torch.equal(
            near, torch.cdist(vectors[k, :50], vectors[k]).topk(2, largest=False).indices
        )
        head, before = model.linears[k].weight.detach(), random_model(TINY).linears[k].weight
        assert float(head.std()) == pytest.approx(float(before.detach().std()), rel=1e-2)
        # Turned and scaled, so that the angles between vectors stay.
        turned, own = functional.normalize(head[:50]), functional.normalize(vectors[k, :50])
        torch.testing.assert_close(turned @ turned.T, own @ own.T, rtol=1e-3, atol=1e-3)
    with pytest.raises(ValueError, match=r"are \(8, 2048, 4\), the tables \(8, 2048, 8\)"):
        start_from_codebooks(model, vectors[:, :, :4])
