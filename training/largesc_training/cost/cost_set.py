# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measured costs on disk: ``costs.safetensors``, and parts while they are measured."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from largesc.codec.tensor_file import save_arrays
from safetensors import safe_open

FILE, PARTS = "costs.safetensors", "parts"
ARRAYS = ("latent", "before", "distance", "own", "level", "flux", "voiced", "weight", "frame")


@dataclass(frozen=True)
class CostSet:
    """N measured frames.

    Attributes:
        arrays: float32, by name. ``latent``, ``before`` ``[N, D]``: unquantised, of the frame and
            of the one before it. ``distance``, ``own`` ``[N, 2, 9, W]``: log-mel distance in dB x
            frames to the speech that was said, and to what the codec makes of it if everything
            arrives whole; neighbours received or lost, tokens that arrive, frames heard from the
            one before on. ``level`` (dBFS), ``flux`` (dB), ``voiced`` (share), ``weight``,
            ``frame`` (in its stretch) ``[N]``.
        readers: whose each frame is.
        facts: codec, recovery and how it was measured.
    """

    arrays: dict[str, np.ndarray]
    readers: np.ndarray
    facts: dict[str, Any]

    @property
    def costs(self) -> np.ndarray:
        """D(n, m) float64 ``[N, 2, 9]``: the distance to what was said, less that of the frame
        arriving whole in the same column."""
        total = self.arrays["distance"].astype(np.float64).sum(axis=3)
        excess: np.ndarray = total - total[:, :, -1:]
        return excess

    @property
    def weights(self) -> np.ndarray:
        """How many frames of speech each stands for, float64 ``[N]``, 1 on average."""
        return self.arrays["weight"].astype(np.float64)

    def of(self, chosen: np.ndarray) -> "CostSet":
        """Those of a mask or of indices."""
        arrays = {name: own[chosen] for name, own in self.arrays.items()}
        return CostSet(arrays, self.readers[chosen], self.facts)


def read_costs(folder: Path) -> CostSet:
    """What :class:`CostWriter` wrote.

    Raises:
        OSError, SafetensorError: no file, or a damaged one.
    """
    with safe_open(folder / FILE, framework="numpy") as file:
        arrays = {name: file.get_tensor(name) for name in ARRAYS}
        facts = json.loads(file.metadata()["facts"])
        number = file.get_tensor("reader")
    return CostSet(arrays, np.array(facts.pop("readers"))[number], facts)


class CostWriter:
    """Collects the frames of one stretch after the other; one that was stopped goes on.

    Args:
        folder: made if it is not there.
    """

    def __init__(self, folder: Path):
        self._folder, self._parts = folder, folder / PARTS
        self._parts.mkdir(parents=True, exist_ok=True)

    def has(self, part: int) -> bool:
        """Whether a part is there, whole."""
        return self._path(part).is_file()

    def add(self, part: int, reader: str, arrays: dict[str, np.ndarray]) -> None:
        """The frames of a stretch."""
        save_arrays(arrays, self._path(part), {"reader": reader})

    def close(self, parts: list[int], facts: dict[str, Any]) -> None:
        """Writes the set of these parts. They stay, for a call that has time for more."""
        found: list[dict[str, np.ndarray]] = []
        readers: list[str] = []
        for part in parts:
            with safe_open(self._path(part), framework="numpy") as file:
                found.append({name: file.get_tensor(name) for name in ARRAYS})
                readers += [file.metadata()["reader"]] * len(found[-1]["weight"])
        names = sorted(set(readers))
        number = np.array([names.index(reader) for reader in readers], np.int32)
        whole = {name: np.concatenate([own[name] for own in found]) for name in ARRAYS}
        said = {"facts": json.dumps({**facts, "readers": names}, ensure_ascii=False)}
        save_arrays(whole | {"reader": number}, self._folder / FILE, said)

    def _path(self, part: int) -> Path:
        return self._parts / f"{part:05d}.safetensors"
