# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the token model learns: its forward pass, base, adapter, and Kyutai's shape."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from gnuradio.largesc.codec.checkpoint import find_checkpoint
from gnuradio.largesc.recovery.token_model.token_model_files import (
    find_token_model,
    load_token_model,
)
from largesc.recovery.token_model.token_layout import layout_for
from largesc.recovery.token_model.token_model_config import read_config
from largesc_training.token_model.lost_tokens import answers, cross_entropies, with_own_tokens
from largesc_training.token_model.model_files import (
    find_base,
    load_base,
    new_model,
    write_adapter,
    write_token_checkpoint,
)
from largesc_training.token_model.settings import TokenModelSettings
from largesc_training.token_model.tasks import AdapterTask, TokenModelTask
from largesc_training.token_model.token_batches import CleanBatches, LossyBatches, TokenBatch
from largesc_training.token_model.token_set import TokenSetWriter
from largesc_training.token_model.validation import TokenValidation
from largesc_training.training_loop import Budget, train
from random_checkpoint import random_checkpoint
from random_token_model import TINY, TINY_MOSHI, one_thread, random_model
from safetensors.torch import save_file
from test_token_training import write_tokens
from torch.nn import functional

SHAPE = {
    "dim": 32,
    "num_heads": 2,
    "num_layers": 2,
    "depformer_dim": 16,
    "depformer_dim_feedforward": 32,
    "depformer_num_heads": 2,
    "depformer_num_layers": 1,
}
SMALL: dict[str, Any] = {
    "batch_size": 4,
    "frames": 24,
    "shape": SHAPE,
    "adapter": {"rank": 4},
    "validation_sequences": 4,
}
MOSHI = TINY_MOSHI | {"lora_rank": 4, "lora_scaling": 2.0}


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> Iterator[None]:
    yield from one_thread()


