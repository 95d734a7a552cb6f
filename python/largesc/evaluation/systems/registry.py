# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""All systems, told apart by ``kind``."""

from typing import Annotated

from pydantic import Field

from .aac import AacSettings
from .absent import LyraSettings, SoundStreamSettings
from .amr_wb import AmrWbSettings
from .bounds import IdentitySettings, SilenceSettings
from .codec2 import Codec2Settings
from .freedv import FreeDvSettings
from .largesc_link import LargescSettings
from .opus import OpusSettings

AnySystem = Annotated[
    AacSettings
    | AmrWbSettings
    | Codec2Settings
    | FreeDvSettings
    | IdentitySettings
    | LargescSettings
    | LyraSettings
    | OpusSettings
    | SilenceSettings
    | SoundStreamSettings,
    Field(discriminator="kind"),
]
