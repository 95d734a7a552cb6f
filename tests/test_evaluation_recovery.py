# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Recovery in the harness: tokens missing and right by codebook, and the model's settings."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from evaluation_channels import ListedLosses, packets_of, run
from gnuradio.largesc.audio.speech_file import read_speech
from gnuradio.largesc.codec.verification import RECORDING
from gnuradio.largesc.evaluation.channels.loss_model import LossModel
from gnuradio.largesc.evaluation.systems import token_model_version
from gnuradio.largesc.evaluation.systems.interface import Outcome
from gnuradio.largesc.evaluation.systems.largesc_link import LargescSettings
from gnuradio.largesc.evaluation.systems.recovery_choice import RecoveryChoice
from gnuradio.largesc.evaluation.systems.token_figures import token_figures
from gnuradio.largesc.flowgraphs.simulation import simulate
from gnuradio.largesc.frame.tokens import MISSING_TOKEN, TokenOrigin, no_tokens
from gnuradio.largesc.recovery.strategies.recovery_settings import RecoverySettings
from gnuradio.largesc.recovery.token_model.sampling_settings import SamplingSettings
from largesc_kernels import packet_codec
from random_checkpoint import random_checkpoint
from random_token_model import TINY, one_thread, write_token_model
from simulation_settings import simulation

SEED = 11


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> Iterator[None]:
    yield from one_thread()


@pytest.fixture(scope="module")
def speech() -> np.ndarray:
    return read_speech(RECORDING).pcm[: 24000 * 2]


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("checkpoint")
    write_token_model(folder, random_checkpoint(), TINY)
    return str(folder)


def primary_tokens(packets: list[bytes]) -> np.ndarray:
    """Of each packet int16 ``[packets, 8]``, -1 where it has none."""
    tokens = np.tile(no_tokens(), (len(packets), 1))
    for row, data in zip(tokens, packets, strict=True):
        sent = packet_codec().parse(data).primary
        row[: len(sent)] = sent
    return tokens


def counts(outcome: Outcome, what: str) -> list[int]:
    """Of all codebooks that have a column."""
    names = [f"tokens_{what}_{codebook}" for codebook in range(8)]
    return [outcome.figures[name] for name in names if name in outcome.figures]


def test_tokens_count_where_they_were_sent_and_missing() -> None:
    sent = np.array([[5] * 8, [6] * 8, [7] * 4 + [-1] * 4, [-1] * 8], dtype=np.int16)
    origin = np.full((4, 8), TokenOrigin.MISSING, dtype=np.uint8)
    origin[1, :3] = TokenOrigin.PRIMARY
    filled = sent.copy()
    filled[0, 2:] = 9
    filled[1, 7] = -1
    figures = token_figures(sent, origin, filled, 8)
    assert [figures[f"tokens_missing_{k}"] for k in range(8)] == [2, 2, 2, 3, 2, 2, 2, 2]
    assert [figures[f"tokens_right_{k}"] for k in range(8)] == [2, 2, 1, 2, 1, 1, 1, 0]
    assert token_figures(sent, origin, filled, 4).keys() == {
        f"tokens_{what}_{k}" for what in ("missing", "right") for k in range(4)
    }


@pytest.mark.slow
@pytest.mark.parametrize("recovery", ["zero", "hold", "interpolate"])
def test_missing_tokens_are_those_of_the_flowgraph(speech: np.ndarray, recovery: str) -> None:
    system = LargescSettings(redundant=3, look_ahead=1, recovery=recovery).build()
    channel = LossModel(process="independent", loss_rate=0.4).build(system.packet_seconds)
    channel.reset(SEED)
    outcome = system.run(speech, channel, ListedLosses())
    settings = simulation(loss_rate=0.4, n_redundant=3, recovery=recovery, seed=SEED)
    tokens = simulate(speech, settings).report["tokens"]
    assert sum(counts(outcome, "missing")) == tokens["missing"] + tokens["recovered"] > 50
    assert sum(counts(outcome, "right")) <= tokens["recovered"]
    assert outcome.figures["recovery_seconds"] >= 0


@pytest.mark.slow
def test_hold_is_right_where_a_token_is_that_of_the_frame_before(speech: np.ndarray) -> None:
    # Behind the speech comes digital silence, whose tokens repeat.
    pcm = np.concatenate([speech[:24000], np.zeros(24000, dtype=np.float32)])
    hold = LargescSettings(look_ahead=0, recovery="hold").build()
    zero = LargescSettings(look_ahead=0, recovery="zero").build()
    frames = [6, 15, 22]
    held, nothing = (run(system, pcm, frames) for system in (hold, zero))
    assert counts(held, "missing") == counts(nothing, "missing") == [3] * 8
    tokens = primary_tokens(packets_of(hold, pcm))
    same = [int(np.sum(tokens[frames, k] == tokens[[5, 14, 21], k])) for k in range(8)]
    assert counts(held, "right") == same
    assert 0 < sum(same) < 3 * 8
    assert counts(nothing, "right") == [0] * 8


