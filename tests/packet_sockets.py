# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixture of the tests of sockets: ``pytest_plugins = ["packet_sockets"]``."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from typing import Any

import pytest


@pytest.fixture
def opened() -> Iterator[Callable[..., Any]]:
    """``opened(open_sender, url)``: closed at the end, whatever happens.

    A ZeroMQ socket that a failing test leaves behind would hang the process at its end.
    """
    with ExitStack() as stack:
        yield lambda opens, url: stack.enter_context(closing(opens(url)))
