# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Speech, models and the command, for all tests."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import command_line
import hypothesis_profiles
import numpy as np
import pytest
import soundfile
from gnuradio import largesc
from gnuradio.largesc.codec.checkpoint import RANDOM_MIMI, load_codec
from gnuradio.largesc.codec.speech_codec import SpeechCodec
from kept_corpus import kept_corpus
from moshi_hub import hub, hub_files, too_little_memory  # noqa: F401 (fixtures)

RECORDING = Path(largesc.__file__).parent / "audio" / "verification.flac"
Largesc = Callable[..., subprocess.CompletedProcess[str]]

# A test that needs one of these is slow by nature; others say so themselves.
SLOW = re.compile("evaluation_corpus|.*full_size.*|run_largesc_process")

hypothesis_profiles.register()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        fixtures = list(getattr(item, "fixturenames", ()))
        if isinstance(item, pytest.Function) and hasattr(item, "callspec"):
            fixtures += map(str, item.callspec.params.values())  # of which one may be asked for
        if any(map(SLOW.fullmatch, fixtures)):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def speech() -> np.ndarray:
    """2.5 s of real speech, float32, 24 kHz; no whole number of frames."""
    pcm, rate = soundfile.read(RECORDING, dtype="float32")
    assert rate == 24000
    return pcm[:60_007]


@pytest.fixture(scope="session")
def speech_file(speech: np.ndarray, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("speech") / "speech.wav"
    soundfile.write(path, speech, 24000, subtype="PCM_16")
    return path


@pytest.fixture(scope="session")
def delay() -> int:
    """Samples by which the shipped codec's speech is late."""
    return load_codec().delay


@pytest.fixture(scope="session")
def full_size() -> SpeechCodec:
    """Mimi at full size; tests share it and begin with a reset."""
    return load_codec(RANDOM_MIMI)


@pytest.fixture(scope="session")
def evaluation_corpus() -> Path:
    """Folder of the evaluation corpus, its English part: that package is installed for the tests.

    Only to be read.
    """
    return kept_corpus()


@pytest.fixture(scope="session")
def run_largesc() -> Largesc:
    """Runs ``largesc`` in this process, through its entry point."""
    return command_line.run_here


@pytest.fixture(scope="session")
def run_largesc_process() -> Largesc:
    """Runs the installed ``largesc`` as a process: for what only a process has."""
    return command_line.run_process
