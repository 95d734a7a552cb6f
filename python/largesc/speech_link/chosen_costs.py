# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who tells what tokens are worth: the network of a checkpoint, or the plain rule."""

from typing import TYPE_CHECKING

from ..control.cost_source import Costs, CostSource
from ..control.plain_rule import PlainRule
from ..frame.speech_facts import SpeechFacts
from .settings import ImportanceChoice

if TYPE_CHECKING:
    from ..control.importance_network import ImportanceNetwork


class ChosenCosts:
    """A CostSource: the network for frames of its own codec, the plain rule for all others, and for
    frames without a latent.

    Args:
        importance: ``network``; ``plain``; or ``auto``, the network if the checkpoint has one.
        checkpoint: name or folder; one on the hub has no network.

    Attributes:
        notice: why the rule is used although the checkpoint has a network, in a line; empty where
            there is nothing to say.

    Raises:
        ValueError: ``network``, and the checkpoint has none, or one that cannot be used.
    """

    def __init__(self, importance: ImportanceChoice, checkpoint: str):
        self.notice = ""
        self._rule = PlainRule()
        self._network = None if importance == "plain" else self._loaded(importance, checkpoint)
        self._source: CostSource = self._network or self._rule

    @property
    def mean_costs(self) -> Costs:
        """See CostSource."""
        return self._source.mean_costs

    def reset(self) -> None:
        """See CostSource."""
        self._source.reset()

    def costs(self, facts: SpeechFacts) -> Costs:
        """See CostSource."""
        if facts.latent is None:
            self._source.reset()  # the next latent follows none that is known
            return self._rule.costs(facts)
        return self._source.costs(facts)

    def for_codec(self, fingerprint: int) -> None:
        """The frames to come are of this codec, 0..65535; 0: of that of the checkpoint."""
        network = self._network
        if network is None or fingerprint in (0, int(network.codec, 16)):
            return
        self._network, self._source = None, self._rule
        self.notice = (
            f"the frames' codec is {fingerprint:04x}, the controller is of {network.codec}: "
            "the plain rule tells what tokens are worth"
        )

    def _loaded(self, importance: ImportanceChoice, checkpoint: str) -> "ImportanceNetwork | None":
        # Not before it is needed: most senders have no budget.
        from ..codec.checkpoint import local_folder
        from ..control.importance_network import ControllerError, ImportanceNetwork

        folder = local_folder(checkpoint)
        try:
            network = None if folder is None else ImportanceNetwork.load(folder)
        except ControllerError as error:
            if importance == "network":
                raise
            self.notice = f"{error}: the plain rule tells what tokens are worth"
            return None
        if network is None and importance == "network":
            raise ValueError(f"importance network: checkpoint {checkpoint!r} has no controller")
        return network
