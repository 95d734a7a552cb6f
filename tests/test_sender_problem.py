# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Companion asks before it makes a sender: the same answer as the sender itself would give."""

import re
import subprocess
import sys
from typing import Any

import pytest
from gnuradio import largesc

REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"slots": [7]}, "packets of 8 and 0 tokens take 13 bytes: no slot of 7 fits"),
    ({"budget": 700, "slots": [13]}, "budget must be 1300 bit/s or more, not 700"),
    ({"budget": 900, "check": "crc16", "slots": [7]}, "no slot of 7 bytes holds a packet of 4"),
    ({"budget": 763, "announce": True}, "budget must be 764 bit/s or more, not 763"),
    ({"budget": 971, "announce": True, "check": "crc16"}, "budget must be 972 bit/s or more"),
    ({"budget": 1e7}, "budget must be 0..1e+06, not 10000000"),
    ({"budget": float("inf")}, "budget must be 0..1e+06, not inf"),
    ({"budget": 1000, "slots": [7, 32], "slot_losses": "hf"}, "no curve for slots of 32 bytes"),
    ({"slot_losses": "uhf"}, "profile must be one of hf, vhf, not 'uhf'"),
    ({"text": "QTH\nGraz"}, "without control characters"),
    ({"message": "\0"}, "without control characters"),
]


@pytest.mark.parametrize(("settings", "why"), REFUSED)
def test_what_the_sender_refuses_is_a_problem(settings: dict[str, Any], why: str) -> None:
    assert why in largesc.sender_problem(**settings)
    with pytest.raises(ValueError, match=re.escape(why)):
        largesc.uep_packetizer(importance="plain", **settings)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"budget": 764, "announce": True},
        {"budget": 972, "announce": True, "check": "crc16"},
        {"budget": 888, "announce": True, "text": "x" * 31},
        {"budget": 796, "message": "QTH Graz"},
        {"budget": 1000000, "slots": [7, 13, 23], "slot_losses": "hf"},
    ],
)
def test_what_the_sender_takes_is_none(settings: dict[str, Any]) -> None:
    assert largesc.sender_problem(**settings) == ""
    largesc.uep_packetizer(importance="plain", **settings)


def test_it_is_asked_without_torch() -> None:
    program = (
        "import sys; from gnuradio import largesc; "
        "assert not largesc.sender_problem(budget=1300); assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=120)
