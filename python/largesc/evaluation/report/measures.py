# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What measures in a report are made of, and how their figures are written."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from ...frame.tokens import NUM_CODEBOOKS


@dataclass(frozen=True)
class Measure:
    """A quality of received speech.

    Attributes:
        name: for files and anchors.
        title: in tables and plots, with the unit.
        numerator: columns of a row that are added up.
        denominator: column that this is divided by after summing over files and seeds (Bisani and
            Ney 2004 for the word error rate); empty: a mean over files of the mean over seeds.
        better: which way is good.
        scale: from the ratio to the figure written.
        digits: after the point.
        metric: which names its version in a run; empty: the system itself tells the figure.
    """

    name: str
    title: str
    numerator: tuple[str, ...]
    denominator: str
    better: Literal["lower", "higher"]
    scale: float
    digits: int
    metric: str

    @property
    def columns(self) -> tuple[str, ...]:
        """All that must be there for a row to count."""
        return self.numerator + ((self.denominator,) if self.denominator else ())

    @property
    def best(self) -> Callable[..., float]:
        """``min`` or ``max`` over figures."""
        return min if self.better == "lower" else max

    def counts(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Those of ``rows`` that have this measure."""
        if any(column not in rows for column in self.columns):
            return rows.iloc[:0]
        return rows.dropna(subset=list(self.columns))

    def written(self, value: float) -> str:
        """A figure without its unit."""
        return f"{self.scale * value:.{self.digits}f}"


ERRORS = ("substitutions", "insertions", "deletions")
WER = Measure("wer", "WER (%)", ERRORS, "words", "lower", 100.0, 1, "wer")
ACCURACY = Measure(
    "accuracy", "items right (%)", ("items_correct",), "items", "higher", 100.0, 1, "items"
)
PLCMOS = Measure("plcmos", "PLCMOS", ("plcmos",), "", "higher", 1.0, 2, "plcmos")
VISQOL = Measure("visqol", "ViSQOL", ("visqol",), "", "higher", 1.0, 2, "visqol")
VISQOL_TO_LOSSLESS = Measure(
    "visqol-to-lossless",
    "ViSQOL to the same codec without loss",
    ("visqol_to_lossless",),
    "",
    "higher",
    1.0,
    2,
    "visqol",
)
SPEAKER = Measure(
    "speaker-similarity",
    "speaker similarity",
    ("speaker_similarity",),
    "",
    "higher",
    1.0,
    3,
    "speaker_similarity",
)
LOG_MEL = Measure(
    "log-mel-distance",
    "log-mel distance",
    ("log_mel_distance",),
    "",
    "lower",
    1.0,
    2,
    "log_mel_distance",
)
# In tables of their own: what the errors in words are, and what recovery is worth before a decoder.
ERROR_PARTS = tuple(
    Measure(name, f"{name} (%)", (name,), "words", "lower", 100.0, 1, "wer") for name in ERRORS
)
TOKENS_RIGHT = tuple(
    Measure(
        f"tokens-right-{codebook}",
        f"codebook {codebook}",
        (f"tokens_right_{codebook}",),
        f"tokens_missing_{codebook}",
        "higher",
        100.0,
        1,
        "",
    )
    for codebook in range(NUM_CODEBOOKS)
)
RECOVERY_TIME = Measure(
    "recovery-time",
    "recovery (ms per frame)",
    ("recovery_seconds",),
    "packets",
    "lower",
    1000.0,
    2,
    "",
)
# Of channels that name no loss rate.
LOST = Measure("lost", "packets lost (%)", ("lost",), "packets", "lower", 100.0, 1, "")
MEASURES = (WER, ACCURACY, PLCMOS, VISQOL, VISQOL_TO_LOSSLESS, SPEAKER, LOG_MEL)
