# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole loop through the modem: packets of any size in one over, reports in announcements."""

from collections import Counter

import numpy as np
from gnuradio.largesc.evaluation.channels.interface import channel_seed
from gnuradio.largesc.evaluation.channels.radio_model import RadioModel
from gnuradio.largesc.evaluation.screening.measured_frames import MeasuredFrames
from gnuradio.largesc.evaluation.screening.replay import CAME, costs_of
from gnuradio.largesc.evaluation.systems.reception import Reception
from gnuradio.largesc.evaluation.systems.way_back import WayBack
from gnuradio.largesc.link.slot_contents import slot_for
from gnuradio.largesc.speech_link.link_sender import LinkSender
from gnuradio.largesc.speech_link.settings import ReceiverSettings

from .sending import LOOK_AHEAD, TOKENS, Spent, Way
from .verdicts import SIZES, Point

SECONDS = 0.08  # of a slot


def through_modem(way: Way, point: Point, frames: MeasuredFrames, over: int) -> Spent:
    """Sends speech through modem and air as the judge does: another frequency, with fades of its
    own, brings the announcements back that carry reports."""
    model = RadioModel(process="radio", fading=point.fading, snr_db=point.snr_db)
    forward, backward = model.build(SECONDS), model.build(SECONDS)
    forward.reset(channel_seed(over, "forward"))
    backward.reset(channel_seed(over, "backward"))
    settings = way.settings()
    sender = LinkSender(settings)
    reception = Reception(ReceiverSettings(look_ahead=LOOK_AHEAD, check="none"), SECONDS)
    back, sizes = WayBack(backward, SECONDS, settings), Counter()
    for number, facts in enumerate(frames.facts):
        told = back.hear(number) if way.budget else None
        if told is not None:
            sender.control(told)
        (packet,) = sender.push(number, TOKENS, facts=facts)
        sizes[slot_for(len(packet.data), SIZES)] += 1
        reception.take(forward.carry(packet.data, number * SECONDS, SECONDS), number)
        if way.budget:
            back.tell(number, reception.report())
    count = len(frames.facts)
    reception.take(forward.end(), count)
    known = np.isin(np.array([one.origin for one in reception.end(count)]), CAME).sum(axis=1)
    cost = costs_of(known, frames, np.zeros(count, dtype=bool))
    bits = sum(8 * size * times for size, times in sizes.items()) / (SECONDS * count)
    return Spent(float(cost.mean()), bits, sizes, 1.0 - reception.received / count)
