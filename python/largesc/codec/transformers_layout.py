# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mimi as transformers stores it (``kyutai/mimi``), under the names moshi gives its parts."""

import re

import torch

HEADS = 8  # of Mimi's transformers; rotary pairs are ordered within a head
MARK = "semantic_residual_vector_quantizer"
# From transformers' names (modeling_mimi.py, as published since 4.45) to moshi's.
NAMES = [
    (r"^(encoder|decoder)_transformer\.layers", r"\1_transformer.transformer.layers"),
    (r"\.o_proj\.", ".out_projs.0."),
    (r"\.mlp\.fc1\.", ".linear1."),
    (r"\.mlp\.fc2\.", ".linear2."),
    (r"\.input_layernorm\.", ".norm1."),
    (r"\.post_attention_layernorm\.", ".norm2."),
    (r"\.self_attn_layer_scale\.", ".layer_scale_1."),
    (r"\.mlp_layer_scale\.", ".layer_scale_2."),
    (r"^downsample\.conv\.", "downsample.conv.conv.conv."),
    (r"^upsample\.conv\.", "upsample.convtr.convtr.convtr."),
    (r"^(encoder|decoder)\.layers\.(\d+)\.block\.(\d)\.conv\.", r"\1.model.\2.block.\3.conv.conv."),
    (r"^quantizer\.semantic_residual_vector_quantizer\.", "quantizer.rvq_first."),
    (r"^quantizer\.acoustic_residual_vector_quantizer\.", "quantizer.rvq_rest."),
    (r"^(quantizer\.rvq_\w+)\.layers\.(\d+)\.codebook\.", r"\1.vq.layers.\2._codebook."),
    (r"\._codebook\.initialized$", "._codebook._initialized"),
    (r"\._codebook\.embed_sum$", "._codebook.embedding_sum"),
]
# Layers of the decoder that raise the rate; moshi keeps them in a class of their own.
DECODER_CONVOLUTION = re.compile(r"^(encoder|decoder)\.layers\.(\d+)\.conv\.(weight|bias)$")
UPSAMPLING = ("2", "5", "8", "11")


def is_transformers_layout(state: dict[str, torch.Tensor]) -> bool:
    """Whether these are weights of transformers' ``MimiModel``."""
    return any(MARK in name for name in state)


def from_transformers(state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The same weights for moshi's ``MimiModel``: ``load_state_dict`` says what does not fit."""
    found = {}
    for name, value in state.items():
        if ".k_proj." in name or ".v_proj." in name:
            continue  # joined to the query's, below
        found[_moshi_name(name)] = _joined(state, name) if ".q_proj." in name else value
    return found


def _moshi_name(name: str) -> str:
    convolution = DECODER_CONVOLUTION.match(name)
    if convolution:
        side, layer, kind = convolution.groups()
        up = side == "decoder" and layer in UPSAMPLING
        return f"{side}.model.{layer}.{'convtr.convtr' if up else 'conv.conv'}.{kind}"
    for pattern, replacement in NAMES:
        name = re.sub(pattern, replacement, name)
    return name.replace(".q_proj.", ".in_projs.0.")


def _joined(state: dict[str, torch.Tensor], query: str) -> torch.Tensor:
    """Query, key and value in one matrix, rotary pairs side by side."""
    key, attended = (state[query.replace(".q_proj.", f".{kind}_proj.")] for kind in "kv")
    return torch.cat([_pairs(state[query]), _pairs(key), attended])


def _pairs(weight: torch.Tensor) -> torch.Tensor:
    """Rotated pairs lie half a head apart in transformers, side by side in moshi."""
    rows, columns = weight.shape
    halves = weight.view(HEADS, 2, rows // HEADS // 2, columns)
    return halves.transpose(1, 2).reshape(rows, columns)
