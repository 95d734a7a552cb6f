# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kyutai's Mimi at full size with random weights: it makes noise, but computes as Mimi does."""

import soundfile
import torch
from moshi.models.compression import MimiModel
from moshi.modules.transformer import LayerScale
from moshi.quantization import ResidualVectorQuantizer
from torch import nn

from .mimi_builder import build_mimi
from .verification import RECORDING

CALIBRATION_FRAMES = 12
# Of the two layer scales; 0.01 as moshi starts with would hide what the transformers compute.
LAYER_SCALE = 0.2
# Each further codebook refines what is left.
CODEBOOK_RATIO = 0.9


def build_random_mimi(num_codebooks: int) -> MimiModel:
    """Full-size Mimi with seeded weights, scaled so that its tokens follow its input.

    As moshi initialises it, the signal dies out on its way through the convolutions, and every
    frame has the same tokens: two implementations could not be told apart.
    """
    with torch.random.fork_rng(), torch.no_grad():
        torch.manual_seed(0)
        model = build_mimi(None, num_codebooks)
        for module in model.modules():
            _keep_level(module)
        pcm, _ = soundfile.read(RECORDING, dtype="float32", frames=CALIBRATION_FRAMES * 1920)
        latents = model.encode_to_latent(torch.from_numpy(pcm).view(1, 1, -1), quantize=False)
        for module in model.quantizer.modules():
            if isinstance(module, ResidualVectorQuantizer):
                _spread_codebooks(module, latents)
    return model


def _keep_level(module: nn.Module) -> None:
    """Weights that neither damp nor amplify: variance 1 / fan-in, no bias."""
    if isinstance(module, LayerScale):
        module.scale.fill_(LAYER_SCALE)
    if isinstance(module, nn.Conv1d):
        fan_in = module.weight[0].numel()
    elif isinstance(module, nn.ConvTranspose1d):  # kernel of two strides: two taps meet
        fan_in = 2 * module.weight.shape[0] // module.groups
    else:
        return
    module.weight.normal_(std=fan_in**-0.5)
    if module.bias is not None:
        module.bias.zero_()


def _spread_codebooks(quantizer: ResidualVectorQuantizer, latents: torch.Tensor) -> None:
    """Random vectors that lie where the latents do, so that many of them are used."""
    vectors = quantizer.input_proj(latents)[0]
    mean, deviation = vectors.mean(dim=1), vectors.std(dim=1)
    for k, layer in enumerate(quantizer.vq.layers):
        sums = layer._codebook.embedding_sum
        spread = CODEBOOK_RATIO**k * deviation * torch.randn(sums.shape)
        sums.copy_(spread + mean if k == 0 else spread)
