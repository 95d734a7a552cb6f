# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""A corpus in parts: what is packed comes back, and what is missing or damaged is named."""

import json
from pathlib import Path

import numpy as np
import pytest
from largesc_training.corpus.packed import pack_corpus, unpack_corpus
from largesc_training.corpus.prepared import CorpusWriter, PreparedCorpus
from prepared_corpus import recording, write_phones, write_prepared_corpus

SMALL = 0.02  # MiB of a part: a recording fits


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_prepared_corpus(tmp_path_factory.mktemp("prepared"))
    write_phones(folder, folder / "phones.npy")
    return folder


@pytest.fixture(scope="module")
def packed(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("packed")
    pack_corpus(corpus, folder, kilobits=24.0, mebibytes=SMALL, phones=corpus / "phones.npy")
    return folder


@pytest.mark.slow
def test_all_of_a_corpus_comes_back(corpus: Path, packed: Path, tmp_path: Path) -> None:
    assert unpack_corpus(packed, tmp_path / "again", tmp_path / "phones.npy")
    before, after = PreparedCorpus(corpus), PreparedCorpus(tmp_path / "again")
    assert before.rows == after.rows
    assert np.allclose(before.f0, after.f0, rtol=0.01)
    assert np.array_equal(np.load(corpus / "phones.npy"), np.load(tmp_path / "phones.npy"))
    for row in before.rows:
        assert np.corrcoef(before.pcm(row), after.pcm(row))[0, 1] > 0.8
    # Packed again, pitch loses nothing more.
    repacked = tmp_path / "repacked"
    pack_corpus(tmp_path / "again", repacked, 24.0, SMALL, tmp_path / "phones.npy")
    unpack_corpus(repacked, tmp_path / "third", tmp_path / "phones.npy")
    assert np.array_equal(after.f0, PreparedCorpus(tmp_path / "third").f0)


def test_the_same_corpus_gives_the_same_parts(corpus: Path, packed: Path, tmp_path: Path) -> None:
    pack_corpus(corpus, tmp_path, 24.0, SMALL, corpus / "phones.npy")
    assert (tmp_path / "index.json").read_bytes() == (packed / "index.json").read_bytes()


def test_parts_are_as_small_as_asked(packed: Path) -> None:
    parts = sorted(packed.glob("*.zip"))
    assert len(parts) >= 3
    assert all(part.stat().st_size <= SMALL * 2**20 for part in parts)


def test_a_part_too_small_for_a_recording_is_an_error(corpus: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="does not hold a stream"):
        pack_corpus(corpus, tmp_path, kilobits=24.0, mebibytes=0.01)


def test_what_is_missing_or_damaged_is_named_and_left_out(
    packed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in packed.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    first, second, *rest = sorted(tmp_path.glob("*.zip"))
    content = bytearray(first.read_bytes())
    content[len(content) // 2] ^= 1
    first.write_bytes(content)
    second.unlink()
    unpack_corpus(tmp_path, tmp_path / "corpus", tmp_path / "phones.npy")
    said = capsys.readouterr().out
    assert f"{first.name} is damaged (SHA-256): left out" in said
    assert f"{second.name} is not there: left out" in said
    kept = len(PreparedCorpus(tmp_path / "corpus").rows)
    assert 0 < kept < 4
    assert f"{kept} of 4 recordings" in said
    for path in rest:
        path.unlink()
    with pytest.raises(ValueError, match="no part that is whole"):
        unpack_corpus(tmp_path, tmp_path / "corpus", tmp_path / "phones.npy")


@pytest.mark.parametrize("index", [None, "{", "[]", '{"parts": []}'])
def test_without_an_index_nothing_is_unpacked(index: str | None, tmp_path: Path) -> None:
    if index is not None:
        (tmp_path / "index.json").write_text(index)
    with pytest.raises(ValueError, match="no index of packed speech"):
        unpack_corpus(tmp_path, tmp_path / "corpus", tmp_path / "phones.npy")


def test_a_corpus_is_written_as_it_grows(tmp_path: Path) -> None:
    writer = CorpusWriter(tmp_path)
    audio = (recording()[:2400] * 32767).astype(np.int16)
    for number in range(3):
        writer.add("a", "training", str(number), "", audio + number, np.full(20, number))
    assert not (tmp_path / "index.json").exists()
    writer.close()
    corpus = PreparedCorpus(tmp_path)
    assert np.array_equal(corpus.audio, np.concatenate([audio, audio + 1, audio + 2]))
    assert corpus.f0.dtype == np.float32
    assert np.array_equal(corpus.f0, np.repeat([0, 1, 2], 20))
    assert len(json.loads((tmp_path / "index.json").read_text())) == 3
    assert {path.name for path in tmp_path.iterdir()} == {"audio.npy", "f0.npy", "index.json"}
    with pytest.raises(ValueError, match="no recording with speech"):
        CorpusWriter(tmp_path / "empty").close()


def test_a_corpus_that_was_stopped_goes_on_behind_what_was_kept(tmp_path: Path) -> None:
    def add(writer: CorpusWriter, number: int) -> None:
        audio, f0 = np.full(2400, number, np.int16), np.full(20, number, np.float32)
        writer.add("a", "training", str(number), "", audio, f0)

    stopped = CorpusWriter(tmp_path, "plan")
    add(stopped, 0)
    add(stopped, 1)
    stopped.keep(7)
    add(stopped, 2)
    del stopped  # without being closed
    assert CorpusWriter(tmp_path / "other", "plan").done == 0
    writer = CorpusWriter(tmp_path, "plan")
    assert writer.done == 7
    add(writer, 3)
    writer.close()
    corpus = PreparedCorpus(tmp_path)
    assert [row.name for row in corpus.rows] == ["0", "1", "3"]
    assert np.array_equal(corpus.audio, np.repeat(np.array([0, 1, 3], np.int16), 2400))
    assert np.array_equal(corpus.f0, np.repeat([0.0, 1.0, 3.0], 20))
    anew = CorpusWriter(tmp_path, "plan")
    assert (anew.done, anew.count) == (0, 0)
