# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What frames cost that arrive in part: measured rightly, drawn evenly, compared fairly."""

from collections.abc import Iterator

import numpy as np
import pytest
from largesc.codec.checkpoint import load_codec
from largesc.corpus.utterance import Utterance
from largesc.evaluation.metrics.log_mel_distance import LogMelDistance
from largesc.frame.tokens import NUM_CODEBOOKS, TokenOrigin
from largesc.recovery.frame_recovery import FrameRecovery
from largesc.recovery.sent_codebooks import DueTokens
from largesc.recovery.strategies.recovery_settings import RecoverySettings
from largesc.recovery.strategies.strategy_by_name import make_recovery
from largesc_training.cost.arrivals import Arrivals
from largesc_training.cost.branching_decoder import BranchingDecoder
from largesc_training.cost.comparison import Comparison, Use
from largesc_training.cost.cost_set import CostSet
from largesc_training.cost.curve_shapes import needed
from largesc_training.cost.frame_choice import FrameFacts, draw_frames
from largesc_training.cost.log_mel_windows import MARGIN, LogMelWindows
from largesc_training.cost.network_training import (
    fit_rule,
    parts_of,
    rule_costs,
    tell,
    train_network,
)
from largesc_training.cost.settings import ControllerSettings
from random_checkpoint import assert_same_speech, random_checkpoint, random_tokens, speech_like
from random_token_model import TINY, one_thread, write_token_model

CODEBOOKS = np.arange(NUM_CODEBOOKS)


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> Iterator[None]:
    yield from one_thread()


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("checkpoint")
    write_token_model(folder, random_checkpoint(), TINY)
    return str(folder)


# Arrivals


def replayed(
    recovery: FrameRecovery, look_ahead: int, tokens: np.ndarray, came: dict[int, int]
) -> np.ndarray:
    """What a receiver plays that goes through the whole stream, some of which came in part."""
    recovery.reset()
    known, origins = tokens.copy(), np.full(tokens.shape, TokenOrigin.PRIMARY, np.uint8)
    for frame, count in came.items():
        known[frame, count:] = -1
        origins[frame, count:] = TokenOrigin.UNSENT if count else TokenOrigin.UNKNOWN
    last = len(tokens) - look_ahead
    dues = [DueTokens(known[d], known[d + look_ahead], origins[d]) for d in range(last)]
    return np.array([recovery.fill(due).tokens for due in dues])


@pytest.mark.parametrize(
    ("strategy", "look_ahead"),
    [("hold", 0), ("interpolate", 1), pytest.param("lora", 2, marks=pytest.mark.slow)],
)
def test_forks_play_what_a_receiver_plays_that_went_all_the_way(
    checkpoint: str, strategy: str, look_ahead: int
) -> None:
    tokens = random_tokens(12, seed=3)
    settings = RecoverySettings(checkpoint, look_ahead)
    recovery, other = (FrameRecovery(make_recovery(strategy, settings)) for _ in range(2))
    arrivals = Arrivals(recovery, look_ahead)
    arrivals.start(tokens)
    arrivals.played(5, following=2)  # must not move what the next one goes on from
    rows = arrivals.played(6, following=2)
    assert rows.shape == (2, 9, 4, 8)
    for count in (0, 4):
        for column, around in enumerate(({}, {5: 0, 7: 0})):
            expected = replayed(other, look_ahead, tokens, {**around, 6: count})
            assert np.array_equal(rows[column, count], expected[5:9])


# Decoding and distances


def test_branches_sound_as_the_codec_sounds_that_goes_on_from_there() -> None:
    codec, tokens = load_codec(random_checkpoint()), random_tokens(12, seed=1)
    decoder = BranchingDecoder(random_checkpoint(), rows=3)
    other = np.stack([random_tokens(3, seed) for seed in (7, 8, 9)])
    other[1, 0, 4:] = -1
    before = decoder.decode(tokens[:5])
    branches = decoder.branch(other)
    after = decoder.decode(tokens[5:])
    whole = np.concatenate([codec.decode(frame) for frame in tokens])
    assert_same_speech(np.concatenate([before, after]), whole)
    for row, branch in zip(other, branches, strict=True):
        codec.reset()
        spoken = np.concatenate([codec.decode(frame) for frame in (*tokens[:5], *row)])
        assert_same_speech(branch, spoken[5 * 1920 :])


