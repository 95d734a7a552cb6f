# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The same Mimi in other implementations: weights of a moshi model for them."""

import re
from pathlib import Path

import torch
import transformers
from moshi.models.compression import MimiModel
from safetensors.torch import save_file

HEADS = 8
# From moshi's names to those of transformers 5; see its modeling_mimi.py.
TRANSFORMERS_NAMES = [
    (r"^(encoder|decoder)\.model\.(\d+)\.block\.(\d)\.conv\.conv\.", r"\1.model.\2.block.\3.conv."),
    (r"^(encoder|decoder)\.model\.(\d+)\.(conv\.conv|convtr\.convtr)\.", r"\1.model.\2.conv."),
    (r"^(encoder|decoder)\.model\.", r"\1.\1_seanet.layers."),
    (r"^(encoder|decoder)_transformer\.transformer\.layers", r"\1.\1_transformer.layers"),
    (r"\.out_projs\.0\.", ".o_proj."),
    (r"\.linear1\.", ".mlp.fc1."),
    (r"\.linear2\.", ".mlp.fc2."),
    (r"\.norm1\.", ".input_layernorm."),
    (r"\.norm2\.", ".post_attention_layernorm."),
    (r"\.layer_scale_1\.", ".self_attn_layer_scale."),
    (r"\.layer_scale_2\.", ".mlp_layer_scale."),
    (r"^downsample\.conv\.conv\.conv\.", "encoder.downsample.conv."),
    (r"^upsample\.convtr\.convtr\.convtr\.", "decoder.upsample.conv."),
    (r"^quantizer\.rvq_first\.", "quantizer.semantic_residual_vector_quantizer."),
    (r"^quantizer\.rvq_rest\.", "quantizer.acoustic_residual_vector_quantizer."),
    (r"\.vq\.layers\.(\d+)\._codebook\._initialized", r".layers.\1.codebook.initialized"),
    (r"\.vq\.layers\.(\d+)\._codebook\.embedding_sum", r".layers.\1.codebook.embed_sum"),
    (r"\.vq\.layers\.(\d+)\._codebook\.", r".layers.\1.codebook."),
]


def save_for_rustymimi(model: MimiModel, path: Path) -> None:
    """Kyutai's published layout, which moshi itself renames on loading."""
    state = {}
    for name, value in model.state_dict().items():
        name = name.replace(".in_projs.0.weight", ".in_proj_weight")
        state[name.replace(".out_projs.0.weight", ".out_proj.weight")] = value.contiguous()
    save_file(state, path)


def to_transformers(model: MimiModel) -> transformers.MimiModel:
    """The model in transformers, which has a projection each for query, key and value.

    Raises:
        RuntimeError: a weight has no place there, or none came for one of its own.
    """
    state = {}
    for name, value in model.state_dict().items():
        for pattern, replacement in TRANSFORMERS_NAMES:
            name = re.sub(pattern, replacement, name)
        if ".in_projs.0." not in name:
            state[name] = value
            continue
        query, key, attended = value.chunk(3)
        state[name.replace("in_projs.0", "q_proj")] = _halves(query)
        state[name.replace("in_projs.0", "k_proj")] = _halves(key)
        state[name.replace("in_projs.0", "v_proj")] = attended
    other = transformers.MimiModel(transformers.MimiConfig()).eval()
    other.load_state_dict(state)
    return other


def _halves(weight: torch.Tensor) -> torch.Tensor:
    """Rotated pairs lie side by side in moshi, half a head apart in transformers."""
    rows, columns = weight.shape
    pairs = weight.view(HEADS, rows // HEADS // 2, 2, columns)
    return pairs.transpose(1, 2).reshape(rows, columns)
