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
            source = _recorded(recording)
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
        return source

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
    """Samples of a recording, complex."""

    def __init__(self, recording: Any):
        gr.sync_block.__init__(self, name="recorded", in_sig=None, out_sig=[np.complex64])
        self._recording, self._place = recording, 0
        self._length = int(recording.sample_count)
        if not self._length:
            raise ValueError("it has no samples")
        if int(recording.num_channels or 1) != 1:
            raise ValueError("it has several channels")
        self._recording.read_samples(0, 1)  # fails now or never

    def work(self, input_items: Any, output_items: Any) -> int:
        out = output_items[0]
        count = min(len(out), self._length - self._place)
        if not count:
            return -1  # WORK_DONE
        out[:count] = self._recording.read_samples(self._place, count)
        self._place += count
        return count
