# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hierarchical block: speech to the sound card or into a WAV file."""

from pathlib import Path

from gnuradio import analog, audio, blocks, filter, gr

from ..frame import setting_value as setting
from ..runtime.card_buffer import short_card_buffer
from ..runtime.card_opening import card_opening
from ..runtime.real_time_pace import SAMPLE_RATE, real_time_pace
from ..runtime.wav_sink import wav_sink
from .speech_source import CARD_RATE

NOWHERE = "none"
# Samples, one page: 21 ms. GNU Radio's own choice, 16384, holds 0.3 s per block when the card sets
# the pace, and all of it is latency.
CARD_BUFFER = 1024


class speech_sink(gr.hier_block2):
    """Takes speech (24 kHz, mono) to the loudspeaker, into a file, or nowhere.

    Samples beyond full scale are clipped.

    Args:
        file: WAV file to write (16 bit); empty for the sound card; ``none`` to throw the samples
            away. The first run begins the file, in the place of an old one; what follows a stop or
            an unlock goes on behind it. It is complete whenever the flowgraph has stopped. When it
            cannot be written any more (disk full), the sound goes on, and what is not in the file
            is counted.
        device: sound card to play on, as its driver names it; empty for the default one. It
            buffers 40 ms, or what the user has set as ``[audio_alsa] nperiods``.
        paced: samples for a file, or for nowhere, are taken in real time, as a sound card does,
            after a standstill no faster; before a live receiver something must. Otherwise they are
            taken as fast as they come.

    Raises:
        ValueError: a setting of a wrong type.
        RuntimeError: the file cannot be written, or there is no such sound card.

    Stream input: float, 24 kHz, full scale 1.0. Counters, of a file: ``written``, ``unwritten``
    (samples of this run).
    """

    def __init__(self, file: str = "", device: str = "", paced: bool = False):
        gr.hier_block2.__init__(
            self,
            "speech_sink",
            gr.io_signature(1, 1, gr.sizeof_float),
            gr.io_signature(0, 0, 0),
        )
        head = [self]
        if setting.switch("paced", paced) and setting.text("file", file):
            self.pace = real_time_pace()
            head = [self, self.pace]
        if setting.text("file", file) == NOWHERE:
            self.sink = blocks.null_sink(gr.sizeof_float)
            self.connect(*head, self.sink)
        elif file:
            self.sink = _wav_file(Path(file).expanduser())
            self.connect(*head, self.sink)
        else:
            self._play(setting.text("device", device))

    def counters(self) -> dict[str, int]:
        """What was counted so far, by name; nothing where no file is written."""
        return self.sink.counters() if isinstance(self.sink, wav_sink) else {}

    @property
    def write_error(self) -> str:
        """Why samples are missing in the file; empty if none are."""
        return self.sink.error if isinstance(self.sink, wav_sink) else ""

    def close(self) -> None:
        """Completes the file after a run that was cut off before GNU Radio stopped its blocks."""
        if isinstance(self.sink, wav_sink):
            self.sink.stop()

    def _play(self, device: str) -> None:
        remedy = f"connect one, name another device, or give a WAV file to write, or {NOWHERE!r}"
        with card_opening("play on", device, remedy), short_card_buffer():
            self.sink = audio.sink(CARD_RATE, device, True)
        self.resampler = filter.rational_resampler_fff(
            interpolation=CARD_RATE // SAMPLE_RATE, decimation=1
        )
        # Sinks convert to 16 bit; what is beyond full scale would come out with the wrong sign.
        self.limiter = analog.rail_ff(-1.0, 1.0)
        for block in (self.resampler, self.limiter):
            block.set_max_output_buffer(CARD_BUFFER)
        self.connect(self, self.resampler, self.limiter, self.sink)


def _wav_file(path: Path) -> wav_sink:
    try:
        return wav_sink(path, SAMPLE_RATE)
    except OSError as error:
        raise RuntimeError(f"{path}: cannot be written ({error.strerror})") from error
