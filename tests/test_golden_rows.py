# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Golden rows: what may differ on another machine, and what may not."""

from typing import Any

import pytest
from golden_rows import differences, this_machine

WHOLE = {"system": "Opus", "words": 16, "substitutions": 0, "transcript": "one two", "plcmos": 4.0}
BROKEN = WHOLE | {"substitutions": 7, "transcript": "won to"}
ELSEWHERE = {"cpu": "another"}


@pytest.mark.parametrize(
    ("machine", "golden", "found", "agree"),
    [
        (ELSEWHERE, BROKEN, {"substitutions": 2, "transcript": "one to"}, True),
        (ELSEWHERE, BROKEN, {"substitutions": 1, "transcript": "one to"}, False),
        (ELSEWHERE, WHOLE, {"substitutions": 1, "transcript": "one to"}, False),
        (ELSEWHERE, WHOLE, {"plcmos": 4.0005}, True),
        (ELSEWHERE, WHOLE, {"plcmos": 4.01}, False),
        (this_machine(), BROKEN, {"transcript": "one to"}, False),
        (this_machine(), WHOLE, {"plcmos": 4.0005}, False),
    ],
)
def test_other_machines_may_hear_other_words_where_speech_is_broken(
    machine: dict[str, str], golden: dict[str, Any], found: dict[str, Any], agree: bool
) -> None:
    told = differences({"machine": machine, "rows": [golden]}, [golden | found])
    assert (told == []) is agree


@pytest.mark.parametrize(
    ("machine", "kind", "found", "agree"),
    [
        (ELSEWHERE, "largesc", {"plcmos": 4.15}, True),
        (ELSEWHERE, "largesc", {"plcmos": 4.3}, False),
        (ELSEWHERE, "largesc", {"words": 15}, False),
        (ELSEWHERE, "opus", {"plcmos": 4.15}, False),
        (this_machine(), "largesc", {"plcmos": 4.15}, False),
    ],
)
def test_other_machines_may_choose_other_tokens_where_noise_is_suppressed(
    machine: dict[str, str], kind: str, found: dict[str, Any], agree: bool
) -> None:
    golden = BROKEN | {"kind": kind}
    rows = {"machine": machine, "rows": [golden]}
    assert (differences(rows, [golden | found], noise_suppressed="largesc") == []) is agree
