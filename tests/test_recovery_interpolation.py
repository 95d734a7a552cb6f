# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Strategy interpolate: points on the line, quantised to tokens; and the space they lie in."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from gnuradio.largesc.codec.checkpoint import load_codec
from gnuradio.largesc.codec.speech_codec import codebooks_of, dequantise
from gnuradio.largesc.recovery.strategies.interpolation import InterpolateRecovery
from gnuradio.largesc.recovery.token_model.codebook_space import (
    CodebookSpace,
    codebook_space,
)
from hypothesis import given
from hypothesis import strategies as st
from hypothesis_profiles import examples
from moshi.quantization import SplitResidualVectorQuantizer
from random_checkpoint import random_checkpoint, random_tokens

NONE = np.full(8, -1, dtype=np.int16)


def ruler() -> CodebookSpace:
    """Codebook 0 is the numbers 0..2047, the others refine it by steps of 1/8, 1/64 and so on."""
    steps = [8.0**-k for k in range(8)]
    offsets = [np.arange(2048), *[np.arange(2048) % 8] * 7]
    return CodebookSpace(
        [np.stack([o * s for o, s in zip(offsets, steps, strict=True)])[..., None]]
    )


def at(place: int) -> np.ndarray:
    """The frame that lies there on the ruler."""
    return np.array([place, *[0] * 7], dtype=np.int16)


def play(look_ahead: int, received: list[np.ndarray]) -> list[np.ndarray]:
    """What is played, without redundancy; behind the end nothing comes."""
    recovery = InterpolateRecovery(ruler(), look_ahead)
    newest = [*received[look_ahead:], *[NONE] * look_ahead]
    return [recovery.push(n, due) for n, due in zip(newest, received, strict=True)]


def places(frames: list[np.ndarray]) -> list[int]:
    return [int(frame[0]) for frame in frames]


def test_a_gap_within_the_look_ahead_lies_evenly_on_the_line() -> None:
    received = [at(100), NONE, NONE, NONE, at(180), at(50)]
    assert places(play(3, received)) == [100, 120, 140, 160, 180, 50]
    # What came before the first frame was due has never been the newest: five more in front.
    before = [at(7)] * 5
    assert places(play(5, [*before, *received]))[5:] == [100, 120, 140, 160, 180, 50]


def test_codebooks_refine_the_point() -> None:
    played = play(1, [at(100), NONE, at(105)])[1]
    assert ruler().point(played) == pytest.approx(102.5, abs=8.0**-6)
    assert played[0] == 102
    assert played[1] == 4  # half a step


def test_until_the_next_known_frame_is_seen_the_last_is_held() -> None:
    received = [at(100), NONE, NONE, NONE, at(180), NONE]
    assert places(play(1, received)) == [100, 100, 100, 160, 180, 180]
    assert places(play(2, received)) == [100, 100, 140, 160, 180, 180]
    assert places(play(0, received)) == [100, 100, 100, 100, 180, 180]


def test_before_the_first_known_frame_nothing_is_made_up() -> None:
    assert places(play(2, [NONE, NONE, at(10)])) == [-1, -1, 10]


def test_a_frame_known_in_part_is_played_as_it_is_and_ends_the_gap() -> None:
    in_part = np.array([180, 3, -1, -1, -1, -1, -1, -1], dtype=np.int16)
    played = play(1, [at(100), NONE, in_part, NONE])
    np.testing.assert_array_equal(played[2], in_part)
    assert ruler().point(played[1]) == pytest.approx((100 + 180 + 3 / 8) / 2, abs=1e-3)
    np.testing.assert_array_equal(played[3], in_part)


def test_known_codebooks_behind_a_lost_first_one_are_kept() -> None:
    holed = np.array([-1, 7, -1, -1, -1, -1, -1, -1], dtype=np.int16)
    played = play(1, [at(100), holed, at(102)])[1]
    assert played[1] == 7
    # Codebook 0 is chosen first: 101; what 7/8 is too much, the later ones cannot take back.
    assert played[0] == 101


def test_a_pause_is_not_crossed_and_its_newest_frame_is_kept() -> None:
    recovery = InterpolateRecovery(ruler(), 1)
    recovery.push(at(100), at(100))
    recovery.pause(newest=NONE)
    np.testing.assert_array_equal(recovery.push(at(50), NONE), NONE)
    recovery.push(NONE, at(50))
    recovery.pause(newest=at(70))
    recovery.push(at(90), at(70))
    np.testing.assert_array_equal(recovery.push(at(90), NONE), at(80))


def test_a_pause_takes_its_place_among_the_frames_to_come() -> None:
    recovery = InterpolateRecovery(ruler(), 3)
    recovery.pause(newest=at(200))  # due three frames later
    recovery.push(NONE, at(100))
    assert recovery.push(NONE, NONE)[0] == 150
    recovery.pause()
    recovery.push(NONE, at(100))
    assert recovery.push(NONE, NONE)[0] == 100
    recovery.reset()
    recovery.push(at(5), at(1))
    recovery.reset()
    recovery.push(NONE, at(1))
    assert recovery.push(NONE, NONE)[0] == 1, "a reset forgets"


