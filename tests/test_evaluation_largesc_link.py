# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The harness' own link does what the flowgraph does, and keeps nothing between utterances."""

import numpy as np
import pytest
from evaluation_channels import ListedLosses, run
from gnuradio.largesc.audio.speech_file import read_speech
from gnuradio.largesc.codec.checkpoint import CheckpointError
from gnuradio.largesc.codec.verification import RECORDING
from gnuradio.largesc.evaluation.channels.loss_model import LossModel
from gnuradio.largesc.evaluation.systems.largesc_link import LargescSettings
from gnuradio.largesc.flowgraphs.simulation import simulate
from numpy.testing import assert_array_equal
from pydantic import ValidationError
from random_checkpoint import random_checkpoint
from simulation_settings import simulation

SEED = 11


@pytest.fixture(scope="module")
def speech():
    return read_speech(RECORDING).pcm[: 24000 * 4 + 777]


@pytest.mark.parametrize(
    ("primary", "redundant", "lag", "look_ahead", "recovery"),
    [(8, 0, 1, 0, "zero"), (4, 4, 2, 2, "hold"), (6, 7, 1, 3, "hold"), (6, 3, 2, 2, "interpolate")],
)
def test_output_is_that_of_the_flowgraph(speech, primary, redundant, lag, look_ahead, recovery):
    system = LargescSettings(
        primary=primary, redundant=redundant, lag=lag, look_ahead=look_ahead, recovery=recovery
    ).build()
    settings = simulation(
        n_primary=primary,
        n_redundant=redundant,
        lag=lag,
        look_ahead=look_ahead,
        recovery=recovery,
        loss_rate=0.45,
        seed=SEED,
    )
    result = simulate(speech, settings)

    channel = LossModel(process="independent", loss_rate=0.45).build(system.packet_seconds)
    channel.reset(SEED)
    outcome = system.run(speech, channel, ListedLosses())

    assert outcome.packets == result.report["packets_sent"]
    assert outcome.lost == result.report["packets_lost"] > 10
    assert_array_equal(outcome.pcm, result.pcm)
    seconds = outcome.packets * system.packet_seconds
    assert outcome.bits / seconds == pytest.approx(result.report["packet_bps"])
    assert outcome.token_bits / seconds == pytest.approx(result.report["token_bps"])
    assert 1000 * system.latency_seconds == pytest.approx(result.report["algorithmic_latency_ms"])


def test_interpolation_is_repeatable_and_something_else_than_hold(speech):
    outputs = []
    for recovery in ("interpolate", "interpolate", "hold"):
        settings = simulation(loss_rate=0.4, look_ahead=2, recovery=recovery, seed=SEED)
        result = simulate(speech[: 24000 * 2], settings)
        assert result.report["tokens"]["recovered"] > 0
        outputs.append(result.pcm)
    assert_array_equal(outputs[0], outputs[1])
    assert (outputs[0] != outputs[2]).any()


def test_nothing_of_an_utterance_is_left_for_the_next(speech):
    system = LargescSettings(primary=6, redundant=3, look_ahead=1).build()
    short = speech[:5000]
    first = run(system, short, [1])
    run(system, speech)
    again = run(system, short, [1])
    assert_array_equal(again.pcm, first.pcm)
    assert (again.bits, again.lost) == (first.bits, 1)


@pytest.mark.parametrize("samples", [1, 1920, 1921])
def test_any_length_with_everything_lost_or_nothing(samples):
    system = LargescSettings().build()
    pcm = np.full(samples, 0.1, dtype=np.float32)
    for fate in (False, True):
        outcome = run(system, pcm, lambda number, fate=fate: fate)
        assert outcome.pcm.shape == (samples,)
        assert np.isfinite(outcome.pcm).all()
        assert outcome.lost == (outcome.packets if fate else 0)


def test_redundancy_that_comes_too_late_is_refused():
    with pytest.raises(ValidationError, match="too late"):
        LargescSettings(redundant=4, lag=3, look_ahead=2)


def test_unknown_recovery_names_those_there_are():
    with pytest.raises(ValidationError, match="zero, hold, interpolate, base, lora"):
        LargescSettings(recovery="magic")


@pytest.mark.parametrize("recovery", ["base", "lora"])
def test_a_strategy_that_the_checkpoint_lacks_is_said_when_it_is_built(recovery):
    settings = LargescSettings(checkpoint=random_checkpoint(), recovery=recovery)
    with pytest.raises(CheckpointError, match="has no token model"):
        settings.build()


def test_labels_tell_settings_apart():
    assert LargescSettings().label == "mini 8 hold"
    assert LargescSettings(primary=4, redundant=4, lag=1).label == "mini 4+4 lag 1 hold"
    assert LargescSettings(name="ours").label == "ours"
    sampled = LargescSettings(recovery="lora", temperature=0.5, silent_after=3, crc=True)
    assert sampled.label == "mini 8 lora temperature 0.5, silent after 3 CRC"
    assert LargescSettings(recovery="base", greedy=True).label == "mini 8 base greedy"
    assert LargescSettings(recovery="base", greedy=False).label == "mini 8 base not greedy"
