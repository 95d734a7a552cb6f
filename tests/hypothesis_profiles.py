# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many examples property tests try, and whether they are the same ones every time.

``pytest --hypothesis-profile`` chooses:

* ``quick``: few examples, always the same.
* ``ci``: the same examples on every machine, so that a failure is a change's and no draw's.
* ``thorough``: many, drawn anew every time; what fails is kept in ``.hypothesis``.

A test may try more or fewer than its neighbours: ``examples(3.0)`` is three times the profile's
number. None sets a deadline: machines differ and are busy.
"""

from hypothesis import settings

EXAMPLES = {"quick": 20, "ci": 60, "thorough": 1000}
DEFAULT = "ci"


def register() -> None:
    """Makes the profiles known, and one of them current."""
    for name, count in EXAMPLES.items():
        settings.register_profile(
            name,
            max_examples=count,
            deadline=None,
            derandomize=name != "thorough",
            print_blob=True,
        )
    settings.load_profile(DEFAULT)


def examples(share: float) -> settings:
    """Decorator: so many times the examples of the profile, at least one."""
    return settings(max_examples=max(1, round(share * settings().max_examples)))
