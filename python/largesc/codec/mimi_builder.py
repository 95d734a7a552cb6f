# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds a ``MimiModel`` from a codec configuration: Kyutai's ends or the embedded ones.

A configuration is the dictionary in the file that a checkpoint's ``mimi_config_name`` names.
Kyutai's has ``seanet``, ``transformer`` and ``quantizer``; the embedded codec's has
``spectral_encoder``, ``source_filter_decoder``, ``transformer`` and ``quantizer``.
"""

from typing import Any

from moshi.models.compression import MimiModel
from moshi.models.loaders import get_mimi
from moshi.modules.transformer import ProjectedTransformer
from moshi.quantization import ResidualVectorQuantizer

from .source_filter_decoder import SourceFilterDecoder
from .spectral_encoder import SpectralEncoder

EMBEDDED_CONFIG: dict[str, Any] = {
    "sample_rate": 24000,
    "channels": 1,
    "frame_rate": 12.5,
    "spectral_encoder": {"dimension": 256, "mel_bands": 80},
    "source_filter_decoder": {"dimension": 256, "bands": 64},
    "transformer": {
        "input_dimension": 256,
        "output_dimensions": [256],
        "d_model": 256,
        "conv_layout": True,
        "num_heads": 4,
        "num_layers": 2,
        "dim_feedforward": 768,
        "causal": True,
        "context": 50,
        "layer_scale": 0.1,
        "positional_embedding": "rope",
    },
    "quantizer": {
        "dimension": 32,
        "input_dimension": 256,
        "output_dimension": 256,
        "n_q": 8,
        "bins": 2048,
    },
}


def build_mimi(config: dict[str, Any] | None = None, num_codebooks: int = 8) -> MimiModel:
    """An untrained model in evaluation mode.

    Args:
        config: codec configuration; None is Kyutai's Mimi at full size (79 M parameters).
        num_codebooks: codebooks in use, at most the quantizer's ``n_q``.

    Raises:
        ValueError: the configuration names neither pair of ends.
    """
    if config is None or "seanet" in config:
        return get_mimi(None, config, num_codebooks=num_codebooks).eval()
    if "spectral_encoder" not in config or "source_filter_decoder" not in config:
        raise ValueError(
            "codec configuration has neither 'seanet' nor 'spectral_encoder' and "
            f"'source_filter_decoder'; it has {sorted(config)}"
        )
    rate = config["sample_rate"]
    model = MimiModel(
        SpectralEncoder(**config["spectral_encoder"], sample_rate=rate),
        SourceFilterDecoder(**config["source_filter_decoder"], sample_rate=rate),
        ResidualVectorQuantizer(**config["quantizer"]),
        frame_rate=config["frame_rate"],
        encoder_frame_rate=config["frame_rate"],
        sample_rate=rate,
        channels=config["channels"],
        causal=True,
        encoder_transformer=ProjectedTransformer(**config["transformer"]),
        decoder_transformer=ProjectedTransformer(**config["transformer"]),
    )
    model.set_num_codebooks(num_codebooks)
    return model.eval()
