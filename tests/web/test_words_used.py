"""Every word the console asks for exists, and none is kept that nobody asks for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

import pytest

from clerk_console.errors import ErrorId as ConsoleErrorId
from clerk_console.identity import model
from clerk_console.services.form import Reason
from media.consultation import CardFault, EidFault, EidStage
from signaling.protocol.errors import ErrorId
from signaling.protocol.messages import ClerkState, EndReason
from tests.web.office import ROOT

SOURCES = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "clerk_console/web/src").rglob("*.ts"))
MESSAGE = re.compile(r"^([a-z][A-Za-z0-9_-]*) =", re.MULTILINE)


def ids(*files: str) -> set[str]:
    return {found for file in files for found in MESSAGE.findall((ROOT / file).read_text(encoding="utf-8"))}


OWN = ids(*(f"clerk_console/web/words/de/{name}.ftl" for name in ("console", "quality", "statistics")))
ALL = OWN | ids("signaling/protocol/words/de/common.ftl")
# t("id"), and families t(`prefix-${…}`) or t(`${…}-suffix`), whose first part is a name or word in quotes elsewhere.
ASKED = set(re.findall(r'\bt(?:In)?\((?:\w+, )?"([^"]+)"', SOURCES))
NAMED = set(re.findall(r'"([a-z][a-z0-9_-]*)"', SOURCES))
PREFIXES = tuple(re.findall(r"`([a-z]+(?:-[a-z]+)*-)\$\{", SOURCES))
SUFFIXES = set(re.findall(r"\}(-[a-z]+)`", SOURCES))


def test_every_word_asked_for_exists() -> None:
    assert set() == ASKED - ALL
    assert len(ASKED) > 100


def is_used(word: str) -> bool:
    return word in NAMED or word.startswith(PREFIXES) or any(word.removesuffix(end) in NAMED for end in SUFFIXES)


def test_no_word_is_kept_for_nobody() -> None:
    assert {word for word in OWN if not is_used(word)} == set()
    assert not is_used("no-such-word")


def fields() -> Iterable[str]:
    for path in (ROOT / "clerk_console/services").glob("*.json"):
        service = json.loads(path.read_text(encoding="utf-8"))
        for name, field in service.get("form", {}).get("properties", {}).items():
            yield f"field-{name}"
            yield from (f"choice-{name}-{value}" for value in field.get("enum", []))


FAMILIES = {
    "errors of the switchboard": [f"error-{e}" for e in ErrorId],
    "errors of the console": [f"error-{e}" for e in ConsoleErrorId],
    "ends of a call": [f"ended-{e}" for e in EndReason],
    "states of a clerk": [f"clerk-state-{e}" for e in ClerkState],
    "faults of a card": [f"card-fault-{e}{more}" for e in CardFault for more in ("", "-text")],
    "faults of the eID function": [f"eid-fault-{e}" for e in EidFault],
    "stages of the eID function": [f"eid-phase-{e}" for e in EidStage if e is not EidStage.PIN_CHANGED],
    "checks": [f"check-{e}" for e in model.Check],
    "verdicts": [f"verdict-{e}" for e in model.Verdict],
    "reasons of a check": [f"reason-{e}" for e in model.Reason],
    "reasons of a field": [f"form-{e}" for e in Reason],
    "fields": list(fields()),
    "faults of a connection": [
        f"quality-{direction}-{fault}"
        for direction in ("to_clerk", "to_booth")
        for fault in ("frozen", "slow", "small", "gaps", "late", "apart")
    ]
    + ["quality-to_clerk-paused"],
    "withdrawn": [
        f"withdrawn-{r}"
        for r in ("expired", "citizen_left", "booth_lost", "accepted_elsewhere", "callback_requested", "cancelled")
    ],
}


@pytest.mark.parametrize("family", FAMILIES)
def test_families_are_complete(family: str) -> None:
    assert set(FAMILIES[family]) - ALL == set()
    assert FAMILIES[family]
