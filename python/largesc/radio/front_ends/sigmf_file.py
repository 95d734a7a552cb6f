# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Recordings of IQ as SigMF: ``sigmf:FILE``, or a name that ends in ``.sigmf-meta``."""

import os
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from gnuradio import gr

from ...audio.audio_file_error import AudioFileError
from ..device_rate import resampling
from ..iq_recorder import iq_recorder
from ..iq_recording import ARCHIVE, MODEM_KEY, IqRecording, recorded_files
from ..modem_profile import ModemProfile
from ..radio_settings import OWN_SHIFT, RadioSettings
from .front_end import FrontEnd, FrontEndError, in_words


def recording_path(address: str) -> Path:
    """Where a recording is: no shell puts the home folder in place of ``sigmf:~``."""
    return Path(os.path.expanduser(address))


class SigmfFrontEnd(FrontEnd):
    """Reads any recording that the ``sigmf`` package reads, and writes complex floats.

    What is written has the modem's rate. What is read may have another; with a frequency set, the
    signal is looked for there, otherwise in the recording's middle.
    """

    is_live = False
    needs_frequency = False

    def __init__(self, address: str, settings: RadioSettings, modem: ModemProfile):
        super().__init__(address, settings, modem)
        self.path = recording_path(address)
        self._writing: IqRecording | None = None
        self._reading: _recorded | None = None

    def source(self) -> gr.basic_block:
        import sigmf

        meta = recorded_files(self.path)[0]
        path = self.path if self.path.suffix == ARCHIVE else meta
        if not path.is_file():
            raise FrontEndError("there is no such recording")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # what matters is an error below
                recording = sigmf.fromfile(str(path))
            self._check_modem(recording.get_global_field(MODEM_KEY))
            rate = recording.get_global_field(sigmf.SAMPLE_RATE_KEY)
            if not rate:
                raise ValueError("it does not tell its sample rate")
            resampling(float(rate), self.modem.sample_rate)
            self._reading = _recorded(recording, path)
        except FrontEndError:
            raise
        except Exception as error:  # whatever the package makes of a damaged file
            raise FrontEndError(f"cannot be read ({in_words(error)})") from error
        self.rate = float(rate)
        if self.settings.rate not in (0.0, self.rate):
            raise FrontEndError(
                f"it has {self.rate:.10g} samples/s, not {self.settings.rate:.10g}: leave that out"
            )
        self.shift = self._place_in(recording)
        if _is_cut(recording):
            gr.logger("recording").warn(f"{path}: cut short within a sample; what is there is read")
        return self._reading

    def sink(self) -> gr.basic_block:
        try:
            self._writing = IqRecording(
                self.path, self.rate, self.settings.frequency, self.modem.name
            )
        except AudioFileError as error:
            raise FrontEndError(error.reason) from error
        return iq_recorder(self._writing)

    @property
    def write_error(self) -> str:
        return "" if self._writing is None else self._writing.error

    @property
    def read_error(self) -> str:
        return "" if self._reading is None else self._reading.error

    def close(self) -> None:
        if self._writing is not None:
            self._writing.close()

    def _check_modem(self, told: object) -> None:
        """A recording of ours that is heard by another modem would be silence without a reason."""
        if isinstance(told, str) and told != self.modem.name:
            raise FrontEndError(f"it has a signal of modem {told!r}, not {self.modem.name!r}")

    def _place_in(self, recording: Any) -> float:
        """Where the signal lies in a recording, Hz off its middle."""
        shift, frequency = self.settings.shift, self.settings.frequency
        if shift != OWN_SHIFT:
            if abs(shift) > self.rate / 2.0:
                raise FrontEndError(
                    f"a shift of {shift:.0f} Hz is not in a recording of {self.rate:.10g} samples/s"
                )
            return shift
        captures = recording.get_captures()
        middle = captures[0].get("core:frequency") if captures else None
        if middle is None or not frequency:
            return 0.0
        beside = frequency - float(middle)
        if abs(beside) > self.rate / 2.0:
            raise FrontEndError(
                f"{frequency:.0f} Hz is not in this recording around {middle:.0f} Hz"
            )
        return beside


class _recorded(gr.sync_block):
    """Samples of a recording, complex.

    Attributes:
        error: why it could not be read to its end; empty if it could.
    """

    def __init__(self, recording: Any, path: Path):
        gr.sync_block.__init__(self, name="recorded", in_sig=None, out_sig=[np.complex64])
        self._recording, self._path, self._place = recording, path, 0
        self.error = ""
        _check_layout(recording)
        self._length = int(recording.sample_count)
        if not self._length:
            raise ValueError("it has no samples")
        self._recording.read_samples(0, 1)

    def work(self, input_items: Any, output_items: Any) -> int:
        out = output_items[0]
        count = min(len(out), self._length - self._place)
        if not count or self.error:
            return -1  # WORK_DONE
        try:
            out[:count] = self._recording.read_samples(self._place, count)
        except Exception as error:  # whatever the package makes of a file that has changed
            self.error = f"{self._path}: cannot be read to its end ({in_words(error)})"
            return -1
        self._place += count
        return count


def _check_layout(recording: Any) -> None:
    import sigmf

    datatype = str(recording.get_global_field(sigmf.DATATYPE_KEY))
    if not datatype.startswith("c"):
        raise ValueError(f"its samples are real ({datatype}): complex ones are needed")
    if int(recording.num_channels or 1) != 1:
        raise ValueError("it has several channels")
    if any(size < 0 for size in _header_sizes(recording)):
        raise ValueError("a header in it has less than 0 bytes")


def _header_sizes(recording: Any) -> list[int]:
    return [int(capture.get("core:header_bytes", 0)) for capture in recording.get_captures()]


def _is_cut(recording: Any) -> bool:
    """Whether its file ends within a sample."""
    if recording.data_file is None:  # in an archive
        return False
    beside = sum(_header_sizes(recording)) + int(
        recording.get_global_field("core:trailing_bytes") or 0
    )
    size = Path(recording.data_file).stat().st_size - beside
    return size % int(recording.get_sample_size()) != 0
