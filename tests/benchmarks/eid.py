"""How long AusweisApp takes: from the request to the eID-Server's result, over pcscd and vpcd, the citizen being a
program that answers at once. What a person takes to read and type comes on top."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from booth.eid.testing.card import EidCard
from booth.eid.testing.counters import CardSecrets
from booth.eid.testing.persons import PERSONS
from booth.eid.workflow import Step
from booth.idcard.testing.pcscd import running_pcscd
from booth.idcard.testing.vpcd import VirtualSlot
from scripts.bench_runner import Figure
from tests.booth_eid.conftest import Citizen, Office, running_app, running_double

ROUNDS: Final = 7


def figures() -> Iterable[Figure]:
    with running_pcscd(), tempfile.TemporaryDirectory() as folder:
        yield from asyncio.run(_measure(Path(folder)))


async def _measure(folder: Path) -> list[Figure]:
    person = PERSONS["erika"]
    slot = VirtualSlot()
    async with running_double(folder / "double") as office:
        card = EidCard(person, office.root, CardSecrets(person.pin, person.can, person.puk))
        began = time.monotonic()
        async with running_app(folder / "ausweisapp") as app:
            started = time.monotonic() - began
            slot.insert(card)
            try:
                runs = [await _run(Citizen(app, slot, card), office) for _ in range(ROUNDS)]
            finally:
                slot.remove()
    seconds, commands = zip(*runs, strict=True)
    return [
        Figure("AusweisApp, request to result, median", statistics.median(seconds), "s", "goal of issue 5", 1.0, 1.0),
        Figure("AusweisApp, request to result, longest", max(seconds), "s", "goal of issue 5", 1.0, 2.0),
        Figure("AusweisApp, start to listening", started, "s", "a second", 1.0, 1.0),
        Figure("commands to the card", statistics.median(commands), "APDUs", "measured at first", 40, 1.25),
    ]


async def _run(citizen: Citizen, office: Office) -> tuple[float, int]:
    """Seconds from the request to its end, and the commands the card got."""
    number, token = await office.open()
    commands, began = citizen.card.commands, time.monotonic()
    running = citizen.begin(token)
    await citizen.until(lambda view: view.step is Step.RIGHTS and bool(view.asks))
    citizen.agree()
    await citizen.until(lambda view: view.step is Step.PIN)
    citizen.type(PERSONS["erika"].pin)
    view = await running
    took = time.monotonic() - began
    assert view.step is Step.DONE, view.fault
    assert (await office.server.result(number, 1)).holder
    return took, citizen.card.commands - commands