def test_distances_of_frames_add_up_to_the_judges_distance_of_a_recording() -> None:
    frames = 50
    said, heard = speech_like(frames, seed=1), speech_like(frames, seed=2)
    windows = LogMelWindows(1920, frames)
    spectra = [windows.decibels(np.pad(pcm, (MARGIN, 0))[None]) for pcm in (said, heard)]
    found = windows.distances(spectra[1], spectra[0])
    assert found.shape == (1, frames)
    utterance = Utterance("", "", "", "en", "", said)
    expected = LogMelDistance().score(utterance, heard, heard)["log_mel_distance"]
    assert found.sum() / frames == pytest.approx(expected, rel=0.01)


# Which frames


def test_frames_are_drawn_evenly_and_weigh_what_speech_has_of_them() -> None:
    random, frames = np.random.default_rng(0), 400
    loud = random.random(frames) < 0.9
    facts = FrameFacts(
        level=np.where(loud, -20.0, -50.0) + random.random(frames),
        flux=random.random(frames),
        voiced=loud.astype(float),
        silent=np.arange(frames) % 10 == 0,
    )
    drawn = draw_frames([facts, facts], 120, following=2, seed=1)
    assert drawn == draw_frames([facts, facts], 120, following=2, seed=1)
    chosen = [(facts.voiced[frame], weight) for own in drawn for frame, weight in own.items()]
    assert len(chosen) == 120
    assert sum(weight for _, weight in chosen) == pytest.approx(120)
    unvoiced = [weight for voiced, weight in chosen if not voiced]
    assert len(unvoiced) >= 20  # a tenth of the frames, a sixth of those drawn
    assert sum(unvoiced) == pytest.approx(12, abs=4)
    assert all(frame % 10 and 12 <= frame < frames - 3 for own in drawn for frame in own)


# Comparison


def cost_set(frames: int = 400, readers: int = 10, noise: float = 0.0) -> CostSet:
    """Frames whose cost falls evenly with every token, by a slope that the latent's first number
    says; the level says nothing."""
    random = np.random.default_rng(0)
    slope = random.uniform(0.1, 1.0, frames)
    curve = np.arange(8, -1, -1.0) * slope[:, None]
    costs = np.repeat(curve[:, None], 2, axis=1)[..., None]
    latent = random.standard_normal((frames, 4))
    latent[:, 0] = slope
    arrays = {
        "latent": latent,
        "before": latent,
        "distance": costs + noise * random.standard_normal(costs.shape),
        "level": random.standard_normal(frames),
        "flux": random.standard_normal(frames),
        "weight": np.ones(frames),
    }
    names = np.array([f"reader {number % readers}" for number in range(frames)])
    return CostSet(arrays, names, {})


def test_the_truth_spends_least_and_no_knowledge_as_much_as_the_same_for_all() -> None:
    costs, use = cost_set(), Use(0, 0, 8, 4.0)
    judge = Comparison(costs, resamples=5)
    mean = np.broadcast_to(costs.costs.mean(axis=0), costs.costs.shape)
    truth, fixed = judge.truth(use)[0], judge.fixed(use)[0]
    assert judge.cost(mean, use)[0] == pytest.approx(fixed, rel=0.02)
    # Straight curves: half of the frames, the steeper ones, get all tokens, the others none.
    slope = np.sort(costs.costs[:, 0, 0])
    assert truth == pytest.approx(slope[:200].sum() / 400, rel=0.02)
    assert judge.rank_correlation(costs.costs, 0, 0)[0] == pytest.approx(1.0)


def test_a_network_learns_what_the_latent_says_and_the_rule_cannot_know() -> None:
    costs = cost_set(noise=0.3)
    parts = parts_of(costs.readers, 5, seed=0)
    assert np.sum(parts, axis=0).tolist() == [1] * 400
    apart = parts[0]
    assert len(set(costs.readers[apart])) == 2
    assert not set(costs.readers[apart]) & set(costs.readers[~apart])
    learned, other = costs.of(~apart), costs.of(apart)
    settings, use = ControllerSettings(members=1, epochs=40), Use(0, 0, 8, 4.0)
    judge = Comparison(other, resamples=5)
    by_network = judge.cost(tell(train_network(learned, settings, 0), other), use)[0]
    by_rule = judge.cost(rule_costs(fit_rule(learned), other), use)[0]
    assert judge.truth(use)[0] <= by_network < 0.8 * by_rule


def test_tokens_needed_are_those_after_which_nothing_costs_much() -> None:
    costs = np.array(
        [
            [0.4, 0.2, 0.1, 0, 0, 0, 0, 0, 0],
            [9.0, 0.6, 0.4, 0, 0, 0, 0, 0, 0],
            [9.0, 0.1, 0.6, 0, 0, 0, 0, 0, 0],
            [9.0, 8, 7, 6, 5, 4, 3, 2, 0],
        ]
    )
    assert needed(costs).tolist() == [0, 2, 3, 8]