def test_what_nobody_sent_stays_open_unless_asked_for() -> None:
    four = np.arange(8) < 4
    for fill_unsent, filled in ((False, 4), (True, 8)):
        recovery = InterpolateRecovery(ruler(), 1, fill_unsent)
        recovery.push(NONE, np.where(four, at(1), -1))
        played = recovery.push(np.where(four, at(9), -1), NONE, sent=4)
        assert (played >= 0).tolist() == [k < filled for k in range(8)]


def test_a_skipped_frame_is_a_step_on_the_way() -> None:
    recovery = InterpolateRecovery(ruler(), 1)
    recovery.push(NONE, at(0))
    recovery.skip(NONE, NONE, at(0))
    assert recovery.push(at(30), NONE)[0] == 20


def test_confidence_is_of_known_tokens_only() -> None:
    recovery = InterpolateRecovery(ruler(), 0)
    assert not recovery.confidence.any()
    recovery.push(at(1), at(1))
    assert (recovery.confidence == 1).all()
    recovery.push(NONE, NONE)
    assert not recovery.confidence.any()
    assert recovery.confidence.dtype == np.float32


@given(st.integers(0, 2**32 - 1), st.integers(0, 3))
@examples(0.3)
def test_known_tokens_are_kept(seed: int, look_ahead: int) -> None:
    random = np.random.default_rng(seed)
    received = [
        np.where(random.random(8) < 0.6, random.integers(0, 2048, 8), -1).astype(np.int16)
        for _ in range(10)
    ]
    for due, played in zip(received, play(look_ahead, received), strict=True):
        np.testing.assert_array_equal(played[due != -1], due[due != -1])
        assert played.dtype == np.int16
        assert played.shape == (8,)


def split_quantizer() -> SplitResidualVectorQuantizer:
    """As Kyutai's: codebook 0 beside codebooks 1..7; random vectors that grow smaller."""
    with torch.random.fork_rng(), torch.no_grad():
        torch.manual_seed(0)
        quantizer = SplitResidualVectorQuantizer(
            dimension=16, n_q=10, bins=2048, input_dimension=32, output_dimension=32
        )
        for part in (quantizer.rvq_first, quantizer.rvq_rest):
            for k, layer in enumerate(part.vq.layers):
                layer._codebook.embedding_sum.normal_(std=0.6**k)
                layer._codebook.cluster_usage.fill_(1.0)
    quantizer.set_num_codebooks(8)
    return quantizer.eval()


@pytest.fixture(params=["embedded", "split"])
def codec(request: pytest.FixtureRequest) -> Any:
    if request.param == "embedded":
        return load_codec(random_checkpoint())
    model = SimpleNamespace(quantizer=split_quantizer())
    return SimpleNamespace(_model=model, codebooks=codebooks_of(model))


def in_and_out(quantizer: Any, latent: torch.Tensor | None, point: torch.Tensor | None) -> Any:
    """Projection of a latent into the space, or of a point to the decoder's latent."""
    parts = [quantizer]
    if isinstance(quantizer, SplitResidualVectorQuantizer):
        parts = [quantizer.rvq_first, quantizer.rvq_rest]
    with torch.no_grad():
        if latent is not None:
            return torch.cat([part.input_proj(latent) for part in parts], dim=1)
        points = point.chunk(len(parts), dim=1)
        return sum(part.output_proj(own) for part, own in zip(parts, points, strict=True))


def test_the_nearest_tokens_are_those_of_the_encoder(codec: Any) -> None:
    space, quantizer = codebook_space(codec), codec._model.quantizer
    width = quantizer.input_proj.in_channels if hasattr(quantizer, "input_proj") else 32
    latents = torch.randn(1, width, 20, generator=torch.Generator().manual_seed(1))
    points = in_and_out(quantizer, latents, None)[0].T.numpy()
    with torch.no_grad():
        tokens = quantizer.encode(latents)[0].T.numpy()
    for point, expected in zip(points, tokens, strict=True):
        np.testing.assert_array_equal(space.nearest(point, NONE), expected)
    assert len(np.unique(tokens)) > 20


def test_a_point_is_what_the_decoder_is_given(codec: Any) -> None:
    space, quantizer = codebook_space(codec), codec._model.quantizer
    for tokens in random_tokens(6, seed=3):
        tokens[5:] = -1
        point = torch.from_numpy(space.point(tokens)).view(1, -1, 1)
        codes = torch.from_numpy(tokens.astype(np.int64)).view(1, -1, 1)
        with torch.no_grad():
            given = dequantise(codec._model, codes)
        latent = in_and_out(quantizer, None, point)
        torch.testing.assert_close(latent, given, rtol=1e-4, atol=1e-4)
