# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Steps as graphs: the same as step by step, and each keeps its own state."""

import copy
import gc
import mmap
import threading
from pathlib import Path

import numpy as np
import pytest
import torch
from gnuradio.largesc.codec.checkpoint import _kept_codecs, load_codec
from gnuradio.largesc.codec.fast_model import make_fast
from gnuradio.largesc.codec.speech_codec import NO_FINGERPRINT, SpeechCodec
from gnuradio.largesc.codec.traced_step import Place, TracedStep, streaming_places
from random_checkpoint import offline_model, random_checkpoint

PAGE = mmap.PAGESIZE
FRAMES = 60  # more than the codec's transformers look back


class Sums:
    """What a step has added up so far."""

    def __init__(self) -> None:
        self.total = torch.zeros(2)

    def add(self, value: torch.Tensor) -> tuple[torch.Tensor, ...]:
        self.total = self.total + value
        return (self.total * 2.0,)


def traced_sums() -> tuple[Sums, TracedStep]:
    sums = Sums()
    return sums, TracedStep(sums.add, [Place(sums, "total")])


def test_state_goes_on_from_call_to_call() -> None:
    sums, step = traced_sums()
    for n in range(1, 5):
        (doubled,) = step(torch.ones(2))
        assert doubled.tolist() == [2.0 * n, 2.0 * n]
        assert sums.total.tolist() == [n, n]


def test_recording_changes_nothing() -> None:
    sums, step = traced_sums()
    step.record(torch.full((2,), 7.0))
    assert sums.total.tolist() == [0.0, 0.0]


def test_what_is_put_in_place_from_outside_counts() -> None:
    sums, step = traced_sums()
    step(torch.ones(2))
    sums.total = torch.zeros(2)
    assert step(torch.ones(2))[0].tolist() == [2.0, 2.0]


def test_a_copy_goes_its_own_way() -> None:
    sums, step = traced_sums()
    step(torch.ones(2))
    other = copy.deepcopy(step)
    assert other(torch.ones(2))[0].tolist() == [4.0, 4.0]
    assert sums.total.tolist() == [1.0, 1.0]


def test_threads_that_record_at_once_do_not_disturb_one_another() -> None:
    results: list[float] = []

    def run() -> None:
        _, step = traced_sums()
        with torch.no_grad():
            results.extend(float(step(torch.ones(2))[0][0]) for _ in range(3))

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == sorted([2.0, 4.0, 6.0] * 8)


def test_the_codec_is_a_graph_and_says_what_it_says_step_by_step(speech: np.ndarray) -> None:
    graph, plain = load_codec(), load_codec()
    assert isinstance(graph._encode_step, TracedStep)
    assert isinstance(graph._decode_step, TracedStep)
    plain._encode_step, plain._decode_step = plain._encoded, plain._decoded
    frames = np.resize(speech, (FRAMES, graph.frame_size))
    for frame in frames:
        one, other = graph.encode(frame), plain.encode(frame)
        np.testing.assert_array_equal(one.tokens, other.tokens)
        np.testing.assert_array_equal(one.latent, other.latent)
        np.testing.assert_array_equal(graph.decode(one.tokens), plain.decode(one.tokens))


def test_preparing_is_not_heard(speech: np.ndarray) -> None:
    prepared, plain = load_codec(), load_codec()
    prepared.prepare_to_encode()
    prepared.prepare_to_decode()
    for frame in plain.frames(speech):
        tokens = plain.encode(frame).tokens
        np.testing.assert_array_equal(prepared.encode(frame).tokens, tokens)
        np.testing.assert_array_equal(prepared.decode(tokens), plain.decode(tokens))


def test_after_a_reset_it_begins_anew(speech: np.ndarray) -> None:
    codec = load_codec()
    frames = list(codec.frames(speech))
    first = [codec.encode(frame).tokens.tolist() for frame in frames]
    codec.reset()
    assert [codec.encode(frame).tokens.tolist() for frame in frames] == first


def test_graphs_go_with_their_codecs() -> None:
    """``torch.jit.trace`` would keep each graph with its weights: 50 MB a codec."""
    resident = []
    for _ in range(9):
        _kept_codecs.cache_clear()  # a codec is made of its files, not of one that was there
        codec = load_codec()
        codec.prepare_to_encode()
        codec.prepare_to_decode()
        del codec
        gc.collect()
        resident.append(int(Path("/proc/self/statm").read_text().split()[1]) * PAGE / 2**20)
    assert resident[-1] - resident[2] < 100.0


@pytest.mark.parametrize("int8", [False, True])
def test_what_cannot_be_recorded_runs_step_by_step(int8: bool, speech: np.ndarray) -> None:
    """8-bit layers, and moshi's own, which count in Python how far they are."""
    model = offline_model(random_checkpoint())
    if int8:
        make_fast(model, int8=True)
    codec = SpeechCodec(model, NO_FINGERPRINT)
    assert streaming_places([codec._model.encoder_transformer]) is None
    assert not isinstance(codec._encode_step, TracedStep)
    for frame in list(codec.frames(speech))[:3]:
        assert codec.decode(codec.encode(frame).tokens).shape == (codec.frame_size,)
