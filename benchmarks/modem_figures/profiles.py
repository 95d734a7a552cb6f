# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is measured of each profile: peers, points, channels."""

from collections.abc import Callable
from dataclasses import dataclass

from .freedv_700e import FreeDv700E, library
from .freedv_2400a import FreeDv2400A
from .hf_channel import POOR, WALKING, Fading
from .our_modem import HfModem, OurModem, VhfModem
from .packet_loss import Modem

Points = tuple[list[float], list[float]]  # dB, in white noise and on the fading channel


@dataclass(frozen=True)
class Measured:
    """A profile's figures.

    Attributes:
        modem: the profile, by the size of its packets.
        occupied: Hz, for the bound.
        fading: the channel that fades.
        points: by size of packet.
        peers: those whose libraries are there, with their points.
        acquisition: dB at which the first packet is timed.
    """

    modem: Callable[..., OurModem]
    occupied: float
    fading: Fading
    points: dict[int, Points]
    peers: Callable[[], list[tuple[Modem, Points]]]
    acquisition: tuple[float, ...]


def _hf_peers() -> list[tuple[Modem, Points]]:
    if not library():
        return []
    return [(FreeDv700E(), ([0.0, 1.0, 2.0, 3.0], [0.0, 2.0, 4.0, 6.0, 8.0]))]


def _vhf_peers() -> list[tuple[Modem, Points]]:
    peers: list[tuple[Modem, Points]] = []
    if library():
        peers.append((FreeDv2400A(), ([6.0, 7.0, 8.0, 9.0, 11.0], [])))
    try:
        from .in_tree_gfsk import Gfsk
    except ImportError:  # no GNU Radio
        return peers
    return [*peers, (Gfsk(), ([11.0, 12.0, 13.0, 14.0, 15.0, 16.0], []))]


MEASURED = {
    "hf": Measured(
        modem=HfModem,
        occupied=1895.0,
        fading=POOR,
        points={
            7: ([-5.5, -5.0, -4.5, -4.0, -3.5], [-3.0, -1.5, 0.0, 2.0, 4.0]),
            13: ([-2.5, -2.0, -1.5, -1.0, 0.0], [1.0, 3.0, 5.0]),
            23: ([2.0, 2.5, 3.0, 4.0, 5.0], [6.0, 8.0, 10.0, 12.0]),
        },
        peers=_hf_peers,
        acquisition=(3.0, 0.0, -4.0),
    ),
    "vhf": Measured(
        modem=VhfModem,
        occupied=6190.0,
        fading=WALKING,
        points={
            7: ([-5.5, -5.0, -4.5, -4.0, -3.5], [-2.0, 0.0, 2.0]),
            13: ([-3.0, -2.5, -2.0, -1.5, -1.0], [1.0, 3.0, 5.0]),
            23: ([0.0, 0.5, 1.0, 1.5, 2.0], [4.0, 6.0, 8.0]),
            32: ([2.0, 2.5, 3.0, 3.5, 4.0], [7.0, 9.0, 11.0]),
        },
        peers=_vhf_peers,
        acquisition=(3.0, -2.0, -4.9),
    ),
}
