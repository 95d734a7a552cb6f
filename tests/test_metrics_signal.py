# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Metrics that compare or rate signals: order, extremes, bad input, missing models."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from gnuradio.largesc.corpus.utterance import Utterance
from gnuradio.largesc.evaluation.metrics import libraries
from gnuradio.largesc.evaluation.metrics.interface import Metric, MetricUnavailable
from gnuradio.largesc.evaluation.metrics.registry import METRICS
from gnuradio.largesc.evaluation.metrics.speaker_encoder import partial_starts
from gnuradio.largesc.evaluation.metrics.speaker_similarity import SpeakerSimilarity

OF_SIGNALS = ("plcmos", "visqol", "speaker_similarity", "log_mel_distance")


@pytest.fixture(scope="module")
def metrics() -> dict[str, Metric]:
    return {name: METRICS[name]() for name in METRICS}


@pytest.fixture
def said(speech: np.ndarray) -> Utterance:
    return Utterance("a", "sentences", "allison", "en", "the number", speech)


def cut(speech: np.ndarray, share: float) -> np.ndarray:
    """Speech of which packets of 80 ms are silenced, the same ones first for every share."""
    order = np.random.default_rng(3).permutation(len(speech) // 1920)
    result = speech.copy()
    for packet in order[: round(share * len(order))]:
        result[1920 * packet : 1920 * (packet + 1)] = 0.0
    return result


def test_every_metric_says_what_it_is(metrics: dict[str, Metric]) -> None:
    for name, metric in metrics.items():
        assert metric.name == name
        assert metric.version
        assert metric.columns
    columns = [column for metric in metrics.values() for column in metric.columns]
    assert len(set(columns)) == len(columns)


@pytest.mark.slow
def test_identity_scores_best(metrics: dict[str, Metric], said: Utterance) -> None:
    for name in OF_SIGNALS:
        scores = metrics[name].score(said, said.pcm, said.pcm)
        assert tuple(scores) == metrics[name].columns
    assert metrics["log_mel_distance"].score(said, said.pcm, said.pcm)["log_mel_distance"] == 0.0
    similarity = metrics["speaker_similarity"].score(said, said.pcm, said.pcm)
    assert similarity["speaker_similarity"] == pytest.approx(1.0, abs=1e-5)
    assert metrics["visqol"].score(said, said.pcm, said.pcm)["visqol"] > 4.3
    assert metrics["plcmos"].score(said, said.pcm, said.pcm)["plcmos"] > 4.0


def test_silence_scores_worst(metrics: dict[str, Metric], said: Utterance) -> None:
    silence = np.zeros_like(said.pcm)
    assert metrics["visqol"].score(said, silence, said.pcm) == {
        "visqol": 1.0,
        "visqol_to_lossless": 1.0,
    }
    similarity = metrics["speaker_similarity"].score(said, silence, said.pcm)
    assert similarity == {"speaker_similarity": 0.0}
    distance = metrics["log_mel_distance"].score(said, silence, said.pcm)["log_mel_distance"]
    assert (
        distance
        > metrics["log_mel_distance"].score(said, cut(said.pcm, 0.9), said.pcm)["log_mel_distance"]
    )


@pytest.mark.parametrize("name", OF_SIGNALS)
@pytest.mark.slow
def test_more_loss_scores_lower(metrics: dict[str, Metric], said: Utterance, name: str) -> None:
    column = metrics[name].columns[0]
    scores = [
        metrics[name].score(said, cut(said.pcm, share), said.pcm)[column]
        for share in (0.0, 0.15, 0.5)
    ]
    assert scores == sorted(scores, reverse=name != "log_mel_distance")
    assert len(set(scores)) == 3


def test_visqol_to_lossless_leaves_the_codec_out(
    metrics: dict[str, Metric], said: Utterance
) -> None:
    noise = np.random.default_rng(0).standard_normal(len(said.pcm)).astype(np.float32)
    coded = np.clip(said.pcm + 0.02 * noise, -1, 1)
    scores = metrics["visqol"].score(said, coded, coded)
    assert scores["visqol"] < 3.0 < 4.3 < scores["visqol_to_lossless"]
    silent_codec = metrics["visqol"].score(said, coded, np.zeros_like(coded))
    assert tuple(silent_codec) == ("visqol",)


def test_log_mel_distance_of_half_the_level_is_6_db(
    metrics: dict[str, Metric], said: Utterance
) -> None:
    loud = 0.1 * np.random.default_rng(0).standard_normal(24000).astype(np.float32)
    noise = Utterance("n", "sentences", "", "en", "", loud)
    distance = metrics["log_mel_distance"].score(noise, loud / 2, loud)["log_mel_distance"]
    # Below 0.1 dB is what edges and the floor cost.
    assert distance == pytest.approx(20 * np.log10(2), abs=0.1)


def test_another_voice_is_less_similar(metrics: dict[str, Metric], said: Utterance) -> None:
    slower = np.interp(np.arange(len(said.pcm)) * 0.7, np.arange(len(said.pcm)), said.pcm)
    score = metrics["speaker_similarity"].score(said, slower.astype(np.float32), said.pcm)
    assert 0.2 < score["speaker_similarity"] < 0.85


@pytest.mark.parametrize("name", OF_SIGNALS)
@pytest.mark.slow
def test_scores_repeat(metrics: dict[str, Metric], said: Utterance, name: str) -> None:
    received = cut(said.pcm, 0.3)
    first = metrics[name].score(said, received, said.pcm)
    metrics[name].score(said, said.pcm, said.pcm)
    assert METRICS[name]().score(said, received, said.pcm) == first


@pytest.mark.parametrize("samples", [1, 100, 2_400, 12_000])
def test_tiny_speech_has_only_scores_that_mean_something(
    metrics: dict[str, Metric], speech: np.ndarray, samples: int
) -> None:
    pcm = speech[:samples]
    tiny = Utterance("a", "sentences", "allison", "en", "the number", pcm)
    for metric in metrics.values():
        for received in (pcm, np.zeros_like(pcm)):
            scores = metric.score(tiny, received, pcm)
            assert set(scores) <= set(metric.columns)
            assert all(np.isfinite(x) for x in scores.values() if not isinstance(x, str))
    assert metrics["visqol"].score(tiny, pcm, pcm) == {}
    assert bool(metrics["plcmos"].score(tiny, pcm, pcm)) == (samples >= 2_400)
    assert bool(metrics["speaker_similarity"].score(tiny, pcm, pcm)) == (samples >= 12_000)


@pytest.mark.parametrize("name", METRICS)
def test_what_is_not_aligned_is_refused(
    metrics: dict[str, Metric], said: Utterance, name: str
) -> None:
    score = metrics[name].score
    broken = said.pcm.copy()
    broken[5] = np.nan
    for bad, message in ((said.pcm[:-1], "has 60007 samples"), (broken, "not finite")):
        with pytest.raises(ValueError, match=message):
            score(said, bad, said.pcm)
        with pytest.raises(ValueError, match=message):
            score(said, said.pcm, bad)
    with pytest.raises(ValueError, match="shape"):
        score(said, said.pcm[:, None], said.pcm)
    nothing = np.zeros(0, np.float32)
    with pytest.raises(ValueError, match="no samples"):
        score(Utterance("a", "sentences", "", "en", "x", nothing), nothing, nothing)


def test_partials_cover_speech() -> None:
    assert partial_starts(1) == [0]
    assert partial_starts(16_000 * 10)[-1] * 160 + 25_600 >= 0.9 * 160_000
    # Resemblyzer's own rule: the last partial is left out below three quarters.
    assert partial_starts(77 * 160 + 19_199) == [0]
    assert partial_starts(77 * 160 + 19_200) == [0, 77]


def test_changed_weights_are_refused(tmp_path: Path) -> None:
    content = bytearray(libraries.library_file("resemblyzer", "pretrained.pt").read_bytes())
    content[300_000] ^= 1
    path = tmp_path / "pretrained.pt"
    path.write_bytes(content)
    with pytest.raises(MetricUnavailable, match=r"is not the pretrained\.pt of Resemblyzer"):
        SpeakerSimilarity(path)
    path.write_bytes(content[:1000])
    with pytest.raises(MetricUnavailable, match=r"is not the pretrained\.pt"):
        SpeakerSimilarity(path)
    with pytest.raises(MetricUnavailable, match="No such file"):
        SpeakerSimilarity(tmp_path / "none.pt")


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libraries.util, "find_spec", lambda package: None)
    builders: dict[str, Callable[[], Metric]] = dict(METRICS)
    with pytest.raises(MetricUnavailable, match=r"plcmos_v2.onnx of the package speechmos.*pip"):
        builders["plcmos"]()
    with pytest.raises(MetricUnavailable, match=r"resemblyzer.*--no-deps Resemblyzer==0.1.4"):
        builders["speaker_similarity"]()
    with pytest.raises(MetricUnavailable, match="no_such_library cannot be loaded"):
        libraries.library("no_such_library")
