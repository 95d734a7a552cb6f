# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was loaded before is there at once, with weights in common and a state of its own."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from gnuradio.largesc.codec.checkpoint import EMBEDDED, find_checkpoint, load_codec
from gnuradio.largesc.codec.kept_models import KeptModels, file_key
from gnuradio.largesc.codec.speech_codec import SpeechCodec
from gnuradio.largesc.codec.traced_step import TracedStep
from gnuradio.largesc.recovery.strategies.recovery_settings import RecoverySettings
from gnuradio.largesc.recovery.strategies.strategy_by_name import make_recovery


class Loader:
    """Makes models of so many numbers and counts them."""

    def __init__(self, numbers: int = 20_000):
        self.numbers, self.count = numbers, 0

    def __call__(self) -> dict[str, object]:
        self.count += 1
        return {"weights": torch.zeros(self.numbers), "state": [self.count]}


def test_the_same_again_is_a_copy_that_shares_weights_and_nothing_else() -> None:
    kept, load = KeptModels[dict](), Loader()
    one, other = kept.of("a", load), kept.of("a", load)
    assert load.count == 1
    assert one["weights"] is other["weights"]
    one["state"].append("changed")
    assert other["state"] == kept.of("a", load)["state"] == [1]


def test_only_the_last_ones_stay() -> None:
    kept, load = KeptModels[dict](count=2), Loader()
    for key in "abacab":  # c takes b's place, then b that of c
        kept.of(key, load)
    assert load.count == 4


@pytest.mark.parametrize(
    "kept", [KeptModels(largest=79_999), KeptModels(keeps=lambda model: False)]
)
def test_what_is_large_or_cannot_be_copied_is_loaded_each_time(kept: KeptModels) -> None:
    load = Loader()
    assert kept.of("a", load) is not kept.of("a", load)
    assert load.count == 2


def test_what_does_not_load_is_tried_again() -> None:
    def fails() -> None:
        raise ValueError("damaged")

    kept = KeptModels[object]()
    with pytest.raises(ValueError, match="damaged"):
        kept.of("a", fails)
    assert kept.of("a", Loader()) is not None


def places_of_weights(codec: SpeechCodec) -> list[int]:
    weights = [p for p in codec._model.parameters() if p.numel() > 10_000]
    assert len(weights) > 20
    return [weight.data_ptr() for weight in weights]


def test_codecs_of_one_checkpoint_share_weights_and_graphs(speech: np.ndarray) -> None:
    one, other = load_codec(), load_codec()
    assert places_of_weights(one) == places_of_weights(other)
    for step in ("_encode_step", "_decode_step"):
        graph = getattr(one, step)
        assert isinstance(graph, TracedStep)
        assert graph._recording is getattr(other, step)._recording
    frames = np.resize(speech, (12, one.frame_size))
    alone = [one.encode(frame) for frame in frames]
    heard = [one.decode(frame.tokens) for frame in alone]
    # One goes on where it is, the other begins: neither hears of the other.
    for first, pcm, frame in zip(alone, heard, frames, strict=True):
        one.encode(frame[::-1].copy())
        one.decode(first.tokens[::-1].copy())
        np.testing.assert_array_equal(other.encode(frame).tokens, first.tokens)
        np.testing.assert_array_equal(other.decode(first.tokens), pcm)


def test_weights_written_anew_are_read_anew(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    shutil.copytree(EMBEDDED / "mini", folder)
    before = load_codec(str(folder))
    weights = find_checkpoint(str(folder)).codec_weights
    key = file_key(weights)
    kept = weights.read_bytes()
    weights.unlink()
    weights.write_bytes(kept)
    assert file_key(weights) != key
    assert places_of_weights(load_codec(str(folder))) != places_of_weights(before)


@pytest.mark.parametrize("strategy", ["base", "lora"])
def test_recoveries_of_one_model_fill_holes_each_for_itself(strategy: str) -> None:
    settings = RecoverySettings("mini", look_ahead=1)
    sent = np.random.default_rng(1).integers(0, 2048, (9, 8)).astype(np.int16)
    nothing = np.full(8, -1, dtype=np.int16)

    def filled(recovery: object, push: Callable) -> list[list[int]]:
        dues = [nothing if k in (3, 4, 7) else sent[k] for k in range(8)]
        return [push(sent[k + 1], due).tolist() for k, due in enumerate(dues)]

    one, other = (make_recovery(strategy, settings) for _ in range(2))
    first = filled(one, one.push)
    one.push(sent[0], nothing)  # the state of one moves on
    assert filled(other, other.push) == first
