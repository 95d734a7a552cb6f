# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the settings of all systems have in common."""

from abc import ABC, abstractmethod

from ..settings import Settings
from .interface import System


class SystemSettings(Settings, ABC):
    """Names a system in tables and builds it.

    Attributes:
        kind: which system; every class sets its own.
        name: in tables and plots; empty for one made of the settings.
    """

    kind: str
    name: str = ""

    @property
    def label(self) -> str:
        """Name in tables, unique in an experiment."""
        return self.name or self.default_label()

    @property
    def most_processes(self) -> int | None:
        """How many processes of a machine may hold its models at a time; None: one per core."""
        return None

    @abstractmethod
    def default_label(self) -> str:
        """Name made of the settings, as ``Opus 6k``."""

    @abstractmethod
    def build(self) -> System:
        """The system, its models loaded.

        Raises:
            SystemUnavailable: something it needs is not there.
            CheckpointError: its checkpoint does not load.
        """
