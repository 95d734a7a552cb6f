#!/usr/bin/env python3
# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""QA of speech_sink: file, nowhere, and what goes wrong."""

import itertools
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import soundfile
from gnuradio import blocks, gr, gr_unittest, largesc
from gnuradio.largesc.runtime.sample_array import array_source

sys.path.append(str(Path(__file__).parents[3] / "tests"))
from file_limit import largest_file
from pdu_flowgraph import stop, wait_until

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

    def connect(self, sink: Any, samples: Any) -> None:
        """Samples without end; what is heard of them is whole repetitions and a part."""
        self.source, self.sink = array_source(samples, repeat=True), sink
        self.tb.connect(self.source, self.sink)

    def test_another_run_and_what_follows_an_unlock_go_on_behind_the_first(self) -> None:
        ramp = np.linspace(-0.9, 0.9, 500, dtype=np.float32)
        self.connect(largesc.speech_sink(str(self.path)), ramp)
        ends = [0]
        for _ in range(2):
            self.tb.start()
            wait_until(lambda: self.sink.counters().get("written", 0) > 500, "a part is written")
            self.tb.lock()
            self.tb.disconnect(self.source, self.sink)
            self.tb.connect(self.source, self.sink)
            self.tb.unlock()
            wait_until(lambda: self.sink.counters().get("written", 0) > 500, "a part is written")
            stop(self.tb)
            length = soundfile.info(self.path).frames
            ends += [length - self.sink.counters()["written"], length]
        heard, _ = soundfile.read(self.path, dtype="float32")
        for begin, end in itertools.pairwise(ends):
            self.assertGreater(end - begin, 500)
            played = np.resize(ramp, end - begin)
            np.testing.assert_allclose(heard[begin:end], played, atol=2 / 32768)

    def test_a_full_disk_is_told_and_counted_and_the_sound_goes_on(self) -> None:
        self.connect(largesc.speech_sink("/dev/full"), np.zeros(500, dtype=np.float32))
        self.tb.start()
        wait_until(lambda: self.sink.counters().get("unwritten", 0) > 24000, "it goes on")
        stop(self.tb)
        self.assertEqual(set(self.sink.counters()), {"unwritten"})
        self.assertIn("/dev/full: cannot be written (No space left", self.sink.write_error)

    def test_a_disk_that_gets_full_keeps_what_fitted(self) -> None:
        with largest_file(100_000):
            self.connect(largesc.speech_sink(str(self.path)), np.full(500, 0.5, dtype=np.float32))
            self.tb.start()
            wait_until(lambda: self.sink.counters().get("unwritten", 0) > 24000, "it goes on")
            stop(self.tb)
        heard, _ = soundfile.read(self.path)
        self.assertLessEqual(self.sink.counters()["written"], len(heard))
        np.testing.assert_allclose(heard, np.full((100_000 - 44) // 2, 0.5), atol=2 / 32768)
        self.assertIn("File too large", self.sink.write_error)

    def test_a_closed_sink_leaves_a_complete_file(self) -> None:
        self.connect(largesc.speech_sink(str(self.path)), np.full(500, 0.5, dtype=np.float32))
        self.tb.start()
        wait_until(lambda: self.sink.counters().get("written", 0) > 500, "a part is written")
        stop(self.tb)
        for _ in range(2):
            self.sink.close()
        self.assertEqual(soundfile.info(self.path).frames, self.sink.counters()["written"])
        self.assertEqual(self.sink.write_error, "")

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
