"""The form of an audit log: rows that each hold the hash of the one before, so that none can be changed, taken out or
put in afterwards without every later hash being wrong. Switchboard and console keep one each, of this form.

A chain says nothing about what was cut off its end: note the last hash elsewhere from time to time (`head`). Pure; no
I/O.

    ChainBroken
      a row that does not fit the one before; `number` says which
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Annotated, Final

from msgspec import Meta, Struct

START: Final = ""
"""What stands before the first row."""

FILTERS: Final = ("actor", "act", "subject")
"""What rows can be looked for by."""

Word = Annotated[str, Meta(max_length=200)]
Hash = Annotated[str, Meta(pattern=r"^([0-9a-f]{64})?$", description="SHA-256 in hex; empty before the first row")]


class Act(Struct, frozen=True, kw_only=True):
    """What somebody has done. `actor`: a pseudonym, or `host` for the command line; `subject`: the id of what it was
    done to; `result`: `done`, or the error's id. Never anything about a citizen."""

    actor: Word
    act: Word
    subject: Word
    result: Word = "done"


class Entry(Act, frozen=True, kw_only=True):
    """An act in the log. `number` counts from 1; `at`: seconds since the epoch, in thousandths."""

    number: Annotated[int, Meta(ge=1)]
    at: float
    before: Hash
    hash: Hash


class ChainBroken(Exception):
    """Somebody has changed the log, or it was restored from something incomplete."""

    def __init__(self, number: int) -> None:
        super().__init__(f"Row {number} does not fit the row before it: the log was changed from there on.")
        self.number = number


def seal(act: Act, *, number: int, at: float, before: str) -> Entry:
    """The row that follows `before`, the hash of the last one."""
    at = round(at, 3)
    fields = [number, f"{at:.3f}", act.actor, act.act, act.subject, act.result, before]
    text = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
    return Entry(
        number=number,
        at=at,
        actor=act.actor,
        act=act.act,
        subject=act.subject,
        result=act.result,
        before=before,
        hash=hashlib.sha256(text.encode()).hexdigest(),
    )


def check(entries: Iterable[Entry], head: str = START) -> str:
    """The hash of the last row of a whole log, oldest first; `head`, noted earlier, must be in it. Raises
    ChainBroken."""
    before, number, found = START, 0, head == START
    for number, entry in enumerate(entries, start=1):
        if seal(entry, number=number, at=entry.at, before=before) != entry:
            raise ChainBroken(number)
        before = entry.hash
        found = found or before == head
    if not found:
        raise ChainBroken(number + 1)
    return before
