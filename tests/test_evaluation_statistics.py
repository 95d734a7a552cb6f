# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Intervals against theory, ratios against sums, pairs against a common disturbance."""

import numpy as np
import pytest
from gnuradio.largesc.evaluation.report.statistics import (
    Estimate,
    difference,
    estimate,
    make_scores,
)
from hypothesis import given
from hypothesis import strategies as st


def names(count: int) -> list[str]:
    return [f"f{number:04d}" for number in range(count)]


def test_the_interval_of_a_mean_is_that_of_theory() -> None:
    values = np.random.default_rng(1).normal(3.0, 1.0, 400)
    found = estimate(make_scores(names(400), [1] * 400, values))
    assert found is not None
    assert found.value == pytest.approx(values.mean())
    half = 1.96 * values.std() / np.sqrt(400)
    assert found.low == pytest.approx(values.mean() - half, abs=0.015)
    assert found.high == pytest.approx(values.mean() + half, abs=0.015)


def test_intervals_cover_the_truth_as_often_as_they_say() -> None:
    generator = np.random.default_rng(2)
    hits = 0
    for _ in range(300):
        scores = make_scores(names(60), [1] * 60, generator.normal(1.0, 1.0, 60))
        found = estimate(scores, resamples=400)
        assert found is not None
        hits += found.low <= 1.0 <= found.high
    assert 0.90 <= hits / 300 <= 0.98


@given(
    st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=1, max_size=30).filter(
        lambda pairs: sum(words for _, words in pairs) > 0
    )
)
def test_an_error_rate_is_the_ratio_of_sums(pairs: list[tuple[int, int]]) -> None:
    errors, words = zip(*pairs, strict=True)
    found = estimate(make_scores(names(len(pairs)), [1] * len(pairs), errors, words), 50)
    assert found is not None
    assert found.value == pytest.approx(sum(errors) / sum(words))


def test_seeds_of_a_file_are_no_independent_files() -> None:
    values = np.random.default_rng(3).normal(0.0, 1.0, 30)
    once = estimate(make_scores(names(30), [1] * 30, values))
    seeds = np.repeat(np.arange(5), 30)
    often = estimate(make_scores(names(30) * 5, seeds, np.tile(values, 5)))
    assert once is not None
    assert often is not None
    assert (often.value, often.files) == (pytest.approx(once.value), once.files)
    assert (often.low, often.high) == (pytest.approx(once.low), pytest.approx(once.high))


def test_a_common_disturbance_does_not_widen_a_difference() -> None:
    generator = np.random.default_rng(4)
    common = generator.normal(0.0, 5.0, 100)
    first = make_scores(names(100), [1] * 100, common + 0.3 + generator.normal(0, 0.1, 100))
    second = make_scores(names(100), [1] * 100, common)
    found = difference(first, second)
    assert found is not None
    assert found.excludes_zero
    assert found.high - found.low < 0.1
    alone = estimate(first)
    assert alone is not None
    assert alone.high - alone.low > 1.0


def test_a_difference_takes_files_that_both_have() -> None:
    first = make_scores(["a", "b", "c"], [1, 1, 1], [1.0, 2.0, 30.0])
    second = make_scores(["b", "a", "d"], [1, 1, 1], [1.0, 0.0, 99.0])
    found = difference(first, second)
    assert found is not None
    assert found.value == pytest.approx(1.0)
    assert found.files == 2
    assert difference(first, make_scores(["x"], [1], [1.0])) is None


def test_nothing_gives_nothing_and_one_file_no_interval() -> None:
    assert estimate(make_scores([], [], [])) is None
    assert estimate(make_scores(["a"], [1], [0.0], [0.0])) is None
    alone = estimate(make_scores(["a"], [1], [2.0]))
    assert alone is not None
    assert alone.value == 2.0
    assert np.isnan(alone.low)
    assert not alone.excludes_zero


def test_values_that_are_not_finite_are_left_out() -> None:
    found = estimate(make_scores(["a", "b", "c"], [1, 1, 1], [1.0, float("nan"), 3.0]))
    assert found is not None
    assert (found.value, found.files) == (2.0, 2)


def test_a_pair_of_file_and_seed_counts_once() -> None:
    with pytest.raises(ValueError, match="a with seed 1 is there twice"):
        make_scores(["a", "a"], [1, 1], [1.0, 2.0])


def test_the_order_of_rows_makes_no_difference() -> None:
    values = np.random.default_rng(5).normal(size=50)
    order = np.random.default_rng(6).permutation(50)
    shuffled = make_scores(np.array(names(50))[order], [1] * 50, values[order])
    assert estimate(shuffled) == estimate(make_scores(names(50), [1] * 50, values))


def test_an_interval_that_touches_zero_tells_nothing() -> None:
    assert not Estimate(1.0, 0.0, 2.0, 9).excludes_zero
    assert Estimate(-1.0, -2.0, -0.1, 9).excludes_zero


def test_files_of_few_readers_are_not_many_voices() -> None:
    """Readers differ, their files do not: the interval is of eight readers, not of 80 files."""
    of_reader = np.random.default_rng(7).normal(3.0, 1.0, 8)
    readers = np.repeat([f"r{k}" for k in range(8)], 10)
    scores = make_scores(names(80), [1] * 80, np.repeat(of_reader, 10), readers=readers)
    found = estimate(scores)
    plain = estimate(make_scores(names(80), [1] * 80, np.repeat(of_reader, 10)))
    assert found is not None
    assert plain is not None
    assert found.value == pytest.approx(plain.value)
    half = 1.96 * of_reader.std() / np.sqrt(8)
    assert (found.high - found.low) / 2 == pytest.approx(half, rel=0.1)
    assert plain.high - plain.low < 0.5 * (found.high - found.low)


def test_intervals_over_readers_cover_the_truth() -> None:
    """Voices and recordings both by chance, 14 readers of ten: as often as such intervals do."""
    generator = np.random.default_rng(8)
    readers = np.repeat([f"r{k:02d}" for k in range(14)], 10)
    hits = plain_hits = 0
    for _ in range(200):
        values = np.repeat(generator.normal(1.0, 1.0, 14), 10) + generator.normal(0.0, 1.0, 140)
        found = estimate(make_scores(names(140), [1] * 140, values, readers=readers), 400)
        plain = estimate(make_scores(names(140), [1] * 140, values), 400)
        assert found is not None
        assert plain is not None
        hits += found.low <= 1.0 <= found.high
        plain_hits += plain.low <= 1.0 <= plain.high
    assert 0.87 <= hits / 200 <= 0.99  # percentiles of 14 voices are a little narrow
    assert plain_hits / 200 < 0.6  # files alone promise what they do not hold


def test_one_reader_or_one_file_of_each_is_a_bootstrap_over_files() -> None:
    values = np.random.default_rng(9).normal(size=30)
    plain = estimate(make_scores(names(30), [1] * 30, values))
    for readers in (["r"] * 30, names(30)):
        assert estimate(make_scores(names(30), [1] * 30, values, readers=readers)) == plain


def test_a_disturbance_that_readers_share_does_not_widen_a_difference() -> None:
    generator = np.random.default_rng(10)
    readers = np.repeat(["a", "b", "c", "d", "e"], 6)
    common = np.repeat(generator.normal(0.0, 5.0, 5), 6)
    ours = make_scores(names(30), [1] * 30, common + 0.3, readers=readers)
    theirs = make_scores(names(30), [1] * 30, common, readers=readers)
    found = difference(ours, theirs)
    assert found is not None
    assert (found.low, found.high) == (pytest.approx(0.3), pytest.approx(0.3))