@pytest.mark.slow
def test_what_redundancy_brought_in_time_is_not_missing(speech: np.ndarray) -> None:
    system = LargescSettings(primary=4, redundant=4, look_ahead=1, recovery="hold").build()
    for lost, missing in (([9], 0), ([9, 10], 1), ([], 0)):
        assert counts(run(system, speech, lost), "missing") == [missing] * 4
    partly = LargescSettings(primary=8, redundant=2, look_ahead=1).build()
    assert counts(run(partly, speech, [9]), "missing") == [0, 0, 1, 1, 1, 1, 1, 1]


@pytest.mark.parametrize("lost", [False, True])
@pytest.mark.slow
def test_announced_silence_is_not_missing(speech: np.ndarray, lost: bool) -> None:
    system = LargescSettings(look_ahead=0, recovery="zero", silence_threshold=-60).build()
    pcm = np.concatenate([speech[:24000], np.zeros(24000, dtype=np.float32)])
    assert (primary_tokens(packets_of(system, pcm))[18:] == MISSING_TOKEN).all()
    outcome = run(system, pcm, [3, 20] if lost else [3])
    assert counts(outcome, "missing") == [1] * 8


def test_what_is_not_chosen_is_as_the_package_has_it() -> None:
    nothing = RecoveryChoice().recovery_settings("mini", 2)
    assert nothing == RecoverySettings("mini", 2)
    chosen = RecoveryChoice(temperature=0.5, top_k=3, silent_after=0, fill_unsent=True)
    assert chosen.recovery_settings("mini", 2) == RecoverySettings(
        "mini", 2, SamplingSettings(temperature=0.5, top_k=3), silent_after=0, fill_unsent=True
    )
    greedy = RecoveryChoice(greedy=True).recovery_settings("mini", 1)
    assert greedy.sampling == SamplingSettings(greedy=True)


def test_a_setting_must_mean_something_to_the_strategy() -> None:
    LargescSettings(recovery="interpolate", fill_unsent=True)
    for settings in (
        {"recovery": "hold", "fill_unsent": True},
        {"recovery": "interpolate", "silent_after": 3},
        {"recovery": "zero", "greedy": False},
    ):
        with pytest.raises(ValueError, match=f"means nothing to recovery '{settings['recovery']}'"):
            LargescSettings(**settings)


@pytest.mark.slow
def test_settings_reach_the_model(speech: np.ndarray, checkpoint: str) -> None:
    def heard(**settings: object) -> tuple[np.ndarray, list[int]]:
        choice = {"checkpoint": checkpoint, "recovery": "lora", "primary": 6, **settings}
        outcome = run(LargescSettings(**choice).build(), speech[:24000], [3, 4, 5, 8])
        return outcome.pcm, counts(outcome, "missing")

    default, missing = heard()
    assert missing == [4] * 6
    assert np.array_equal(heard()[0], default)
    assert np.array_equal(heard(temperature=SamplingSettings().temperature)[0], default)
    for other in (
        {"temperature": 0.01},
        {"greedy": True},
        {"top_k": 1},
        {"silent_after": 0},
        {"fill_unsent": True},
    ):
        pcm, missing = heard(**other)
        assert not np.array_equal(pcm, default), other
        assert missing == [4] * 6


@pytest.mark.slow
def test_the_version_tells_models_and_settings_apart(checkpoint: str) -> None:
    def version(recovery: str, **settings: object) -> str:
        choice = {"checkpoint": checkpoint, "recovery": recovery, **settings}
        return LargescSettings(**choice).build().version

    assert "token model" not in version("interpolate")
    default = SamplingSettings()
    assert f"temperature {default.temperature}, top_k {default.top_k}, " in version("base")
    assert "adapter" not in version("base")
    seen = [version("base"), version("lora"), version("lora", temperature=0.5)]
    adapter = Path(checkpoint) / "lora.safetensors"
    before = adapter.read_bytes()
    last = before[-1] ^ 1
    adapter.write_bytes(before[:-1] + bytes([last]))
    seen.append(version("lora"))
    adapter.write_bytes(before)
    assert len(set(seen)) == 4
    assert version("lora") == seen[1]
    assert token_model_version.token_model_version("base", RecoverySettings(checkpoint)) in seen[0]
