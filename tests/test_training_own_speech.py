# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which of a user's recordings train, which validate, and whose they are."""

import os
from pathlib import Path

import numpy as np
import pytest
import soundfile
from largesc_training.corpus import preparation
from largesc_training.corpus.own_speech import own_recordings
from largesc_training.corpus.preparation import prepare_corpus
from largesc_training.corpus.prepared import F0_HOP, PreparedCorpus
from prepared_corpus import recording


def _write(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, recording()[:2400], 24000)
    return path


def test_of_a_folder_one_recording_in_twenty_validates(tmp_path: Path) -> None:
    for number in range(40):
        _write(tmp_path / "a" / f"{number:02d}.wav")
    found = own_recordings(tmp_path)
    assert [one.path.stem for one in found if one.use == "validation"] == ["19", "39"]
    assert {one.group for one in found} == {"a"}


def test_of_many_readers_one_in_twenty_validates_as_a_whole(tmp_path: Path) -> None:
    # As LibriSpeech unpacks: a reader has several folders.
    for reader in range(20):
        for chapter in (1, 2):
            folder = tmp_path / "train" / f"{reader:02d}" / str(chapter)
            _write(folder / f"{reader:02d}-{chapter}-0.flac")
            (folder / f"{reader:02d}-{chapter}.trans.txt").write_text(
                f"{reader:02d}-{chapter}-0 ONE TWO\n"
            )
    found = own_recordings(tmp_path)
    assert len(found) == 40
    assert {one.group for one in found if one.use == "validation"} == {"19"}
    assert "19" not in {one.group for one in found if one.use == "training"}
    assert {one.text for one in found} == {"ONE TWO"}


def test_common_voice_says_who_trains_and_english_texts_are_kept(tmp_path: Path) -> None:
    for language in ("en", "cy"):
        for name in ("a", "b", "c"):
            _write(tmp_path / language / "clips" / f"{name}.wav")
        for part, name in (("train", "a"), ("dev", "b"), ("test", "c")):
            (tmp_path / language / f"{part}.tsv").write_text(
                f'client_id\tpath\tsentence\nreader-{name}\t{name}.wav\tOne "two\n'
                f"reader-{name}\tmissing.wav\tthree\n"
            )
    found = own_recordings(tmp_path)
    assert [(one.group, one.use, one.text) for one in found] == [
        ("reader-a", "training", ""),
        ("reader-b", "validation", ""),
        ("reader-a", "training", 'One "two'),
        ("reader-b", "validation", 'One "two'),
    ]


def test_a_list_of_common_voice_without_a_column_is_named(tmp_path: Path) -> None:
    _write(tmp_path / "en" / "clips" / "a.wav")
    (tmp_path / "en" / "train.tsv").write_bytes(b"client_id\tpath\nann\ta.wav\n")
    with pytest.raises(ValueError, match=r"train\.tsv: no column sentence"):
        own_recordings(tmp_path)
    rows = b"client_id\tpath\tsentence\nann\ta.wav\tf\xfcr\nann\n"  # Latin 1, and a row cut off
    (tmp_path / "en" / "train.tsv").write_bytes(rows)
    assert [one.path.name for one in own_recordings(tmp_path)] == ["a.wav"]


def test_recordings_beside_those_with_texts_train_too(tmp_path: Path) -> None:
    for name in ("a/1", "a/2", "b/1"):
        _write(tmp_path / f"{name}.wav")
    (tmp_path / "a" / "1.txt").write_text("one")
    found = {(one.group, one.path.name, one.text) for one in own_recordings(tmp_path)}
    assert found == {("a", "1.wav", "one"), ("a", "2.wav", ""), ("b", "1.wav", "")}
    (tmp_path / "list.tsv").write_text("path\ttext\nb/1.wav\ttwo\n")  # now a list says which
    assert [one.text for one in own_recordings(tmp_path)] == ["two"]


def _any_pitch(pcm: np.ndarray) -> np.ndarray:
    return np.full(len(pcm) // F0_HOP + 1, 100.0, np.float32)


def test_names_that_are_not_utf8_train(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Tests do without WORLD; the processes that prepare speech are forks of this one.
    monkeypatch.setattr(preparation, "pitch", _any_pitch)
    folder = tmp_path / os.fsdecode(b"speech/J\xfcrgen")
    _write(tmp_path / "1.wav")
    folder.mkdir(parents=True)
    spoken = folder / os.fsdecode(b"\xfc.wav")
    soundfile.write(tmp_path / "1.wav", np.tile(recording(), 2), 24000)
    (tmp_path / "1.wav").rename(spoken)
    prepare_corpus(own_recordings(tmp_path / "speech"), tmp_path / "corpus")
    [row] = PreparedCorpus(tmp_path / "corpus").rows
    assert (row.group, row.name) == ("J\\udcfcrgen", "\\udcfc.wav")
