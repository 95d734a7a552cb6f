# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Block: fills missing tokens."""

import numpy as np

from .frame import setting_value as setting
from .frame.tokens import CARDINALITY, LONGEST_LAG, MISSING_TOKEN, TokenOrigin
from .recovery.frame_recovery import FilledFrame
from .recovery.sent_codebooks import DueTokens
from .recovery.strategies.recovery_settings import RecoverySettings
from .recovery.strategies.strategy_by_name import AUTO_RECOVERY, CHOICES, asks_a_model
from .recovery.token_model.sampling_settings import SamplingSettings
from .recovery.token_model.token_model_config import LONGEST_LOOK_AHEAD
from .runtime import pdu
from .runtime.frame_filling import FilledAtOnce, FilledInTime, FrameFilling, FrameToFill
from .runtime.guarded_setter import guarded_setter
from .runtime.pdu_block import PduBlock
from .runtime.strategy_chooser import StrategyChooser


class moshi_recovery(PduBlock):
    """Fills the holes that loss left in token frames; marks what it filled as recovered (3).

    Tokens of silence (5) are no holes: they stay -1, and the decoder knows what to do. A frame on
    which the model fails, or whose ``codec`` is another than the checkpoint's, passes as it came
    and is counted.

    Args:
        recovery: strategy. ``auto`` is the best that the checkpoint has: ``lora``, ``base`` without
            an adapter, ``hold`` without a token model here. ``zero`` leaves holes, ``hold`` repeats
            the last frame, ``interpolate`` goes in a straight line to the next one, ``base`` and
            ``lora`` ask the checkpoint's token model.
        max_queue: live: frames that may wait for the model; beyond it, it begins anew (counted as
            ``restarts``). 0 chooses 5. Not live: without effect, the model runs at once.
        live: the model runs on a thread of its own. A frame that it has not filled within 60 ms is
            filled as by ``hold``, and counted as ``held``. None is dropped.
        checkpoint: name or folder; the decoder's. ``zero`` and ``hold`` do not look at it.
        look_ahead: frames between the one due and ``newest``, 0..12; the depacketizer's. For
            ``base`` and ``lora`` no more than 5.
        temperature: of the model's distribution; 0 takes the likeliest token.
        top_k: only so many of the likeliest tokens are chosen from; 0 means all.
        silent_after: frames lost in a row, after which the model's speech fades to silence.
        fill_unsent: make up also the codebooks that the sender chose not to send.
        nearest: of the top_k tokens, take that nearest to the mean in the codec's latent; without,
            one is drawn.
        prior: weight of the straight line between known frames beside the model; 0 for none.

    Raises:
        CheckpointError: the checkpoint does not have what the strategy needs.
        ValueError: no such strategy, or a setting out of range.

    Message ports: ``tokens`` in, ``tokens`` out. Counters: ``frames``, ``primary``, ``redundant``,
    ``recovered``, ``missing``, ``unsent``, ``unknown``, ``silence`` (tokens), ``held``,
    ``restarts``, ``foreign_codec`` (frames), ``malformed``, ``errors``.
    """

    def __init__(
        self,
        recovery: str = AUTO_RECOVERY,
        max_queue: int = 0,
        live: bool = False,
        checkpoint: str = "mini",
        look_ahead: int = 1,
        temperature: float = SamplingSettings.temperature,
        top_k: int = SamplingSettings.top_k,
        silent_after: int = RecoverySettings.silent_after,
        fill_unsent: bool = RecoverySettings.fill_unsent,
        nearest: bool = SamplingSettings.nearest,
        prior: float = SamplingSettings.prior,
    ):
        PduBlock.__init__(self, "moshi_recovery", "tokens", "tokens")
        capacity = setting.whole_number("max_queue", max_queue, 0)
        settings = RecoverySettings(
            setting.text("checkpoint", checkpoint),
            _look_ahead(look_ahead),
            _sampling(temperature, top_k, nearest, prior),
            setting.whole_number("silent_after", silent_after, 0),
            fill_unsent=setting.switch("fill_unsent", fill_unsent),
        )
        name = setting.one_of("recovery", recovery, CHOICES)
        self._chooser = StrategyChooser(name, settings, self._log.error)
        self._filling: FrameFilling = FilledAtOnce(self._publish_filled, self._refuse)
        if setting.switch("live", live):
            self._filling = FilledInTime(self._publish_filled, self._refuse, capacity)

    def start(self) -> bool:
        self._filling.stop()
        self._chooser.wait_until_settled()  # what was chosen before the start holds from it on
        PduBlock.start(self)
        self._filling.start()
        return True

    def stop(self) -> bool:
        self._filling.stop()
        return True

    def reset(self) -> None:
        self._chooser.strategy.recovery.reset()
        self._chooser.strategy.hold.reset()

    def process(self, received: pdu.Pdu) -> None:
        self._filling.put(self._read(received))

    @property
    def look_ahead(self) -> int:
        """Frames up to the newest that were asked for last, and not refused at once."""
        return self._chooser.wanted.settings.look_ahead

    @guarded_setter
    def set_recovery(self, recovery: str) -> None:
        """Another strategy, without memory, as soon as it is loaded; the one before goes on.

        It is in force from the first frame on if it is chosen before the start. Of several
        choices in a row the last counts. One that the checkpoint does not have is refused in the
        log, and the one before stays.
        """
        self._chooser.choose(setting.one_of("recovery", recovery, CHOICES))

    @guarded_setter
    def set_look_ahead(self, look_ahead: int) -> None:
        """Frames up to the newest; a strategy to which it matters begins anew once it is loaded."""
        self._chooser.change(look_ahead=_look_ahead(look_ahead, self._chooser.wanted.name))

    @guarded_setter
    def set_recovery_and_look_ahead(self, recovery: str, look_ahead: int) -> None:
        """Both at once or neither: a model has a look-ahead that other strategies go beyond."""
        name = setting.one_of("recovery", recovery, CHOICES)
        self._chooser.choose(name, look_ahead=_look_ahead(look_ahead, name))

    @guarded_setter
    def set_sampling(self, temperature: float, top_k: int, nearest: bool, prior: float) -> None:
        """Another way of choosing tokens; the model begins anew, once it is loaded."""
        self._chooser.change(sampling=_sampling(temperature, top_k, nearest, prior))

    def _read(self, received: pdu.Pdu) -> FrameToFill:
        tokens = pdu.read_tokens(received.vector)
        newest = pdu.optional_tokens(received.meta, "newest")
        origin = pdu.optional_origin(received.meta)
        if origin is None:
            held = tokens != MISSING_TOKEN
            origin = np.where(held, TokenOrigin.PRIMARY, TokenOrigin.MISSING).astype(np.uint8)
        strategy, codec = self._chooser.strategy, pdu.fingerprint(received.meta)
        ours = int(strategy.recovery.codec or "0", 16)
        soft = pdu.optional_soft_bits(received.meta)
        due = DueTokens(tokens, tokens if newest is None else newest, origin, soft)
        return FrameToFill(received.meta, due, bool(codec and ours and codec != ours), strategy)

    def _end(self, marker: pdu.Pdu) -> None:
        self._filling.wait_until_published()
        PduBlock._end(self, marker)

    def _publish_filled(self, frame: FrameToFill, filled: FilledFrame, is_held: bool) -> None:
        self.count("frames")
        if is_held:
            self.count("held")
        if frame.is_foreign:
            self._refuse("foreign_codec", "tokens of another codec", "passed as they came")
        for kind in TokenOrigin:
            self._counts[kind.name.lower()] += int(np.count_nonzero(filled.origin == kind))
        meta = pdu.add(frame.meta, source=filled.origin, confidence=filled.confidence)
        self.publish(pdu.token_frame(meta, filled.tokens))


def _look_ahead(value: int, recovery: str = "") -> int:
    most = LONGEST_LOOK_AHEAD if asks_a_model(recovery) else LONGEST_LAG
    return setting.whole_number("look_ahead", value, 0, most)


def _sampling(temperature: float, top_k: int, nearest: bool, prior: float) -> SamplingSettings:
    """A temperature of 0 means the likeliest token."""
    temperature = setting.number("temperature", temperature, 0)
    greedy = temperature == 0
    return SamplingSettings(
        1.0 if greedy else temperature,
        setting.whole_number("top_k", top_k, 0, CARDINALITY),
        greedy,
        nearest=setting.switch("nearest", nearest),
        prior=setting.number("prior", prior, 0),
    )
