# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random excerpts of the corpus, augmented, with pitch and phones: all of it on the device."""

from typing import NamedTuple

import torch

from ..corpus.prepared import F0_HOP
from .device_corpus import FILL_F0, DeviceCorpus, Places
from .disturbances import Disturbances
from .microphones import Microphones
from .random_draws import happens, uniform
from .settings import CodecSettings

FRAME = 1920
PHONE_HOP = 240  # samples between phones
LOWEST_F0, HIGHEST_F0 = 50.0, 590.0  # Hz, what the decoder can say
SPEED = (-0.3, 0.25)  # logarithm of the change of speed
DEEP = (60.0, 90.0)  # Hz: of loud voiced speech less than 1 % lies below 70 Hz
CAN_BE_DEEP = 140.0  # Hz; of a higher voice nothing natural is left so far down


class Excerpt(NamedTuple):
    """A batch: what the encoder hears and what the decoder should say, float32 ``[B, N]``; F0
    (Hz, also through unvoiced steps) and voicing (0 or 1) of that ``[B, N / 120]``; its phones
    int64 ``[B, N / 240]``, 0 where unknown.

    What is heard is ahead of what is wanted by the encoder's look-ahead. F0 value q belongs to
    sample 120 (q + 1), as the synthesis reads it.
    """

    heard: torch.Tensor
    wanted: torch.Tensor
    f0: torch.Tensor
    voiced: torch.Tensor
    phones: torch.Tensor


class Excerpts:
    """Draws batches from the device's own source of chance: seed it, and they are the same.

    Args:
        corpus: where they come from.
        settings: number, length, look-ahead and augmentation.
    """

    def __init__(self, corpus: DeviceCorpus, settings: CodecSettings):
        device = corpus.device
        self._corpus, self._chances = corpus, settings.augmentation
        self._count, self._wanted = settings.batch_size, FRAME * settings.frames
        self._ahead = settings.lookahead_samples
        self._samples = self._wanted + self._ahead
        self._steps = torch.arange(self._samples, device=device)[None]
        self._microphones = Microphones(self._samples, settings.augmentation, device)
        self._disturbances = Disturbances(self._samples, settings.augmentation, device)

    @torch.no_grad()
    def draw(self, disturbed: bool = True) -> Excerpt:
        """A batch; ``disturbed`` says whether anything is between speaker and encoder."""
        places = self._corpus.draw(self._count, self._wanted)
        speed = self._speed(places)
        speech = self._microphones(self._speech(places, speed))
        heard = self._disturbances(speech) if disturbed else speech
        return Excerpt(
            heard[:, self._ahead :].contiguous(),
            speech[:, : self._wanted].contiguous(),
            *self._contour(places, speed),
            self._phones(places, speed),
        )

    def _speed(self, places: Places) -> torch.Tensor:
        """Change of speed ``[B, 1]``: any, or what makes a low voice a deep one."""
        device, count, chances = self._corpus.device, self._count, self._chances
        any_speed = torch.exp(uniform(count, *SPEED, device))
        speed = torch.where(happens(count, chances.speed, device), any_speed, 1.0)
        f0 = self._contour(places, torch.ones_like(speed))[0].log().mean(1, keepdim=True).exp()
        deep = uniform(count, *DEEP, device) / f0
        chosen = happens(count, chances.deep, device) & (f0 < CAN_BE_DEEP)
        return torch.where(chosen, deep, speed)

    def _speech(self, places: Places, speed: torch.Tensor) -> torch.Tensor:
        """Samples at another speed, by cubic interpolation (Catmull and Rom 1974)."""
        at = self._steps * speed
        whole = at.floor()
        f = at - whole
        index = places.start + whole.long()
        before, here, after, later = (self._sample(places, index + k) for k in (-1, 0, 1, 2))
        bend = 3.0 * (here - after) + later - before
        line = 2.0 * before - 5.0 * here + 4.0 * after - later
        return here + 0.5 * f * (after - before + f * (line + f * bend))

    def _sample(self, places: Places, index: torch.Tensor) -> torch.Tensor:
        audio = self._corpus.audio
        inside = (index >= places.first) & (index < places.end)
        value = audio[index.clamp(0, len(audio) - 1)].float() / 32768.0
        return torch.where(inside, value, 0.0)

    def _contour(self, places: Places, speed: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        step, inside = self._steps_of(places, speed, F0_HOP, 1.0)
        f0 = torch.where(inside, self._corpus.f0[step] * speed, FILL_F0)
        voiced = (self._corpus.voiced[step] & inside).float()
        return f0.clamp(LOWEST_F0, HIGHEST_F0), voiced

    def _phones(self, places: Places, speed: torch.Tensor) -> torch.Tensor:
        step, inside = self._steps_of(places, speed, PHONE_HOP, 0.5)
        return torch.where(inside, self._corpus.phones[step].long(), 0)

    def _steps_of(
        self, places: Places, speed: torch.Tensor, hop: int, offset: float
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Steps of the corpus at samples hop (k + offset), and if they are of the recording."""
        number = self._steps[:, : self._wanted // hop]
        at = places.start + ((number + offset) * hop * speed).long()
        inside = (at >= places.first) & (at < places.end)
        return (at // F0_HOP).clamp(0, len(self._corpus.f0) - 1), inside
