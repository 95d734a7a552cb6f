#!/usr/bin/env python3
# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""QA of watterson_channel: the kernel, noise by SNR, seeds, wrong parameters."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
from gnuradio import blocks, gr, gr_unittest, largesc
from largesc_kernels import watterson_fading

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))
from pdu_flowgraph import run_to_end, stop

NO_NOISE = float("inf")
COUNT = 40000  # samples, 5 s


class qa_watterson_channel(gr_unittest.TestCase):
    def setUp(self) -> None:
        self.tb = gr.top_block()

    def tearDown(self) -> None:
        stop(self.tb)
        self.tb = None

    def through(self, block: Any, samples: Any, portion: int = 0) -> Any:
        """What comes of the samples."""
        source, sink = blocks.vector_source_c(samples.tolist()), blocks.vector_sink_c()
        if portion:
            block.set_max_noutput_items(portion)
        self.tb.connect(source, block, sink)
        run_to_end(self.tb)
        self.tb.disconnect_all()
        return np.array(sink.data(), dtype=np.complex64)

    def test_without_noise_it_is_the_kernel(self) -> None:
        samples = np.ones(COUNT, dtype=np.complex64)
        for settings, kernel in (
            ({"profile": "mpp", "seed": 7}, (1.0, 0.002, 8000.0, 7)),
            ({"profile": "mid-moderate", "seed": 7}, (0.5, 0.001, 8000.0, 7)),
            ({"profile": "custom", "spread": 3.0, "delay": 0.01}, (3.0, 0.01, 8000.0, 0)),
        ):
            with self.subTest(settings):
                came = self.through(largesc.watterson_channel(snr=NO_NOISE, **settings), samples)
                np.testing.assert_array_equal(came, watterson_fading(*kernel).process(samples))

    def test_without_fading_and_noise_all_passes(self) -> None:
        samples = np.exp(1j * np.arange(2000)).astype(np.complex64)
        block = largesc.watterson_channel("none", NO_NOISE)
        np.testing.assert_array_equal(self.through(block, samples), samples)

    def test_noise_is_as_strong_as_the_snr_in_3_khz_says(self) -> None:
        quiet = np.zeros(COUNT, dtype=np.complex64)
        for snr, amplitude, rate in ((10.0, 1.0, 8000.0), (-5.0, 0.6, 48000.0)):
            block = largesc.watterson_channel("mpp", snr, 1, rate, amplitude)
            noise = self.through(block, quiet)
            expected = amplitude**2 / 10 ** (snr / 10) * rate / 3000.0
            # 1 % is twice the standard deviation of the power of so many samples.
            self.assertAlmostEqual(np.mean(np.abs(noise) ** 2) / expected, 1.0, delta=0.015)
            self.assertAlmostEqual(np.var(noise.real) / np.var(noise.imag), 1.0, delta=0.03)

    def test_one_seed_is_one_channel_in_any_portions_and_runs(self) -> None:
        samples = np.ones(5000, dtype=np.complex64)
        block = largesc.watterson_channel("mpd", 3.0, 5)
        first = self.through(block, samples)
        np.testing.assert_array_equal(self.through(block, samples, portion=77), first)
        other = self.through(largesc.watterson_channel("mpd", 3.0, 6), samples)
        self.assertFalse(np.allclose(other, first, atol=0.1))

    def test_snr_changes_the_noise_level_alone(self) -> None:
        quiet = np.zeros(5000, dtype=np.complex64)
        block = largesc.watterson_channel("none", 0.0, 5)
        first = self.through(block, quiet)
        block.set_snr(20.0)
        np.testing.assert_allclose(self.through(block, quiet), first / 10.0, rtol=1e-4)

    def test_spread_and_delay_of_a_named_profile_are_not_looked_at(self) -> None:
        for profile in ("mpp", "none"):
            for hidden in ({"spread": 0}, {"delay": 0.2}, {"spread": None, "delay": None}):
                largesc.watterson_channel(profile, **hidden)

    def test_wrong_parameters_are_refused(self) -> None:
        for says, settings in (
            ("profile must be one of mpg, mpp", {"profile": "fine"}),
            ("snr must be -60.0 or more, not nan", {"snr": float("nan")}),
            ("seed must be", {"seed": -1}),
            ("sample_rate must be above 0", {"sample_rate": 0}),
            ("sample_rate must be above 0 and at most", {"sample_rate": float("inf")}),
            ("amplitude must be 0..100", {"amplitude": -1}),
            ("spread must be above 0", {"profile": "custom", "spread": 0}),
            ("delay must be 0..0.1", {"profile": "custom", "delay": 1}),
            ("sample", {"profile": "custom", "spread": 1000.0}),
            ("sample", {"profile": "high-disturbed", "sample_rate": 100.0}),
        ):
            with self.subTest(says), self.assertRaisesRegex(ValueError, says):
                largesc.watterson_channel(**settings)


if __name__ == "__main__":
    gr_unittest.run(qa_watterson_channel)
