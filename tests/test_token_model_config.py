# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a token model's configuration must say, and where tokens stand by it."""

from typing import Any

import pytest
import torch
from gnuradio.largesc.recovery.token_model.token_model import build_token_model
from gnuradio.largesc.recovery.token_model.token_model_config import read_config
from moshi.models.loaders import _lm_kwargs
from random_token_model import HIBIKI_1B, TINY, layout_of


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"n_q": 8}, "n_q = 8, needed is 16"),
        ({"dep_q": 16}, "dep_q = 16, needed is 8"),
        ({"card": 1024}, "card = 1024, needed is 2048"),
        ({"delays": [0] * 9}, "17 delays"),
        ({"delays": [0] * 16 + [-1]}, "none negative"),
        ({"text_card": 3}, "text_card is 3; look-aheads need 6 ids"),
    ],
)
def test_a_model_for_other_tokens_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_config(TINY | change)


def test_a_configuration_without_a_model_is_refused() -> None:
    with pytest.raises(ValueError, match="no token model"):
        read_config({"mimi_name": "codec.safetensors", "largesc": {"format": 1}})


@pytest.mark.parametrize("change", [{"flavour": 1}, {"num_heads": 3}, {"norm": "none"}])
@pytest.mark.slow
def test_a_configuration_that_does_not_work_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="configuration does not work"):
        build_token_model(read_config(TINY | change), "meta")


@pytest.mark.parametrize(
    ("config", "look_ahead", "output", "received"),
    [
        (TINY, 0, [1] * 8, [0] * 8),
        (TINY, 3, [4] * 8, [0] * 8),
        (_lm_kwargs, 0, [0] + [1] * 7, [0] + [1] * 7),  # as Kyutai trained it
        (_lm_kwargs, 2, [2] + [3] * 7, [0] + [1] * 7),
        (HIBIKI_1B, 1, [0] + [2] * 7, [0] + [2] * 7),  # as Kyutai trained it
        (HIBIKI_1B, 0, [0] + [1] * 7, [0] + [2] * 7),  # a frame cannot be said before its time
    ],
)
def test_delays_follow_the_look_ahead(
    config: Any, look_ahead: int, output: list[int], received: list[int]
) -> None:
    assert layout_of(config, look_ahead).delays == [0, *output, *received]


@pytest.mark.parametrize("look_ahead", [-1, 6])
def test_a_look_ahead_out_of_range_is_refused(look_ahead: int) -> None:
    with pytest.raises(
        ValueError, match=f"the token model's look_ahead must be 0..5, not {look_ahead}"
    ):
        layout_of(TINY, look_ahead)


def test_codes_are_text_then_output_then_input() -> None:
    played = torch.arange(8 * 3).view(1, 8, 3)
    received = played + 100
    codes = layout_of(TINY, 4).codes(played, received)
    assert codes.shape == (1, 17, 3)
    assert (codes[:, 0] == 4).all()
    assert torch.equal(codes[:, 1:9], played)
    assert torch.equal(codes[:, 9:], received)
