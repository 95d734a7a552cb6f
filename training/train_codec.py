# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Trains the embedded codec on a prepared corpus.

    PYTHONPATH=python:training python training/train_codec.py CORPUS OUT \
        [--continuous-minutes 60] [--quantised-minutes 15] [--resume WEIGHTS [--fitted]]

Three steps. (1) The whole chain without quantiser; noise on the latent, in proportion to its
spread, stands in for it and keeps the encoder from relying on what codebooks cannot carry.
(2) The latent is scaled to unit spread in every dimension, the metric in which that noise was
the same in all; residual k-means over the latents of the corpus gives the codebooks. (3) Decoder
and codebooks are tuned with 1 to 8 codebooks in use, so that any prefix decodes well. The encoder
stays as it is: with a straight-through gradient it ran away from the codebooks (latent error 0.08
to 4.8 and mel distance 0.48 to 0.57 within 1250 steps).
"""

import argparse
import time
from pathlib import Path

import torch
from codec_losses import MelDistance, cosine_with_warmup, pitch_distance, voicing_loss
from largesc.codec.mimi_builder import EMBEDDED_CONFIG, build_mimi
from residual_kmeans import fit_codebooks, quantise
from safetensors.torch import load_file, save_file
from speech_batches import Batch, SpeechBatches

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
        self.distance, self.out = MelDistance(), out
        self.codebooks: list[torch.nn.Parameter] = []

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
        weights = {"mel": 15.0, "pitch": 4.0, "voicing": 2.0, "codebook": 1.0}
        trained = [*self.model.parameters(), *self.codebooks]
        optimiser = torch.optim.AdamW(trained, lr=peak_rate, betas=(0.8, 0.95), weight_decay=1e-2)
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
                value = float(v.detach())
                shown[k] = 0.98 * shown[k] + 0.02 * value if step else value
            used, step = used + min(3.0, time.monotonic() - started), step + 1
            if step % 50 == 0:
                text = " ".join(f"{k} {v:.3f}" for k, v in shown.items() if v)
                print(f"{name} step {step} {used / 60:.1f} min {text}", flush=True)
            if step % 200 == 0:
                self.save(name)
        self.save(name)

    def save(self, name: str) -> None:
        self.out.mkdir(parents=True, exist_ok=True)
        layers = self.model.quantizer.vq.layers
        for layer, book in zip(layers, self.codebooks, strict=False):
            codebook = layer._codebook
            codebook.embedding_sum.copy_(book.detach())
            codebook.cluster_usage.fill_(1.0)
            codebook._initialized.fill_(1.0)
        save_file(self.model.state_dict(), self.out / f"{name}.safetensors")

    def continuous(self, batch: Batch) -> dict[str, torch.Tensor]:
        z = self.latent(batch.pcm)
        spread = z.std(dim=(0, 2), keepdim=True)
        level = torch.empty(z.shape[0], 1, 1).uniform_(0.05, 0.35)
        return self.losses(z + level * spread * torch.randn_like(z), batch)

    def quantised(self, batch: Batch) -> dict[str, torch.Tensor]:
        with torch.no_grad():
            z = self.latent(batch.pcm)
        in_use = torch.randint(1, 9, (z.shape[0],))
        in_use[: z.shape[0] // 2] = 4  # the working point of thin links
        q = quantise(self.codebooks, z, in_use)
        return {**self.losses(q, batch), "codebook": ((z - q) ** 2).mean()}

    def use_fitted_codebooks(self) -> None:
        """Takes the codebooks from the weights that were resumed."""
        layers = self.model.quantizer.vq.layers
        self.codebooks = [torch.nn.Parameter(layer._codebook.embedding_sum) for layer in layers]

    @torch.no_grad()
    def fit_quantiser(self, excerpts: int = 1200) -> None:
        """Scales the latent to unit spread and fits codebooks to it by k-means."""
        self.model.eval()
        # The first two frames of an excerpt have too little past to be typical.
        z = [self.latent(self.batches.draw().pcm)[..., 2:] for _ in range(excerpts)]
        self.model.train()
        vectors = torch.cat([part.transpose(1, 2).flatten(0, 1) for part in z])
        spread = vectors.std(dim=0)
        self.model.quantizer.input_proj.weight /= spread[:, None, None]
        self.model.quantizer.output_proj.weight *= spread[None, :, None]
        books = fit_codebooks(vectors / spread, num_codebooks=8, size=2048)
        self.codebooks = [torch.nn.Parameter(book) for book in books]
        self.save("fitted")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--continuous-minutes", type=float, default=60.0)
    parser.add_argument("--quantised-minutes", type=float, default=15.0)
    parser.add_argument("--resume", type=Path)
    parser.add_argument("--fitted", action="store_true", help="the resumed weights have codebooks")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    trainer = Trainer(arguments.corpus, arguments.out, arguments.seed, arguments.resume)
    if arguments.continuous_minutes > 0:
        trainer.run("continuous", arguments.continuous_minutes, LEARNING_RATE, trainer.continuous)
    if arguments.fitted:
        trainer.use_fitted_codebooks()
    else:
        trainer.fit_quantiser()
    trainer.run("quantised", arguments.quantised_minutes, LEARNING_RATE / 2, trainer.quantised)


if __name__ == "__main__":
    main()
