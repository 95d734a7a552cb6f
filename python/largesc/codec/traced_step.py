# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Steps of streaming models as graphs, which run without Python's lock.

Every operation of torch gives the lock away and takes it again. Beside a dozen threads of a
flowgraph that also want it, a frame of some hundred operations waits some hundred times: 13 ms of
encoding took 270 ms in a station of a radio, a second in two (docs/performance.md). As one graph of
TorchScript a frame gives the lock away once; and what Python itself cost is saved as well.
"""

import copy
import dataclasses
import threading
import warnings
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import torch
from moshi.modules.streaming import StreamingModule
from torch import nn

_one_at_a_time = threading.Lock()  # tracing is not made for two threads


class Place(NamedTuple):
    """A tensor that a step reads and leaves for the next: an attribute of an object, or of the
    state of a streaming module (which is exchanged now and then)."""

    owner: Any
    attribute: str

    def get(self) -> torch.Tensor:
        value: torch.Tensor = getattr(self._holder(), self.attribute)
        return value

    def put(self, value: torch.Tensor) -> None:
        setattr(self._holder(), self.attribute, value)

    def _holder(self) -> Any:
        return self.owner._streaming_state if _streams(self.owner) else self.owner


class _Recording:
    """The graph, once there is one."""

    def __init__(self) -> None:
        self.graph: Callable[..., tuple[torch.Tensor, ...]] | None = None


class TracedStep:
    """A function of tensors that also changes tensors at known places, as one graph.

    It is recorded by :meth:`record` or by the first call, in some tenths of a second; beside other
    threads of Python in many seconds. What does not depend on values (shapes, branches) is that of
    the recording for good. It must not need gradients. Copies (``copy.deepcopy``) have places of
    their own; the graph, which has none, is recorded once for all of them.

    Args:
        step: of tensors, to tensors; each call gets the same shapes.
        places: what it reads and changes beside its arguments, all of it.
    """

    def __init__(self, step: Callable[..., Sequence[torch.Tensor]], places: Sequence[Place]):
        self._step: Callable[..., Sequence[torch.Tensor]] | None = step
        self._places = list(places)
        self._recording = _Recording()

    @torch.no_grad()
    def record(self, *inputs: torch.Tensor) -> None:
        """Makes the graph, if there is none yet; nothing else changes.

        Args:
            inputs: arguments of the right shapes, of any values.
        """
        if self._recording.graph is None:
            with _one_at_a_time:
                if self._recording.graph is None:
                    self._recording.graph = self._recorded(inputs)
        # Often a method of the object that has this one: a circle, which lives on for long.
        self._step = None

    def __call__(self, *inputs: torch.Tensor) -> Sequence[torch.Tensor]:
        self.record(*inputs)
        assert self._recording.graph is not None
        # Without optimisation, which would stop the third frame for as long as recording takes,
        # and then saves nothing (measured).
        with torch.jit.optimized_execution(False):  # type: ignore[attr-defined]
            results = self._recording.graph(*inputs, *(place.get() for place in self._places))
        given = len(results) - len(self._places)
        self._leave(results[given:])
        return results[:given]

    def __deepcopy__(self, memo: dict[int, Any]) -> "TracedStep":
        other = copy.copy(self)
        other._step = copy.deepcopy(self._step, memo)
        other._places = copy.deepcopy(self._places, memo)
        return other

    def _leave(self, values: Sequence[torch.Tensor]) -> None:
        for place, value in zip(self._places, values, strict=True):
            place.put(value)

    def _recorded(self, inputs: Sequence[torch.Tensor]) -> Callable[..., Any]:
        before = [place.get() for place in self._places]
        copies = [value.clone() for value in before]
        try:
            with warnings.catch_warnings():
                # Shapes that become constants are what is wanted; and nothing yet replaces
                # TorchScript where there is no compiler.
                warnings.simplefilter("ignore")
                return _graph_of(self._with_places, (*inputs, *copies))
        finally:
            self._leave(before)

    def _with_places(self, *values: torch.Tensor) -> tuple[torch.Tensor, ...]:
        given = len(values) - len(self._places)
        self._leave(values[given:])
        assert self._step is not None  # until it is recorded
        results = self._step(*values[:given])
        return (*results, *(place.get() for place in self._places))


def _graph_of(
    step: Callable[..., tuple[torch.Tensor, ...]], inputs: tuple[torch.Tensor, ...]
) -> Callable[..., tuple[torch.Tensor, ...]]:
    """What ``torch.jit.trace`` makes, but it goes when nobody needs it any more: torch's own keeps
    all that was ever recorded, with the weights, until the process ends."""
    graph, _ = torch._C._create_graph_by_tracing(step, inputs, lambda value: "", True, False)
    recorded: Callable[..., tuple[torch.Tensor, ...]] = torch._C.CompilationUnit().create_function(
        "step", graph
    )
    return recorded


def streaming_places(modules: Iterable[nn.Module]) -> list[Place] | None:
    """States of streaming modules and of those in them; None if they cannot be recorded.

    That is so if one keeps something else than tensors, which a graph would take for constant, or
    computes by an object of torch's own, as 8-bit layers do.
    """
    places = []
    for module in modules:
        for part in module.modules():
            if any(isinstance(value, torch.ScriptObject) for value in vars(part).values()):
                return None
            if _streams(part):
                found = _places_in(part)
                if found is None:
                    return None
                places += found
    return places


def _streams(thing: Any) -> bool:
    return isinstance(thing, StreamingModule) and thing.is_streaming


def _places_in(module: StreamingModule[Any]) -> list[Place] | None:
    places = []
    for field in dataclasses.fields(module._streaming_state):
        value = getattr(module._streaming_state, field.name)
        if isinstance(value, torch.Tensor):
            places.append(Place(module, field.name))
        elif field.name not in ("batch_size", "device"):
            return None
    return places
