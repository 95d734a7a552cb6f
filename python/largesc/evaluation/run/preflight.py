# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked of a worker process before the work: versions, what is missing, the machine."""

import os
import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..metrics.interface import Metric, MetricUnavailable
from ..systems.interface import SystemUnavailable
from ..systems.settings import SystemSettings
from .process_parts import metric_of, system_of


@dataclass(frozen=True)
class SystemFacts:
    """What a system says of itself; ``unavailable`` says why it cannot run, or is empty."""

    version: str = ""
    concealment: str = ""
    packet_seconds: float | None = None
    latency_seconds: float | None = None
    unavailable: str = ""


def look_at_system(settings: SystemSettings) -> SystemFacts:
    """Builds a system and asks it.

    Raises:
        ValueError: it cannot be built as its settings say (an unknown checkpoint).
    """
    try:
        system = system_of(settings)
    except SystemUnavailable as error:
        return SystemFacts(unavailable=str(error) or "it cannot run here")
    except Exception as error:
        raise ValueError(f"system {settings.label}: {error}") from error
    return SystemFacts(
        system.version, system.concealment, system.packet_seconds, system.latency_seconds
    )


def look_at_metrics(metrics: Mapping[str, Callable[[], Metric]]) -> dict[str, str]:
    """Builds the metrics; gives their versions.

    Raises:
        ValueError: one cannot run; better said now than after an hour without it.
    """
    versions = {}
    for name, build in metrics.items():
        try:
            versions[name] = metric_of(name, build).version
        except MetricUnavailable as error:
            raise ValueError(f"metric {name} cannot run: {error}") from error
    return versions


def look_at_machine() -> dict[str, Any]:
    """Processor, cores, GPU if there is one, versions of a worker's machine."""
    import numpy
    import torch

    gpu = {"gpu": torch.cuda.get_device_name()} if torch.cuda.is_available() else {}
    return {
        "cpu": _cpu_name(),
        **gpu,
        "cores": os.cpu_count(),
        "torch_threads": torch.get_num_threads(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": numpy.__version__,
        "system": f"{platform.system()} {platform.machine()}",
    }


def _cpu_name() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    for line in cpuinfo.read_text().splitlines() if cpuinfo.exists() else ():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
