# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""FreeDV (Rowe and others): Codec2 and a modem of its own, on short wave."""

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.signal import hilbert

from ...corpus.utterance import SAMPLE_RATE
from ..channels.interface import Channel, WaveformChannel
from .codec2_library import codec2_version
from .cpu_time import OncePerSpeech, timed
from .freedv_library import Pcm, fresh_freedv
from .interface import Outcome
from .settings import SystemSettings
from .signal_rates import packets_of, speech_of

RATE = 8000  # Hz
MIDDLE = 1500.0  # Hz, of its carriers in the audio of a transceiver
LEAD = 8320  # samples of an over before its speech: 1.04 s, as ours has (radio_channel.py)
TAIL = 8000  # behind it, of silence
LEVEL = 3000.0  # of the receiver's input, root of the mean power


class Mode(NamedTuple):
    """What a mode is like.

    Attributes:
        number: in freedv_api.h.
        bit_rate: of Codec2 with what protects it, without the modem's own code and pilots.
        delay: samples between speech that goes in and that comes out (a test holds it).
    """

    number: int
    bit_rate: int
    delay: int


MODES = {"1600": Mode(0, 1600, 1765), "700D": Mode(7, 700, 3194)}


class FreeDvSettings(SystemSettings):
    """FreeDV as an experiment file names it.

    Attributes:
        mode: 1600 (Codec2 1300, Golay code, FDM of 16 carriers) or 700D (Codec2 700C, LDPC, OFDM).
    """

    kind: Literal["freedv"] = "freedv"
    mode: Literal["1600", "700D"]

    def default_label(self) -> str:
        return f"FreeDV {self.mode}"

    def build(self) -> "FreeDv":
        return FreeDv(self)


class FreeDv:
    """See System: speech goes through FreeDV's modem, and its waveform through a WaveformChannel.

    It sends no packets of bytes that others could carry; ``packets`` counts calls of the modem,
    ``lost`` those of which nothing was decoded. What was decoded wrongly is played, as FreeDV does.

    Raises:
        SystemUnavailable: no libcodec2.
    """

    def __init__(self, settings: FreeDvSettings):
        self.version = codec2_version()
        self._mode = MODES[settings.mode]
        with fresh_freedv(self._mode.number) as freedv:
            self._frame = freedv.speech_samples
        self.packet_seconds = self._frame / RATE
        self.latency_seconds = self._mode.delay / RATE
        self.concealment = "none: what was decoded is played, silence without sync"
        self._lead = -(-LEAD // self._frame) * self._frame
        self._sent = OncePerSpeech(self.over)

    def run(self, pcm: NDArray[np.float32], forward: Channel, backward: Channel) -> Outcome:
        """Modulates, unless this speech was the last; carries and demodulates; see System.

        Raises:
            ValueError: a channel that carries packets only.
        """
        if not isinstance(forward, WaveformChannel):
            raise ValueError("this channel carries packets, FreeDV needs one for waveforms")
        over, encode_seconds = self._sent(pcm)
        around = np.zeros(TAIL, dtype=np.complex64)
        power = float(np.mean(np.abs(over) ** 2))
        heard = forward.through(np.concatenate([over, around]), RATE, power)
        (speech, decoded), decode_seconds = timed(lambda: self._receive(_audio(heard)))
        received = speech_of(speech, RATE, self._lead + self._mode.delay, len(pcm))
        frames = -(-len(pcm) // round(self.packet_seconds * SAMPLE_RATE))
        lost = max(0, frames - decoded)
        bits = round(self._mode.bit_rate * frames * self.packet_seconds)
        return Outcome(received, frames, lost, bits, None, encode_seconds, decode_seconds)

    def over(self, pcm: NDArray[np.float32]) -> NDArray[np.complex64]:
        """What goes on the air, complex baseband at 8 kHz; the lead before the speech is in it."""
        rows = packets_of(pcm, RATE, self._frame, self._mode.delay)
        lead = np.zeros((self._lead // self._frame, self._frame), dtype=np.int16)
        with fresh_freedv(self._mode.number) as freedv:
            waveform = [freedv.transmit(row) for row in np.concatenate([lead, rows])]
        audio = np.concatenate(waveform).astype(np.float64)
        turned = hilbert(audio) * _turn(len(audio), -MIDDLE)
        return np.asarray(turned, dtype=np.complex64)

    def _receive(self, audio: NDArray[np.float64]) -> tuple[Pcm, int]:
        """Sound of a waveform, each piece where the receiver has it; how many are of speech."""
        scale = LEVEL / max(float(np.std(audio)), 1e-9)
        waveform = np.clip(audio * scale, -32000, 32000).astype(np.int16)
        speech = np.zeros(len(waveform) + 2 * self._frame, dtype=np.int16)
        place = pieces = 0
        with fresh_freedv(self._mode.number) as freedv:
            for end, piece in freedv.receive(waveform):
                # Its clock steps by some samples: what follows the piece before goes on there.
                place = place if abs(end - place) < self._frame // 2 else end
                speech[place : place + len(piece)] = piece
                pieces += place > self._lead + self._mode.delay - self._frame
                place += len(piece)
        return speech, pieces


def _audio(samples: NDArray[np.complex64]) -> NDArray[np.float64]:
    """What an SSB receiver gives: nothing of what lies below its carrier folds into it."""
    spectrum = np.fft.fft(samples * _turn(len(samples), MIDDLE))
    spectrum[len(samples) // 2 :] = 0.0
    return np.asarray(np.real(np.fft.ifft(spectrum)))


def _turn(count: int, hertz: float) -> NDArray[np.complex128]:
    return np.asarray(np.exp(2j * np.pi * hertz * np.arange(count) / RATE))
