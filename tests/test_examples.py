# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The example flowgraphs: compiled by grcc and run, without display and sound card.

They use the module as installed, in the prefix of the Python that runs the tests.
"""

import re
import socket
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from example_program import EXAMPLES, Program, compile_example

pytestmark = pytest.mark.slow

RATE = 24000
SECONDS = 2.0
FRAME = 1920


@pytest.fixture
def voice(tmp_path: Path) -> Path:
    """A file with a voice-like buzz of 125 Hz, two syllables a second."""
    t = np.arange(int(SECONDS * RATE)) / RATE
    harmonics = sum(np.sin(2 * np.pi * 125 * k * t) / k for k in range(1, 25))
    path = tmp_path / "voice.wav"
    soundfile.write(path, 0.2 * harmonics * np.sin(2 * np.pi * t) ** 2, RATE)
    return path


@pytest.fixture
def running(tmp_path: Path, voice: Path) -> Iterator[tuple[Program, Path]]:
    """The loopback example with the file as input, played once, and the recording it makes."""
    example = EXAMPLES["loopback_erasure"]
    recording = tmp_path / "heard.wav"
    program = Program(
        compile_example(example, tmp_path),
        *("--input-file", str(voice), "--output", str(recording), "--repeat", "0"),
    )
    yield program, recording
    program.kill()


@pytest.mark.parametrize("example", sorted(EXAMPLES))
def test_example_compiles(example: str, tmp_path: Path) -> None:
    program = compile_example(EXAMPLES[example], tmp_path)
    compile(program.read_text(), program.name, "exec")


def test_loopback_runs_headless(running: tuple[Program, Path]) -> None:
    program, recording = running
    program.wait_for_samples(recording, int(SECONDS * RATE))
    # Before it ends: a probe that GRC generates may still poll when its label is gone.
    assert "Traceback" not in program.log.read_text()
    assert program.terminate() == 0, program.log.read_text()
    heard, rate = soundfile.read(recording)
    assert rate == RATE
    assert len(heard) == -(-int(SECONDS * RATE) // FRAME) * FRAME
    assert np.sqrt(np.mean(heard**2)) > 1e-3


def test_two_recoveries_hear_the_same_losses(tmp_path: Path, voice: Path) -> None:
    example = EXAMPLES["recovery_comparison"]
    outputs = {name: tmp_path / f"{name}.wav" for name in ("hold", "lora")}
    program = Program(
        compile_example(example, tmp_path),
        *("--input-file", str(voice), "--loss-rate", "0.3", "--seed", "1"),
        *("--first", "hold", "--first-output", str(outputs["hold"])),
        *("--second", "lora", "--second-output", str(outputs["lora"])),
    )
    try:
        assert program.wait() == 0, program.log.read_text()
    finally:
        program.kill()
    assert "Traceback" not in program.log.read_text()
    first, second = (soundfile.read(path)[0] for path in outputs.values())
    assert len(first) == len(second) == -(-int(SECONDS * RATE) // FRAME) * FRAME
    assert min(np.sqrt(np.mean(heard**2)) for heard in (first, second)) > 1e-3
    assert not np.array_equal(first, second), "the channel lost nothing, or both do the same"


@pytest.mark.parametrize(("name", "snr"), [("hf_loopback", "6"), ("vhf_loopback", "0")])
def test_speech_crosses_a_radio_channel(tmp_path: Path, voice: Path, name: str, snr: str) -> None:
    example = EXAMPLES[name]
    recording = tmp_path / "heard.wav"
    program = Program(
        compile_example(example, tmp_path),
        *("--input-file", str(voice), "--output", str(recording), "--snr", snr, "--seed", "0"),
    )
    try:
        assert program.wait() == 0, program.log.read_text()
    finally:
        program.kill()
    log = program.log.read_text()
    assert "Traceback" not in log
    sent, received, _ = map(int, re.findall(r"(\d+) (?:packets sent|received|slots)", log))
    assert sent == -(-int(SECONDS * RATE) // FRAME)
    assert received >= 0.8 * sent, log
    heard, rate = soundfile.read(recording)
    assert rate == RATE
    assert len(heard) >= received * FRAME
    assert np.sqrt(np.mean(heard**2)) > 1e-3


def free_udp_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def test_speech_crosses_the_network_between_two_programs(tmp_path: Path, voice: Path) -> None:
    recording, port = tmp_path / "heard.wav", free_udp_port()
    receiver = Program(
        compile_example(EXAMPLES["network_receiver"], tmp_path),
        *("--url", f"udp://127.0.0.1:{port}", "--output", str(recording)),
    )
    try:
        receiver.wait_for_samples(recording, RATE // 4)
        sender = Program(
            compile_example(EXAMPLES["network_sender"], tmp_path),
            *("--url", f"udp://127.0.0.1:{port}", "--input-file", str(voice)),
        )
        assert sender.wait() == 0, sender.log.read_text()
        receiver.wait_for_samples(recording, recording.stat().st_size // 2 + RATE // 2)
        assert receiver.terminate() == 0, receiver.log.read_text()
    finally:
        receiver.kill()
    for program in (sender, receiver):
        assert "Traceback" not in program.log.read_text()
    heard, _ = soundfile.read(recording)
    assert len(heard) >= SECONDS * RATE
    assert np.sqrt(np.mean(heard**2)) > 1e-4
