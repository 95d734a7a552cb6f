# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Means, ratios and differences with bootstrap intervals over readers and their files."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .resampling import Groups, draws

RESAMPLES = 2000
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Scores:
    """A measure of one system at one loss; an entry is a file with a seed of the channel.

    Attributes:
        files: name of the file ``[entries]``.
        seeds: of the channel, int64 ``[entries]``; no pair of file and seed twice.
        numerator: float64 ``[entries]``, finite.
        denominator: float64 ``[entries]``, finite, not negative; None: the measure is a mean over
            files of the mean over seeds, else a ratio of sums over files and seeds.
        readers: who speaks ``[entries]``, the same in all entries of a file; None: one reader.
    """

    files: NDArray[np.str_]
    seeds: NDArray[np.int64]
    numerator: NDArray[np.float64]
    denominator: NDArray[np.float64] | None = None
    readers: NDArray[np.str_] | None = None


@dataclass(frozen=True)
class Estimate:
    """A figure with its interval.

    Attributes:
        value: from all files.
        low: end of the interval; NaN if there are fewer than two files.
        high: end of the interval; NaN if there are fewer than two files.
        files: that count.
    """

    value: float
    low: float
    high: float
    files: int

    @property
    def excludes_zero(self) -> bool:
        """Whether a difference is told apart from none."""
        return self.low > 0.0 or self.high < 0.0


def make_scores(
    files: ArrayLike,
    seeds: ArrayLike,
    numerator: ArrayLike,
    denominator: ArrayLike | None = None,
    readers: ArrayLike | None = None,
) -> Scores:
    """Scores in the order of files and seeds; entries with a value that is not finite are left out.

    Raises:
        ValueError: a file has two entries with the same seed.
    """
    names = np.asarray(files, dtype=np.str_)
    channel = np.asarray(seeds, dtype=np.int64)
    above = np.asarray(numerator, dtype=np.float64)
    below = None if denominator is None else np.asarray(denominator, dtype=np.float64)
    who = None if readers is None else np.asarray(readers, dtype=np.str_)
    usable = np.isfinite(above) if below is None else np.isfinite(above) & np.isfinite(below)
    # The order of rows depends on which worker was faster; sums of floats shall not.
    order = np.flatnonzero(usable)[np.lexsort((channel[usable], names[usable]))]
    names, channel = names[order], channel[order]
    twice = (names[1:] == names[:-1]) & (channel[1:] == channel[:-1])
    if twice.any():
        again = int(np.argmax(twice))
        raise ValueError(f"{names[again]} with seed {channel[again]} is there twice")
    return Scores(
        names,
        channel,
        above[order],
        None if below is None else below[order],
        None if who is None else who[order],
    )


def estimate(scores: Scores, resamples: int = RESAMPLES, seed: int = 0) -> Estimate | None:
    """The figure and its 95 % percentile interval (Efron and Tibshirani 1993, chapter 13).

    Readers are drawn with replacement, then as many files of each reader drawn as they have: files
    of one reader are no independent voices (a two-stage bootstrap, Davison and Hinkley 1997,
    section 3.8). Of one reader, files are drawn: for the word error rate this is the bootstrap of
    Bisani and Ney (ICASSP 2004). A file comes with all its seeds, which are no independent speech.

    Args:
        scores: of a system at a loss.
        resamples: how often is drawn.
        seed: of the drawing.

    Returns:
        None if nothing can be said: no file, or only denominators of zero.
    """
    sums = _file_sums(scores)
    if not sums[:, 1].sum() > 0:
        return None
    value = float(sums[:, 0].sum() / sums[:, 1].sum())
    low, high = _interval(_ratios(draws(_groups(scores), resamples, seed) @ sums))
    return Estimate(value, low, high, len(sums)) if len(sums) > 1 else _alone(value)


def difference(
    first: Scores, second: Scores, resamples: int = RESAMPLES, seed: int = 0
) -> Estimate | None:
    """``first`` less ``second`` with the paired interval: the same are drawn for both.

    Only pairs of file and seed that both have count: the channel loses the same slots in both.

    Returns:
        None if they have none in common, or only denominators of zero.

    Raises:
        ValueError: one is a ratio and the other a mean.
    """
    if (first.denominator is None) != (second.denominator is None):
        raise ValueError("a ratio and a mean have no difference")
    first, second = _in_common(first, second)
    ours, theirs = _file_sums(first), _file_sums(second)
    if not (ours[:, 1].sum() > 0 and theirs[:, 1].sum() > 0):
        return None
    value = float(_ratios(ours.sum(axis=0)) - _ratios(theirs.sum(axis=0)))
    drawn = draws(_groups(first), resamples, seed)
    low, high = _interval(_ratios(drawn @ ours) - _ratios(drawn @ theirs))
    return Estimate(value, low, high, len(ours)) if len(ours) > 1 else _alone(value)


def by_reader(scores: Scores) -> dict[str, float]:
    """The figure of every reader who has one, in the order of their names."""
    if scores.readers is None or not len(scores.files):
        return {}
    sums = _file_sums(scores)
    _, first = np.unique(scores.files, return_index=True)
    names, groups = np.unique(scores.readers[first], return_inverse=True)
    of_readers = np.zeros((len(names), 2))
    np.add.at(of_readers, groups, sums)
    values = zip(names.tolist(), _ratios(of_readers).tolist(), strict=True)
    return {name: value for name, value in values if np.isfinite(value)}


def _file_sums(scores: Scores) -> NDArray[np.float64]:
    """Numerator and denominator per file ``[files, 2]``: the figure is a ratio of their sums."""
    files, index = np.unique(scores.files, return_inverse=True)
    above = np.bincount(index, scores.numerator, minlength=len(files))
    if scores.denominator is not None:
        return np.stack([above, np.bincount(index, scores.denominator, len(files))], axis=1)
    return np.stack([above / np.bincount(index), np.ones(len(files))], axis=1)


def _groups(scores: Scores) -> Groups:
    """Number of the reader of each file, in the order of files."""
    files, first = np.unique(scores.files, return_index=True)
    if scores.readers is None:
        return (0,) * len(files)
    _, numbers = np.unique(scores.readers[first], return_inverse=True)
    return tuple(numbers.tolist())


def _in_common(first: Scores, second: Scores) -> tuple[Scores, Scores]:
    ours = list(zip(first.files.tolist(), first.seeds.tolist(), strict=True))
    theirs = list(zip(second.files.tolist(), second.seeds.tolist(), strict=True))
    both = set(ours) & set(theirs)
    return _chosen(first, [pair in both for pair in ours]), _chosen(
        second, [pair in both for pair in theirs]
    )


def _chosen(scores: Scores, which: list[bool]) -> Scores:
    mask = np.array(which, dtype=bool)
    below = None if scores.denominator is None else scores.denominator[mask]
    who = None if scores.readers is None else scores.readers[mask]
    return Scores(scores.files[mask], scores.seeds[mask], scores.numerator[mask], below, who)


def _ratios(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    """NaN where a resample drew only files without words."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios: NDArray[np.float64] = sums[..., 0] / sums[..., 1]
    return np.where(sums[..., 1] > 0, ratios, np.nan)


def _interval(resampled: NDArray[np.float64]) -> tuple[float, float]:
    outside = 50.0 * (1.0 - CONFIDENCE)
    low, high = np.nanpercentile(resampled, [outside, 100.0 - outside])
    return float(low), float(high)


def _alone(value: float) -> Estimate:
    return Estimate(value, float("nan"), float("nan"), 1)
