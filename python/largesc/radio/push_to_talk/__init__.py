# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Push-to-talk: the key of a transmitter, and what lets go of it whatever dies."""

from .opened_key import open_push_to_talk
from .push_to_talk import PushToTalk

__all__ = ["PushToTalk", "open_push_to_talk"]
