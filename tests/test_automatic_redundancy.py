# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Redundancy that follows the channel: through sender, losses, receiver and the way back."""

from pathlib import Path

import numpy as np
import pytest
from gnuradio.largesc import make_loss_process
from gnuradio.largesc.audio.speech_file import read_speech
from gnuradio.largesc.codec.verification import RECORDING
from gnuradio.largesc.flowgraphs.simulation import simulate
from gnuradio.largesc.link.arrival import Arrival
from gnuradio.largesc.speech_link.channel_settings import ChannelSettings
from gnuradio.largesc.speech_link.file_coding import encode_file
from gnuradio.largesc.speech_link.link_receiver import SequenceReceiver
from gnuradio.largesc.speech_link.link_sender import LinkSender
from gnuradio.largesc.speech_link.settings import ReceiverSettings, SenderSettings
from gnuradio.largesc.speech_link.simulated_reports import SimulatedReports
from numpy.testing import assert_array_equal
from random_checkpoint import random_checkpoint
from simulation_settings import simulation

AUTO = {"n_primary": 4, "n_redundant": 4, "lag": 3, "code": "auto"}


def losses(frames: int, burst: float, seed: int) -> list[bool]:
    process = make_loss_process("gilbert" if burst else "independent", 0.2, burst, seed)
    return [process.next_is_lost() for _ in range(frames)]


def share_lost(lost: list[bool], first: int, **settings: object) -> float:
    """Share of the frames from ``first`` on that lack a token when they are due."""
    sender = LinkSender(SenderSettings(**AUTO | settings))
    receiver = SequenceReceiver(ReceiverSettings(look_ahead=3, check="none"))
    due = []
    for frame, gone in enumerate(lost):
        (sent,) = sender.push(frame, np.full(8, frame % 2048, dtype=np.int16))
        if not gone:
            due += receiver.receive(Arrival(sent.data))
        if frame % 12 == 0:
            sender.hear(receiver.report().channel)
    due += receiver.end(len(lost))
    return float(np.mean([(one.tokens[:4] == -1).any() for one in due[first:]]))


def test_a_step_of_the_channel_is_followed() -> None:
    """Single losses, then bursts, each for two minutes: what is sent is the best of both."""
    single, bursts = losses(1500, 0, 5), losses(1500, 3, 6)
    both = single + bursts
    pair, repeat = (
        {first: share_lost(both, first, code=code) for first in (0, 1500)}
        for code in ("xor_pair", "repetition")
    )
    chosen = {first: share_lost(both, first) for first in (0, 1500)}
    assert pair[0] - pair[1500] / 2 < repeat[0] - repeat[1500] / 2  # of the first half
    assert repeat[1500] < pair[1500]
    assert chosen[1500] < repeat[1500] + 0.01  # a second or two, until it is known
    assert chosen[0] < min(pair[0], repeat[0])


@pytest.mark.parametrize("burst", [None, 3.0])
def test_simulated_reports_are_the_receivers(burst: float | None) -> None:
    process = "independent" if burst is None else "gilbert"
    channel = ChannelSettings(process=process, loss_rate=0.3, burst=burst, seed=4)
    told, came = SimulatedReports(channel, 0), channel.made()
    sender = LinkSender(SenderSettings())
    receiver = SequenceReceiver(ReceiverSettings(look_ahead=0, check="none"))
    compared, before_lost = 0, True
    for frame in range(400):
        said = told.before(frame, frame)
        if said is not None and not before_lost:  # else it does not know of the last ones
            known = receiver.report().channel
            assert (said.loss_rate, said.mean_burst) == (known.loss_rate, known.mean_burst)
            compared += 1
        before_lost = came.next_is_lost()
        (sent,) = sender.push(frame, np.zeros(8, dtype=np.int16))
        if not before_lost:
            receiver.receive(Arrival(sent.data))
    assert compared > 15


@pytest.mark.slow
def test_simulation_follows_reports_and_repeats_itself() -> None:
    speech = read_speech(RECORDING).pcm[: 24000 * 3]
    settings = simulation(
        **AUTO,
        checkpoint=random_checkpoint(),
        look_ahead=3,
        process="gilbert",
        burst=4.0,
        loss_rate=0.2,
    )
    first, second = simulate(speech, settings), simulate(speech, settings)
    assert_array_equal(first.pcm, second.pcm)
    assert_array_equal(first.origins, second.origins)
    assert first.report["blocks"]["packetizer"]["reports"] == 4  # after 4, 8, 16 and 28 packets


@pytest.mark.slow
def test_commands_keep_to_a_budget(tmp_path: Path) -> None:
    speech, checkpoint = read_speech(RECORDING).pcm[: 24000 * 3], random_checkpoint()
    settings = simulation(
        budget=900, code="auto", lag=3, checkpoint=checkpoint, look_ahead=3, loss_rate=0.2
    )
    simulated = simulate(speech, settings).report
    encoded = encode_file(speech, tmp_path / "x.lsc", settings.sender)
    for report in (simulated, encoded):
        assert 800 < report["packet_bps"] <= 900
    with pytest.raises(ValueError, match="budget must be 700 bit/s or more, not 500"):
        encode_file(speech, tmp_path / "x.lsc", settings.sender.changed(budget=500))
    with pytest.raises(ValueError, match="comes too late for a look-ahead of 1"):
        simulation(budget=900, lag=3, look_ahead=1)
