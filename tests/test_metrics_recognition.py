# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Metrics that ask a recogniser: word errors and items, on hand-made transcripts and on speech."""

from pathlib import Path

import av
import numpy as np
import pytest
import soxr
from gnuradio.largesc.corpus.utterance import Utterance
from gnuradio.largesc.evaluation.metrics.item_accuracy import ItemAccuracy, items
from gnuradio.largesc.evaluation.metrics.recogniser import Recogniser, shared_recogniser
from gnuradio.largesc.evaluation.metrics.word_errors import WordErrors

SOUNDS = Path("/usr/share/asterisk/sounds/en_US_f_Allison")  # Debian: asterisk-core-sounds-en-g722
TEXT = "The number you have dialed is not in service."


def spoken(
    text: str, pcm: np.ndarray, subset: str = "sentences", language: str = "en"
) -> Utterance:
    return Utterance("a", subset, "allison", language, text, pcm)


def prompts(*names: str) -> np.ndarray:
    """Recorded words with pauses of 0.3 s between them, 24 kHz."""
    parts = []
    for name in names:
        with av.open(str(SOUNDS / f"{name}.g722"), format="g722") as file:
            frames = [frame.to_ndarray()[0] for frame in file.decode(audio=0)]
        parts += [np.concatenate(frames) / 32768.0, np.zeros(4800)]
    return soxr.resample(np.concatenate(parts), 16000, 24000).astype(np.float32)


@pytest.fixture(scope="module")
def words() -> WordErrors:
    return WordErrors()


@pytest.fixture(scope="module")
def sequence() -> ItemAccuracy:
    return ItemAccuracy()


@pytest.mark.parametrize(
    ("said", "heard", "errors"),
    [
        ("The colour isn't grey.", "the color is not gray", (5, 0, 0, 0)),
        ("press four now", "Press 4, now!", (3, 0, 0, 0)),
        ("the cat on the mat and slept", "the hat on mat and then slept", (7, 1, 1, 1)),
        ("one two", "", (1, 0, 0, 1)),  # figures become one number, as in Whisper's own tests
        ("left and right", "", (3, 0, 0, 3)),
        ("leave the conference .", "leave the conference", (3, 0, 0, 0)),
        ("goodbye", "good bye bye bye", (1, 1, 3, 0)),
    ],
)
def test_errors_are_told_apart(
    words: WordErrors, said: str, heard: str, errors: tuple[int, ...]
) -> None:
    counts = words.errors(said, heard)
    assert tuple(counts[column] for column in words.columns[:4]) == errors


def test_speech_as_it_was_said_has_no_error(words: WordErrors, speech: np.ndarray) -> None:
    counts = words.score(spoken(TEXT, speech), speech, speech)
    assert counts == {
        "words": 9,
        "substitutions": 0,
        "insertions": 0,
        "deletions": 0,
        "transcript": "the number you have dialed is not in service",
    }


def test_silence_deletes_every_word(words: WordErrors, speech: np.ndarray) -> None:
    for silence in (np.zeros_like(speech), speech * np.float32(1e-5)):
        counts = words.score(spoken(TEXT, speech), silence, speech)
        assert (counts["deletions"], counts["insertions"], counts["transcript"]) == (9, 0, "")


def test_loud_noise_costs_words(words: WordErrors, speech: np.ndarray) -> None:
    noise = np.random.default_rng(0).standard_normal(len(speech)).astype(np.float32)
    loud = np.clip(speech + 0.3 * noise, -1, 1).astype(np.float32)
    counts = words.score(spoken(TEXT, speech), loud, speech)
    errors = sum(int(counts[column]) for column in words.columns[1:4])
    assert errors >= 5
    assert len(str(counts["transcript"]).split()) < 40


@pytest.mark.parametrize(
    ("text", "subset", "language"),
    [(TEXT, "sentences", "es"), ("", "sentences", "en"), ("...", "x", "en"), ("1", "digits", "en")],
)
def test_words_are_for_english_sentences_with_text(
    words: WordErrors, speech: np.ndarray, text: str, subset: str, language: str
) -> None:
    assert words.score(spoken(text, speech, subset, language), speech, speech) == {}


def test_texts_are_read_as_items() -> None:
    assert items("Niner, 45 X-ray; x ray xray oh Alfa fox-trot") == (
        ["nine", "four", "five", "xray", "xray", "xray", "zero", "alpha", "foxtrot"]
    )
    assert items("1,203.") == ["one", "two", "zero", "three"]
    assert items(" ... ") == []


@pytest.mark.parametrize(
    ("said", "heard", "correct"),
    [
        ("four five six", "456.", 3),
        ("four five six", "4, 6", 2),
        ("four five six", "6, 5, 4", 1),
        ("oh zero", "00", 2),
        ("alpha bravo", "Alfa, bravo, bravo, bravo.", 2),
        ("alpha bravo", "", 0),
        ("mike xray juliet", "Mic x-ray Juliett", 3),
    ],
)
def test_items_count_in_their_place(
    sequence: ItemAccuracy, said: str, heard: str, correct: int
) -> None:
    counts = sequence.correct(said, heard)
    assert counts == {"items": len(said.split()), "items_correct": correct}


@pytest.mark.slow
def test_items_of_recordings_are_heard(sequence: ItemAccuracy) -> None:
    digits = prompts("digits/5", "digits/0", "digits/9", "digits/2", "digits/7")
    said = spoken("five zero nine two seven", digits, "digits-noise")
    assert sequence.score(said, digits, digits) == {"items": 5, "items_correct": 5}
    silence = np.zeros_like(digits)
    assert sequence.score(said, silence, digits) == {"items": 5, "items_correct": 0}
    letters = prompts("phonetic/u_p", "phonetic/y_p", "phonetic/9_p", "phonetic/g_p")
    said = spoken("uniform yankee niner golf", letters, "phonetic")
    assert sequence.score(said, letters, letters) == {"items": 4, "items_correct": 4}
    # The model is told to expect the alphabet; that must not put items where none are.
    assert sequence.score(said, digits[: len(letters)], letters)["items_correct"] <= 1  # the nine


def test_sentences_have_no_items(sequence: ItemAccuracy, speech: np.ndarray) -> None:
    assert sequence.score(spoken(TEXT, speech), speech, speech) == {}
    assert sequence.score(spoken("uno", speech, "digits", "es"), speech, speech) == {}


@pytest.mark.slow
def test_recognition_is_shared_and_repeatable(speech: np.ndarray) -> None:
    assert shared_recogniser() is shared_recogniser()
    first = shared_recogniser().transcribe(speech)
    assert Recogniser().transcribe(speech) == first
    assert shared_recogniser().transcribe(speech[:100]) == ""
    assert shared_recogniser().transcribe(speech) == first
