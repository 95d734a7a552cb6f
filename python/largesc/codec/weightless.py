# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Models without random weights, for those whose weights are loaded next."""

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

_RANDOM = {"kaiming_uniform_", "normal_", "uniform_", "xavier_uniform_"}


class Weightless(TorchFunctionMode):
    """As a context: layers that are made in it begin with zeros where they would draw weights.

    Drawing takes longer than loading what replaces it. On the device "meta", torch would even
    import its compiler for it: seconds, and a hundred megabytes. Random numbers stay where they
    were.
    """

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Iterable[type],
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        kwargs = kwargs or {}
        if getattr(func, "__name__", "") in _RANDOM:
            tensor: torch.Tensor = args[0] if args else kwargs["tensor"]
            with torch.no_grad():
                return tensor.zero_()
        return func(*args, **kwargs)
