# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a listening test: a page that needs nothing outside itself, and its key."""

import base64
import hashlib
import json
import random
from importlib.resources import files
from pathlib import Path
from typing import Any

from .choice import Choice, Recording, Wish, choose
from .key import (
    ANCHOR,
    FORMAT,
    KEY,
    ORIGINAL,
    REFERENCE,
    ItemRecord,
    ListeningKey,
    TrialRecord,
    refuse_another_key,
)
from .stimuli import stimuli_of

PAGE = "index.html"


def write_listening_test(run: Path, wish: Wish, out: Path) -> ListeningKey:
    """Writes ``index.html`` and ``key.json``; the same wish gives the same files.

    The page has sounds under hashes; which is which it knows only in coded form, enough to play
    them. Who reads the source on purpose can find out.

    Args:
        run: folder of a run that kept sound.
        wish: what is listened to.
        out: folder, made if it is not there.

    Raises:
        ReportError: the folder is no run, or its sound is damaged.
        ValueError: something that is asked for is not there, or the folder has the key of
            another test.
        OSError: a file cannot be written.
    """
    import jinja2

    test = _Test(choose(run, wish), wish)
    refuse_another_key(out / KEY, test.key)
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string((files(__package__) / "page.html").read_text("utf-8"))
    out.mkdir(parents=True, exist_ok=True)
    page = template.render(sounds=json.dumps(test.sounds), plan=test.coded_plan())
    (out / PAGE).write_text(page, encoding="utf-8")
    (out / KEY).write_text(test.key.model_dump_json(indent=1) + "\n", encoding="utf-8")
    return test.key


class _Test:
    """Sounds by hash, what the page is told and what the key is told."""

    def __init__(self, choice: Choice, wish: Wish) -> None:
        self.sounds: dict[str, str] = {}
        self._plan: dict[str, Any] = {"items": [], "trials": []}
        self._random = random.Random(f"listening {wish.seed}")
        recordings = [(one, stimuli_of(one)) for one in choice.recordings]
        content = b"".join(flac for _, sounds in recordings for flac in sounds.values())
        # Hashes of labels alone could be made by anybody who knows the labels.
        self._salt = hashlib.sha256(f"{wish.seed}".encode() + content).hexdigest()
        items, trials = [], []
        for recording, flacs in recordings:
            where = f"{recording.file} {recording.loss}"
            ids = {label: self._keep(f"{where} {label}", flac) for label, flac in flacs.items()}
            items.append(self._item(where, recording, choice.systems, ids))
            for pair in choice.pairs:
                for repeat in range(wish.repeats):
                    trials.append(self._trial(f"{where} {repeat}", recording, pair, ids))
        self.key = ListeningKey(
            format=FORMAT, test=self._hash("test"), seed=wish.seed, items=items, trials=trials
        )
        self._plan |= {"test": self.key.test, "seed": wish.seed}
        for part in ("items", "trials"):
            self._plan[part].sort(key=lambda one: one["id"])
        self.sounds = dict(sorted(self.sounds.items()))

    def coded_plan(self) -> str:
        """What the page is told, not to be read by the way."""
        return base64.b64encode(json.dumps(self._plan).encode()).decode()

    def _keep(self, what: str, flac: bytes) -> str:
        name = self._hash(f"sound {what}")
        self.sounds[name] = base64.b64encode(flac).decode()
        return name

    def _item(
        self, where: str, recording: Recording, systems: list[str], sounds: dict[str, str]
    ) -> ItemRecord:
        heard = {system: sounds[system] for system in systems}
        heard |= {REFERENCE: sounds[ORIGINAL], ANCHOR: sounds[ANCHOR]}
        hashes = {self._hash(f"stimulus {where} {label}"): label for label in heard}
        item = self._hash(f"item {where}")
        stimuli = {name: heard[label] for name, label in sorted(hashes.items())}
        self._plan["items"].append({"id": item, "reference": sounds[ORIGINAL], "stimuli": stimuli})
        return ItemRecord(item=item, file=recording.file, loss=recording.loss, stimuli=hashes)

    def _trial(
        self, where: str, recording: Recording, pair: tuple[str, str], sounds: dict[str, str]
    ) -> TrialRecord:
        trial = self._hash(f"trial {where} {pair}")
        a, b = pair if self._random.random() < 0.5 else pair[::-1]
        x = self._random.choice(("a", "b"))
        self._plan["trials"].append({"id": trial, "a": sounds[a], "b": sounds[b], "x": x})
        return TrialRecord(trial=trial, file=recording.file, loss=recording.loss, a=a, b=b, x=x)

    def _hash(self, what: str) -> str:
        return hashlib.sha256(f"{self._salt} {what}".encode()).hexdigest()[:12]
