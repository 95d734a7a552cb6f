# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of the codec's training."""

from pathlib import Path

import pytest
from largesc_training.codec.settings import CodecSettings, read_settings

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("bottle_neck: 16", r"settings\.yaml: there is no setting 'bottle_neck'$"),
        ("- bottleneck", r"settings\.yaml has no keys"),
        ("a: [", r"settings\.yaml is not YAML: .*expected"),
        ("batch_size: many", r"settings\.yaml: batch_size: .*, not 'many'$"),
        ("lookahead_samples: 100", "multiple of 240"),
        ("dimension: 300", "multiple of 64"),
        ("{dimension: 64, bottleneck: 64}", "below dimension"),
        ("augmentation: {noise: 2}", "less than or equal to 1"),
        ("working_points: {9: 0.5}", "of 1 to 8 codebooks"),
        ("working_points: {4: 0.9, 8: 0.9}", "1 together at most"),
        ("working_points: {4: -0.1}", "must be 0 or more"),
        ("latent_noise: [0.2, 0.1]", "a range from 0 on"),
        ("latent_noise: [0.1, .inf]", "a range from 0 on"),
    ],
)
def test_settings_name_what_is_wrong(given: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "settings.yaml"
    path.write_text(given)
    with pytest.raises(ValueError, match=said):
        read_settings(path)


def test_shipped_settings_are_read() -> None:
    for path in (ROOT / "training" / "settings").glob("*.yaml"):
        assert read_settings(path).bottleneck == 64


def test_the_longest_source_name_that_fits_gives_the_weight() -> None:
    settings = CodecSettings(source_weights={"a": 2.0, "a/b": 0.5})
    assert [settings.source_weight(group) for group in ("a/c", "a/b/1", "z")] == [2.0, 0.5, 1.0]
