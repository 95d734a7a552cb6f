# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Any folder of speech with texts as a corpus."""

import os
import sys
from pathlib import Path

import numpy as np
import pytest
from conftest import Largesc
from gnuradio.largesc.corpus.opened_corpus import open_corpus
from tiny_collection import voice, write_wav


@pytest.mark.parametrize(("ending", "comma"), [("tsv", "\t"), ("csv", ",")])
def test_a_list_of_files(tmp_path: Path, ending: str, comma: str) -> None:
    for name in ("a/1.wav", "a/2.wav", "b/1.WAV"):
        write_wav(tmp_path / name, voice(120, 1))
    rows = [
        ("path", "text", "reader", "language"),
        ("a/1.wav", "How are you", "Ann", ""),
        ("a/2.wav", "Wie geht es", "", "de"),
        ("b/1.WAV", '"And you, then"' if ending == "csv" else 'And "you, then', "", ""),
    ]
    text = "\ufeff" + "".join(comma.join(row) + "\r\n" for row in rows)
    (tmp_path / f"mine.{ending}").write_text(text, newline="")
    corpus = open_corpus(str(tmp_path))
    found = [(e.name, e.subset, e.reader, e.language, e.text) for e in corpus.entries]
    assert found == [
        ("mine/a-1", "mine", "Ann", "en", "How are you"),
        ("mine/a-2", "mine", "a", "de", "Wie geht es"),
        ("mine/b-1", "mine", "b", "en", rows[-1][1].strip('"')),
    ]
    assert corpus.name == f"Folder {tmp_path.name}"
    assert not corpus.skipped
    assert corpus.load("mine/a-1").pcm.dtype == np.float32


def test_rows_that_cannot_be_used_are_listed(tmp_path: Path) -> None:
    write_wav(tmp_path / "1.wav", voice(120, 1))
    (tmp_path / "broken.wav").write_bytes(b"broken")
    rows = ["path\ttext", "1.wav\tone", "1.wav\tagain", "none.wav\ttwo", "broken.wav\tthree"]
    rows += ["x" * 999 + "\tlong", "1.wav", "../1.wav\tout", "/etc/passwd\tout", "\t", ""]
    (tmp_path / "l.tsv").write_text("\n".join(rows))
    corpus = open_corpus(str(tmp_path))
    assert [entry.text for entry in corpus.entries] == ["one"]
    reasons = [(skipped.path, skipped.reason.split(" (")[0]) for skipped in corpus.skipped]
    assert reasons == [
        ("1.wav", "the file is listed twice"),
        ("none.wav", "the file is missing"),
        ("broken.wav", "not audio, or damaged"),
        ("x" * 999, "the file cannot be read"),
        ("1.wav", "no text"),
        ("../1.wav", "the path leads out of the folder"),
        ("/etc/passwd", "the path leads out of the folder"),
    ]


def test_rows_behind_a_quote_that_nobody_closed_are_not_lost_in_silence(tmp_path: Path) -> None:
    for name in ("1.wav", "2.wav", "3.wav"):
        write_wav(tmp_path / name, voice(120, 1))
    (tmp_path / "l.csv").write_text('path,text\n1.wav,one\n2.wav,"two\n3.wav,three\n')
    corpus = open_corpus(str(tmp_path))
    assert [entry.name for entry in corpus.entries] == ["l/1"]
    (skipped,) = corpus.skipped
    assert skipped.path == "l.csv"
    assert skipped.reason == "read up to row 2 only: unexpected end of data"


def test_what_is_no_list_is_none(tmp_path: Path) -> None:
    (tmp_path / "binary.csv").write_bytes(b"path,text\n" + bytes(range(256)) * 2000)
    (tmp_path / "empty.tsv").touch()
    corpus = open_corpus(str(tmp_path))
    assert not corpus.entries
    (tmp_path / "binary.csv").unlink()
    with pytest.raises(ValueError, match="no list with the columns path and text"):
        open_corpus(str(tmp_path))


def test_a_text_beside_each_recording(tmp_path: Path) -> None:
    folder = tmp_path / "club"
    for name, text in (("ann/1", "one\ntwo\n"), ("ann/2", ""), ("bob/1", "three")):
        write_wav(folder / f"{name}.wav", voice(120, 1))
        (folder / f"{name}.txt").write_text(text)
    write_wav(folder / "bob" / "2.wav", voice(120, 1))  # without a text
    (folder / "other.csv").write_text("a,b\n1,2\n")  # a list of something else
    corpus = open_corpus(str(folder))
    found = [(e.name, e.subset, e.reader, e.text) for e in corpus.entries]
    assert found == [
        ("club/ann-1", "club", "ann", "one two"),
        ("club/bob-1", "club", "bob", "three"),
    ]
    assert [(skipped.path, skipped.reason) for skipped in corpus.skipped] == [
        ("ann/2.wav", "no text")
    ]


def test_what_is_not_utf8_is_named(tmp_path: Path) -> None:
    for name in (b"1.wav", b"\xfc.wav"):
        write_wav(tmp_path / "written", voice(120, 1))
        (tmp_path / "written").rename(tmp_path / os.fsdecode(name))
    (tmp_path / "1.txt").write_bytes(b"f\xfcr")
    (tmp_path / os.fsdecode(b"\xfc.txt")).write_text("one")
    corpus = open_corpus(str(tmp_path))
    assert not corpus.entries
    assert [one.reason for one in corpus.skipped] == [
        "its text or line is not UTF-8",
        "its name is not UTF-8",
    ]


def test_conditions_of_a_folder(tmp_path: Path) -> None:
    for reader, pitch in (("a", 100), ("b", 200)):
        write_wav(tmp_path / reader / "1.wav", voice(pitch, 1))
        (tmp_path / reader / "1.txt").write_text("one")
    subset = f"{tmp_path.name}-voices"
    corpus = open_corpus(str(tmp_path), [subset])
    assert [entry.subset for entry in corpus.entries] == [subset, subset]
    assert len(corpus.load(f"{subset}/a-1").pcm)


def test_the_command_shows_how_a_folder_is_understood(
    tmp_path: Path, run_largesc: Largesc, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)  # of evaluation; a corpus needs it not
    write_wav(tmp_path / "1.wav", voice(120, 1))
    (tmp_path / "l.csv").write_text("path,text\n1.wav,one two\n2.wav,three\n")
    shown = run_largesc("corpus", "show", tmp_path)
    assert shown.returncode == 0, shown.stderr
    assert "skipped 2.wav: the file is missing" in shown.stdout
