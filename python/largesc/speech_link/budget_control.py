# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kernels of what steers a sender, made as its settings say; bits that packets take."""

import math

from largesc_kernels import frame_code, packet_codec

from ..control.bit_budget import Beside, BitBudget
from ..control.channel_estimate import ChannelEstimate
from ..control.controller import Controller
from ..control.cost_source import CostSource
from ..control.redundancy_choice import RedundancyChooser
from ..control.residual_loss import Redundancy
from ..control.slot_channel import SlotChannel
from ..frame.tokens import FRAME_RATE, REPETITION, Allocation
from ..link.announcer import INTERVAL
from ..link.pieced_announcer import NEWS_GAP, announcer_for
from ..link.slot_contents import slot_for
from ..link.text_pieces import PIECE, check_message, longest_message
from .settings import AUTO, SenderSettings

ANNOUNCED, REPORTED, WITH_SNR = 9, 6, 1  # bytes of an announcement, of a report, of its SNR
FEWEST = 3  # bytes in a piece that make sense: a place takes so many
PIECE_HEAD = 4


def chooser_for(
    settings: SenderSettings, channel: ChannelEstimate | None = None
) -> RedundancyChooser:
    """What redundancy to send: the settings' own, or with ``auto`` what the reports ask for.

    Args:
        settings: of the sender.
        channel: what is known of it so far; nothing by default.
    """
    if settings.code == AUTO:
        return RedundancyChooser(settings.lag, channel=channel)
    lag = settings.lag if settings.code == REPETITION else 1
    return RedundancyChooser(settings.reach, Redundancy(settings.code, lag), channel)


def controller_for(
    settings: SenderSettings,
    codec: packet_codec,
    source: CostSource,
    chooser: RedundancyChooser,
    slots: SlotChannel | None = None,
) -> Controller:
    """What spends the budget of the settings.

    Args:
        settings: of the sender.
        codec: of the packets.
        source: tells what tokens are worth.
        chooser: of the redundancy.
        slots: what is known of the losses of each slot size; None: all are lost alike.

    Raises:
        ValueError: the smallest packets exceed it; how many bits they take.
    """

    def bits(own: int, allocation: Allocation) -> float:
        return bits_taken(frame_bytes(codec, own, allocation), settings.slots)

    smallest = bits(4, Allocation(4, 0))
    if not math.isfinite(smallest):
        raise ValueError(f"no slot of {listed(settings.slots)} bytes holds a packet of 4 tokens")
    budget = BitBudget(settings.budget, int(smallest), bits_beside(settings))
    return Controller(source, budget, chooser, settings.reach, bits, slots)


def bits_beside(settings: SenderSettings) -> Beside:
    """Bits of an announcement and of a piece of a message, and in how many frames one comes."""
    size = announcement_bytes(settings)
    every = INTERVAL if bytes_in_pieces(settings) is None or not settings.announce else NEWS_GAP
    sizes = [size] if settings.announce else []
    sizes += [piece_bytes(settings)] if settings.message else []
    return int(sum(bits_taken(size, settings.slots) for size in sizes)), every


def bytes_in_pieces(settings: SenderSettings) -> int | None:
    """Bytes in each piece of an announcement; None: announcements go whole.

    They go in pieces where they would take a larger slot than speech does, which needs a better
    channel: the callsign is to come as far as the speech.
    """
    if not settings.slots:
        return None
    slot = slot_of_speech(settings)
    whole = bits_taken(_with_report(settings), settings.slots)
    room = slot - PIECE_HEAD - _check_bytes(settings)
    return min(room, PIECE - PIECE_HEAD) if whole > 8 * slot and room >= FEWEST else None


def slot_of_speech(settings: SenderSettings) -> int:
    """Bytes of the slot that packets of speech mostly take; with a budget, of the largest that it
    pays for in every frame, or of the smallest if speech goes back to that where others are lost.
    0: there is none."""
    least = settings.allocation if not settings.budget else Allocation(4, 0)
    codec = packet_codec(settings.check == "crc16")
    own = 4 if settings.budget else settings.n_primary
    slot = slot_for(frame_bytes(codec, own, least), settings.slots) or 0
    paid = [size for size in settings.slots if 8 * size * FRAME_RATE <= settings.budget]
    return slot if settings.slot_losses else max([slot, *paid])


