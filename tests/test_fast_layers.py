# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fast layers one by one, against torch's own convolutions and products."""

from collections.abc import Iterator
from typing import Any

import pytest
import torch
from gnuradio.largesc.codec.fast_codebook import FastCodebook
from gnuradio.largesc.codec.fast_convolution import FastConv1d, FastConvTranspose1d
from gnuradio.largesc.codec.fast_matmul import add_product, product
from hypothesis import given
from hypothesis import strategies as st
from hypothesis_profiles import examples
from moshi.modules.conv import StreamingConv1d, StreamingConvTranspose1d
from moshi.quantization.core_vq import EuclideanCodebook


@pytest.fixture(scope="module", autouse=True)
def _without_gradients() -> Iterator[None]:
    with torch.no_grad():
        yield


def in_pieces(layer: Any, x: torch.Tensor, pieces: list[int]) -> torch.Tensor:
    """Output of a layer fed some steps at a time, from the start."""
    with layer.streaming(1):
        return torch.cat([layer(piece) for piece in x.split(pieces, dim=2)], dim=2)


steps = st.lists(st.integers(1, 7), min_size=1, max_size=5)


@given(
    channels=st.tuples(st.integers(1, 6), st.integers(1, 6)),
    taps=st.integers(1, 5),
    stride=st.integers(1, 3),
    dilation=st.integers(1, 3),
    depthwise=st.booleans(),
    bias=st.booleans(),
    pieces=steps,
    seed=st.integers(0, 9),
)
@examples(0.6)
def test_convolution_in_pieces_is_the_convolution_of_all(
    channels: tuple[int, int],
    taps: int,
    stride: int,
    dilation: int,
    depthwise: bool,
    bias: bool,
    pieces: list[int],
    seed: int,
) -> None:
    kernel, dilation = stride * taps, dilation if stride == 1 else 1
    inside, outside = (channels[0],) * 2 if depthwise else channels
    torch.manual_seed(seed)
    groups = inside if depthwise else 1
    original = StreamingConv1d(
        inside, outside, kernel, stride, dilation, groups, bias=bias, causal=True
    )
    assert FastConv1d.can_replace(original)
    x = torch.randn(1, inside, stride * sum(pieces))
    padded = torch.nn.functional.pad(x, (original._padding_total, 0))
    conv = original.conv.conv
    expected = torch.nn.functional.conv1d(
        padded, conv.weight, conv.bias, stride, 0, dilation, groups
    )
    found = in_pieces(FastConv1d(original), x, [stride * n for n in pieces])
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-5)


@given(
    channels=st.tuples(st.integers(1, 6), st.integers(1, 6)),
    stride=st.integers(1, 4),
    depthwise=st.booleans(),
    bias=st.booleans(),
    pieces=steps,
    seed=st.integers(0, 9),
)
@examples(0.6)
def test_transposed_convolution_in_pieces_is_that_of_all(
    channels: tuple[int, int],
    stride: int,
    depthwise: bool,
    bias: bool,
    pieces: list[int],
    seed: int,
) -> None:
    inside, outside = (channels[0],) * 2 if depthwise else channels
    torch.manual_seed(seed)
    groups = inside if depthwise else 1
    original = StreamingConvTranspose1d(
        inside, outside, 2 * stride, stride, groups, bias=bias, causal=True
    )
    assert FastConvTranspose1d.can_replace(original)
    x = torch.randn(1, inside, sum(pieces))
    conv = original.convtr.convtr
    whole = torch.nn.functional.conv_transpose1d(x, conv.weight, conv.bias, stride, groups=groups)
    found = in_pieces(FastConvTranspose1d(original), x, pieces)
    torch.testing.assert_close(found, whole[..., :-stride], rtol=1e-5, atol=1e-5)


def test_layers_of_other_kinds_stay() -> None:
    assert not FastConv1d.can_replace(StreamingConv1d(4, 8, 3, groups=2, causal=True))
    assert not FastConv1d.can_replace(StreamingConv1d(4, 8, 3, groups=4, causal=True))
    for kernel, groups in ((6, 1), (4, 2)):
        layer = StreamingConvTranspose1d(4, 4, kernel, 2, groups=groups, causal=True)
        assert not FastConvTranspose1d.can_replace(layer)


@given(rows=st.integers(1, 9), inside=st.integers(1, 9), outside=st.integers(1, 9))
def test_products(rows: int, inside: int, outside: int) -> None:
    x, weight = torch.randn(rows, inside), torch.randn(outside, inside)
    torch.testing.assert_close(product(x, weight), x @ weight.T)
    for total in (torch.randn(outside), torch.randn(rows, outside)):
        torch.testing.assert_close(add_product(total, x, weight), total + x @ weight.T)


def test_nearest_codebook_vector() -> None:
    book = EuclideanCodebook(8, 64)
    book.embedding_sum.normal_()
    book.cluster_usage.uniform_(0.5, 2.0)
    x = torch.randn(3, 50, 8)
    vectors = book.embedding_sum / book.cluster_usage[:, None]
    nearest = (x[:, :, None] - vectors).square().sum(-1).argmin(-1)
    fast = FastCodebook(book)
    torch.testing.assert_close(fast.encode(x), nearest)
    torch.testing.assert_close(fast.decode(nearest), vectors[nearest])
