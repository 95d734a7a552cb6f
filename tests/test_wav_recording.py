# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""WAV files that grow: complete after every close, going on, and full disks."""

import errno
import os
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
import soundfile
from file_limit import largest_file
from gnuradio.largesc.runtime.wav_recording import WavRecording

RATE = 24000
STEP = 1 / 32768
NOISE = np.random.default_rng(1).uniform(-1, 1, 30000).astype(np.float32)


def heard(path: Path) -> np.ndarray:
    samples, rate = soundfile.read(path, dtype="float32")
    assert rate == RATE
    return samples


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "heard.wav"


def test_what_is_written_is_there_after_every_close(path: Path) -> None:
    recording = WavRecording(path, RATE)
    for end in (10000, 20000, 30000):
        recording.open()
        recording.write(NOISE[end - 10000 : end - 5000])
        recording.write(NOISE[end - 5000 : end])
        recording.close()
        np.testing.assert_allclose(heard(path), NOISE[:end], atol=2 * STEP)
    assert path.stat().st_size == 44 + 2 * 30000


def test_an_old_file_stays_until_the_first_open_and_is_replaced_then(path: Path) -> None:
    soundfile.write(path, np.zeros(9000), 8000)
    recording = WavRecording(path, RATE)
    assert soundfile.info(path).frames == 9000
    recording.open()
    recording.close()
    assert len(heard(path)) == 0


@pytest.mark.parametrize("linked", [False, True])
def test_there_is_no_new_file_until_the_first_open(path: Path, linked: bool) -> None:
    tmp_path = path.parent
    if linked:
        path.symlink_to(tmp_path / "elsewhere.wav")
    before = sorted(tmp_path.iterdir())
    recording = WavRecording(path, RATE)
    assert sorted(tmp_path.iterdir()) == before
    recording.open()
    recording.close()
    assert len(heard(path)) == 0


def test_a_file_that_was_taken_away_is_begun_anew(path: Path) -> None:
    recording = WavRecording(path, RATE)
    for _ in range(2):
        recording.open()
        recording.write(NOISE[:100])
        recording.close()
        assert len(heard(path)) == 100
        path.unlink()


def test_a_file_that_became_another_is_refused_and_left_alone(path: Path) -> None:
    recording = WavRecording(path, RATE)
    recording.open()
    recording.close()
    path.write_text("no audio")
    with pytest.raises(OSError, match="no WAV file any more"):
        recording.open()
    recording.close()
    assert path.read_text() == "no audio"


def test_samples_beyond_full_scale_are_clipped_and_no_numbers_are_silence(path: Path) -> None:
    recording = WavRecording(path, RATE)
    recording.open()
    recording.write(np.float32([0.5, 1.2, -3.0, np.nan, np.inf, -np.inf]))
    recording.close()
    np.testing.assert_allclose(heard(path), [0.5, 1, -1, 0, 1, -1], atol=2 * STEP)


@pytest.mark.parametrize("size", [1000, 44 + 2 * 7777, 60001])
def test_a_full_disk_is_said_and_the_file_holds_what_fitted(path: Path, size: int) -> None:
    recording = WavRecording(path, RATE)
    recording.open()
    written = [0]

    def write_on() -> None:
        for begin in range(0, 30000, 500):
            recording.write(NOISE[begin : begin + 500])
            written.append(begin + 500)

    with largest_file(size):
        with pytest.raises(OSError, match="File too large") as full:
            write_on()
        assert full.value.errno == errno.EFBIG
        recording.close()  # nothing more to say
    samples = heard(path)
    assert written[-1] <= len(samples) <= written[-1] + 500
    np.testing.assert_allclose(samples, NOISE[: len(samples)], atol=2 * STEP)


def test_a_device_without_space_is_said_before_the_end() -> None:
    recording = WavRecording(Path("/dev/full"), RATE)

    def record() -> None:
        recording.open()
        recording.write(NOISE)
        recording.close()

    with pytest.raises(OSError, match="No space left on device"):
        record()
    recording.close()


def test_after_a_full_disk_it_goes_on_where_the_file_ends(path: Path) -> None:
    recording = WavRecording(path, RATE)
    recording.open()
    with largest_file(2000), pytest.raises(OSError, match="File too large"):
        recording.write(NOISE[:5000])
    recording.close()
    kept = len(heard(path))
    recording.open()
    recording.write(NOISE[5000:6000])
    recording.close()
    np.testing.assert_allclose(heard(path)[kept:], NOISE[5000:6000], atol=2 * STEP)


def test_what_the_header_cannot_count_is_refused(path: Path) -> None:
    recording = WavRecording(path, RATE)
    recording.open()
    with mock.patch("gnuradio.largesc.runtime.wav_recording.MAX_SAMPLES", 150):
        recording.write(NOISE[:100])
        with pytest.raises(OSError, match="a WAV file holds no more"):
            recording.write(NOISE[:100])
    recording.close()
    assert len(heard(path)) == 100


def test_what_cannot_be_a_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name, reason in (("pipe", "a pipe"), (".", "directory"), ("no/heard.wav", "No such file")):
        with pytest.raises(OSError, match=reason):
            WavRecording(tmp_path / name, RATE)
    with pytest.raises(OSError, match="not open"):
        WavRecording(tmp_path / "heard.wav", RATE).write(NOISE)
