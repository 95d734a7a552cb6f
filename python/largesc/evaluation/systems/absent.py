# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Neural peers that cannot be had as packages: their rows say what is missing."""

from typing import Literal

from .interface import System, SystemUnavailable
from .settings import SystemSettings


class LyraSettings(SystemSettings):
    """Lyra V2 (Google, 2022): 3.2, 6 and 9.2 kbit/s, frames of 20 ms."""

    kind: Literal["lyra"] = "lyra"

    def default_label(self) -> str:
        return "Lyra V2"

    def build(self) -> System:
        raise SystemUnavailable(
            "Lyra V2 has no package: google/lyra must be built with Bazel (it downloads its "
            "toolchain and TensorFlow), with the four .tflite models of its model_coeffs folder; "
            "then encoder_main and decoder_main would run here as a system"
        )


class SoundStreamSettings(SystemSettings):
    """SoundStream (Zeghidour et al. 2021, arXiv:2107.03312): 3 to 18 kbit/s."""

    kind: Literal["soundstream"] = "soundstream"

    def default_label(self) -> str:
        return "SoundStream"

    def build(self) -> System:
        raise SystemUnavailable(
            "SoundStream's authors published no weights for speech: what is open (in Lyra V2) is "
            "a smaller model of the same design; a checkpoint trained by somebody else, with its "
            "training data named, would be needed"
        )
