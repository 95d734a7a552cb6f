# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Evaluation set 2 and the development set: lists, what is built of them, lists of voices."""

import re
import shutil
from pathlib import Path

import numpy as np
import pytest
import tiny_collection
from conftest import Largesc
from gnuradio.largesc.corpus.evaluation_set import NAME_WITHOUT_READERS, build_evaluation_set
from gnuradio.largesc.corpus.manifest import read_manifest
from gnuradio.largesc.corpus.opened_corpus import Corpus, open_corpus, open_whole_corpus
from gnuradio.largesc.corpus.repositories import SPEECHOCEAN
from gnuradio.largesc.corpus.set_apart_fetch import fetch_set_apart
from gnuradio.largesc.corpus.set_apart_readers import SETS, set_apart
from tiny_collection import READERS, TEXTS


@pytest.fixture(scope="module")
def fetched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fetched")
    tiny_collection.write_collection(folder / "owner" / "speech")
    home = tiny_collection.repository_of(folder / "owner" / "speech")
    with pytest.MonkeyPatch.context() as monkeypatch:
        tiny_collection.use_tiny_list(monkeypatch)
        for which in SETS:
            assert fetch_set_apart(which, folder / "packages", None, home) == []
    return folder / "packages"


@pytest.fixture
def packages(fetched: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    tiny_collection.use_tiny_list(monkeypatch)
    shutil.copytree(fetched, tmp_path / "packages")
    return tmp_path / "packages"


@pytest.fixture
def built(packages: Path, tmp_path: Path) -> Path:
    build_evaluation_set(packages, tmp_path / "corpus")
    return tmp_path / "corpus"


def names(corpus: Corpus, subset: str) -> list[str]:
    return [entry.name for entry in corpus.entries if entry.subset == subset]


@pytest.mark.parametrize(("which", "count"), [("development", 16), ("evaluation", 14)])
def test_lists_of_this_package(which: str, count: int) -> None:
    readers = set_apart(which).readers  # type: ignore[arg-type]
    assert len({reader.reader for reader in readers}) == count
    for reader in readers:
        assert re.fullmatch(r"\d{4}", reader.reader)
        assert reader.age >= 19
        assert 80 < reader.pitch < 260
        assert len(reader.recordings) == 10
        assert all(name.startswith(f"0{reader.reader}") for name in reader.recordings)
        assert all(re.fullmatch("[0-9a-f]{64}", value) for value in reader.recordings.values())


def test_a_built_corpus_is_shown_without_files_that_are_gone_or_cut(built: Path) -> None:
    gone, short = (built / f"readers/{name}.flac" for name in sorted(TEXTS)[:2])
    gone.unlink()
    short.write_bytes(short.read_bytes()[:-1000])
    corpus = open_whole_corpus(str(built))
    assert names(corpus, "readers") == [f"readers/{name}" for name in sorted(TEXTS)[2:]]
    assert [(built / one.path, one.reason) for one in corpus.skipped[-2:]] == [
        (gone, "the file is missing: build the corpus again"),
        (short, "cut short: its end is missing: build the corpus again"),
    ]


def test_what_is_built_of_the_readers(built: Path) -> None:
    corpus = open_whole_corpus(str(built))
    assert names(corpus, "readers") == [f"readers/{name}" for name in sorted(TEXTS)]
    assert len(names(corpus, "development")) == len(TEXTS)
    entry = corpus.entries[0]
    assert (entry.reader, entry.sex, entry.age) == ("speechocean-0001", "f", 30)
    assert (entry.language, entry.text) == ("en", TEXTS["0000101"])
    record = read_manifest(built).files[0]
    assert record.licence == "CC-BY-4.0"
    assert record.source == f"{SPEECHOCEAN.name} {SPEECHOCEAN.commit[:8]}: 0001/0000101"
    assert 0.4 < corpus.load(entry.name).seconds <= 1.0


def test_those_who_steer_are_there_only_if_asked_for(built: Path) -> None:
    assert {entry.subset for entry in open_corpus(str(built)).entries} == {"readers"}
    asked = open_corpus(str(built), ["development"])
    assert {entry.subset for entry in asked.entries} == {"development"}


def test_low_and_high_voices(built: Path) -> None:
    lists = read_manifest(built).lists
    both = [f"speechocean-{reader}" for reader in READERS]
    assert {name: one.readers for name, one in lists.items()} == {
        "readers-low": both,  # fewer than four
        "readers-high": both,
    }


def test_the_four_lowest_of_the_evaluation_readers_are_the_lowest() -> None:
    pitches = sorted(reader.pitch for reader in set_apart("evaluation").readers)
    assert pitches[3] < pitches[4]  # nobody else could be meant
    assert pitches[-5] < pitches[-4]


def test_a_list_of_voices_in_a_condition_is_the_same_recording(built: Path) -> None:
    corpus = open_corpus(str(built), ["readers-low", "readers-low-noise", "readers-noise"])
    clean, listed, whole = (
        corpus.load(f"{subset}/0000101").pcm
        for subset in ("readers-low", "readers-low-noise", "readers-noise")
    )
    assert np.array_equal(listed, whole)
    assert not np.allclose(clean, whole, atol=1e-3)


def test_other_readers_talk(built: Path) -> None:
    corpus = open_corpus(str(built), ["readers-voices"])
    name = "readers-voices/0000101"
    with_others = corpus.load(name).pcm
    assert np.array_equal(with_others, corpus.load(name).pcm)
    frequencies = np.fft.rfftfreq(len(with_others), 1 / 24000)
    power = np.abs(np.fft.rfft(with_others)) ** 2
    others = (frequencies > 650) & (frequencies < 670)  # of 220 Hz: also 6 times 110
    own = (frequencies > 540) & (frequencies < 560)
    assert power[others].sum() > power[own].sum() / 100


def test_a_single_file_has_nobody_to_talk(packages: Path, tmp_path: Path) -> None:
    for path in packages.glob("readers/evaluation/*/*.WAV"):
        if path.stem != "0000101":
            path.unlink()
    build_evaluation_set(packages, tmp_path / "c")
    corpus = open_corpus(str(tmp_path / "c"), ["readers-voices"])
    with pytest.raises(ValueError, match="nobody beside readers/0000101"):
        corpus.load("readers-voices/0000101")


def test_what_is_missing_or_damaged_is_named(packages: Path, tmp_path: Path) -> None:
    folder = packages / "readers" / "evaluation"
    (folder / "0001" / "0000101.WAV").unlink()
    (folder / "0002" / "0000202.WAV").write_bytes(b"RIFF")
    shutil.rmtree(packages / "readers" / "development")
    manifest = build_evaluation_set(packages, tmp_path / "c")
    assert [record.name for record in manifest.files] == ["readers/0000102", "readers/0000201"]
    reasons = {skipped.path: skipped.reason for skipped in manifest.skipped}
    assert "missing" in reasons["readers/0000101"]
    assert "damaged" in reasons["readers/0000202"]
    assert reasons["development"] == "the recordings are not there"


def test_other_texts_are_refused(packages: Path, tmp_path: Path) -> None:
    path = packages / "readers" / "evaluation" / "texts.json"
    path.write_text(path.read_text().replace("TEXT 1", "TEST 1"))
    manifest = build_evaluation_set(packages, tmp_path / "c")
    assert {record.subset for record in manifest.files} == {"development"}
    (reason,) = [skipped.reason for skipped in manifest.skipped if skipped.path == "readers"]
    assert "has not the texts of the list" in reason


def test_the_command_builds_of_a_mirror(
    packages: Path, tmp_path: Path, run_largesc: Largesc
) -> None:
    (tmp_path / "none").mkdir()
    options = ("--packages", tmp_path / "none", "--mirror", packages, "--out", tmp_path / "c")
    done = run_largesc("corpus", "build", *options)
    assert done.returncode == 0, done.stderr
    assert "development" in done.stdout
    assert "skipped asterisk-core-sounds-en-g722: the package is not there" in done.stdout


def test_without_readers_the_corpus_is_as_before(evaluation_corpus: Path) -> None:
    manifest = read_manifest(evaluation_corpus)
    assert manifest.name == NAME_WITHOUT_READERS
    assert not manifest.lists
    assert {"readers", "development"} <= {skipped.path for skipped in manifest.skipped}


def test_a_manifest_of_the_first_version_is_read(built: Path) -> None:
    path = built / "manifest.json"
    text = path.read_text().replace('"format": 2', '"format": 1')
    text = re.sub(r' "lists": \{.*?\n \},\n', "", text, flags=re.DOTALL)
    path.write_text(re.sub(r'\s+"(sex|age)": [^,]*,', "", text))
    entries = open_whole_corpus(str(built)).entries
    assert len(entries) == 2 * len(TEXTS)
    assert entries[0].sex is None
