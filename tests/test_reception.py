# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a listener says of packets that came, and when it ends with status 1."""

from typing import Any

import pytest
from gnuradio.largesc.commands.reception import reception_of, refusals, why_nothing


def counters(came: int = 0, network: dict[str, int] | None = None, **depacketizer: int) -> Any:
    return {"network": {"received": came} | (network or {}), "depacketizer": depacketizer}


ALL = counters(
    100,
    {"malformed": 2, "oversize": 3},
    received=60,
    late=5,
    early=1,
    duplicate=4,
    announcements=8,
    crc_failed=7,
    other_form=6,
    version=4,
    malformed=1,
    doubtful=4,
)


def test_every_packet_is_understood_or_refused():
    reception = reception_of(ALL)
    assert reception.came == 105
    assert reception.understood == 78
    assert reception.refused == {
        "damaged": 7,
        "other_form": 6,
        "later_version": 4,
        "malformed": 6,
        "doubtful": 4,
    }
    assert reception.came == reception.understood + sum(reception.refused.values())


def test_refusals_in_words():
    assert refusals(reception_of(ALL)) == (
        "refused 7 damaged, 6 with a check value in a stream without, or the reverse, 4 of a later "
        "version, 6 malformed, 4 doubtful"
    )
    assert refusals(reception_of(counters(9, received=9))) == ""
    muted = reception_of(counters(9, received=6, announcements=3, foreign_codec=2))
    assert refusals(muted) == "muted: 2 announcements of another codec"


@pytest.mark.parametrize(
    ("counted", "check", "says"),
    [
        (counters(), "auto", ""),
        (counters(9, received=9), "auto", ""),
        (counters(3, pieces=3), "auto", ""),
        (counters(9, late=9), "auto", ""),
        (counters(9, received=1, crc_failed=8), "auto", ""),
        (counters(9, received=6, announcements=3, foreign_codec=2), "auto", ""),
        (
            counters(9, crc_failed=9),
            "auto",
            "none of the 9 packets that came could be understood: ",
        ),
        (counters(9, crc_failed=9), "auto", "refused 9 damaged"),
        (counters(1), "auto", "understood: 1 that no second one confirmed"),
        (counters(9, malformed=9), "crc16", "another --check than this listener (crc16)"),
        (counters(0, {"malformed": 3}), "none", "none of the 3 packets"),
        (counters(9, version=9), "auto", "9 of a later version"),
        (
            counters(9, received=6, announcements=3, foreign_codec=3),
            "auto",
            "all 3 announcements are of another codec than this listener's",
        ),
    ],
)
def test_why_nothing_could_be_understood(counted, check, says):
    reason = why_nothing(reception_of(counted), check)
    assert says in reason
    assert bool(reason) == bool(says)
    assert ("--check " in reason) == (check != "auto")
