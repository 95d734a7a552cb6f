#!/usr/bin/env python3
# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""QA of speech_source: files of several forms, pace, and what goes wrong."""

import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import soundfile
from gnuradio import blocks, gr, gr_unittest, largesc
from gnuradio.largesc.audio.speech_file import AudioFileError

RATE = 24000
NO_SUCH_CARD = "largesc_qa_has_no_such_card"


def tone(rate: int, seconds: float) -> Any:
    """440 Hz at half of full scale."""
    t = np.arange(round(seconds * rate)) / rate
    return (0.5 * np.sin(2 * np.pi * 440.0 * t)).astype(np.float32)


class qa_speech_source(gr_unittest.TestCase):
    def setUp(self) -> None:
        self.tb = gr.top_block()
        self.folder = TemporaryDirectory()
        self.path = Path(self.folder.name) / "speech.wav"

    def tearDown(self) -> None:
        self.tb = None
        self.folder.cleanup()

    def played(self, source: Any, samples: int = 0) -> Any:
        """What the source puts out until it ends, or so many samples of it."""
        sink = blocks.vector_sink_f()
        if samples:
            self.tb.connect(source, blocks.head(gr.sizeof_float, samples), sink)
        else:
            self.tb.connect(source, sink)
        self.tb.run()
        return np.array(sink.data(), dtype=np.float32)

    def test_file_comes_out_once_and_as_it_is(self) -> None:
        speech = tone(RATE, 0.3)
        soundfile.write(self.path, speech, RATE, subtype="FLOAT")
        heard = self.played(largesc.speech_source(str(self.path), paced=False))
        np.testing.assert_array_equal(heard, speech)

    def test_repeated_file_starts_again(self) -> None:
        speech = tone(RATE, 0.1)
        soundfile.write(self.path, speech, RATE, subtype="FLOAT")
        source = largesc.speech_source(str(self.path), repeat=True, paced=False)
        np.testing.assert_array_equal(self.played(source, 3 * len(speech)), np.tile(speech, 3))

    def test_other_rate_and_channels_are_converted(self) -> None:
        stereo = np.stack([tone(48000, 0.5)] * 2, axis=1)
        soundfile.write(self.path, stereo, 48000)
        heard = self.played(largesc.speech_source(str(self.path), paced=False))
        self.assertEqual(len(heard), RATE // 2)
        middle = slice(RATE // 8, RATE // 4)
        np.testing.assert_allclose(heard[middle], tone(RATE, 0.5)[middle], atol=1e-3)

    def test_paced_file_takes_its_time(self) -> None:
        soundfile.write(self.path, tone(RATE, 0.5), RATE)
        start = time.monotonic()
        heard = self.played(largesc.speech_source(str(self.path)))
        self.assertEqual(len(heard), RATE // 2)
        self.assertGreater(time.monotonic() - start, 0.45)

    def test_missing_file_is_named(self) -> None:
        with self.assertRaisesRegex(AudioFileError, "speech.wav"):
            largesc.speech_source(str(self.path))

    def test_file_without_audio_is_refused(self) -> None:
        self.path.write_text("no audio")
        with self.assertRaises(AudioFileError):
            largesc.speech_source(str(self.path))

    def test_missing_sound_card_is_named(self) -> None:
        with self.assertRaisesRegex(RuntimeError, f"record from .{NO_SUCH_CARD}"):
            largesc.speech_source(device=NO_SUCH_CARD)


if __name__ == "__main__":
    gr_unittest.run(qa_speech_source)
