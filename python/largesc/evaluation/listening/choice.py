# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of a run is listened to: which systems, recordings and pairs."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from ..nearest_name import unknown_name
from ..report.reader_sets import NO_SYSTEMS
from ..report.run_folder import Run, load_run
from ..report.summary import OURS, Summary
from .key import ORIGINAL

MOST_SYSTEMS = 9  # BS.1534-3, 5.2: at most twelve signals, with reference and anchors
ITEMS = 6
REPEATS = 2


@dataclass(frozen=True)
class Wish:
    """What is asked for; empty: what a run has.

    Attributes:
        systems: labels; all but bounds.
        subset: of the corpus; the first of the report.
        losses: labels; all.
        pairs: ``LABEL=LABEL`` for ABX, ``original`` among them; ours with each other, or with
            all others if there is but one of ours.
        items: recordings at most.
        repeats: trials of each pair with each recording.
        seed: of the choice and of all orders.
    """

    systems: Sequence[str] = ()
    subset: str = ""
    losses: Sequence[str] = ()
    pairs: Sequence[str] = ()
    items: int = ITEMS
    repeats: int = REPEATS
    seed: int = 1


@dataclass(frozen=True)
class Recording:
    """A file at a loss with the sound of everything that is compared.

    Attributes:
        file, loss: of the run.
        paths: of FLAC files, by label; the original's label is ORIGINAL.
    """

    file: str
    loss: str
    paths: dict[str, Path]


@dataclass(frozen=True)
class Choice:
    """What is listened to: systems of MUSHRA, pairs of ABX, recordings of both."""

    systems: list[str]
    pairs: list[tuple[str, str]]
    recordings: list[Recording]


def choose(folder: Path, wish: Wish) -> Choice:
    """The choice of a run.

    Raises:
        ReportError: the folder is no run.
        ValueError: something that is asked for is not there, or there is no sound.
    """
    run = load_run(folder)
    if not run.clips:
        raise ValueError(f"{folder} kept no sound: run the experiment with `listen: 1` or more")
    summary = Summary([run])
    kinds = {system.label: system.kind for system in summary.systems}
    heard = {clip.system for clip in run.clips if clip.system}
    there = [s.label for s in summary.systems if s.label in heard and s.kind not in NO_SYSTEMS]
    for label in wish.systems:
        if label not in heard:
            raise ValueError(unknown_name("system", label, there))
    systems = list(wish.systems) or there
    if not 1 <= len(systems) <= MOST_SYSTEMS:
        raise ValueError(
            f"{len(systems)} systems: MUSHRA takes 1 to {MOST_SYSTEMS}; choose with --system"
        )
    pairs = _pairs(wish.pairs, systems, [s for s in systems if kinds[s] == OURS])
    recordings = _recordings(run, summary, wish, systems)
    return Choice(systems, pairs, _spread(recordings, wish, _readers(summary)))


def _pairs(
    asked: Sequence[str], systems: Sequence[str], ours: Sequence[str]
) -> list[tuple[str, str]]:
    if not asked:
        others = [system for system in systems if system not in ours]
        one = [(ours[0], other) for other in others] if len(ours) == 1 else []
        return one or list(combinations(ours or systems, 2)) or [(systems[0], ORIGINAL)]
    pairs = []
    for text in asked:
        first, sign, second = (part.strip() for part in text.partition("="))
        if not sign or first == second:
            raise ValueError(f"--pair {text}: say LABEL=LABEL, two systems or `{ORIGINAL}`")
        for label in (first, second):
            if label not in (*systems, ORIGINAL):
                raise ValueError(f"--pair: {unknown_name('system', label, systems)}")
        pairs.append((first, second))
    return pairs


def _recordings(run: Run, summary: Summary, wish: Wish, systems: Sequence[str]) -> list[Recording]:
    """Those of which all systems can be heard."""
    subsets = [s for s in summary.subsets if any(clip.subset == s for clip in run.clips)]
    subset = wish.subset or subsets[0]
    if subset not in subsets:
        raise ValueError(unknown_name("subset", subset, subsets))
    losses = summary.losses_of(subset)
    for loss in wish.losses:
        if loss not in losses:
            raise ValueError(unknown_name("loss", loss, losses))
    paths: dict[tuple[str, str], dict[str, Path]] = {}
    for clip in run.clips:
        if clip.subset == subset:
            paths.setdefault((clip.file, clip.loss), {})[clip.system or ORIGINAL] = clip.path
    found = []
    for (file, loss), by_label in paths.items():
        original = paths.get((file, ""), {}).get(ORIGINAL)
        is_wished = loss in wish.losses or (loss and not wish.losses)
        if is_wished and original and all(label in by_label for label in systems):
            chosen = {label: by_label[label] for label in systems} | {ORIGINAL: original}
            found.append(Recording(file, loss, chosen))
    if not found:
        raise ValueError(f"{subset}: no recording of which all chosen systems can be heard")
    return found


def _spread(recordings: list[Recording], wish: Wish, readers: dict[str, str]) -> list[Recording]:
    """As many as are wished for, by chance, of as many readers and losses as can be."""
    left = sorted(recordings, key=lambda one: (one.file, one.loss))
    random.Random(wish.seed).shuffle(left)
    chosen: list[Recording] = []
    uses: Counter[str] = Counter()
    while left and len(chosen) < wish.items:
        one = min(
            left, key=lambda one: uses[f"reader {readers[one.file]}"] + uses[f"loss {one.loss}"]
        )
        left.remove(one)
        chosen.append(one)
        uses.update([f"reader {readers[one.file]}", f"loss {one.loss}"])
    return chosen


def _readers(summary: Summary) -> dict[str, str]:
    rows = summary.results.drop_duplicates("file")
    return dict(zip(rows["file"], rows["reader"], strict=True))
