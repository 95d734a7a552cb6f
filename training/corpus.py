# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Training corpus of the embedded codec: free recordings that Debian packages carry.

    python training/corpus.py DEBIAN_DIR OUT_DIR [--synthetic WAV_DIR]

DEBIAN_DIR holds the unpacked packages (``largesc corpus fetch DIR --use training``). OUT_DIR gets
``audio.npy`` (int16, 24 kHz, files end to end), ``f0.npy`` (float32 Hz every 5 ms, 0 where
unvoiced), and ``index.json`` (one row per file: group, name, first sample, samples, first
F0 value).

Which readers train stands in ``gnuradio.largesc.corpus.sources``; those who judge are not here.
"""

import argparse
import json
import subprocess
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pyworld
import soundfile
import soxr
from gnuradio.largesc.corpus.sources import files_for
from rich.progress import track

SAMPLE_RATE = 24000
F0_HOP = 120  # samples, 5 ms


def decode(path: Path) -> np.ndarray:
    """Mono float32 at 24 kHz; raw G.722 (no header) goes through ffmpeg."""
    if path.suffix == ".g722":
        command = ["ffmpeg", "-v", "error", "-f", "g722", "-i", str(path)]
        command += ["-f", "f32le", "-ac", "1", "-ar", str(SAMPLE_RATE), "-"]
        done = subprocess.run(command, capture_output=True, check=True)
        return np.frombuffer(done.stdout, dtype="<f4")
    pcm, rate = soundfile.read(path, dtype="float32", always_2d=True)
    return soxr.resample(pcm.mean(axis=1), rate, SAMPLE_RATE)


def trim(pcm: np.ndarray, margin: int = 2400) -> np.ndarray:
    """Cuts silence at both ends: more than 100 ms away from anything above -40 dB of peak."""
    loud = np.flatnonzero(np.abs(pcm) > 0.01 * np.abs(pcm).max(initial=0.0))
    if not len(loud):
        return pcm[:0]
    return pcm[max(0, loud[0] - margin) : loud[-1] + margin]


def level(pcm: np.ndarray) -> np.ndarray:
    """Active speech (samples above 0.01 of full scale) to an RMS of 0.06 (-24 dBFS)."""
    pcm = pcm / max(1e-6, float(np.abs(pcm).max(initial=0.0)))
    active = pcm[np.abs(pcm) > 0.02]
    rms = float(np.sqrt(np.mean(active**2))) if len(active) else 1.0
    return np.clip(pcm * 0.06 / rms, -1.0, 1.0)


def pitch(pcm: np.ndarray) -> np.ndarray:
    """F0 in Hz every 5 ms by WORLD (DIO, StoneMask); 0 where unvoiced."""
    x = pcm.astype(np.float64)
    f0, times = pyworld.dio(x, SAMPLE_RATE, f0_floor=60.0, f0_ceil=550.0, frame_period=5.0)
    return pyworld.stonemask(x, f0, times, SAMPLE_RATE).astype(np.float32)


def prepare(path: Path) -> tuple[np.ndarray, np.ndarray] | None:
    """Audio (int16, whole 5 ms steps) and F0 of one file; None if there is no speech in it."""
    try:
        pcm = level(trim(decode(path)))
    except (soundfile.LibsndfileError, subprocess.CalledProcessError):
        return None
    steps = len(pcm) // F0_HOP
    if steps < 60:
        return None
    pcm = pcm[: steps * F0_HOP]
    return (pcm * 32767).astype(np.int16), pitch(pcm)[:steps]


def files(packages: Path, synthetic: Path | None) -> list[tuple[str, Path]]:
    found = list(files_for("training", packages))
    if synthetic:
        found += [("piper-joe", path) for path in sorted(synthetic.glob("*.wav"))]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("debian", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--synthetic", type=Path)
    arguments = parser.parse_args()
    found = files(arguments.debian, arguments.synthetic)
    index, audio, f0, first = [], [], [], 0
    with ProcessPoolExecutor() as pool:
        results = pool.map(prepare, [path for _, path in found], chunksize=16)
        for (group, path), result in track(zip(found, results, strict=True), total=len(found)):
            if result is None:
                continue
            pcm, contour = result
            index.append([group, path.name, first, len(pcm), first // F0_HOP])
            audio.append(pcm)
            f0.append(contour)
            first += len(pcm)
    arguments.out.mkdir(parents=True, exist_ok=True)
    np.save(arguments.out / "audio.npy", np.concatenate(audio))
    np.save(arguments.out / "f0.npy", np.concatenate(f0))
    (arguments.out / "index.json").write_text(json.dumps(index))
    print(f"{len(index)} of {len(found)} files, {first / SAMPLE_RATE / 3600:.2f} h")


if __name__ == "__main__":
    main()
