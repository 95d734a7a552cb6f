# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Models that are made for weights from a file draw none."""

import torch
from gnuradio.largesc.codec import silence_tokens
from gnuradio.largesc.codec.checkpoint import load_codec
from gnuradio.largesc.codec.speech_codec import SpeechCodec
from gnuradio.largesc.codec.weightless import Weightless
from torch import nn


def test_layers_begin_with_zeros_and_constants_and_draw_nothing() -> None:
    before = torch.get_rng_state()
    with Weightless():
        layers = [nn.Linear(8, 4), nn.Embedding(5, 3), nn.Conv1d(2, 2, 3)]
        drawn = [nn.init.trunc_normal_(torch.ones(100), std=std) for std in (0.1, 9.0)]
        drawn.append(nn.init.kaiming_uniform_(tensor=torch.ones(4, 4)))
        norm = nn.LayerNorm(4)
    assert torch.equal(before, torch.get_rng_state())
    for tensor in [*drawn, *(p for layer in layers for p in layer.parameters())]:
        assert not tensor.any()
    assert (norm.weight == 1).all()
    assert nn.Linear(8, 4).weight.any()  # as ever behind it


def test_on_the_device_meta_too() -> None:
    with Weightless(), torch.device("meta"):
        assert nn.Linear(8, 4).weight.is_meta


def test_loading_a_codec_draws_nothing() -> None:
    before = torch.get_rng_state()
    load_codec()
    assert torch.equal(before, torch.get_rng_state())


def test_silence_is_looked_for_once_per_codec(monkeypatch) -> None:
    first = silence_tokens.find_silence_tokens(load_codec())
    first[:] = -1  # the caller's own
    monkeypatch.setattr(SpeechCodec, "encode", lambda *_: 1 / 0)
    second = silence_tokens.find_silence_tokens(load_codec())
    assert (second >= 0).all()
