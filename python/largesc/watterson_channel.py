# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Block: a short-wave channel: two fading paths, and noise."""

from typing import Any

import numpy as np
from gnuradio import gr
from largesc_kernels import fading_profiles, watterson_fading
from numpy.typing import NDArray

from .frame import setting_value as setting
from .runtime.guarded_setter import guarded_setter

PROFILES = {profile.name: (profile.spread, profile.delay) for profile in fading_profiles()}
NAMES = (*PROFILES, "custom", "none")
BAND = 3000.0  # Hz, that SNR is told in
LOWEST_SNR = -60.0  # dB; below it nothing is left of a signal


class watterson_channel(gr.sync_block):
    """Two paths of equal mean power that fade (Watterson), and white noise behind them.

    One seed, the same channel: the fading does not depend on SNR, nor either on how samples are
    cut into portions. A setting that changes the noise's level changes nothing else of it.

    Args:
        profile: ``mpg``, ``mpp``, ``mpd`` (good, poor, disturbed, as FreeDV and RADE are measured
            on), those of ITU-R F.1487 by latitude (``mid-moderate`` for instance),
            ``land-mobile``; ``custom``: spread and delay as given; ``none``: noise alone.
        snr: dB in 3 kHz, -60 or more, of a signal of this amplitude, in the mean over the fading;
            infinity: no noise.
        seed: of both random generators, 0..2^64-1.
        sample_rate: Hz, above 0, at most 1e9; 32 times a profile's spread or more.
        amplitude: root of the mean power of the signal while there is one, 0..100.
        spread: Hz, of ``custom``: twice the standard deviation of the Doppler spectrum; above 0,
            at most 1/32 of the sample rate.
        delay: seconds of the second path, 0..0.1, of ``custom``; the nearest sample. Other
            profiles look at neither.

    Raises:
        ValueError: a setting of a wrong type or out of range.

    Stream input and output: complex.
    """

    def __init__(
        self,
        profile: str = "mpp",
        snr: float = 10.0,
        seed: int = 0,
        sample_rate: float = 8000.0,
        amplitude: float = 1.0,
        spread: float = 1.0,
        delay: float = 0.002,
    ):
        gr.sync_block.__init__(
            self, name="watterson_channel", in_sig=[np.complex64], out_sig=[np.complex64]
        )
        name = setting.one_of("profile", profile, NAMES)
        self._snr = setting.number("snr", snr, LOWEST_SNR)
        self._seed = setting.whole_number("seed", seed, 0, 2**64 - 1)
        self._sample_rate = setting.number("sample_rate", sample_rate, above=0, high=1e9)
        self._amplitude = setting.number("amplitude", amplitude, 0, 100)
        self._fading: watterson_fading | None = None
        if name != "none":
            # Companion hides spread and delay of other profiles: whatever they are, it is right.
            two = PROFILES[name] if name in PROFILES else _checked(spread, delay)
            self._fading = watterson_fading(*two, self._sample_rate, self._seed)
        self._noise = np.random.default_rng(self._seed)

    @guarded_setter
    def set_snr(self, snr: float) -> None:
        """SNR from now on, dB in 3 kHz, -60 or more."""
        self._snr = setting.number("snr", snr, LOWEST_SNR)

    def start(self) -> bool:
        if self._fading is not None:
            self._fading.reset()
        self._noise = np.random.default_rng(self._seed)
        return True

    def work(self, input_items: Any, output_items: Any) -> int:
        samples, out = input_items[0], output_items[0]
        faded = samples if self._fading is None else self._fading.process(samples)
        out[:] = faded + self._drawn_noise(len(samples))
        return len(out)

    def _drawn_noise(self, count: int) -> NDArray[np.complex64]:
        """Noise of this SNR; as much is drawn whatever that is."""
        power = self._amplitude**2 * 10.0 ** (-self._snr / 10.0) * self._sample_rate / BAND
        parts = self._noise.standard_normal(2 * count, dtype=np.float32)
        return parts.view(np.complex64) * np.float32(np.sqrt(0.5 * power))


def _checked(spread: float, delay: float) -> tuple[float, float]:
    return setting.number("spread", spread, above=0), setting.number("delay", delay, 0, 0.1)
