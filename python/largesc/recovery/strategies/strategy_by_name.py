# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""All strategies by name, and the one that is best where nobody chose."""

from collections.abc import Callable

from ..token_model.token_model_config import LONGEST_LOOK_AHEAD
from ..token_model.token_model_source import local_token_model
from .hold_recovery import HoldRecovery
from .recovery_settings import RecoverySettings
from .token_recovery import TokenRecovery
from .zero_recovery import ZeroRecovery

LARGEST = 100_000_000  # bytes of weights: the embedded model has 10 million, Kyutai's 3.6e9

# torch takes seconds to import; who only lists the strategies, or needs no model, need not wait.


def _interpolate(settings: RecoverySettings) -> TokenRecovery:
    from .interpolation import make_interpolation

    return make_interpolation(settings)


def _base(settings: RecoverySettings) -> TokenRecovery:
    from .model_recovery import make_model_recovery

    return make_model_recovery(settings, adapted=False)


def _lora(settings: RecoverySettings) -> TokenRecovery:
    from .model_recovery import make_model_recovery

    return make_model_recovery(settings, adapted=True)


_PLAIN: dict[str, Callable[[], TokenRecovery]] = {"zero": ZeroRecovery, "hold": HoldRecovery}
_OF_A_CHECKPOINT: dict[str, Callable[[RecoverySettings], TokenRecovery]] = {
    "interpolate": _interpolate,
    "base": _base,
    "lora": _lora,
}
STRATEGIES = (*_PLAIN, *_OF_A_CHECKPOINT)
AUTO_RECOVERY = "auto"  # strategy_in_force says what it is
CHOICES = (AUTO_RECOVERY, *STRATEGIES)


def check_strategy(name: str) -> None:
    """Whether there is a strategy of this name, or it is ``auto``.

    Raises:
        ValueError: there is not; the message lists those there are.
    """
    if name not in CHOICES:
        raise ValueError(f"recovery must be one of {', '.join(CHOICES)}, not {name!r}")


def strategy_in_force(name: str, settings: RecoverySettings | None) -> str:
    """What a choice is: ``auto`` is the best that a checkpoint has, any other is itself.

    The best is the token model with its adapter, ``lora``; ``base`` where it has none; ``hold``
    without a model, with one that is not here or too large to keep up on a CPU (gigabytes are for
    who asks for them by name), and beyond a model's look-ahead.

    Raises:
        ValueError: ``auto`` without settings.
    """
    if name != AUTO_RECOVERY:
        return name
    if settings is None:
        raise ValueError(_says_needs(name))
    if settings.look_ahead > LONGEST_LOOK_AHEAD:
        return "hold"
    size = local_token_model(settings.checkpoint)
    if not 0 < size.model <= LARGEST:
        return "hold"
    return "lora" if size.adapter else "base"


def needs_checkpoint(name: str) -> bool:
    """Whether a strategy depends on RecoverySettings."""
    return name == AUTO_RECOVERY or name in _OF_A_CHECKPOINT


def asks_a_model(name: str) -> bool:
    """Whether a strategy runs a token model, which may take longer than there is time."""
    return name in ("base", "lora")


def make_recovery(name: str, settings: RecoverySettings | None = None) -> TokenRecovery:
    """The strategy of this name.

    Args:
        name: one of CHOICES.
        settings: checkpoint, look-ahead and more; zero and hold need none.

    Raises:
        ValueError: no such strategy (the message lists those there are), or one without the
            settings it needs.
        CheckpointError: the checkpoint does not have what the strategy needs.
    """
    check_strategy(name)
    name = strategy_in_force(name, settings)
    if name in _PLAIN:
        return _PLAIN[name]()
    if settings is None:
        raise ValueError(_says_needs(name))
    return _OF_A_CHECKPOINT[name](settings)


def _says_needs(name: str) -> str:
    return f"recovery {name!r} needs to know the checkpoint and the look-ahead"
