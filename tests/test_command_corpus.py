# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""``largesc corpus show``: what cannot be used is named, and nothing at all is an error."""

import shutil
from pathlib import Path

import pytest
import soundfile
from conftest import Largesc
from gnuradio.largesc.corpus.opened_corpus import open_corpus

RECORDING = Path(__file__).parents[1] / "python" / "largesc" / "audio" / "verification.flac"
CUT_SHORT = "cut short: its end is missing"


def cut(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * 3 // 5])


def lengthless(path: Path) -> None:
    """As a writer leaves a FLAC file that cannot go back to its header."""
    content = bytearray(path.read_bytes())
    content[21] &= 0xF0
    content[22:26] = bytes(4)
    path.write_bytes(content)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two recordings with texts."""
    for name in ("a", "b"):
        shutil.copy(RECORDING, tmp_path / f"{name}.flac")
        (tmp_path / f"{name}.txt").write_text("words")
    return tmp_path


def test_a_recording_whose_header_has_no_length_is_skipped(folder: Path) -> None:
    lengthless(folder / "a.flac")  # a run would not know whether all of it is there
    assert [one.path for one in open_corpus(str(folder)).skipped] == ["a.flac"]


@pytest.mark.parametrize("ending", ["flac", "wav", "mp3"])
def test_a_recording_that_is_cut_short_is_skipped(folder: Path, ending: str) -> None:
    (folder / "b.flac").unlink()
    samples, rate = soundfile.read(RECORDING)
    soundfile.write(folder / f"b.{ending}", samples, rate)
    assert len(open_corpus(str(folder)).entries) == 2
    cut(folder / f"b.{ending}")
    corpus = open_corpus(str(folder))
    assert [entry.name.split("/")[1] for entry in corpus.entries] == ["a"]
    assert [(one.path, one.reason) for one in corpus.skipped] == [(f"b.{ending}", CUT_SHORT)]


def test_a_folder_without_a_usable_file_is_an_error(folder: Path, run_largesc: Largesc) -> None:
    (folder / "a.flac").write_bytes(b"nothing")
    cut(folder / "b.flac")
    done = run_largesc("corpus", "show", folder)
    assert done.returncode == 2
    assert "skipped a.flac: not audio, or damaged" in done.stdout
    assert f"skipped b.flac: {CUT_SHORT}" in done.stdout
    [line] = done.stderr.splitlines()
    assert line.endswith(f"the corpus Folder {folder.name} has no files that can be used")


def test_a_folder_that_is_not_there_is_one_line(tmp_path: Path, run_largesc: Largesc) -> None:
    done = run_largesc("corpus", "show", tmp_path / "NOWHERE")
    assert done.returncode == 2
    assert done.stderr.splitlines() == [f"largesc: {tmp_path / 'NOWHERE'} is not a folder"]
    assert not done.stdout
