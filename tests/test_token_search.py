# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The choice of tokens: against the greedy choice, against trying everything, as prefixes."""

import itertools
from typing import Any

import numpy as np
import pytest
import torch
from gnuradio.largesc.codec.mimi_builder import EMBEDDED_CONFIG, build_mimi
from gnuradio.largesc.codec.speech_codec import SpeechCodec
from gnuradio.largesc.codec.token_search import TokenSearch, read_token_search


def books(count: int, size: int, dimension: int) -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    return [torch.randn(size, dimension, generator=generator) / (2.0**k) for k in range(count)]


def latents(count: int, dimension: int) -> torch.Tensor:
    return torch.randn(count, dimension, generator=torch.Generator().manual_seed(2))


def left_over(codebooks: list[torch.Tensor], x: torch.Tensor, tokens: torch.Tensor) -> torch.Tensor:
    """Squared error ``[N]`` of the sum of the vectors that the tokens name."""
    total = sum(book[tokens[:, k]] for k, book in enumerate(codebooks[: tokens.shape[1]]))
    return (x - total).square().sum(dim=1)


def greedy(codebooks: list[torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    residual, tokens = x.clone(), []
    for book in codebooks:
        nearest = torch.cdist(residual, book).argmin(1)
        residual = residual - book[nearest]
        tokens.append(nearest)
    return torch.stack(tokens, dim=1)


def test_one_path_is_the_greedy_choice() -> None:
    codebooks, x = books(5, 32, 6), latents(200, 6)
    assert torch.equal(TokenSearch(1).tokens(codebooks, x), greedy(codebooks, x))


def test_as_many_paths_as_vectors_find_the_best_pair() -> None:
    codebooks, x = books(2, 16, 4), latents(50, 4)
    pairs = torch.tensor(list(itertools.product(range(16), repeat=2)))
    errors = torch.stack([left_over(codebooks, x, pair.expand(50, 2)) for pair in pairs])
    found = TokenSearch(16).tokens(codebooks, x)
    assert torch.equal(found, pairs[errors.argmin(dim=0)])


def test_more_paths_leave_less() -> None:
    codebooks, x = books(6, 64, 8), latents(500, 8)
    left = [
        float(left_over(codebooks, x, TokenSearch(width).tokens(codebooks, x)).mean())
        for width in (1, 2, 4, 8)
    ]
    assert left == sorted(left, reverse=True)
    assert left[3] < 0.9 * left[0]


def test_at_a_working_point_the_tokens_are_those_of_a_shorter_search() -> None:
    codebooks, x = books(6, 64, 8), latents(200, 8)
    whole = TokenSearch(8, (4,)).tokens(codebooks, x)
    assert torch.equal(whole[:, :4], TokenSearch(8).tokens(codebooks[:4], x))
    assert not torch.equal(TokenSearch(8).tokens(codebooks, x)[:, :4], whole[:, :4])


def test_frames_do_not_depend_on_each_other() -> None:
    codebooks, x = books(4, 64, 8), latents(20, 8)
    together = TokenSearch(4).tokens(codebooks, x)
    alone = torch.cat([TokenSearch(4).tokens(codebooks, row[None]) for row in x])
    assert torch.equal(together, alone)


@pytest.mark.parametrize("values", [(0, ()), (4, (0,))])
def test_values_out_of_range_are_refused(values: tuple[int, tuple[int, ...]]) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        TokenSearch(*values)


def test_configuration_is_read() -> None:
    assert read_token_search({}) is None
    asked: dict[str, Any] = {"token_search": {"width": 3, "working_points": [4]}}
    assert read_token_search(asked) == TokenSearch(3, (4,))
    asked["token_search"]["depth"] = 2
    with pytest.raises(TypeError, match="depth"):
        read_token_search(asked)


def test_codec_chooses_by_the_search() -> None:
    """The same latents, less left over; a codec of four codebooks finds what eight found."""
    torch.manual_seed(0)
    model, shorter = build_mimi(EMBEDDED_CONFIG), build_mimi(EMBEDDED_CONFIG, 4)
    for number, layer in enumerate(model.quantizer.vq.layers):
        layer._codebook.embedding_sum.normal_(std=0.5**number)
    shorter.load_state_dict(model.state_dict())
    search = TokenSearch(8, (4,))
    pcm = 0.1 * np.random.default_rng(0).standard_normal((20, 1920)).astype(np.float32)
    codebooks = [layer._codebook.embedding.clone() for layer in model.quantizer.vq.layers]
    plain = SpeechCodec(model, "0000")
    first = [plain.encode(frame) for frame in pcm]
    plain.reset()
    plain._search = search
    second = [plain.encode(frame) for frame in pcm]
    projected = model.quantizer.input_proj(torch.from_numpy(np.stack([f.latent for f in first])).T)
    errors = [
        float(left_over(codebooks, projected.T, torch.from_numpy(tokens.astype(np.int64))).mean())
        for tokens in (np.stack([f.tokens for f in first]), np.stack([f.tokens for f in second]))
    ]
    assert errors[1] < errors[0]
    few = SpeechCodec(shorter, "0000", search)
    for frame, eight in zip(pcm, second, strict=True):
        np.testing.assert_array_equal(few.encode(frame).tokens, eight.tokens[:4])
