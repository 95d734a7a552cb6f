# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which of a user's recordings train, which validate, and whose they are."""

from pathlib import Path

import soundfile
from largesc_training.corpus.own_speech import own_recordings
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
