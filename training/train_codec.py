# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Trains the embedded codec on a prepared corpus.

    PYTHONPATH=python:training python training/train_codec.py CORPUS OUT \
        [--continuous-minutes 60] [--quantised-minutes 15] [--resume WEIGHTS]

Three steps. (1) The whole chain without quantiser; noise on the latent, in proportion to its
spread, stands in for it and keeps the encoder from relying on what codebooks cannot carry.
(2) Residual k-means over the latents of the corpus gives the codebooks. (3) The chain is tuned
through the fixed codebooks with 1 to 8 of them in use (straight-through gradient), so that any
prefix decodes well.
"""

import argparse
import time
from pathlib import Path

import torch
from codec_losses import LogMelDistance, cosine_with_warmup, pitch_distance, voicing_loss
from residual_kmeans import fit_codebooks, quantise
from safetensors.torch import load_file, save_file
from speech_batches import Batch, SpeechBatches

from largesc.codec.mimi_builder import EMBEDDED_CONFIG, build_mimi

FRAMES, BATCH_SIZE = 20, 8
LEARNING_RATE = 8e-4


class Trainer:
    """One model, its data and its clock."""

    def __init__(self, corpus: Path, out: Path, seed: int, resume: Path | None):
        torch.manual_seed(seed)
        self.model = build_mimi(EMBEDDED_CONFIG).train()
        if resume:
            self.model.load_state_dict(load_file(resume))
        self.batches = SpeechBatches(corpus, BATCH_SIZE, FRAMES * 1920, seed)
        self.distance, self.out = LogMelDistance(), out

    def latent(self, pcm: torch.Tensor) -> torch.Tensor:
        """``[B, N]`` to the quantiser's input ``[B, 32, T]``."""
        emb = self.model.encoder(pcm[:, None])
        (emb,) = self.model.encoder_transformer(emb)
        return self.model.quantizer.input_proj(emb)

    def losses(self, z: torch.Tensor, batch: Batch) -> dict[str, torch.Tensor]:
        """Spectral, pitch and voicing losses of what the decoder makes of ``z``."""
        (emb,) = self.model.decoder_transformer(self.model.quantizer.output_proj(z))
        decoder = self.model.decoder
        speech = decoder.network(emb)
        y = decoder.synthesise(speech, batch.f0, batch.voiced)[:, 0]
        lag = decoder.delay
        return {
            "mel": self.distance(y[:, lag:], batch.pcm[:, :-lag]),
            "pitch": pitch_distance(speech, batch.f0, batch.voiced),
            "voicing": voicing_loss(speech, batch.voiced),
        }

    def run(self, name: str, minutes: float, peak_rate: float, forward) -> None:
        """Steps until ``minutes`` are used; a suspended process does not use them up."""
        weights = {"mel": 15.0, "pitch": 4.0, "voicing": 2.0, "commitment": 1.0}
        optimiser = torch.optim.AdamW(
            self.model.parameters(), lr=peak_rate, betas=(0.8, 0.95), weight_decay=1e-2
        )
        used, step, shown = 0.0, 0, dict.fromkeys(weights, 0.0)
        while used < 60.0 * minutes:
            started = time.monotonic()
            rate = peak_rate * cosine_with_warmup(used / (60.0 * minutes), step)
            for group in optimiser.param_groups:
                group["lr"] = rate
            parts = forward(self.batches.draw())
            optimiser.zero_grad()
            sum(weights[k] * v for k, v in parts.items()).backward()
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), 10.0)
            optimiser.step()
            for k, v in parts.items():
                shown[k] = 0.98 * shown[k] + 0.02 * float(v) if step else float(v)
            used, step = used + min(3.0, time.monotonic() - started), step + 1
            if step % 50 == 0:
                text = " ".join(f"{k} {v:.3f}" for k, v in shown.items() if v)
                print(f"{name} step {step} {used / 60:.1f} min {text}", flush=True)
            if step % 200 == 0:
                self.save(name)
        self.save(name)

    def save(self, name: str) -> None:
        self.out.mkdir(parents=True, exist_ok=True)
        save_file(self.model.state_dict(), self.out / f"{name}.safetensors")

    def continuous(self, batch: Batch) -> dict[str, torch.Tensor]:
        z = self.latent(batch.pcm)
        spread = z.std(dim=(0, 2), keepdim=True)
        level = torch.empty(z.shape[0], 1, 1).uniform_(0.05, 0.35)
        return self.losses(z + level * spread * torch.randn_like(z), batch)

    def quantised(self, batch: Batch) -> dict[str, torch.Tensor]:
        z = self.latent(batch.pcm)
        in_use = torch.randint(1, 9, (z.shape[0],))
        in_use[: z.shape[0] // 2] = 4  # the working point of thin links
        q = quantise(self.codebooks, z.detach(), in_use)
        parts = self.losses(z + (q - z).detach(), batch)
        scale = z.detach().var()
        return {**parts, "commitment": ((z - q) ** 2).mean() / scale}

    def fit_quantiser(self, excerpts: int = 1000) -> None:
        """Latents of random excerpts, then k-means; the result goes into moshi's codebooks."""
        self.model.eval()
        with torch.no_grad():
            z = [self.latent(self.batches.draw().pcm)[..., 2:] for _ in range(excerpts)]
        self.model.train()
        vectors = torch.cat([part.transpose(1, 2).flatten(0, 1) for part in z])
        self.codebooks = fit_codebooks(vectors, num_codebooks=8, size=2048)
        for layer, book in zip(self.model.quantizer.vq.layers, self.codebooks, strict=True):
            codebook = layer._codebook
            codebook.embedding_sum.copy_(book)
            codebook.cluster_usage.fill_(1.0)
            codebook._initialized.fill_(1.0)
            codebook.register_buffer("_embedding", None, persistent=False)
        self.save("fitted")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--continuous-minutes", type=float, default=60.0)
    parser.add_argument("--quantised-minutes", type=float, default=15.0)
    parser.add_argument("--resume", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    trainer = Trainer(arguments.corpus, arguments.out, arguments.seed, arguments.resume)
    trainer.run("continuous", arguments.continuous_minutes, LEARNING_RATE, trainer.continuous)
    trainer.fit_quantiser()
    trainer.run("quantised", arguments.quantised_minutes, LEARNING_RATE / 4, trainer.quantised)


if __name__ == "__main__":
    main()
