# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a sender sends with each frame: as its settings say, as reports ask, as a budget allows."""

import math
from collections.abc import Iterable
from dataclasses import replace

from largesc_kernels import packet_codec

from ..control.channel_estimate import FADED, FADES, FRESH, KEYED_FADES, ChannelState
from ..control.controller import Controller
from ..control.importance_map import MEAN, Importance, importance_of
from ..control.plain_rule import PlainRule
from ..control.redundancy_choice import RedundancyChooser
from ..control.slot_channel import SlotChannel, check_snr
from ..frame.report import ChannelReport
from ..frame.speech_facts import SpeechFacts
from ..frame.tokens import Allocation
from .budget_control import bits_beside, bits_taken, check_slots, chooser_for, controller_for
from .chosen_costs import ChosenCosts
from .settings import SenderSettings

_RULE = PlainRule()


class Steering:
    """Hears reports and allocates tokens.

    Args:
        settings: of the sender; :meth:`change` puts others in force.
        codec: of its packets.
        fingerprint: of the frames' codec, 0..65535; 0 where it is not known.

    Raises:
        ValueError: a budget below the smallest packets, packets that fit no slot, or no network
            where one is asked for.
    """

    def __init__(self, settings: SenderSettings, codec: packet_codec, fingerprint: int = 0):
        check_slots(settings, codec)
        self._settings, self._codec, self._fingerprint = settings, codec, fingerprint
        self._waited = 0  # frames
        self._chooser = chooser_for(settings)
        self._costs: ChosenCosts | None = None
        # What is known of a radio's slots, where the settings have curves of them.
        self._slots = SlotChannel(settings.slot_losses) if settings.slot_losses else None
        self._controller = self._made_controller(settings, self._chooser)

    @property
    def notice(self) -> str:
        """Why a budget is spent by the plain rule although the checkpoint has a network, in a line;
        empty where there is nothing to say."""
        return "" if self._costs is None else self._costs.notice

    @property
    def importance(self) -> Importance | None:
        """Of the last frame; None without a budget."""
        controller = self._controller
        return None if controller is None else controller.importance

    def is_dear(self, facts: SpeechFacts | None) -> bool:
        """Whether nothing should take the slot of the frame that was allocated last: that it comes
        at all is worth more than of the mean frame. False where there are no slots.

        Args:
            facts: what is known of the frame.
        """
        if not self._settings.slots:
            return False
        controller = self._controller
        if controller is not None:
            return controller.importance.channel > MEAN
        if facts is None:
            return False
        return importance_of(_RULE.costs(facts), _RULE.mean_costs).channel > MEAN

    def channel(self, frame: int) -> ChannelState:
        """What the channel is taken to be like when this frame is sent."""
        return self._chooser.channel.at(self.time(frame))

    @property
    def oldest(self) -> float:
        """Frames: a report that is older says next to nothing of the channel."""
        return FRESH + FADED * self._chooser.channel.fades

    def time(self, frame: int) -> int:
        """When this frame is sent, or was, in frames: those without one are counted."""
        return frame + self._waited

    def wait(self, frames: int) -> None:
        """The key was up for so long. From now on what is known of the channel fades as where one
        talks at a time."""
        self._waited += frames
        self._fade_in(KEYED_FADES)

    def reset(self) -> None:
        """A new session: no report, no speech, nothing spent."""
        self._waited = 0
        self._fade_in(FADES)
        self._chooser.reset()
        if self._slots is not None:
            self._slots.reset()
        if self._controller is not None:
            self._controller.reset()

    def hear(self, report: ChannelReport, frame: int) -> None:
        """Takes a report of the receiver, as ``frame`` is sent.

        Raises:
            ValueError: it is so old that it says nothing of the channel now, or its SNR is none;
                nothing has changed then.
        """
        if report.age > self.oldest:
            raise ValueError(
                f"a report of {report.age:g} frames ago says nothing of the channel now"
            )
        self.check(report)
        now = self.time(frame)
        if self._slots is not None:
            self._slots.hear(report, now)
        self._chooser.hear(report, now)

    def check(self, report: ChannelReport) -> None:
        """Whether the SNR of a report can be one, where it steers.

        Raises:
            ValueError: it cannot.
        """
        if self._slots is not None:
            check_snr(report)

    def for_codec(self, fingerprint: int) -> None:
        """The frames to come are of this codec; 0: it is not known."""
        self._fingerprint = fingerprint
        if self._costs is not None:
            self._costs.for_codec(fingerprint)

    def change(self, settings: SenderSettings) -> None:
        """Other settings from the next frame on; what is known of channel and speech, and what was
        spent, stays.

        Raises:
            ValueError: see the class; nothing has changed then.
        """
        check_slots(settings, self._codec)
        old, chooser, controller = self._settings, self._chooser, self._controller
        if (settings.code, settings.lag) != (old.code, old.lag):
            chooser = chooser_for(settings, chooser.channel)
        if controller is None or not settings.budget:
            controller = self._made_controller(settings, chooser)
        else:
            controller.budget.change(settings.budget, bits_beside(settings))
            controller.follow(chooser, settings.reach)
        if controller is not None:
            controller.waited = self._waited
        self._settings, self._chooser, self._controller = settings, chooser, controller

    def fixed(self, frame: int) -> Allocation:
        """What is sent with a frame without a budget: numbers as set, the code by reports."""
        chosen = self._chooser.choice(self.time(frame))
        return replace(self._settings.allocation, code=chosen.code, lag=chosen.lag)

    def allocate(
        self, frame: int, facts: SpeechFacts | None, silence: bool, one_beside: bool = False
    ) -> Allocation:
        """What to send and to repeat with the next frame.

        Args:
            frame: its number.
            facts: what is known of it; nothing: it counts as the mean frame.
            silence: it is silent.
            one_beside: an announcement is to come beside it before one is due. Where there is no
                room for that (:meth:`has_room`), the packet is the smallest: to save for it.
        """
        controller = self._controller  # another thread may change it
        if controller is None:
            return self.fixed(frame)
        most = (controller.budget.most_with_one_beside() or 0.0) if one_beside else None
        return controller.allocate(frame, facts, silence, most)

    def has_room(self) -> bool:
        """Whether an announcement may come beside the next frame before one is due."""
        controller = self._controller
        return controller is None or controller.budget.most_with_one_beside() is not None

    def is_held(self, size: int) -> bool:
        """Whether a packet of so many bytes can be sent: a slot holds it, or there are none."""
        return math.isfinite(bits_taken(size, self._settings.slots))

    def sent(self, sizes: Iterable[int]) -> None:
        """A frame has been sent: bytes of its packet, and of what came beside it."""
        controller = self._controller
        if controller is not None:
            bits = sum(bits_taken(size, self._settings.slots) for size in sizes)
            controller.budget.next_frame(int(bits))

    def _fade_in(self, frames: float) -> None:
        self._chooser.channel.fades = frames
        if self._slots is not None:
            self._slots.fades = frames
        if self._controller is not None:
            self._controller.waited = self._waited

    def _made_controller(
        self, settings: SenderSettings, chooser: RedundancyChooser
    ) -> Controller | None:
        if not settings.budget:
            return None
        if self._costs is None:
            costs = ChosenCosts(settings.importance, settings.checkpoint)
            costs.for_codec(self._fingerprint)
            self._costs = costs
        return controller_for(settings, self._codec, self._costs, chooser, self._slots)
