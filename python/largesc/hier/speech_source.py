# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hierarchical block: speech from an audio file or from the sound card."""

from pathlib import Path

from gnuradio import audio, filter, gr

from ..frame import setting_value as setting
from ..runtime.card_opening import card_opening
from ..runtime.real_time_pace import SAMPLE_RATE, real_time_pace
from ..runtime.sample_array import array_source

CARD_RATE = 48000  # Hz; every sound card has it, many have no 24 kHz


class speech_source(gr.hier_block2):
    """Speech as the codec takes it (24 kHz, mono), from a file or from the microphone.

    A file of another rate is resampled, its channels are mixed down; the log says so. It is read
    as a whole at the start.

    Args:
        file: audio file (WAV, FLAC, Ogg, MP3, raw G.722 and others); empty for the sound card.
        repeat: the file starts again at its end; otherwise the output ends there.
        paced: the file comes out in real time, after a standstill no faster; otherwise as fast as
            it is taken.
        device: sound card to record from, as its driver names it; empty for the default one.

    Raises:
        ValueError: a setting of a wrong type.
        AudioFileError: the file is missing, damaged, empty, or no audio.
        RuntimeError: no such sound card.

    Stream output: float, 24 kHz, full scale 1.0.
    """

    def __init__(self, file: str = "", repeat: bool = False, paced: bool = True, device: str = ""):
        gr.hier_block2.__init__(
            self,
            "speech_source",
            gr.io_signature(0, 0, 0),
            gr.io_signature(1, 1, gr.sizeof_float),
        )
        again, in_time = setting.switch("repeat", repeat), setting.switch("paced", paced)
        if setting.text("file", file):
            self._read_file(file, again, in_time)
        else:
            self._record(setting.text("device", device))

    def _read_file(self, file: str, repeat: bool, paced: bool) -> None:
        # The libraries behind it are not needed for the microphone.
        from ..audio.speech_file import read_speech

        speech = read_speech(Path(file).expanduser())
        for notice in speech.notices:
            gr.logger("speech_source").info(f"{file}: {notice}")
        self.player = array_source(speech.pcm, repeat)
        if paced:
            self.pace = real_time_pace()
            self.connect(self.player, self.pace, self)
        else:
            self.connect(self.player, self)

    def _record(self, device: str) -> None:
        remedy = "connect one, name another device, or give an audio file"
        with card_opening("record from", device, remedy):
            self.recorder = audio.source(CARD_RATE, device, True)
        self.resampler = filter.rational_resampler_fff(
            interpolation=1, decimation=CARD_RATE // SAMPLE_RATE
        )
        self.connect(self.recorder, self.resampler, self)
