# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Training of the token model: tokens, losses, what is learned, and all of it in seconds."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from largesc_training.corpus.prepared import CorpusWriter, PreparedCorpus
from largesc_training.token_model.drawn_links import draw_lost, draw_sent
from largesc_training.token_model.encoding import encode_corpus
from largesc_training.token_model.known_frames import Known, Receiver, Sent
from largesc_training.token_model.loss_patterns import loss_pattern
from largesc_training.token_model.offline_encoder import OfflineEncoder
from largesc_training.token_model.settings import (
    Losses,
    TokenModelSettings,
    read_token_model_settings,
)
from largesc_training.token_model.token_batches import CleanBatches, LossyBatches, make_batch
from largesc_training.token_model.token_set import TokenSet, TokenSetWriter
from largesc_training.token_model.token_streams import plan_streams, speech_of
from random_checkpoint import random_checkpoint, speech_like
from random_token_model import one_thread

ROOT = Path(__file__).parents[1]
SILENCE = np.arange(8, dtype=np.int16)


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> Iterator[None]:
    yield from one_thread()


def write_corpus(folder: Path, seconds: int = 2) -> Path:
    """Two readers that train and one that validates, a few recordings each."""
    writer = CorpusWriter(folder)
    for number, reader in enumerate(("one", "one", "two", "held out")):
        pcm = speech_like(int(12.5 * seconds), seed=number)
        audio = (np.clip(pcm, -1, 1) * 32767).astype(np.int16)
        use = "validation" if reader == "held out" else "training"
        writer.add(reader, use, str(number), "", audio, np.zeros(len(audio) // 120, np.float32))
    writer.close()
    return folder


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_corpus(tmp_path_factory.mktemp("prepared"))


def write_tokens(folder: Path, frames: int = 400) -> Path:
    """Tokens of two streams that train and one that validates; they rise by reader and frame."""
    writer = TokenSetWriter(folder)
    random = np.random.default_rng(0)
    streams = [random.integers(8, 2048, (frames, 8)).astype(np.int16) for _ in range(3)]
    silent = [np.arange(frames) % 20 > 14 for _ in range(3)]
    writer.add(0, streams, silent)
    names = [("one", "training", 0), ("two", "training", 1), ("held out", "validation", 0)]
    writer.close(1, names, "c0de", SILENCE)
    return folder


@pytest.fixture(scope="module")
def token_set(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tokens(tmp_path_factory.mktemp("tokens"))


# Streams and tokens


def test_streams_keep_readers_apart_and_use_every_recording_once_a_pass(corpus: Path) -> None:
    prepared = PreparedCorpus(corpus)
    streams = plan_streams(prepared, passes=2, seed=0)
    assert streams == plan_streams(prepared, passes=2, seed=0)
    for stream in streams:
        assert {(row.group, row.use) for row in stream.rows} == {(stream.reader, stream.use)}
    used = [(s.use, s.number, row.name) for s in streams for row in s.rows]
    expected = [("training", number, name) for number in (0, 1) for name in ("0", "1", "2")]
    assert sorted(used) == sorted([*expected, ("validation", 0, "3")])


def test_the_first_pass_is_as_recorded_and_the_others_are_other_voices(corpus: Path) -> None:
    prepared = PreparedCorpus(corpus)
    plain = plan_streams(prepared, 1, seed=0)[0]
    spoken = speech_of(plain, prepared, np.random.default_rng(0))
    first = prepared.pcm(plain.rows[0])
    np.testing.assert_array_equal(spoken[: len(first)], first)
    lengths = {
        len(speech_of(plain._replace(number=1), prepared, np.random.default_rng(seed)))
        for seed in range(4)
    }
    assert len(lengths) == 4
    assert min(lengths) < len(spoken) < max(lengths)


@pytest.mark.slow
def test_tokens_are_those_of_the_streaming_codec() -> None:
    from gnuradio.largesc.codec.checkpoint import load_codec

    recordings = [speech_like(40, seed=1), speech_like(25, seed=2)[:-700]]
    codec, found = load_codec("mini"), OfflineEncoder("mini").encode(recordings)
    for pcm, tokens in zip(recordings, found, strict=True):
        codec.reset()
        whole = np.pad(pcm, (0, -len(pcm) % 1920)).reshape(-1, 1920)
        expected = np.array([codec.encode(frame).tokens for frame in whole])
        assert tokens.dtype == np.int16
        np.testing.assert_array_equal(tokens, expected)


@pytest.mark.slow
def test_encoding_goes_on_where_it_was_stopped(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, name = TokenModelSettings(passes=2), random_checkpoint()
    encode_corpus(corpus, tmp_path / "whole", name, settings)
    monkeypatch.setattr("largesc_training.token_model.encoding.TOGETHER", 2)
    calls, encode = [], OfflineEncoder.encode

    def fails_second(self: OfflineEncoder, recordings: list[np.ndarray]) -> list[np.ndarray]:
        calls.append(len(recordings))
        if len(calls) == 2:
            raise KeyboardInterrupt
        return encode(self, recordings)

    monkeypatch.setattr(OfflineEncoder, "encode", fails_second)
    with pytest.raises(KeyboardInterrupt):
        encode_corpus(corpus, tmp_path / "parts", name, settings)
    encode_corpus(corpus, tmp_path / "parts", name, settings)
    assert calls == [2, 2, 2, 1]
    whole, parts = TokenSet(tmp_path / "whole"), TokenSet(tmp_path / "parts")
    assert whole.rows == parts.rows
    for row in whole.rows:
        for one, other in zip(whole.window(row, 0, 999), parts.window(row, 0, 999), strict=True):
            np.testing.assert_array_equal(one, other)
    assert {row.use for row in whole.rows} == {"training", "validation"}


# Losses


@pytest.mark.parametrize(
    ("process", "rate", "burst", "expected_burst"),
    [
        ("independent", 0.2, 0.0, 1.25),
        ("gilbert", 0.2, 3.0, 3.0),
        ("gilbert", 0.5, 5.0, 5.0),
        ("bellcore", 0.3, 0.0, 4.42),
    ],
)
def test_losses_are_as_asked(
    process: str, rate: float, burst: float, expected_burst: float
) -> None:
    found = loss_pattern(process, 60_000, rate, burst, 1)
    assert found.mean() == pytest.approx(rate, abs=0.015)
    assert mean_burst(found) == pytest.approx(expected_burst, rel=0.05)
    assert longest_burst(found) <= 10 or process != "bellcore"


@pytest.mark.parametrize(
    ("process", "rate", "burst"), [("gilbert", 0.5, 1.0), ("gilbert-elliott", 0.5, 1.5)]
)
def test_what_a_process_cannot_have_is_the_nearest_that_it_can(
    process: str, rate: float, burst: float
) -> None:
    most = 0.4 if process == "gilbert-elliott" else rate
    assert loss_pattern(process, 60_000, rate, burst, 1).mean() == pytest.approx(most, abs=0.015)


def mean_burst(lost: np.ndarray) -> float:
    return float(lost.sum() / (np.diff(lost.astype(int), prepend=0) == 1).sum())


def longest_burst(lost: np.ndarray) -> int:
    return max(len(run) for run in "".join("x" if one else " " for one in lost).split())


@pytest.mark.parametrize("look_ahead", range(6))
def test_what_is_known_is_right_and_comes_in_time(look_ahead: int) -> None:
    everything = Losses(redundancy=0.8, fewer_codebooks=0.5, silence=0.7, loss_rate=(0.2, 0.5))
    repaired = 0
    for seed in range(4):
        rng = np.random.default_rng([seed, look_ahead])
        tokens = rng.integers(8, 2048, (90, 8)).astype(np.int16)
        lost = draw_lost(90, everything, rng)
        sent = draw_sent(rng.random(90) < 0.2, everything, look_ahead, rng)
        sent = sent._replace(lag=rng.integers(1, 6, 90)) if seed % 2 else sent
        known = Receiver(look_ahead, SILENCE).known(tokens, sent, lost)
        own = (~lost & ~sent.silent)[:, None] & (np.arange(8) < sent.n_primary[:, None])
        own[:look_ahead] = False  # never the newest when something was due
        np.testing.assert_array_equal(known.received, np.where(own, tokens, -1))
        spoken = np.where(sent.silent[:, None], SILENCE, tokens)
        np.testing.assert_array_equal(known.due[known.due != -1], spoken[known.due != -1])
        np.testing.assert_array_equal(known.played[known.played != -1], spoken[known.played != -1])
        assert (known.played[own] != -1).all()
        assert (known.played[lost & ~sent.silent, 0] != -1).all()  # what is lost is filled
        filled = Receiver(look_ahead, SILENCE, fill_unsent=True).known(tokens, sent, lost)
        np.testing.assert_array_equal(filled.played, spoken)
        repaired += int(((known.due != -1) & lost[:, None]).sum())
    assert (repaired > 0) == (look_ahead > 0)


def test_lost_frame_is_filled_as_far_as_its_neighbours_go() -> None:
    tokens = np.arange(6 * 8).reshape(6, 8).astype(np.int16)
    n_primary = np.array([8, 8, 4, 4, 4, 4])
    none = np.zeros(6, dtype=int)
    sent = Sent(n_primary, none, none + 1, none.astype(bool))
    lost = np.array([False, True, False, False, True, False])
    known = Receiver(1, SILENCE).known(tokens, sent, lost)
    assert ((known.played != -1).sum(axis=1) == [8, 8, 4, 4, 4, 4]).all()


def settings_of(**changes: Any) -> TokenModelSettings:
    return TokenModelSettings.model_validate({"batch_size": 4, "frames": 30, **changes})


@pytest.mark.parametrize("kind", [CleanBatches, LossyBatches])
def test_batches_are_the_same_whenever_they_are_made(kind: type, token_set: Path) -> None:
    data, again = (kind(token_set, settings_of(), seed=3) for _ in range(2))
    for number in (5, 0):
        assert data[number].look_ahead == again[number].look_ahead
        for one, other in zip(data[number][1:], again[number][1:], strict=True):
            assert torch.equal(one, other)
            assert one.shape == (4, 8, 30)
            assert one.dtype == torch.int64
    assert not torch.equal(data[5].played, data[0].played)
    assert {row.use for row in data.rows} == {"training"}


def test_look_aheads_are_drawn_as_often_as_asked(token_set: Path) -> None:
    data = CleanBatches(token_set, settings_of(look_aheads={0: 1, 3: 3}), seed=0)
    drawn = [data[number].look_ahead for number in range(200)]
    assert set(drawn) == {0, 3}
    assert 0.65 < drawn.count(3) / 200 < 0.85


def test_a_hole_is_never_known_and_what_is_known_is_right(token_set: Path) -> None:
    for kind in (CleanBatches, LossyBatches):
        data = kind(token_set, settings_of(look_aheads={2: 1}), seed=0)
        for number in range(20):
            batch = data[number]
            assert (batch.received[:, :, :2] == -1).all()
            for known in (batch.received, batch.due):
                assert torch.equal(known[known != -1], batch.played[known != -1])
            assert ((batch.received == -1) | (batch.due != -1)).all()
            assert batch.wanted().any()


def test_base_training_is_given_nothing_in_some_sequences_and_whole_frames_in_others(
    token_set: Path,
) -> None:
    data = CleanBatches(token_set, settings_of(batch_size=200), seed=0)
    came = data[0].due != -1
    assert torch.equal(came.any(dim=1), came.all(dim=1))
    assert 0.4 < float((~came.any(dim=(1, 2))).float().mean()) < 0.6


def test_a_short_stream_is_filled_up_with_what_is_not_learned() -> None:
    short = Known(*(np.full((3, 8), 5, np.int16) for _ in range(3)))
    holes = short._replace(due=np.full((3, 8), -1, np.int16))
    batch = make_batch(1, [short, holes], frames=10)
    assert batch.played.shape == (2, 8, 10)
    assert batch.wanted().sum() == 3 * 8


def test_settings_are_a_section_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "settings.yaml"
    path.write_text("frames: 8\ntoken_model:\n  passes: 3\n")
    assert read_token_model_settings(path).passes == 3
    path.write_text("token_model:\n  look_aheads: {7: 1}\n")
    with pytest.raises(ValueError, match=r"look-aheads are 0\.\.5"):
        read_token_model_settings(path)
    path.write_text("token_model:\n  pases: 3\n")
    with pytest.raises(ValueError, match="pases"):
        read_token_model_settings(path)
    shipped = read_token_model_settings(ROOT / "training" / "settings" / "mini.yaml")
    assert shipped == TokenModelSettings(passes=1, batch_size=4)
