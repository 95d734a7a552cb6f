# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page the demo leaves: players, figures and pictures."""

import html
from pathlib import Path
from typing import Any

PAGE = "index.html"
STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 78rem; margin: 2rem auto; padding: 0 1rem;
       color: #222; background: #fff; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid #ddd; }
td.number, th.number { text-align: right; }
td.number { white-space: nowrap; }
img { width: 100%; height: auto; } audio { width: 18rem; max-width: 100%; min-width: 7.5rem; }
p.note { color: #555; }
"""


def write_page(folder: Path, files: dict[str, str], reports: dict[str, dict[str, Any]]) -> Path:
    """Writes PAGE beside sound and pictures; returns its path.

    Args:
        folder: holds the sound files, ``tokens.png`` and ``spectrograms.png``.
        files: title of a run to the name of its sound file, the original first.
        reports: title of a run to the simulation's figures.
    """
    rows = "\n".join(_row(title, name, reports.get(title)) for title, name in files.items())
    latency = max(report["algorithmic_latency_ms"] for report in reports.values())
    page = folder / PAGE
    text = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>gr-largesc: speech over a lossy link</title>
<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head><body>
<h1>Speech over a link that loses 30 % of its packets</h1>
<p>The same speech, sent through GNU Radio blocks with a simulated erasure channel. Every bit on
the air is counted, headers included; the method itself takes {latency:.0f} ms.</p>
<table><tr><th>run</th><th>listen</th><th class="number">bit/s on the air</th>
<th class="number">packets lost</th><th class="number">tokens: primary</th>
<th class="number">redundant</th><th class="number">recovered</th>
<th class="number">missing</th></tr>
{rows}</table>
<h2>What became of every token</h2>
<img src="tokens.png" alt="Origin of every token over time, one panel per run">
<p class="note">A packet carries the tokens of its own frame (primary) and repeats those of the
frame before (redundant). What neither brought is filled by the receiver (recovered) or missing:
with the last frame again (held), or with what a token model, a small language model of speech,
takes for likely. Of a lost packet nobody knows whether it had higher codebooks (unknown).
Codebook 0 carries most of the speech, higher ones refine it.</p>
<h2>Spectrograms, first seconds</h2>
<img src="spectrograms.png" alt="Spectrograms of the original and every run">
</body></html>
"""
    page.write_text(text, encoding="utf-8")
    return page.resolve()


def lost_packets(report: dict[str, Any]) -> str:
    """Lost packets as they came out: by chance, not exactly the loss rate asked for."""
    lost, sent = report["packets_lost"], report["packets_sent"]
    return f"{lost} of {sent} ({100 * lost / max(1, sent):.0f}\u00a0%)"


def _row(title: str, name: str, report: dict[str, Any] | None) -> str:
    name, title = html.escape(name), html.escape(title)
    player = f'<audio controls preload="metadata" src="{name}"></audio>'
    if report is None:
        numbers = ["–"] * 6
    else:
        tokens = report["tokens"]
        beyond = sum(tokens[kind] for kind in ("unsent", "unknown", "silence"))
        sent = max(1, sum(tokens.values()) - beyond)
        numbers = [f"{report['packet_bps']:.0f}", lost_packets(report)]
        kinds = ("primary", "redundant", "recovered", "missing")
        numbers += [f"{100 * tokens[kind] / sent:.1f} %" for kind in kinds]
    cells = "".join(f'<td class="number">{number}</td>' for number in numbers)
    return f"<tr><td>{title}</td><td>{player}</td>{cells}</tr>"
