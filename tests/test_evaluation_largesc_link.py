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
from gnuradio.largesc.link.arrival import Arrival
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
    [
        (4, 4, 2, 2, "hold"),
        pytest.param(8, 0, 1, 0, "zero", marks=pytest.mark.slow),
        pytest.param(6, 7, 1, 3, "hold", marks=pytest.mark.slow),
        pytest.param(6, 3, 2, 2, "interpolate", marks=pytest.mark.slow),
    ],
)
@pytest.mark.slow
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


@pytest.mark.slow
def test_interpolation_is_repeatable_and_something_else_than_hold(speech):
    outputs = []
    for recovery in ("interpolate", "interpolate", "hold"):
        settings = simulation(loss_rate=0.4, look_ahead=2, recovery=recovery, seed=SEED)
        result = simulate(speech[: 24000 * 2], settings)
        assert result.report["tokens"]["recovered"] > 0
        outputs.append(result.pcm)
    assert_array_equal(outputs[0], outputs[1])
    assert (outputs[0] != outputs[2]).any()


@pytest.mark.slow
def test_nothing_of_an_utterance_is_left_for_the_next(speech):
    system = LargescSettings(primary=6, redundant=3, look_ahead=1).build()
    short = speech[:5000]
    first = run(system, short, [1])
    run(system, speech)
    again = run(system, short, [1])
    assert_array_equal(again.pcm, first.pcm)
    assert (again.bits, again.lost) == (first.bits, 1)


class _Damaging(ListedLosses):
    """Turns a bit in every third packet."""

    def carry(self, packet, start, airtime):
        super().carry(packet, start, airtime)
        if len(self.packets) % 3:
            return [Arrival(packet, start + airtime)]
        return [Arrival(bytes([packet[0], packet[1] ^ 0x40, *packet[2:]]), start + airtime)]


@pytest.mark.slow
def test_a_damaged_packet_is_as_good_as_a_lost_one(speech):
    system = LargescSettings(crc=True).build()
    damaged = system.run(speech[:48000], _Damaging(), ListedLosses())
    lost = run(system, speech[:48000], lambda number: number % 3 == 2)
    assert damaged.lost == lost.lost > 5
    assert_array_equal(damaged.pcm, lost.pcm)


@pytest.mark.slow
def test_silence_costs_two_bytes_and_is_heard_as_silence(speech):
    pcm = np.concatenate([speech[:24000], np.zeros(48000, dtype=np.float32)])
    always = run(LargescSettings().build(), pcm)
    system = LargescSettings(silence_threshold=-60).build()
    channel = ListedLosses()
    quiet = system.run(pcm, channel, ListedLosses())
    sizes = [len(packet) for packet in channel.packets]
    # Two silent frames, 11 with speech, two more until a pause is one.
    assert sizes == 2 * [2] + 13 * [13] + (len(sizes) - 15) * [2]
    assert quiet.packets == always.packets
    assert quiet.bits == 8 * sum(sizes) < always.bits // 2
    assert quiet.token_bits == 13 * 88
    assert np.abs(quiet.pcm[40000:]).max() < 1e-3


@pytest.mark.slow
def test_rests_and_their_noise_are_those_of_the_flowgraph(speech):
    pcm = 0.003 * np.random.default_rng(5).standard_normal(110_000).astype(np.float32)
    pcm[40_000:64_000] += speech[:24_000]
    system = LargescSettings(primary=4, rest=True, suppress_noise=False).build()
    outcome = run(system, pcm)
    kept = {"n_primary": 4, "rest": True, "suppress_noise": False}
    expected = simulate(pcm, simulation(**kept, recovery="hold"))
    assert_array_equal(outcome.pcm, expected.pcm)
    assert outcome.packets == expected.report["packets_sent"] < len(pcm) // 1920 - 15
    assert 0.001 < np.std(outcome.pcm[80_000:]) < 0.01


@pytest.mark.slow
def test_speech_is_encoded_once_for_all_channels(speech, monkeypatch):
    system = LargescSettings(primary=4).build()
    frames = []
    encode = system._codec.encode
    monkeypatch.setattr(system._codec, "encode", lambda pcm: (frames.append(pcm), encode(pcm))[1])
    first = run(system, speech[:24000])
    assert len(frames) == first.packets
    assert run(system, speech[:24000].copy(), [3]).encode_seconds == first.encode_seconds
    assert len(frames) == first.packets


@pytest.mark.parametrize("samples", [1, 1920, 1921])
def test_any_length_with_everything_lost_or_nothing(samples):
    system = LargescSettings().build()
    pcm = np.full(samples, 0.1, dtype=np.float32)
    for fate in (False, True):
        outcome = run(system, pcm, lambda number, fate=fate: fate)
        assert outcome.pcm.shape == (samples,)
        assert np.isfinite(outcome.pcm).all()
        assert outcome.lost == (outcome.packets if fate else 0)


def test_what_was_said_before_is_not_counted_but_known(speech):
    """12 % are lost at random all the time; who has talked for 4 s knows that."""
    lost = np.random.default_rng(2).random(1000) < 0.12
    known = {"budget": 1300, "lag": 3, "look_ahead": 3, "code": "auto", "importance": "plain"}
    plain, later = (
        run(LargescSettings(**known, talked_before=s).build(), speech[:96000], lambda n: lost[n])
        for s in (0.0, 4.0)
    )
    frames = later.packets
    assert plain.packets == frames
    assert later.pcm.shape == plain.pcm.shape == (96000,)
    assert (plain.lost, later.lost) == (sum(lost[:frames]), sum(lost[50 : 50 + frames]))
    assert later.bits <= 1.02 * 1300 * frames / 12.5
    # The same fixed tokens sound the same: what was before has left the decoder alone.
    fixed, after = (
        run(LargescSettings(primary=6, talked_before=s).build(), speech[:48000]) for s in (0.0, 4.0)
    )
    assert_array_equal(fixed.pcm, after.pcm)
    assert (fixed.packets, fixed.bits, fixed.token_bits) == (
        after.packets,
        after.bits,
        after.token_bits,
    )


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
    assert LargescSettings(suppress_noise=False).label == "mini 8 hold with its noise"
    assert LargescSettings(rest=True).label == "mini 8 hold rest"
    assert LargescSettings(talked_before=8).label == "mini 8 hold after 8 s"
    turned = LargescSettings(code="auto", talked_before=8, answered=4)
    assert turned.label == "mini 8 hold after 8 s, answered 4 s"
    plain = LargescSettings(budget=1300, importance="plain")
    assert plain.label == "mini 1300 bit/s lag 1 plain hold"
    assert LargescSettings(primary=4, redundant=4, lag=1).label == "mini 4+4 lag 1 hold"
    coded = LargescSettings(primary=4, redundant=4, code="xor_pair", look_ahead=3)
    assert coded.label == "mini 4+4 xor_pair hold"
    assert LargescSettings(name="ours").label == "ours"
    sampled = LargescSettings(recovery="lora", temperature=0.5, silent_after=3, crc=True)
    assert sampled.label == "mini 8 lora temperature 0.5, silent after 3 CRC"
    assert LargescSettings(recovery="base", greedy=True).label == "mini 8 base greedy"
    assert LargescSettings(recovery="base", greedy=False).label == "mini 8 base not greedy"
