# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Frames of speech in a row, and what each costs that arrives in part, as they were measured."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from ...frame.speech_facts import SpeechFacts

FILE = "costs.safetensors"
ARRAYS = ("latent", "level", "flux", "distance", "frame", "reader")


@dataclass(frozen=True)
class MeasuredFrames:
    """N frames in the order of sending, of one reader after the other.

    Attributes:
        facts: what a sender knows of each.
        costs: float64 ``[N, 2, 9]``, D(n, m) in dB x frames: neighbours received or lost, by the
            number of tokens that arrive; less that of the frame arriving whole, so that a single
            one may be below 0.
        readers: whose each frame is, ``[N]``.
        told: how it was measured: codec, recovery, look_ahead, origin.
    """

    facts: list[SpeechFacts]
    costs: NDArray[np.float64]
    readers: NDArray[np.str_]
    told: dict[str, Any]


def read_measured_frames(folder: Path) -> MeasuredFrames:
    """The cost set that ``training/train speech-costs`` wrote.

    Raises:
        ValueError: no such file, a damaged one, or single frames that do not follow each other.
    """
    try:
        with safe_open(folder / FILE, framework="numpy") as file:
            arrays = {name: file.get_tensor(name) for name in ARRAYS}
            told = json.loads(file.metadata()["facts"])
    except (OSError, SafetensorError, KeyError, TypeError) as error:
        raise ValueError(f"{folder / FILE} is no set of measured costs: {error}") from None
    names = np.array(told.pop("readers"))
    number, frame = arrays["reader"], arrays["frame"]
    borders = np.diff(number) != 0
    if (np.diff(frame)[~borders] != 1).any():
        raise ValueError(f"{folder / FILE}: the frames of a reader must follow each other")
    total = arrays["distance"].astype(np.float64).sum(axis=3)
    facts = [
        SpeechFacts(float(level), float(flux), latent)
        for level, flux, latent in zip(
            arrays["level"], arrays["flux"], arrays["latent"], strict=True
        )
    ]
    return MeasuredFrames(facts, total - total[:, :, -1:], names[number], told)
