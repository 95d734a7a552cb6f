# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The packages that only evaluation needs."""


def require_extra() -> None:
    """Checks that they are there.

    Raises:
        ValueError: one is not; says how to install them.
    """
    try:
        import distributed  # noqa: F401
        import pandas  # noqa: F401
        import pyarrow  # noqa: F401
    except ImportError as error:
        raise ValueError(
            f"evaluation needs packages that are not here ({error}); "
            "`scripts/setup --evaluation` installs them"
        ) from error
