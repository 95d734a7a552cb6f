# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rests from sender to receiver: few packets, and what was not sent is no loss."""

import numpy as np
import pytest
from gnuradio.largesc import announcement, background, packet, packet_codec, rest
from gnuradio.largesc.frame.background import Background
from gnuradio.largesc.frame.tokens import TokenOrigin
from gnuradio.largesc.link.arrival import Arrival
from gnuradio.largesc.link.packet_file import PacketFileReader
from gnuradio.largesc.link.rest_schedule import RestSchedule
from gnuradio.largesc.speech_link.file_coding import FileDecoder, encode_file
from gnuradio.largesc.speech_link.link_receiver import ClockReceiver, SequenceReceiver
from gnuradio.largesc.speech_link.link_sender import LinkSender
from gnuradio.largesc.speech_link.settings import ReceiverSettings, SenderSettings
from random_checkpoint import random_checkpoint, speech_like

CODEC = packet_codec()
HISS = Background(20, 6, 4)
TOKENS = np.arange(8, dtype=np.int16)
RECEIVER = ReceiverSettings(look_ahead=1, check="none")


def resting(frame: int, first: int, sound: Background = HISS) -> packet:
    since = min(frame - first, rest.max_since)
    return packet(frame % 128, resting=rest(since, background(*sound)))


def scheduled(sounds: list[Background], first: int = 1) -> dict[int, packet]:
    """What is said of a rest's frames, where something is."""
    schedule = RestSchedule(CODEC)
    said = {frame: schedule.next(frame, sound) for frame, sound in enumerate(sounds, first)}
    return {frame: CODEC.parse(data) for frame, data in said.items() if data is not None}


def test_silence_is_said_three_times_and_kept_alive() -> None:
    said = scheduled([HISS] * 60)
    assert list(said) == [1, 3, 6, 16, 32, 48]
    assert said == {frame: resting(frame, 1) for frame in said}


def test_background_is_said_when_it_changes() -> None:
    louder, little = HISS._replace(level=23), HISS._replace(level=22)
    said = scheduled([HISS] * 7 + [little] * 5 + [louder] * 10, first=1)
    assert list(said) == [1, 3, 6, 13, 16]
    assert said[13] == resting(13, 1, louder)


def test_nothing_to_be_heard_has_no_spectrum_to_change() -> None:
    nothing = [Background(0, 0, 0)] * 8 + [Background(1, 15, 7)] * 7
    assert list(scheduled(nothing)) == [1, 3, 6]


def sent_by(link: LinkSender, speaks: list[bool]) -> list[list[object]]:
    frames = [
        link.push(frame, TOKENS, not one, sound=None if one else HISS)
        for frame, one in enumerate(speaks)
    ]
    return [[CODEC.parse(one.data) for one in packets] for packets in frames]


def test_last_speech_is_repeated_before_the_rest_begins() -> None:
    link = LinkSender(SenderSettings(n_primary=4, n_redundant=2, lag=2))
    said = sent_by(link, [True] * 2 + [False] * 6)
    assert [len(one) for one in said] == [1, 1, 1, 1, 1, 0, 1, 0]
    assert [one.redundant for one in (said[2][0], said[3][0])] == [[0, 1]] * 2
    assert said[4] == [resting(4, 4)]
    assert link.counters()["rested"] == 2
    assert link.counters()["packets"] == 6
    assert link.counters()["silent"] == 6


def test_speech_ends_a_rest() -> None:
    said = sent_by(LinkSender(SenderSettings()), [False, True, False])
    assert said[2] == [resting(2, 2)]


def test_announcement_takes_the_place_of_a_packet() -> None:
    link = LinkSender(SenderSettings(announce=True, session=5))
    said = sent_by(link, [False] * 30)
    announced = [n for n, one in enumerate(said) if one and isinstance(one[0], announcement)]
    assert announced == [0, 25]
    assert said[1] == [resting(1, 1)]
    assert [n for n, one in enumerate(said) if one] == [0, 1, 3, 6, 16, 25]


def test_without_a_background_every_silent_frame_has_its_packet() -> None:
    link = LinkSender(SenderSettings())
    assert [len(link.push(n, TOKENS, silence=True)) for n in range(9)] == [1] * 9


def spoken(frame: int) -> bool:
    return frame % 60 < 25


@pytest.mark.parametrize("by_clock", [False, True])
def test_receivers_tell_nothing_sent_from_lost(by_clock: bool) -> None:
    """20 % of the packets are lost: so it is reported, and only speech has holes."""
    link, lost = LinkSender(SenderSettings()), np.random.default_rng(5).random(4000) < 0.2
    receiver = ClockReceiver(RECEIVER) if by_clock else SequenceReceiver(RECEIVER)
    due, reported, number = [], [], 0
    for frame in range(1200):
        sound = None if spoken(frame) else HISS
        for one in link.push(frame, TOKENS, not spoken(frame), sound=sound):
            if not lost[number]:
                due += receiver.receive(Arrival(one.data, time=0.08 * frame)) or []
            number += 1
        if by_clock:
            due.append(receiver.step(0.08 * frame + 0.05))
        if frame > 100:
            reported.append(receiver.report().channel.loss_rate)
    assert number < 650
    assert np.mean(reported) == pytest.approx(np.mean(lost[:number]), abs=0.03)
    silent = [(one.origin == TokenOrigin.SILENCE).all() for one in due]
    told = [one.sound for one, is_silent in zip(due, silent, strict=True) if is_silent]
    assert np.mean([one == HISS for one in told]) > 0.95
    right = [spoken(one.frame) != s for one, s in zip(due, silent, strict=True) if one.frame > 1]
    assert np.mean(right) > 0.97  # the rest: onsets lost, and rests whose beginning was


def test_packet_file_has_a_record_for_every_frame_of_a_rest(tmp_path) -> None:
    speech = speech_like(6, seed=1)
    pcm = np.concatenate([np.zeros(20 * 1920, np.float32), speech, np.zeros(20 * 1920, "f4")])
    checkpoint = random_checkpoint()
    settings = SenderSettings(checkpoint=checkpoint, rest=True)
    figures = encode_file(pcm, tmp_path / "speech.lsc", settings)
    assert figures["rested"] > 20
    assert figures["packets"] + figures["rested"] == 47  # one more brings the decoder's end
    with PacketFileReader(tmp_path / "speech.lsc") as file:
        decoder = FileDecoder(file, ReceiverSettings(checkpoint=checkpoint), checkpoint)
        assert sum(map(len, decoder)) == len(pcm)
        assert decoder.report()["packets"]["lost"] == 0
        assert decoder.report()["packets"]["rested"] == figures["rested"]
