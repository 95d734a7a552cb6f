# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a sender can be made of settings, quickly: Companion asks at every change of a dialog."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from ..control.slot_losses import SlotLoss
from ..speech_link.link_sender import check_sender
from ..speech_link.settings import SenderSettings
from .modem_profile import slot_losses_of


def sender_problem(slot_losses: str = "", **settings: Any) -> str:
    """Why no sender can have these settings, in a line; empty where one can.

    No checkpoint is looked at, so that whether it has a network for a budget is left open.

    Args:
        slot_losses: name of the modem's profile that tells them; empty: all are lost alike.
        settings: others of :class:`SenderSettings` by name, but for importance and checkpoint.
    """
    try:
        losses = _losses(slot_losses)
        check_sender(SenderSettings(importance="plain", slot_losses=losses, **settings))
    except ValueError as error:
        return str(error)
    return ""


@cache  # reading a profile takes a tenth of a second
def _losses(profile: str) -> Sequence[SlotLoss]:
    return slot_losses_of(profile)
