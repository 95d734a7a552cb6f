# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a key is to those that press it."""

from typing import Protocol


class Key(Protocol):
    """A way to switch a transmitter on and off. Every method but close may raise OSError.

    Attributes:
        guard: a command that releases the key when this process is gone, see ReleaseGuard; empty
            where the system does that by itself.
    """

    guard: tuple[str, ...]

    def press(self) -> None:
        """The transmitter sends from now on."""

    def release(self) -> None:
        """The transmitter sends no more."""

    def close(self) -> None:
        """Gives back what it holds."""


class NoKey:
    """Nothing to press: the transmitter is always on, or switches itself on by what it hears."""

    guard: tuple[str, ...] = ()

    def press(self) -> None:
        """Does nothing."""

    def release(self) -> None:
        """Does nothing."""

    def close(self) -> None:
        """Does nothing."""
