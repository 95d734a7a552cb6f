# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signal half of the source-filter decoder: pulse train, noise, time-varying filters.

Nothing here is learnt. Everything is causal and streams; offline and streaming output are
equal to rounding.
"""

import math
from dataclasses import dataclass

import numpy as np
import torch
from moshi.modules.streaming import State, StreamingModule

from .mel import mel_interpolation
from .minimum_phase import minimum_phase

F0_HOP = 120  # samples (5 ms) between values of F0 and voicing
FILTER_HOP = 240  # samples (10 ms) between filters
FILTER_WINDOW = 480  # samples of excitation one filter is applied to
FILTER_FFT = 1024  # leaves 544 samples (23 ms) for the impulse response
NOISE_PERIOD = 1 << 17  # samples (5.5 s) after which the noise repeats: too long to hear


@dataclass
class _ContourState(State):
    f0: torch.Tensor  # [B, 1] last value of the previous call, Hz
    voiced: torch.Tensor  # [B, 1]
    cycles: torch.Tensor  # [B, 1] float64, phase of the pulse train in cycles
    position: torch.Tensor  # [B] samples produced so far, modulo NOISE_PERIOD
    started: torch.Tensor  # [B, 1] bool

    def reset(self, reset_mask: torch.Tensor) -> None:
        super().reset(reset_mask)
        column = reset_mask.view(-1, 1)
        self.f0[:] = torch.where(column, 0.0, self.f0)
        self.voiced[:] = torch.where(column, 0.0, self.voiced)
        self.cycles[:] = torch.where(column, 0.0, self.cycles)
        self.position[:] = torch.where(reset_mask, 0, self.position)
        self.started[:] = torch.where(column, False, self.started)


class Excitation(StreamingModule[_ContourState]):
    """Band-limited pulse train and white noise for a pitch contour.

    F0 value q holds at sample 120 (q + 1), so that a frame's samples need no value of the
    next frame. The noise is a fixed table: the same tokens give the same speech.
    """

    def __init__(self, sample_rate: int):
        super().__init__()
        self.sample_rate = sample_rate
        table = np.random.default_rng(2512_04711).standard_normal(NOISE_PERIOD)
        self.register_buffer("noise", torch.from_numpy(table).float(), persistent=False)

    def _init_streaming_state(self, batch_size: int) -> _ContourState:
        device = self.noise.device
        zeros = torch.zeros(batch_size, 1, device=device)
        return _ContourState(
            batch_size,
            device,
            zeros.clone(),
            zeros.clone(),
            zeros.double(),
            torch.zeros(batch_size, dtype=torch.long, device=device),
            torch.zeros(batch_size, 1, dtype=torch.bool, device=device),
        )

    def forward(self, f0: torch.Tensor, voiced: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """F0 in Hz and voicing, both ``[B, Q]``, to pulses and noise ``[B, 120 Q]``."""
        state = self._streaming_state or self._init_streaming_state(f0.shape[0])
        before = torch.where(state.started, state.f0, f0[:, :1])
        f0_now = _ramps(torch.cat([before, f0], dim=1))
        voiced_now = _ramps(torch.cat([state.voiced, voiced], dim=1))
        cycles = state.cycles + torch.cumsum(f0_now.double() / self.sample_rate, dim=1)
        pulses = self._pulses(cycles, f0_now) * voiced_now
        noise = self._noise(state.position, f0_now.shape[1])
        self._advance(state, f0, voiced, cycles)
        return pulses, noise

    def _pulses(self, cycles: torch.Tensor, f0: torch.Tensor) -> torch.Tensor:
        """Sum of all cosines below Nyquist at unit power per Hz (Dirichlet kernel).

        The next cosine fades in as F0 falls: a harmonic that came at once would turn the
        rounding of F0 into a click.
        """
        half_phase = (math.pi * (cycles - cycles.floor())).float()
        below_nyquist = 0.5 * self.sample_rate / f0
        harmonics = torch.floor(below_nyquist)
        fading = (below_nyquist - harmonics) * torch.cos(2.0 * (harmonics + 1.0) * half_phase)
        sine = torch.sin(half_phase)
        at_peak = sine.abs() < 1e-3
        safe = torch.where(at_peak, torch.ones_like(sine), sine)
        kernel = 0.5 * (torch.sin((2.0 * harmonics + 1.0) * half_phase) / safe - 1.0)
        pulses = torch.where(at_peak, harmonics, kernel) + fading
        return pulses * torch.sqrt(f0 / self.sample_rate)

    def _noise(self, position: torch.Tensor, length: int) -> torch.Tensor:
        steps = torch.arange(length, device=position.device)
        return self.noise[(position.view(-1, 1) + steps) % NOISE_PERIOD]

    @staticmethod
    def _advance(
        state: _ContourState, f0: torch.Tensor, voiced: torch.Tensor, cycles: torch.Tensor
    ) -> None:
        run = state.exec_mask.view(-1, 1)
        last = cycles[:, -1:].detach()
        moved = (state.position + f0.shape[1] * F0_HOP) % NOISE_PERIOD
        state.f0[:] = torch.where(run, f0[:, -1:].detach(), state.f0)
        state.voiced[:] = torch.where(run, voiced[:, -1:].detach(), state.voiced)
        state.cycles[:] = torch.where(run, last - last.floor(), state.cycles)
        state.position[:] = torch.where(state.exec_mask, moved, state.position)
        state.started[:] = state.started | run


def _ramps(values: torch.Tensor) -> torch.Tensor:
    """Straight lines between neighbours: ``[B, Q + 1]`` to ``[B, 120 Q]``."""
    slope = torch.arange(1, F0_HOP + 1, device=values.device) / F0_HOP
    left, right = values[:, :-1, None], values[:, 1:, None]
    return (left + (right - left) * slope).flatten(1)


@dataclass
class _OverlapState(State):
    excitation: torch.Tensor  # [B, 2, FILTER_WINDOW - FILTER_HOP] pulses and noise
    tail: torch.Tensor  # [B, FILTER_FFT - FILTER_HOP] output not yet complete

    def reset(self, reset_mask: torch.Tensor) -> None:
        super().reset(reset_mask)
        self.excitation[:] = torch.where(reset_mask.view(-1, 1, 1), 0.0, self.excitation)
        self.tail[:] = torch.where(reset_mask.view(-1, 1), 0.0, self.tail)


class SpectralShaping(StreamingModule[_OverlapState]):
    """Filters pulses and noise by envelopes that change every 10 ms (overlap-add).

    Both filters are minimum phase, so that they add no delay themselves; the overlap of the
    windows costs :attr:`delay`.
    """

    delay = FILTER_WINDOW - FILTER_HOP

    def __init__(self, bands: int, sample_rate: int):
        super().__init__()
        spread = mel_interpolation(bands, FILTER_FFT, sample_rate)
        self.register_buffer("spread", spread, persistent=False)
        # Periodic Hann at half overlap sums to 1.
        self.register_buffer("window", torch.hann_window(FILTER_WINDOW), persistent=False)

    def _init_streaming_state(self, batch_size: int) -> _OverlapState:
        device = self.window.device
        excitation = torch.zeros(batch_size, 2, FILTER_WINDOW - FILTER_HOP, device=device)
        tail = torch.zeros(batch_size, FILTER_FFT - FILTER_HOP, device=device)
        return _OverlapState(batch_size, device, excitation, tail)

    def forward(
        self,
        pulses: torch.Tensor,
        noise: torch.Tensor,
        pulse_envelope: torch.Tensor,
        noise_envelope: torch.Tensor,
    ) -> torch.Tensor:
        """Excitations ``[B, 240 S]`` and log envelopes ``[B, bands, S]`` to ``[B, 1, 240 S]``."""
        state = self._streaming_state or self._init_streaming_state(pulses.shape[0])
        sources = torch.cat([state.excitation, torch.stack([pulses, noise], dim=1)], dim=2)
        envelopes = torch.stack([pulse_envelope, noise_envelope], dim=1)
        windows = sources.unfold(2, FILTER_WINDOW, FILTER_HOP) * self.window
        spectra = torch.fft.rfft(windows, n=FILTER_FFT) * self._minimum_phase(envelopes)
        segments = torch.fft.irfft(spectra.sum(dim=1), n=FILTER_FFT)
        complete, tail = self._overlap_add(segments, state.tail)
        run = state.exec_mask.view(-1, 1)
        kept = sources[:, :, -state.excitation.shape[2] :].detach()
        state.excitation[:] = torch.where(run[:, None], kept, state.excitation)
        state.tail[:] = torch.where(run, tail.detach(), state.tail)
        return complete[:, None]

    def _minimum_phase(self, envelopes: torch.Tensor) -> torch.Tensor:
        """``[B, 2, bands, S]`` log magnitudes to ``[B, 2, S, bins]`` complex responses."""
        return minimum_phase(envelopes.transpose(2, 3) @ self.spread)

    @staticmethod
    def _overlap_add(
        segments: torch.Tensor, tail: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Segments ``[B, S, FFT]`` 240 apart onto ``tail``; complete part and new tail."""
        _, steps, length = segments.shape
        total = (steps - 1) * FILTER_HOP + length
        added = torch.nn.functional.fold(
            segments.transpose(1, 2), (1, total), (1, length), stride=(1, FILTER_HOP)
        )[:, 0, 0]
        added = added + torch.nn.functional.pad(tail, (0, total - tail.shape[1]))
        return added[:, : steps * FILTER_HOP], added[:, steps * FILTER_HOP :]
