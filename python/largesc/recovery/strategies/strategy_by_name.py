# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""All strategies by name."""

from collections.abc import Callable

from .hold_recovery import HoldRecovery
from .recovery_settings import RecoverySettings
from .token_recovery import TokenRecovery
from .zero_recovery import ZeroRecovery

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


def check_strategy(name: str) -> None:
    """Whether there is a strategy of this name.

    Raises:
        ValueError: there is not; the message lists those there are.
    """
    if name not in STRATEGIES:
        raise ValueError(f"recovery must be one of {', '.join(STRATEGIES)}, not {name!r}")


def needs_checkpoint(name: str) -> bool:
    """Whether a strategy depends on RecoverySettings."""
    return name in _OF_A_CHECKPOINT


def asks_a_model(name: str) -> bool:
    """Whether a strategy runs a token model, which may take longer than there is time."""
    return name in ("base", "lora")


def make_recovery(name: str, settings: RecoverySettings | None = None) -> TokenRecovery:
    """The strategy of this name.

    Args:
        name: one of STRATEGIES.
        settings: checkpoint, look-ahead and more; zero and hold need none.

    Raises:
        ValueError: no such strategy (the message lists those there are), or one without the
            settings it needs.
        CheckpointError: the checkpoint does not have what the strategy needs.
    """
    check_strategy(name)
    if name in _PLAIN:
        return _PLAIN[name]()
    if settings is None:
        raise ValueError(f"recovery {name!r} needs to know the checkpoint and the look-ahead")
    return _OF_A_CHECKPOINT[name](settings)
