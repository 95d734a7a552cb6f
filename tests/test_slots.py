# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""A radio's slots as a setting: what is sent fits one, and counts as much as it takes."""

import numpy as np
import pytest
from gnuradio.largesc import announcement, packet_codec
from gnuradio.largesc.control.bit_budget import WINDOW
from gnuradio.largesc.frame.report import ChannelReport, Report
from gnuradio.largesc.frame.speech_facts import SpeechFacts
from gnuradio.largesc.frame.tokens import no_tokens
from gnuradio.largesc.link.slot_contents import into_slot, slot_for
from gnuradio.largesc.radio.link_profile import load_profile
from gnuradio.largesc.radio.modem_profile import load_modem_profile
from gnuradio.largesc.speech_link.link_sender import LinkSender
from gnuradio.largesc.speech_link.settings import SenderSettings

SIZES = load_modem_profile("hf").sizes
TOKENS = np.zeros(8, dtype=np.int16)


def sender(**settings: object) -> LinkSender:
    how = {"slots": SIZES, "code": "auto", "lag": 3, "importance": "plain"} | settings
    return LinkSender(SenderSettings(**how))


@pytest.mark.parametrize("size", range(1, 27))
def test_the_slot_is_that_of_the_modem(size: int) -> None:
    slot = slot_for(size, SIZES)
    if slot is None:
        with pytest.raises(ValueError, match="fits no slot"):
            into_slot(b"\x00" * size, SIZES)
    else:
        assert len(into_slot(b"\x00" * size, SIZES)) == slot


@pytest.mark.parametrize("budget", [900, 2000])
def test_a_budget_is_spent_in_whole_slots(budget: float) -> None:
    link, random = sender(budget=budget), np.random.default_rng(2)
    sizes, taken = [], []
    for frame in range(250):
        if frame % 12 == 0:
            link.hear(ChannelReport(loss_rate=0.2, mean_burst=1.3, window=50))
        silence = 100 <= frame < 110
        facts = SpeechFacts(random.normal(-35, 10), random.exponential(4))
        (sent,) = link.push(frame, no_tokens() if silence else TOKENS, silence, facts=facts)
        taken.append(len(into_slot(sent.data, SIZES)))
        sizes.append(len(sent.data))
    windows = 8 * np.convolve(taken, np.ones(WINDOW), "valid") / 10.0
    assert windows.max() <= budget
    speech = [n for n in range(4, 250) if not 100 <= n < 114]
    assert 100 * np.mean([taken[n] for n in speech]) >= 0.98 * budget
    # Tokens that a slot has room for cost nothing.
    assert np.mean([sizes[n] / taken[n] for n in speech]) > 0.95


def test_announcements_take_slots_too() -> None:
    link = sender(budget=2500, announce=True, session=3, text="DL1ABC")
    heard = ChannelReport(session=3, loss_rate=0.1, window=50, snr=4.0)
    taken, said = [], []
    for frame in range(200):
        link.control(Report(heard).as_dict())
        sent = link.push(frame, TOKENS)
        taken.append(sum(len(into_slot(one.data, SIZES)) for one in sent))
        said += [packet_codec().parse(one.data) for one in sent]
    told = [one.report for one in said if isinstance(one, announcement) and one.report]
    assert told
    assert np.isnan(told[-1].snr)  # with it and six letters they would take 22 bytes
    assert 8 * np.convolve(taken, np.ones(WINDOW), "valid").max() <= 25000


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"n_redundant": 7, "slots": (7, 13)}, r"packets of 8 and 7 tokens take 23 bytes: no slot"),
        ({"check": "crc16", "slots": (7,)}, "packets of 8 and 0 tokens take 15 bytes"),
        ({"budget": 1300, "check": "crc16", "slots": (7,)}, "no slot of 7 bytes holds a packet of"),
        ({"budget": 699}, "budget must be 700 bit/s or more, not 699"),
        ({"budget": 900, "check": "crc16"}, "budget must be 1300 bit/s or more, not 900"),
        ({"n_primary": 4, "message": "x" * 47}, "message must have at most 46 bytes in UTF-8, not"),
        ({"slots": (2,)}, r"must be sizes in bytes, as 7,13,23, not \(2,\)"),
        ({"slots": "7,x"}, "slots: must be sizes in bytes, as 7,13,23, not '7,x'"),
        ({"slots": 7}, "slots: must be sizes in bytes"),
    ],
)
def test_what_fits_no_slot_is_refused(settings: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        sender(**settings)


def test_control_refuses_what_fits_no_slot_and_changes_nothing() -> None:
    link = sender(announce=True, slots=(13, 23))
    for wrong in ({"n_redundant": 7, "lag": 8}, {"n_redundant": 7, "lag": 8, "text": "x"}):
        with pytest.raises(ValueError, match="no slot of 13, 23 fits"):
            link.control(wrong | {"code": "repetition"})
    assert (link.settings.text, link.settings.n_redundant) == ("", 0)


@pytest.mark.parametrize("given", ["23, 7 13", [23.0, 7, 13], (7, 13, 23, 7)])
def test_sizes_are_given_as_text_or_list(given: object) -> None:
    assert SenderSettings(slots=given).slots == (7, 13, 23)


def test_the_profile_of_a_short_wave_link_has_the_modems_slots() -> None:
    assert load_profile("short-wave").slots == SIZES
    assert load_profile("network").slots == ()
