# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Losses of every slot size, from reports on those that were sent."""

from dataclasses import replace

import numpy as np
import pytest
from gnuradio.largesc.control.slot_channel import SlotChannel
from gnuradio.largesc.control.told_snr import told_snr
from gnuradio.largesc.frame.report import ChannelReport, Report
from gnuradio.largesc.frame.speech_facts import SpeechFacts
from gnuradio.largesc.radio.modem_profile import slot_losses_of
from gnuradio.largesc.speech_link.link_sender import LinkSender
from gnuradio.largesc.speech_link.settings import SenderSettings

HF = slot_losses_of("hf")
SECOND, WINDOW = 12, 50


def steady(size: int, snr: float) -> float:
    """What is lost in white noise."""
    (curve,) = [one.steady for one in HF if one.size == size]
    return float(curve.at(np.array(snr)))


def after(
    seconds: int, sizes: tuple[int, ...], loss_rate: float, snr: float | None, **more: float
) -> SlotChannel:
    """Slots of these sizes in turn, and a report every second."""
    channel = SlotChannel(HF)
    for frame in range(seconds * SECOND + 1):
        if frame and frame % SECOND == 0:
            window = min(frame, WINDOW)
            report = ChannelReport(loss_rate=loss_rate, window=window, snr=snr)
            channel.hear(replace(report, **more), frame)
        channel.sent(frame, sizes[frame % len(sizes)])
    return channel


def losses(channel: SlotChannel, seconds: int = 10) -> list[float]:
    return list(channel.losses(seconds * SECOND).values())


def test_before_any_report_larger_slots_are_thought_to_be_lost_oftener() -> None:
    small, medium, large = SlotChannel(HF).losses(0).values()
    assert 0.02 < small < medium - 0.05 < medium < large - 0.2 < 0.8
    assert list(SlotChannel(HF).losses(0)) == [7, 13, 23]


@pytest.mark.parametrize("snr", [-4.5, -2.0, -1.0, 3.0])
def test_white_noise_is_known_by_small_slots_alone(snr: float) -> None:
    told = losses(after(10, (7,), steady(7, snr), snr))
    true = [steady(size, snr) for size in (7, 13, 23)]
    assert told == pytest.approx(true, abs=0.2)
    assert told[0] == pytest.approx(true[0], abs=0.03)


def test_losses_without_an_snr_tell_of_all_sizes() -> None:
    small, medium, large = losses(after(10, (13,), 0.3, None))
    assert medium == pytest.approx(0.3, abs=0.05)
    assert small < 0.2 < 0.5 < large


def test_fading_loses_small_slots_as_well() -> None:
    # 10 % of slots of 13 bytes: in white noise that is told as -1.8 dB, on fading paths
    # as some 4.5 dB.
    noise, fading = (losses(after(10, (13,), 0.1, snr)) for snr in (-1.8, 4.5))
    assert noise[0] < 0.02 < fading[0]
    assert noise[2] > 0.95
    assert fading[2] < 0.8


def test_what_is_lost_at_a_good_snr_is_lost_in_every_size() -> None:
    told = losses(after(20, (13,), 0.2, 14.0), 20)
    assert told == pytest.approx([0.2, 0.2, 0.2], abs=0.03)


def test_a_mixture_of_sizes_is_taken_apart() -> None:
    # Half of the slots are of 7 bytes and come, half of 13 and do not: half are lost.
    small, medium, _ = losses(after(10, (7, 13), 0.5, -3.8))
    assert small < 0.05
    assert medium > 0.9


def test_a_report_told_again_changes_nothing() -> None:
    channel = after(5, (13,), 0.2, 1.0)
    before = losses(channel, 5)
    channel.hear(ChannelReport(loss_rate=0.9, window=WINDOW, age=1.0), 5 * SECOND)
    channel.hear(ChannelReport(loss_rate=0.9, window=0), 5 * SECOND + 1)
    assert losses(channel, 5) == before


def test_a_channel_that_the_receiver_finds_changed_is_followed_at_once() -> None:
    channel = after(20, (7,), 0.0, 8.0)
    assert channel.losses(20 * SECOND)[13] < 0.01
    channel.hear(ChannelReport(loss_rate=0.6, window=10, snr=-5.0), 20 * SECOND + 10)
    assert channel.losses(20 * SECOND + 10)[13] > 0.7


def test_what_is_old_is_forgotten() -> None:
    channel = after(20, (7,), 0.0, 8.0)
    prior = SlotChannel(HF).losses(0)
    assert channel.losses(20 * SECOND + 100)[13] < 0.01
    assert channel.losses(20 * SECOND + 1000) == pytest.approx(prior, abs=0.01)
    channel.reset()
    assert channel.losses(20 * SECOND) == prior


