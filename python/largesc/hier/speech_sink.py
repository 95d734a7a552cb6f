# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hierarchical block: speech to the sound card or into a WAV file."""

from pathlib import Path

from gnuradio import analog, audio, blocks, filter, gr

from .speech_source import CARD_RATE, SAMPLE_RATE

NOWHERE = "none"
# Samples, one page: 21 ms. GNU Radio's own choice, 16384, holds 0.3 s per block when the card sets
# the pace, and all of it is latency.
CARD_BUFFER = 1024


class speech_sink(gr.hier_block2):
    """Takes speech (24 kHz, mono) to the loudspeaker, into a file, or nowhere.

    Samples beyond full scale are clipped.

    Args:
        file: WAV file to write (16 bit; an old one is replaced); empty for the sound card;
            ``none`` to throw the samples away.
        device: sound card to play on, as its driver names it; empty for the default one.
        paced: samples for a file, or for nowhere, are taken in real time, as a sound card does;
            before a live receiver something must. Otherwise they are taken as fast as they come.

    Raises:
        RuntimeError: the file cannot be written, or there is no such sound card.

    Stream input: float, 24 kHz, full scale 1.0.
    """

    def __init__(self, file: str = "", device: str = "", paced: bool = False):
        gr.hier_block2.__init__(
            self,
            "speech_sink",
            gr.io_signature(1, 1, gr.sizeof_float),
            gr.io_signature(0, 0, 0),
        )
        head = [self, self._throttle()] if file and paced else [self]
        if file == NOWHERE:
            self.sink = blocks.null_sink(gr.sizeof_float)
            self.connect(*head, self.sink)
        elif file:
            self.sink = _wav_file(Path(file).expanduser())
            self.limiter = _limiter()
            self.connect(*head, self.limiter, self.sink)
        else:
            self._play(device)

    def close(self) -> None:
        """Completes the file; call it after a run that may have been cut off."""
        if isinstance(self.sink, blocks.wavfile_sink):
            self.sink.close()

    def _throttle(self) -> gr.basic_block:
        self.throttle = blocks.throttle(gr.sizeof_float, SAMPLE_RATE)
        # It sleeps once per call; as much as a buffer holds would be taken in gulps of 1/3 s.
        self.throttle.set_max_noutput_items(SAMPLE_RATE // 50)
        return self.throttle

    def _play(self, device: str) -> None:
        try:
            self.sink = audio.sink(CARD_RATE, device, True)
        except RuntimeError as error:
            raise RuntimeError(
                f"no sound card to play on ({device or 'default'}): connect one, name another "
                f"device, or give a WAV file to write, or {NOWHERE!r}"
            ) from error
        self.resampler = filter.rational_resampler_fff(
            interpolation=CARD_RATE // SAMPLE_RATE, decimation=1
        )
        self.limiter = _limiter()
        for block in (self.resampler, self.limiter):
            block.set_max_output_buffer(CARD_BUFFER)
        self.connect(self, self.resampler, self.limiter, self.sink)


def _limiter() -> gr.basic_block:
    """Sinks convert to 16 bit; what is beyond full scale would come out with the wrong sign."""
    return analog.rail_ff(-1.0, 1.0)


def _wav_file(path: Path) -> gr.basic_block:
    append = False
    try:
        return blocks.wavfile_sink(
            str(path), 1, SAMPLE_RATE, blocks.FORMAT_WAV, blocks.FORMAT_PCM_16, append
        )
    except RuntimeError as error:
        raise RuntimeError(
            f"{path}: cannot be written; is the folder there, and yours to write in?"
        ) from error
