# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""All metrics by the names that experiments use."""

from collections.abc import Callable

from .interface import Metric
from .item_accuracy import ItemAccuracy
from .log_mel_distance import LogMelDistance
from .plcmos import Plcmos
from .speaker_similarity import SpeakerSimilarity
from .visqol import Visqol
from .word_errors import WordErrors

METRICS: dict[str, Callable[[], Metric]] = {
    WordErrors.name: WordErrors,
    ItemAccuracy.name: ItemAccuracy,
    Plcmos.name: Plcmos,
    Visqol.name: Visqol,
    SpeakerSimilarity.name: SpeakerSimilarity,
    LogMelDistance.name: LogMelDistance,
}