@pytest.fixture(scope="module")
def token_set(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tokens(tmp_path_factory.mktemp("tokens"))


def settings_of(**changes: Any) -> TokenModelSettings:
    return TokenModelSettings.model_validate(SMALL | changes)


def batch_of(token_set: Path, look_ahead: int, number: int = 0) -> TokenBatch:
    return LossyBatches(token_set, settings_of(look_aheads={look_ahead: 1}), seed=0)[number]


# The forward pass


@pytest.mark.parametrize("config", [TINY, TINY_MOSHI], ids=["embedded", "Kyutai's"])
@pytest.mark.parametrize("look_ahead", [0, 1, 3])
def test_answers_are_those_of_moshis_forward(
    config: dict[str, Any], look_ahead: int, token_set: Path
) -> None:
    model, batch = random_model(config), batch_of(token_set, look_ahead)
    layout = layout_for(read_config(config), look_ahead)
    model.delays = layout.delays
    with torch.no_grad():
        out = model(layout.codes(batch.played, batch.received))
        found = answers(model, layout, batch)
    counted = out.mask & batch.wanted()
    for k, own in enumerate(found):
        where = counted[:, k]
        assert torch.equal(own.where, where)
        assert torch.equal(own.tokens, batch.played[:, k][where])
        torch.testing.assert_close(own.logits, out.logits[:, k][where], rtol=1e-4, atol=1e-4)
    means = cross_entropies(found)
    expected = functional.cross_entropy(out.logits[:, 2][counted[:, 2]], found[2].tokens)
    torch.testing.assert_close(means[2], expected)


def test_where_nothing_is_lost_nothing_is_learned(token_set: Path) -> None:
    batch = batch_of(token_set, 1)
    model = random_model(TINY)
    found = answers(model, layout_for(read_config(TINY), 1), batch._replace(due=batch.played))
    assert torch.equal(cross_entropies(found), torch.zeros(8))


def test_own_tokens_stand_in_the_holes_alone_and_are_fed_later(token_set: Path) -> None:
    model, batch = random_model(TINY), batch_of(token_set, 0)
    layout = layout_for(read_config(TINY), 0)
    with torch.no_grad():
        found = answers(model, layout, batch)
        fed = with_own_tokens(batch, found)
        again = answers(model, layout, batch, fed)
    filled = torch.stack([own.where for own in found], dim=1)
    changed = fed != batch.played
    assert changed.any()
    assert not (changed & ~filled).any()
    first = changed.any(dim=1).int().argmax(dim=1)  # in each sequence
    for k, (one, other) in enumerate(zip(found, again, strict=True)):
        at = torch.nonzero(one.where)
        same = (one.logits - other.logits).abs().amax(dim=1) < 1e-4
        before = at[:, 1] <= first[at[:, 0]]  # its own frame's tokens stay the right ones
        assert same[before].all(), k
        assert not same[~before].all(), k
        assert torch.equal(one.tokens, other.tokens)


# Learning


def train_steps(task: TokenModelTask, folder: Path, steps: int, rate: float = 3e-3) -> None:
    """So many steps by the shared loop; it ends as a run that is stopped does."""
    batches = task.batches
    task.batches = lambda first: (  # type: ignore[method-assign]
        batch for batch, _ in zip(batches(first), range(steps - first), strict=False)
    )
    train("test", task, folder, Budget(minutes=1e6, learning_rate=rate, validate_every=0.0))


def write_repeating_tokens(folder: Path) -> Path:
    """Streams in which every frame says the next: token t of 16, and the same for all codebooks."""
    writer = TokenSetWriter(folder)
    streams = [np.repeat((np.arange(400) % 16 + 100)[:, None], 8, axis=1).astype(np.int16)] * 2
    writer.add(0, streams, [np.zeros(400, bool)] * 2)
    names = [("one", "training", 0), ("held out", "validation", 0)]
    writer.close(1, names, "c0de", np.zeros(8, np.int16))
    return folder


@pytest.mark.slow
def test_the_base_learns_what_comes_next_and_validation_says_so(tmp_path: Path) -> None:
    folder = write_repeating_tokens(tmp_path / "tokens")
    settings = settings_of()
    torch.manual_seed(0)
    config = settings.model_config_dict("c0de")
    model, data = new_model(config, settings), CleanBatches(folder, settings, seed=0)
    validation = TokenValidation(folder, settings)
    task = TokenModelTask(model, read_config(config), data, settings, validation=validation)
    with torch.no_grad():
        before = task.validate()
    assert before["nats gilbert 20 % A1"] == pytest.approx(np.log(2048), rel=0.1)
    assert before["hold % gilbert: 0"] < 5.0
    train_steps(task, tmp_path / "run", 220, rate=1e-2)
    with torch.no_grad():
        after = task.validate()
    for process in ("independent", "gilbert"):
        for look_ahead in (0, 1):
            assert after[f"right % of 4 {process} 20 % A{look_ahead}"] > 60.0
    header = (tmp_path / "run" / "validation.csv").read_text().splitlines()[0]
    assert "right % gilbert 20 % A0: 7" in header
    assert (tmp_path / "run" / "curves.png").stat().st_size > 1000


def adapter_task(folder: Path, config: dict[str, Any], token_set: Path, **changes: Any) -> Any:
    """A task that adapts a base on disk, and the base."""
    settings = settings_of(**changes)
    half = settings.precision == "bfloat16"
    model = random_model(config)
    model = model.bfloat16() if half else model
    folder.mkdir(exist_ok=True)
    save_file(model.state_dict(), folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps(config | {"moshi_name": "model.safetensors"}))
    base = find_base(folder, settings)
    loaded = load_base(base, settings)
    torch.manual_seed(0)
    data = LossyBatches(token_set, settings, seed=0)
    return AdapterTask(loaded, base.read(), data, settings, own_tokens=0.5), base


@pytest.mark.slow
def test_a_stopped_adapter_goes_on_as_if_it_was_not(token_set: Path, tmp_path: Path) -> None:
    whole, _ = adapter_task(tmp_path / "base", TINY, token_set)
    train_steps(whole, tmp_path / "whole", 6)
    for stop in (2, 6):
        part, _ = adapter_task(tmp_path / "base", TINY, token_set)
        train_steps(part, tmp_path / "part", stop)
    assert whole.model.keys() == part.model.keys()
    for name, value in whole.model.items():
        torch.testing.assert_close(part.model[name], value, msg=name)


@pytest.mark.parametrize("checkpointing", [False, True])
@pytest.mark.slow
def test_kyutais_shape_is_adapted_in_16_bits(
    checkpointing: bool, token_set: Path, tmp_path: Path
) -> None:
    keys = {"precision": "bfloat16", "gradient_checkpointing": checkpointing}
    task, base = adapter_task(tmp_path / "base", MOSHI, token_set, **keys)
    before = {name: value.clone() for name, value in task.token_model.state_dict().items()}
    train_steps(task, tmp_path / "run", 3)
    after = task.token_model.state_dict()
    for name, value in after.items():
        learned = ".lora_" in name
        assert value.dtype == (torch.float32 if learned else torch.bfloat16), name
        assert learned or torch.equal(value, before[name]), name
    moved = [n for n, v in after.items() if ".lora_B." in n and v.abs().sum() > 0]
    linears = sum(".lora_B." in name for name in after)
    assert len(moved) >= linears - 1, "all but the text head learn"
    state = tmp_path / "run" / "state.safetensors"
    assert state.stat().st_size < base.weights.stat().st_size * 2
    write_adapter(task.token_model, tmp_path / "lora.safetensors", random_checkpoint(), base)
    folder = tmp_path / "checkpoint"
    write_token_checkpoint(folder, random_checkpoint(), base, tmp_path / "lora.safetensors")
    files = find_token_model(find_checkpoint(str(folder)))
    model = load_token_model(files, adapted=True, dtype=torch.bfloat16)
    assert model.dtype == torch.bfloat16


def test_checkpointing_changes_no_gradient(token_set: Path, tmp_path: Path) -> None:
    found = []
    for checkpointing in (False, True):
        task, _ = adapter_task(
            tmp_path / "base", MOSHI, token_set, gradient_checkpointing=checkpointing
        )
        task._own_tokens = 0.0
        sum(task.losses(batch_of(token_set, 1)).values()).backward()
        found.append(
            {
                name: value.grad.clone()
                for name, value in task.model.items()
                if value.grad is not None
            }
        )
    assert found[0].keys() == found[1].keys()
    for name, gradient in found[0].items():
        torch.testing.assert_close(gradient, found[1][name], msg=name)


def test_a_base_without_keys_is_moshis_and_one_without_weights_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").touch()
    config = find_base(tmp_path, TokenModelSettings()).config
    assert (config["dim"], config["num_layers"], config["lora_rank"]) == (4096, 32, 16)
    (tmp_path / "model.safetensors").unlink()
    with pytest.raises(ValueError, match=r"has no model\.safetensors: a base is a folder"):
        find_base(tmp_path, TokenModelSettings())
