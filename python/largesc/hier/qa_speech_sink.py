#!/usr/bin/env python3
# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""QA of speech_sink: file, nowhere, and what goes wrong."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import soundfile
from gnuradio import blocks, gr, gr_unittest, largesc

NO_SUCH_CARD = "largesc_qa_has_no_such_card"


class qa_speech_sink(gr_unittest.TestCase):
    def setUp(self) -> None:
        self.tb = gr.top_block()
        self.folder = TemporaryDirectory()
        self.path = Path(self.folder.name) / "heard.wav"

    def tearDown(self) -> None:
        self.tb = None
        self.folder.cleanup()

    def play(self, samples: Any, sink: Any) -> None:
        self.tb.connect(blocks.vector_source_f(samples.tolist()), sink)
        self.tb.run()

    def test_file_holds_what_was_played(self) -> None:
        ramp = np.linspace(-0.9, 0.9, 5000, dtype=np.float32)
        self.play(ramp, largesc.speech_sink(str(self.path)))
        heard, rate = soundfile.read(self.path, dtype="float32")
        self.assertEqual(rate, 24000)
        np.testing.assert_allclose(heard, ramp, atol=2 / 32768)

    def test_samples_beyond_full_scale_are_clipped(self) -> None:
        self.play(np.array([0.5, 1.2, 3.0, -1.5]), largesc.speech_sink(str(self.path)))
        heard, _ = soundfile.read(self.path)
        np.testing.assert_allclose(heard, [0.5, 1.0, 1.0, -1.0], atol=2 / 32768)

    def test_old_file_is_replaced(self) -> None:
        soundfile.write(self.path, np.zeros(9000), 8000)
        self.play(np.full(100, 0.5), largesc.speech_sink(str(self.path)))
        info = soundfile.info(self.path)
        self.assertEqual((info.frames, info.samplerate), (100, 24000))

    def test_nowhere_takes_everything(self) -> None:
        self.play(np.zeros(100000), largesc.speech_sink("none"))
        self.assertFalse(Path("none").exists())

    def test_paced_it_takes_the_same(self) -> None:
        ramp = np.linspace(-0.9, 0.9, 3000, dtype=np.float32)
        self.play(ramp, largesc.speech_sink(str(self.path), paced=True))
        heard, _ = soundfile.read(self.path, dtype="float32")
        np.testing.assert_allclose(heard, ramp, atol=2 / 32768)

    def test_file_in_a_missing_folder_is_named(self) -> None:
        with self.assertRaisesRegex(RuntimeError, "heard.wav: cannot be written"):
            largesc.speech_sink(str(self.path.parent / "missing" / "heard.wav"))

    def test_missing_sound_card_is_named(self) -> None:
        with self.assertRaisesRegex(RuntimeError, f"play on .{NO_SUCH_CARD}"):
            largesc.speech_sink(device=NO_SUCH_CARD)


if __name__ == "__main__":
    gr_unittest.run(qa_speech_sink)
