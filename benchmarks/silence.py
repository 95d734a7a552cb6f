#!/usr/bin/env python3
# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What silence costs and how it sounds: one side of conversations, 40 % of the time active.

Each is one reader's sentences between pauses that are filled with the background of that reader's
recordings. It is sent as speech throughout, as silence of one packet per frame, and as rests; and
heard with digital silence, with comfort noise, and with noise of the right level but no spectrum.
The figures are in docs/silence.md.
"""

import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, NamedTuple

import numpy as np
import typer
from largesc_kernels import make_loss_process
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parent))
from gnuradio.largesc.codec.checkpoint import load_codec
from gnuradio.largesc.codec.comfort_noise import ComfortNoise
from gnuradio.largesc.codec.rest_detector import Heard, RestDetector
from gnuradio.largesc.corpus.opened_corpus import open_corpus
from gnuradio.largesc.corpus.utterance import Utterance
from gnuradio.largesc.evaluation.metrics.log_mel_distance import LogMelDistance
from gnuradio.largesc.evaluation.metrics.plcmos import Plcmos
from gnuradio.largesc.evaluation.metrics.word_errors import WordErrors
from gnuradio.largesc.frame.background import Background
from gnuradio.largesc.frame.tokens import FRAME_RATE, TokenOrigin, Tokens
from gnuradio.largesc.link.arrival import Arrival
from gnuradio.largesc.recovery.strategies.recovery_settings import RecoverySettings
from gnuradio.largesc.recovery.strategies.strategy_by_name import make_recovery
from gnuradio.largesc.speech_link.frame_player import FramePlayer
from gnuradio.largesc.speech_link.link_receiver import SequenceReceiver
from gnuradio.largesc.speech_link.link_sender import LinkSender
from gnuradio.largesc.speech_link.settings import ReceiverSettings, SenderSettings
from silence_figures.conversation import RATE, Conversation, Samples, conversations

MARGIN = RATE // 4  # samples of pause on both sides of a sentence, for the recogniser
CLIP = 10 * RATE  # samples that PLCMOS rates at once
LOOK_AHEAD = 1
FLAT = (1, 5)  # tilt and bend of white noise
NOISES = ("digital silence", "comfort noise", "white noise of that level")


class Frame(NamedTuple):
    tokens: Tokens
    heard: Heard


class Played(NamedTuple):
    """Decoded without noise, and per frame whether it is silent and what was told of it."""

    pcm: Samples
    silence: list[tuple[bool, Background | None]]


@dataclass
class Figures:
    """Of one way to send and to hear, reader by reader."""

    bits: list[float] = field(default_factory=list)  # per second
    errors: list[tuple[int, int]] = field(default_factory=list)  # wrong words, words
    plcmos: list[float] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)  # log-mel distance in pauses, dB
    reported: list[float] = field(default_factory=list)  # loss rate


def encode(codec, pcm: Samples) -> list[Frame]:
    codec.reset()
    detector = RestDetector(-np.inf, rest=True)
    return [Frame(codec.encode(one).tokens, detector.push(one)) for one in codec.frames(pcm)]


def send(frames: list[Frame], way: str, loss: float, seed: int, **more: object):
    """Frames due, bits per second, and the loss rate that the receiver reports, on average."""
    sender = LinkSender(SenderSettings(n_primary=4, **more))
    receiver = SequenceReceiver(ReceiverSettings(look_ahead=LOOK_AHEAD, check="none"))
    channel = make_loss_process("independent", loss, 0.0, seed)
    due, reported = [], []
    for number, frame in enumerate(frames):
        silent = frame.heard.silent and way != "speech throughout"
        sound = frame.heard.sound if way == "rests" else None
        # By frame, so that whatever is sent meets the same losses.
        is_lost = channel.next_is_lost()
        for packet in sender.push(number, frame.tokens, silent, sound=sound):
            if not is_lost:
                due += receiver.receive(Arrival(packet.data))
        if number % 12 == 0 and number > 50:
            reported.append(receiver.report().channel.loss_rate)
    due += receiver.end(len(frames))
    return due, 8 * sender.counters()["bytes"] * FRAME_RATE / len(frames), np.mean(reported)


def play(codec, player: FramePlayer, due, length: int) -> Played:
    player.reset()
    played = [player.play(one) for one in due]
    silent = [bool((one.origin == TokenOrigin.SILENCE).all()) for one in played]
    pcm = np.concatenate([one.pcm for one in played])[codec.delay :][:length]
    return Played(pcm, list(zip(silent, [one.sound for one in due], strict=True)))


def with_noise(codec, played: Played, kind: str) -> Samples:
    if kind == NOISES[0]:
        return played.pcm
    noise, pieces = ComfortNoise(codec.frame_size), []
    for silent, sound in played.silence:
        if sound is not None and kind == NOISES[2]:
            sound = Background(sound.level, *FLAT)
        pieces.append(noise.push(silent, sound))
    return played.pcm + np.concatenate(pieces)[codec.delay :][: len(played.pcm)]


class Judge:
    """Word errors, PLCMOS, and how the pauses differ from what was sent."""

    def __init__(self) -> None:
        self._words, self._plcmos, self._distance = WordErrors(), Plcmos(), LogMelDistance()

    def add(self, to: Figures, spoken: Conversation, pcm: Samples, words: bool) -> None:
        if words:
            to.errors.append(self._errors(spoken, pcm))
        to.plcmos.append(float(np.mean([self._rated(clip) for clip in clips(pcm)])))
        to.pauses.append(self._pauses(spoken, pcm))

    def _errors(self, spoken: Conversation, pcm: Samples) -> tuple[int, int]:
        wrong = words = 0
        for utterance, start in spoken.sentences:
            end = start + len(utterance.pcm) + MARGIN
            heard = pcm[max(0, start - MARGIN) : end]
            part = Utterance(utterance.name, "", "", "en", utterance.text, heard)
            found = self._words.score(part, heard, heard)
            words += int(found["words"])
            wrong += sum(int(found[k]) for k in ("substitutions", "insertions", "deletions"))
        return wrong, words

    def _rated(self, clip: Samples) -> float:
        return float(self._plcmos.score(_anonymous(clip), clip, clip)["plcmos"])

    def _pauses(self, spoken: Conversation, pcm: Samples) -> float:
        """Over the pauses but for half a second after speech, in which it may be heard on."""
        after = np.convolve(spoken.speaks, np.ones(RATE // 2), "full")[: len(pcm)] > 0.5
        sent, heard = spoken.pcm[~after], pcm[~after]
        found = self._distance.score(_anonymous(sent), heard, sent)
        return float(found["log_mel_distance"])


def _anonymous(pcm: Samples) -> Utterance:
    return Utterance("", "", "", "en", "", pcm)


def clips(pcm: Samples) -> list[NDArray[np.float32]]:
    return [pcm[at : at + CLIP] for at in range(0, len(pcm) - CLIP // 2, CLIP)]


def interval(values: list[float]) -> str:
    """Mean over readers, and the 95 % interval of 2000 draws of readers."""
    draws = np.random.default_rng(0).integers(0, len(values), (2000, len(values)))
    low, high = np.percentile(np.array(values)[draws].mean(axis=1), [2.5, 97.5])
    return f"{np.mean(values):.2f} [{low:.2f}, {high:.2f}]"


def word_errors(errors: list[tuple[int, int]]) -> str:
    if not errors:
        return ""
    wrong, words = np.array(errors).T
    draws = np.random.default_rng(0).integers(0, len(wrong), (2000, len(wrong)))
    low, high = np.percentile(wrong[draws].sum(1) / words[draws].sum(1), [2.5, 97.5])
    return f"{100 * wrong.sum() / words.sum():.1f} % [{100 * low:.1f}, {100 * high:.1f}]"


def main(
    corpus: Annotated[str, typer.Argument(help="Evaluation corpus; its development readers.")] = "",
    checkpoint: str = "mini",
    recovery: str = "hold",
    readers: int = 16,
    sentences: Annotated[int, typer.Option(help="Of each reader.")] = 6,
    loss: Annotated[list[float], typer.Option(help="Share of packets lost.")] = [0.0, 0.2],  # noqa: B006
    seed: Annotated[int, typer.Option(help="Of pauses and losses.")] = 1,
) -> None:
    """Prints tables in Markdown."""
    started, judge, codec = time.process_time(), Judge(), load_codec(checkpoint)
    known = RecoverySettings(checkpoint, LOOK_AHEAD)
    player = FramePlayer(codec, make_recovery(recovery, known), comfort_noise=False)
    table: dict[tuple[float, str, str], Figures] = {}
    active, silent, announced, packets, seconds, count = [], [], [], [], 0.0, 0
    for spoken in conversations(open_corpus(corpus, ["development"]), readers, sentences, seed):
        frames = encode(codec, spoken.pcm)
        seconds, count = seconds + len(spoken.pcm) / RATE, count + len(spoken.sentences)
        active.append(float(spoken.speaks.mean()))
        silent.append(float(np.mean([frame.heard.silent for frame in frames])))
        announced.append(send(frames, "rests", 0.0, seed, announce=True, text="DL1ABC")[1])
        original = table.setdefault((0.0, "", "the original"), Figures())
        judge.add(original, spoken, spoken.pcm, True)
        packets.append(send(frames, "silent packets", 0.0, seed)[1])
        for rate in loss:
            for way in ("speech throughout", "rests"):
                due, bits, reported = send(frames, way, rate, seed + len(active))
                played = play(codec, player, due, len(spoken.pcm))
                for kind in NOISES if way == "rests" else ("",):
                    figures = table.setdefault((rate, way, kind), Figures())
                    figures.bits.append(bits)
                    figures.reported.append(float(reported))
                    heard = with_noise(codec, played, kind) if kind else played.pcm
                    judge.add(figures, spoken, heard, kind != NOISES[2])
        print(f"{spoken.reader}: {time.process_time() - started:.0f} s", file=sys.stderr)
    print(
        f"{len(active)} readers, {count} sentences, {seconds:.0f} s, {100 * np.mean(active):.1f} % "
        f"of them active; {100 * np.mean(silent):.1f} % of the frames found silent; seed {seed}; "
        f"{recovery}, look-ahead {LOOK_AHEAD}; {time.process_time() - started:.0f} s of CPU\n"
    )
    print(
        f"A packet for every silent frame: {np.mean(packets):.0f} bit/s; rests, and announcements "
        f"with a callsign: {np.mean(announced):.0f} bit/s\n"
    )
    print("| lost | sent | in silence | bit/s | reported | words wrong | PLCMOS | pauses, dB |")
    print("|---|---|---|---|---|---|---|---|")
    for (rate, way, kind), one in table.items():
        bits = f"{np.mean(one.bits):.0f}" if one.bits else ""
        told = f"{100 * np.mean(one.reported):.1f} %" if one.reported else ""
        print(
            f"| {100 * rate:.0f} % | {way} | {kind} | {bits} | {told} | {word_errors(one.errors)} "
            f"| {interval(one.plcmos)} | {np.mean(one.pauses):.1f} |"
        )


if __name__ == "__main__":
    typer.run(main)
