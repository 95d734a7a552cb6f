# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Recovery where nobody chose: the best that a checkpoint has here."""

import json
from pathlib import Path

import pytest
from gnuradio.largesc.recovery.strategies.recovery_settings import RecoverySettings
from gnuradio.largesc.recovery.strategies.strategy_by_name import (
    LARGEST,
    make_recovery,
    strategy_in_force,
)
from gnuradio.largesc.recovery.token_model.token_model_config import EMBEDDED_TOKEN_MODEL
from gnuradio.largesc.runtime.strategy_chooser import StrategyChooser


def checkpoint(folder: Path, size: int = 1000, adapter: bool = True) -> str:
    """A folder whose configuration names a token model; the files hold nothing."""
    config = EMBEDDED_TOKEN_MODEL | {"moshi_name": "lm.safetensors"}
    if adapter:
        config |= {"lora_name": "adapter.safetensors"}
        (folder / "adapter.safetensors").write_bytes(b"1")
    (folder / "config.json").write_text(json.dumps(config))
    with (folder / "lm.safetensors").open("wb") as file:
        file.truncate(size)
    return str(folder)


def in_force(name: str, look_ahead: int = 1) -> str:
    return strategy_in_force("auto", RecoverySettings(name, look_ahead))


def test_the_shipped_checkpoint_has_its_model_and_adapter(tmp_path: Path) -> None:
    assert in_force("mini") == "lora"
    assert in_force(checkpoint(tmp_path)) == "lora"


def test_without_an_adapter_it_is_the_base(tmp_path: Path) -> None:
    assert in_force(checkpoint(tmp_path, adapter=False)) == "base"
    config = json.loads((tmp_path / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps(config | {"lora_name": "not-there"}))
    assert in_force(str(tmp_path)) == "base"


@pytest.mark.parametrize("name", ["kyutai/mimi", "kyutai/moshiko", "mimi-random", "no/such"])
def test_what_is_not_here_is_not_fetched(name: str) -> None:
    assert in_force(name) == "hold"


def test_a_model_of_gigabytes_and_a_long_look_ahead_are_for_who_asks(tmp_path: Path) -> None:
    assert in_force(checkpoint(tmp_path, LARGEST + 1)) == "hold"
    assert in_force("mini", look_ahead=5) == "lora"
    assert in_force("mini", look_ahead=6) == "hold"


def test_a_codec_without_a_model_holds(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"mimi_name": "codec.safetensors"}')
    assert in_force(str(tmp_path)) == "hold"
    (tmp_path / "config.json").write_text("no JSON")
    assert in_force(str(tmp_path)) == "hold"


def test_what_was_chosen_stays_and_auto_needs_to_know_the_checkpoint() -> None:
    assert strategy_in_force("zero", None) == "zero"
    assert strategy_in_force("base", RecoverySettings("mini")) == "base"
    with pytest.raises(ValueError, match="recovery 'auto' needs to know the checkpoint"):
        make_recovery("auto")


def test_the_strategy_in_force_bears_its_own_name(tmp_path: Path) -> None:
    said: list[str] = []
    (tmp_path / "config.json").write_text("{}")
    chooser = StrategyChooser("auto", RecoverySettings(str(tmp_path)), said.append)
    assert chooser.strategy.name == "hold"
    checkpoint(tmp_path)  # whose weights are none
    chooser.change(look_ahead=2)
    chooser.wait_until_settled()
    assert chooser.strategy.name == "hold"
    assert said[0].startswith("new settings refused, auto stays")
