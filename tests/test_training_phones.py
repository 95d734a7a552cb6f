# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Phones of recordings whose text is known; what speaks for the aligner here knows one word."""

from pathlib import Path

import numpy as np
import pytest
import torch
from largesc_training.codec.phone_head import CLASSES, PhoneHead, phone_loss
from largesc_training.corpus import phone_alignment
from largesc_training.corpus.phone_alignment import align_corpus
from largesc_training.corpus.phones import NUMBERS, PHONES, SILENCE, Segment, phones_of, plain_words
from largesc_training.corpus.prepared import CorpusWriter

CHOICE = [Segment("SIL", 0, 2), Segment("CH", 2, 4), Segment("OY1", 6, 3), Segment("S", 9, 99)]


class OneWord:
    """An aligner that has a dictionary of one word."""

    def unknown_words(self, words: list[str]) -> list[str]:
        return [word for word in words if word != "choice"]

    def segments(self, pcm: np.ndarray, words: list[str]) -> list[Segment]:
        return CHOICE


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(phone_alignment, "_aligner", OneWord())
    writer = CorpusWriter(tmp_path / "corpus")
    for text in ("Choice!", "choice, xyzzy", "", "Choice"):
        writer.add("a", "training", "", text, np.ones(2400, np.int16), np.zeros(20, np.float32))
    writer.close()
    return tmp_path / "corpus"


def test_phones_stand_every_5_ms_diphthongs_as_halves() -> None:
    assert len(PHONES) == 39
    phones = phones_of(CHOICE, 22).tolist()
    assert phones[:4] == [SILENCE] * 4
    assert phones[4:12] == [NUMBERS["T"]] * 4 + [NUMBERS["SH"]] * 4
    assert phones[12:18] == [NUMBERS["AO"]] * 3 + [NUMBERS["IH"]] * 3
    assert phones[18:] == [NUMBERS["S"]] * 4
    assert phones_of([Segment("??", 0, 5)], 4).tolist() == [0] * 4


def test_texts_are_read_as_a_dictionary_has_them() -> None:
    assert plain_words("It’s “ONE-two”, 3!") == ["it's", "one", "two"]


def test_a_corpus_is_aligned_and_what_is_not_is_said(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    align_corpus(corpus, tmp_path, workers=0)
    phones = np.load(tmp_path / "phones.npy").reshape(4, 20)
    assert phones[0].all()
    assert np.array_equal(phones[3], phones[0])
    assert not phones[1:3].any()
    said = capsys.readouterr().out
    assert "phones of 2 of 3 recordings with a text (of 4), known in 50 % of the time" in said
    assert "1 words are in no dictionary: xyzzy" in said


def test_alignment_goes_on_where_it_was_stopped(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(phone_alignment, "TOGETHER", 1)
    done: list[str] = []
    whole = phone_alignment.align

    def counted(job: tuple[np.ndarray, str]) -> phone_alignment.Aligned:
        if len(done) == 2:
            done.append("stopped")
            raise KeyboardInterrupt
        done.append(job[1])
        return whole(job)

    monkeypatch.setattr(phone_alignment, "align", counted)
    with pytest.raises(KeyboardInterrupt):
        align_corpus(corpus, tmp_path, workers=0)
    align_corpus(corpus, tmp_path, workers=0)
    assert done == ["Choice!", "choice, xyzzy", "stopped", "", "Choice"]
    assert np.load(tmp_path / "phones.npy").reshape(4, 20).any(axis=1).tolist() == [1, 0, 0, 1]
    assert not (tmp_path / "parts").exists()


def test_unknown_phones_teach_nothing() -> None:
    torch.manual_seed(0)
    logits = PhoneHead(8)(torch.randn(2, 8, 3))
    assert logits.shape == (2, CLASSES, 24)
    phones = torch.randint(1, 41, (2, 24))
    assert phone_loss(logits, torch.zeros_like(phones)) == 0.0
    half = phones.clone()
    half[:, 12:] = 0
    expected = torch.nn.functional.cross_entropy(logits[:, :, :12], phones[:, :12])
    torch.testing.assert_close(phone_loss(logits, half), expected)
