# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What came to a listener, what was refused and why, in words; from the counters of its blocks."""

from collections.abc import Mapping
from typing import NamedTuple

Counters = Mapping[str, Mapping[str, int]]

# What a counter of the depacketizer counts, by the name that figures have for it.
REASONS = {
    "damaged": ("crc_failed", "damaged"),
    "other_form": ("other_form", "with a check value in a stream without, or the reverse"),
    "later_version": ("version", "of a later version"),
    "malformed": ("malformed", "malformed"),
    "misplaced": ("misplaced", "in the place of another"),
    "doubtful": ("doubtful", "doubtful"),
}


class Reception(NamedTuple):
    """How many packets came to a listener, and what became of them.

    Attributes:
        came: whatever they were.
        understood: packets of frames, in time or not, announcements, and pieces of texts.
        refused: by reason, each if any: those of REASONS.
        announced: announcements among the understood.
        foreign: announcements of a codec that the listener does not have; it is mute then.
    """

    came: int
    understood: int
    refused: dict[str, int]
    announced: int
    foreign: int

    @property
    def is_all_foreign(self) -> bool:
        """Every announcement was of another codec: nothing of the speech could be played."""
        return 0 < self.announced == self.foreign


def reception_of(counters: Counters) -> Reception:
    """From the counters of a listener's network source, or of its modem, and depacketizer."""
    depacketizer = counters["depacketizer"]
    network = counters.get("network") or {"received": _from_modem(counters)}
    refused = {name: depacketizer.get(counter, 0) for name, (counter, _) in REASONS.items()}
    # The network refuses what is no message or too long for a packet.
    not_passed_on = network.get("malformed", 0) + network.get("oversize", 0)
    refused["malformed"] += not_passed_on
    announced = depacketizer.get("announcements", 0)
    kinds = ("received", "late", "early", "duplicate", "pieces")
    return Reception(
        came=network.get("received", 0) + not_passed_on,
        understood=announced + sum(depacketizer.get(kind, 0) for kind in kinds),
        refused={name: count for name, count in refused.items() if count},
        announced=announced,
        foreign=depacketizer.get("foreign_codec", 0),
    )


def _from_modem(counters: Counters) -> int:
    return counters.get("demodulator", {}).get("packets", 0)


def refusals(reception: Reception) -> str:
    """What was refused and why; empty if nothing was."""
    parts = [f"{count} {REASONS[name][1]}" for name, count in reception.refused.items()]
    said = [f"refused {', '.join(parts)}"] if parts else []
    if reception.foreign:
        said.append(f"muted: {reception.foreign} announcements of another codec")
    return ", ".join(said)


def why_nothing(reception: Reception, check: str) -> str:
    """Why nothing could be understood although packets came, and what to do; empty if it could.

    Args:
        reception: at the end.
        check: value of the listener's option.
    """
    if reception.is_all_foreign:
        return (
            f"nothing could be played: all {reception.announced} announcements are of another "
            "codec than this listener's; name the sender's by --checkpoint"
        )
    if reception.understood or not reception.came:
        return ""
    waiting = reception.came - sum(reception.refused.values())
    parts = [refusals(reception)] if reception.refused else []
    if waiting > 0:
        parts.append(f"{waiting} that no second one confirmed")
    advice = (
        f"; the sender may have another --check than this listener ({check}), which without "
        "that option finds out by itself"
    )
    return (
        f"none of the {reception.came} packets that came could be understood: {', '.join(parts)}"
        + (advice if check != "auto" else "")
    )