def test_losses_are_shares_whatever_is_reported() -> None:
    random = np.random.default_rng(4)
    channel = SlotChannel(HF)
    for frame in range(0, 1200, 12):
        snr = float(random.choice([-40.0, 87.0, 0.0]))
        rate, window = float(random.choice([0.0, 1.0, 0.5])), int(random.integers(1, 60))
        channel.hear(ChannelReport(loss_rate=rate, window=window, snr=snr), frame)
        told = losses(channel)
        assert np.isfinite(told).all()
        assert 0.0 <= told[0] <= told[1] <= told[2] <= 1.0


def test_unknown_sizes_and_no_curves_are_refused() -> None:
    with pytest.raises(ValueError, match="no curve for slots of 9 bytes"):
        SlotChannel(HF).sent(0, 9)
    with pytest.raises(ValueError, match="must have a curve"):
        SlotChannel(())


def test_without_reports_small_slots_are_sent() -> None:
    link, random = sender(), np.random.default_rng(4)
    for frame in range(300):
        facts = SpeechFacts(random.normal(-35, 10), random.exponential(4))
        (sent,) = link.push(frame, np.zeros(8, dtype=np.int16), facts=facts)
        assert len(sent.data) == 7


def sender() -> LinkSender:
    slots = {"slots": (7, 13, 23), "slot_losses": HF}
    return LinkSender(SenderSettings(budget=1300, code="auto", importance="plain", **slots))


@pytest.mark.parametrize("snr", [-150.0, 88.0])
def test_a_report_with_an_snr_that_is_none_is_refused(snr: float) -> None:
    link, wrong = sender(), ChannelReport(loss_rate=0.9, window=50, snr=snr)
    with pytest.raises(ValueError, match=r"snr of a report must be -40\.\.87 dB"):
        link.hear(wrong)
    with pytest.raises(ValueError, match=r"snr of a report must be -40\.\.87 dB"):
        link.control({"text": "x"} | Report(peer=wrong).as_dict())
    assert link.channel is None
    assert link.settings.text == ""
    assert link.counters() == {}


def test_a_sender_goes_to_the_slots_that_come() -> None:
    link = sender()
    tokens = np.zeros(8, dtype=np.int16)

    def sizes(start: int, loss_rate: float, snr: float) -> list[int]:
        found = []
        for frame in range(start, start + 150):
            if frame % SECOND == 0:
                link.hear(ChannelReport(loss_rate=loss_rate, window=50, snr=snr))
            found += [len(one.data) for one in link.push(frame, tokens)]
        return found[50:]

    assert set(sizes(0, 0.97, -3.5)) == {7}
    assert np.mean(sizes(150, 0.0, 5.0)) > 12.0


def test_few_packets_tell_little_where_paths_fade() -> None:
    """The four of a good moment are not the channel; in white noise four tell nearly all."""
    few, many = SlotChannel(HF), SlotChannel(HF)
    for channel, window in ((few, 4), (many, WINDOW)):
        for frame in range(window):
            channel.sent(frame, 7)
        channel.hear(ChannelReport(loss_rate=0.0, window=window, snr=2.0), window)
    unknown = SlotChannel(HF).losses(0)[13]
    assert many.losses(WINDOW)[13] < few.losses(4)[13] < unknown


def test_what_came_through_fading_is_better_than_the_channel() -> None:
    """Of 23 bytes at 2 dB on MPP 82 % are lost; those that come do so at 3.7 dB on average."""
    (large,) = [one for one in HF if one.size == 23]
    noise, fading = told_snr(large, np.array([-2.0, 2.0, 10.0]))
    assert noise.tolist() == [-2.0, 2.0, 10.0]
    assert fading == pytest.approx([2.3, 4.1, 9.5], abs=0.6)  # modelled_air.py, -2, 2, 10 dB
    (small,) = [one for one in HF if one.size == 7]
    assert told_snr(small, np.array([24.0]))[1] == pytest.approx([22.8], abs=0.1)


def test_reports_that_come_through_fades_do_not_flatter_the_channel() -> None:
    # MPP at 2 dB, slots of 13 bytes: 26 % are lost, give or take 11; the others come at 2 dB, give
    # or take 1.
    channel = SlotChannel(HF)
    for frame in range(241):
        if frame and frame % SECOND == 0:
            sign = 1.0 if frame // SECOND % 2 else -1.0
            window = min(frame, WINDOW)
            lost, snr = 0.26 + 0.11 * sign, 2.0 - sign
            channel.hear(ChannelReport(loss_rate=lost, window=window, snr=snr), frame)
        channel.sent(frame, 13)
    told = losses(channel, 20)
    assert told[0] == pytest.approx(0.06, abs=0.04)
    assert told[2] == pytest.approx(0.82, abs=0.12)