def check_slots(settings: SenderSettings, codec: packet_codec) -> None:
    """Whether a radio's slots hold what these settings send.

    Raises:
        ValueError: which packets they do not hold.
    """
    if not settings.slots:
        return
    sizes = {}
    if not settings.budget:
        what = f"packets of {settings.n_primary} and {settings.n_redundant} tokens"
        sizes[what] = frame_bytes(codec, settings.n_primary, settings.allocation)
    if settings.announce:
        what = f"announcements with a report and a text of {len(settings.text.encode())} bytes"
        sizes[what] = announcement_bytes(settings)
    if settings.message:
        sizes["pieces of a message"] = piece_bytes(settings)
    if settings.message:
        check_message(settings.message, longest_message(message_bytes(settings)))
    for what, size in sizes.items():
        if not math.isfinite(bits_taken(size, settings.slots)):
            raise ValueError(f"{what} take {size} bytes: no slot of {listed(settings.slots)} fits")


def announcement_bytes(settings: SenderSettings) -> int:
    """Bytes of an announcement with a report, and with its SNR where there is room for that, or of
    a piece of it."""
    in_piece = bytes_in_pieces(settings)
    if in_piece is not None:
        return PIECE_HEAD + in_piece + _check_bytes(settings)
    return _with_report(settings) + (WITH_SNR if tells_snr(settings) else 0)


def piece_bytes(settings: SenderSettings) -> int:
    """Bytes of a message's longest packet."""
    return PIECE_HEAD + message_bytes(settings) + _check_bytes(settings)


def message_bytes(settings: SenderSettings) -> int:
    """Bytes in a piece of a message: as many as fit the slots of speech."""
    most = PIECE - PIECE_HEAD
    room = slot_of_speech(settings) - PIECE_HEAD - _check_bytes(settings)
    return min(room, most) if settings.slots and room >= FEWEST else most


def check_texts(settings: SenderSettings, codec: packet_codec) -> None:
    """Whether announcement and message can be sent.

    Raises:
        ValueError: one of them is too long, or has control characters.
    """
    announcer_for(codec, 1, settings.text, None)
    check_message(settings.message, longest_message(message_bytes(settings)))


def tells_snr(settings: SenderSettings) -> bool:
    """Whether the slots hold announcements with the SNR in their report.

    Of 23 bytes they do up to a text of 5, a callsign of 6 goes before; pieces always do.
    """
    is_held = math.isfinite(bits_taken(_with_report(settings) + WITH_SNR, settings.slots))
    return is_held or bytes_in_pieces(settings) is not None


def bits_taken(size: int, slots: tuple[int, ...]) -> float:
    """Bits that a packet takes: its own, or all of the smallest slot that holds it.

    Args:
        size: of the packet.
        slots: sizes of a radio's slots in bytes; none: packets take what they need.

    Returns:
        Infinite where no slot holds it.
    """
    if not slots:
        return 8.0 * size
    slot = slot_for(size, slots)
    return math.inf if slot is None else 8.0 * slot


def frame_bytes(codec: packet_codec, own: int, allocation: Allocation) -> int:
    """Bytes of a frame's packet: ``own`` tokens of its own, and the allocation's redundant ones.

    In silence, where own is 0, a code's redundancy is a repetition.
    """
    code, lag = frame_code.__members__[allocation.code], allocation.lag
    if not allocation.n_redundant or (not own and code != frame_code.repetition):
        code, lag = frame_code.repetition, 1
    return int(codec.packet_size(own + allocation.n_redundant, code, lag))


def listed(slots: tuple[int, ...]) -> str:
    """Sizes as people write them."""
    return ", ".join(str(size) for size in slots)


def _with_report(settings: SenderSettings) -> int:
    return ANNOUNCED + REPORTED + len(settings.text.encode()) + _check_bytes(settings)


def _check_bytes(settings: SenderSettings) -> int:
    return 2 if settings.check == "crc16" else 0
