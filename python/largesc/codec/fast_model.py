# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes a loaded MimiModel fast: its layers are exchanged for those that say the same sooner."""

from moshi.models.compression import MimiModel
from moshi.modules.conv import StreamingConv1d, StreamingConvTranspose1d
from moshi.modules.transformer import StreamingTransformer
from moshi.quantization import ResidualVectorQuantizer
from moshi.quantization.core_vq import EuclideanCodebook
from torch import nn

from .fast_codebook import FastCodebook
from .fast_convolution import FastConv1d, FastConvTranspose1d
from .fast_transformer import FastTransformer


def make_fast(model: MimiModel, int8: bool = False) -> None:
    """Exchanges layers of the model in place, weights included.

    Afterwards it streams (one stream at a time) with the same codes, and audio equal up to
    rounding; it has other keys and cannot be trained, saved, or run offline. A layer of a kind
    that neither Mimi nor the embedded codec has stays as it is. Codebooks that are not in use
    are dropped.

    Args:
        model: loaded, in evaluation mode, not yet streaming.
        int8: the transformers' feed-forward layers compute in 8 bits: some tokens differ.
    """
    for module in list(model.modules()):
        if isinstance(module, ResidualVectorQuantizer):
            module.vq.layers = module.vq.layers[: module.n_q]
    _exchange(model, int8)


def _exchange(parent: nn.Module, int8: bool) -> None:
    for name, child in parent.named_children():
        faster = _faster(child, int8)
        if faster is None:
            _exchange(child, int8)
        else:
            setattr(parent, name, faster)


def _faster(layer: nn.Module, int8: bool) -> nn.Module | None:
    """What replaces the layer; None if it stays."""
    if isinstance(layer, StreamingConv1d) and FastConv1d.can_replace(layer):
        return FastConv1d(layer)
    if isinstance(layer, StreamingConvTranspose1d) and FastConvTranspose1d.can_replace(layer):
        return FastConvTranspose1d(layer)
    if isinstance(layer, StreamingTransformer) and FastTransformer.can_replace(layer):
        return FastTransformer(layer, int8)
    if isinstance(layer, EuclideanCodebook):
        return FastCodebook(layer)
    return None
