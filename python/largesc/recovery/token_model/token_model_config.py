# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Configuration of a token model: Kyutai's flat keys of ``config.json``, and ours below them.

Ours stand in the section ``largesc``, under ``token_model``:

- ``table_rank``: width of embedding tables that all streams share (SharedTable); without it every
  stream has tables of its own as wide as the transformer, as Kyutai's models do.
- ``look_ahead_as_text``: the text token tells the model the look-ahead (its id is the number of
  frames); without it text is padding.
- ``codec``: fingerprint of the codec whose tokens it learned.
"""

from dataclasses import dataclass
from typing import Any

from ...frame.tokens import CARDINALITY, NUM_CODEBOOKS

LONGEST_LOOK_AHEAD = 5  # frames
LOOK_AHEADS = range(LONGEST_LOOK_AHEAD + 1)

# Arithmetic and reasons in docs/recovery.md.
EMBEDDED_TOKEN_MODEL: dict[str, Any] = {
    "dim": 256,
    "text_card": len(LOOK_AHEADS),
    "existing_text_padding_id": 0,
    "n_q": 2 * NUM_CODEBOOKS,
    "dep_q": NUM_CODEBOOKS,
    "card": CARDINALITY,
    "num_heads": 4,
    "num_layers": 6,
    "hidden_scale": 4,
    "causal": True,
    "layer_scale": None,
    "context": 100,
    "max_period": 10000,
    "gating": "none",
    "norm": "layer_norm",
    "positional_embedding": "rope",
    "depformer_dim": 128,
    "depformer_dim_feedforward": 512,
    "depformer_num_heads": 4,
    "depformer_num_layers": 3,
    "depformer_layer_scale": None,
    "depformer_multi_linear": True,
    "depformer_pos_emb": "none",
    "depformer_weights_per_step": False,
    "delays": [0] + [1] * NUM_CODEBOOKS + [0] * NUM_CODEBOOKS,
    "lora": True,
    "lora_rank": 16,
    "lora_scaling": 2.0,
    "largesc": {"token_model": {"table_rank": 32, "look_ahead_as_text": True}},
}

# Keys that moshi's CheckpointInfo and get_moshi_lm take away before they build the model.
_NOT_OF_THE_MODEL = (
    "moshi_name",
    "mimi_name",
    "mimi_config_name",
    "tokenizer_name",
    "lora_name",
    "model_type",
    "model_id",
    "lm_gen_config",
    "tts_config",
    "stt_config",
    "depformer_causal",
    "largesc",
)


@dataclass(frozen=True)
class TokenModelConfig:
    """What there is to know before a token model is built.

    Attributes:
        arguments: of ``LMModel``, but for conditioners, device and type.
        conditioners: Kyutai's keys ``conditioners`` and ``fuser``, if there are any.
        table_rank, look_ahead_as_text, codec: see the module.
        lora_rank, lora_scaling: of an adapter that is trained for it.
    """

    arguments: dict[str, Any]
    conditioners: dict[str, Any]
    table_rank: int | None
    look_ahead_as_text: bool
    codec: str | None
    lora_rank: int
    lora_scaling: float

    def text_token(self, look_ahead: int) -> int:
        """What stands in the text stream at every step."""
        if self.look_ahead_as_text:
            return look_ahead
        padding: int = self.arguments.get("existing_text_padding_id", 3)
        return padding


def has_token_model(config: dict[str, Any]) -> bool:
    """Whether a checkpoint's configuration describes a token model."""
    return "n_q" in config and "dep_q" in config


def read_config(config: dict[str, Any]) -> TokenModelConfig:
    """The token model of a checkpoint's configuration.

    Raises:
        ValueError: it describes none, or one for other tokens than ours.
    """
    if not has_token_model(config):
        raise ValueError("the configuration has no token model (no keys n_q and dep_q)")
    arguments = {key: value for key, value in config.items() if key not in _NOT_OF_THE_MODEL}
    if "demux_second_stream" in arguments:  # renamed by moshi
        arguments["demux_second_text_stream"] = arguments.pop("demux_second_stream")
    arguments.pop("lora", None)
    rank, scaling = arguments.pop("lora_rank", 128), arguments.pop("lora_scaling", 2.0)
    keys = ("conditioners", "fuser")
    conditioners = {key: arguments.pop(key) for key in keys if arguments.get(key)}
    ours = config.get("largesc", {}).get("token_model", {})
    read = TokenModelConfig(
        arguments,
        conditioners,
        ours.get("table_rank"),
        ours.get("look_ahead_as_text", False),
        ours.get("codec"),
        rank,
        scaling,
    )
    _check(read)
    return read


def _check(config: TokenModelConfig) -> None:
    arguments = config.arguments
    needed = {"n_q": 2 * NUM_CODEBOOKS, "dep_q": NUM_CODEBOOKS, "card": CARDINALITY}
    for key, value in needed.items():
        if arguments.get(key) != value:
            raise ValueError(
                f"the token model has {key} = {arguments.get(key)}, needed is {value}: two streams "
                f"of {NUM_CODEBOOKS} codebooks with {CARDINALITY} tokens each"
            )
    delays = arguments.get("delays", [])
    if len(delays) != 2 * NUM_CODEBOOKS + 1 or min(delays) < 0:
        raise ValueError(f"the token model needs 17 delays, none negative, not {delays}")
    if config.look_ahead_as_text and arguments["text_card"] < len(LOOK_AHEADS):
        raise ValueError(
            f"text_card is {arguments['text_card']}; look-aheads need {len(LOOK_AHEADS)} ids"
        )
