# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What steers a sender: reports, or reports and a budget, as its settings say."""

from largesc_kernels import frame_code, packet_codec

from ..control.bit_budget import BitBudget
from ..control.controller import Controller
from ..control.plain_rule import PlainRule
from ..control.redundancy_choice import RedundancyChooser
from ..control.residual_loss import Redundancy
from ..frame.tokens import REPETITION, Allocation
from ..link.announcer import INTERVAL
from ..link.text_pieces import PIECE
from .settings import AUTO, SenderSettings

ANNOUNCED, REPORTED = 9, 7  # bytes of an announcement without text, and of a report with an SNR


def chooser_for(settings: SenderSettings) -> RedundancyChooser:
    """What redundancy to send: the settings' own, or with ``auto`` what the reports ask for."""
    if settings.code == AUTO:
        return RedundancyChooser(settings.lag)
    lag = settings.lag if settings.code == REPETITION else 1
    return RedundancyChooser(settings.reach, Redundancy(settings.code, lag))


def controller_for(settings: SenderSettings, codec: packet_codec) -> Controller:
    """What spends the budget of the settings.

    Raises:
        ValueError: the smallest packets exceed it; how many bits they take.
    """

    def bits(own: int, allocation: Allocation) -> int:
        return frame_bits(codec, own, allocation)

    smallest = bits(4, Allocation(4, 0))
    check = 2 if settings.check == "crc16" else 0
    beside = 0
    if settings.announce:
        beside = 8 * (ANNOUNCED + REPORTED + len(settings.text.encode()) + check)
    if settings.message:
        beside += 8 * (PIECE + check)
    budget = BitBudget(settings.budget, smallest, (beside, INTERVAL))
    return Controller(PlainRule(), budget, chooser_for(settings), settings.reach, bits)


def frame_bits(codec: packet_codec, own: int, allocation: Allocation) -> int:
    """Bits of a frame's packet with ``own`` tokens of its own, and the allocation's redundant ones.

    In silence, where own is 0, a code's redundancy is a repetition.
    """
    code, lag = frame_code.__members__[allocation.code], allocation.lag
    if not allocation.n_redundant or (not own and code != frame_code.repetition):
        code, lag = frame_code.repetition, 1
    return 8 * int(codec.packet_size(own + allocation.n_redundant, code, lag))
