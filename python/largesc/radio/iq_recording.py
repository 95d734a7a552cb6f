# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""A recording of IQ in SigMF, with an annotation for every packet in it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from ..audio.output_file import check_writable

ARCHIVE = ".sigmf"  # of both files in one, which is only read
SUFFIXES = (".sigmf-meta", ".sigmf-data", ARCHIVE)
EXTENSION = {"name": "largesc", "version": "1.1.0", "optional": True}
MODEM_KEY = "largesc:modem"  # name of the profile


def base_of(path: Path) -> Path:
    """The name that both files of a recording share, without suffix."""
    return path.with_suffix("") if path.suffix in SUFFIXES else path


def recorded_files(path: Path) -> tuple[Path, Path]:
    """Its description and its samples.

    Raises:
        ValueError: it has no name.
    """
    base = base_of(path)
    if not base.name:
        raise ValueError("a recording needs a name, as sigmf:NAME")
    return tuple(base.with_name(base.name + suffix) for suffix in SUFFIXES[:2])  # type: ignore[return-value]


class IqRecording:
    """Two files, ``NAME.sigmf-data`` (complex floats) and ``NAME.sigmf-meta``.

    They are made with the first sample: without one, an older recording of that name stays. The
    description is there from then on, its annotations come at the end. When samples cannot be
    written any more (disk full), the rest is counted.

    Args:
        path: NAME, with or without suffix.
        rate: samples/s.
        frequency: Hz of the samples' middle; 0 where it is not known.
        modem: name of the profile whose signal it is.

    Attributes:
        error: why something is missing; empty if nothing is.
        unwritten: samples that are missing.

    Raises:
        AudioFileError: it cannot be written.
    """

    def __init__(self, path: Path, rate: float, frequency: float = 0.0, modem: str = ""):
        import sigmf  # noqa: F401 (takes longer than a first sample may wait)

        self._meta, self._data = recorded_files(path)
        self._rate, self._frequency, self._modem = rate, frequency, modem
        self._annotations: list[tuple[int, int, dict[str, Any]]] = []
        self.error, self.unwritten, self._written = "", 0, 0
        for file in (self._meta, self._data):
            check_writable(file)
        self._file: BinaryIO | None = None
        self._is_closed = False

    def write(self, samples: NDArray[np.complex64]) -> None:
        """Adds samples."""
        if not self.error and not self._is_closed:
            try:
                self._opened().write(np.asarray(samples, dtype="<c8").tobytes())
                self._written += len(samples)
                return
            except OSError as error:
                self._fail(self._data, error)
        self.unwritten += len(samples)

    def annotate(self, start: int, count: int, figures: dict[str, Any]) -> None:
        """Says what is known of some samples.

        Args:
            start: the first of them.
            count: how many.
            figures: by name; what they mean stands in docs/radio.md.
        """
        self._annotations.append((start, count, figures))

    def close(self) -> None:
        """Writes what is left and the description; a second call does nothing.

        Without a sample there is nothing to describe.
        """
        self._is_closed = True
        file, self._file = self._file, None
        if file is None:
            return
        try:
            file.close()
        except OSError as error:  # what waited in the file's buffer
            self._fail(self._data, error)
        try:
            self._describe(self._data)
        except OSError as error:
            self._fail(self._meta, error)

    def _opened(self) -> BinaryIO:
        if self._file is None:
            self._began = datetime.now(UTC)
            self._file = self._data.open("wb")
            self._describe(None)
        return self._file

    def _fail(self, path: Path, error: OSError) -> None:
        self.error = self.error or f"{path}: cannot be written ({error.strerror})"

    def _describe(self, data: Path | None) -> None:
        """Writes the description; with the samples' hash if they are complete."""
        import sigmf

        about = {
            sigmf.DATATYPE_KEY: "cf32_le",
            sigmf.SAMPLE_RATE_KEY: self._rate,
            sigmf.RECORDER_KEY: "gr-largesc",
            sigmf.EXTENSIONS_KEY: [EXTENSION],
        }
        if self._modem:
            about[MODEM_KEY] = self._modem
        described = sigmf.SigMFFile(data_file=data and str(data), global_info=about)
        capture: dict[str, Any] = {
            sigmf.DATETIME_KEY: self._began.isoformat(timespec="milliseconds")
        }
        capture[sigmf.DATETIME_KEY] = capture[sigmf.DATETIME_KEY].replace("+00:00", "Z")
        if self._frequency:
            capture[sigmf.FREQUENCY_KEY] = self._frequency
        described.add_capture(0, metadata=capture)
        for start, count, figures in sorted(self._annotations, key=lambda one: one[0]):
            inside = min(count, self._written - start)
            if start >= 0 and inside > 0:
                described.add_annotation(start, inside, metadata=figures)
        described.tofile(str(self._meta), overwrite=True)
