"""The store of cases: what a case says about a citizen is encrypted before it reaches the disk.

A case belongs to the clerk who opened it, or to whom it was handed over; for everybody else it does not exist. Saving
names the revision that was read, so of two changes at once only one goes through.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from typing import Any, Final, Self

import msgspec
from msgspec import Struct
from sqlalchemy import ColumnElement, RowMapping, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from clerk_console.case import CaseState
from clerk_console.database import cases, handovers
from clerk_console.errors import ConsoleError, ErrorId
from clerk_console.identity import Identity, Verdict
from clerk_console.keys import Vault
from clerk_console.services.form import Values
from clerk_console.sources import Sources

LISTED: Final = 100
"""A list of cases has the newest so many."""
TICKET_LIFETIME_S: Final = 24 * 60 * 60
"""A ticket number may be called out again on another day."""
HANDOVER_S: Final = 120
"""Whoever is to have a case takes it within this time: the ticket is handed over at once, or not at all."""


class CheckRecord(Struct, frozen=True, kw_only=True):
    check: str
    verdict: str
    reason: str | None = None


class ProofRecord(Struct, frozen=True, kw_only=True):
    method: str
    verdict: str
    reason: str | None = None


class IdentityRecord(Struct, frozen=True, kw_only=True):
    """What the verification of a card said; the shapes of `Identity` in docs/architecture.md."""

    checks: list[CheckRecord]
    holder: dict[str, str] | None
    portrait: str | None
    verified: bool
    details: dict[str, str] = {}
    proofs: list[ProofRecord] = []
    signer: str | None = None
    deviations: list[dict[str, str]] = []

    @classmethod
    def of(cls, identity: Identity) -> Self:
        return msgspec.convert(identity.to_json(), cls)

    @property
    def usable(self) -> dict[str, str]:
        """The holder's data, to fill forms from; nothing once a check failed, for they may be forged."""
        failed = any(check.verdict == Verdict.FAILED for check in self.checks)
        return {} if failed or self.holder is None else self.holder


class EidRecord(Struct, frozen=True, kw_only=True):
    """What the eID-Server said of the citizen, who identified with the PIN; field names as in `eid.attributes`.
    `declined`: attributes asked for that the citizen left out. `at`: seconds since the epoch."""

    holder: dict[str, str]
    declined: list[str]
    at: float


class Document(Struct, frozen=True, kw_only=True):
    """A finished document; `file` is its id among the document files, `size` in bytes."""

    file: str
    title: str
    size: int
    sha256: str


class Case(Struct, frozen=True, kw_only=True):
    """One matter of one citizen. Times in seconds since the epoch."""

    id: str
    revision: int
    clerk: str
    ticket: str
    service: str
    booth: str
    language: str
    state: CaseState
    created_at: float
    changed_at: float
    end_reason: str | None = None
    values: Values = {}
    identity: IdentityRecord | None = None
    eid: EidRecord | None = None
    document: Document | None = None
    telephone: bool = False
    """Nobody sits at a booth: the clerk fills it while calling back."""


class _Payload(Struct, omit_defaults=True):
    """What is encrypted."""

    values: Values = {}
    identity: IdentityRecord | None = None
    eid: EidRecord | None = None
    telephone: bool = False


class CaseStore:
    """The cases in the database. Every method raises ConsoleError (record_damaged) for what does not decrypt."""

    def __init__(self, engine: AsyncEngine, vault: Vault, sources: Sources) -> None:
        self._engine = engine
        self._vault = vault
        self._sources = sources
        self._opening = asyncio.Lock()

    async def open(
        self,
        clerk: str,
        ticket: str,
        service: str,
        booth: str,
        language: str,
        values: Values,
        *,
        telephone: bool = False,
    ) -> Case:
        """A new case; or the one for that ticket that the clerk has already, or was handed over."""
        async with self._opening:
            if known := await self._of_ticket(clerk, ticket) or await self._taken_over(clerk, ticket, service):
                return known
            now = self._sources.now()
            case = Case(
                id=self._sources.new_id(),
                revision=1,
                clerk=clerk,
                ticket=ticket,
                service=service,
                booth=booth,
                language=language,
                state=CaseState.OPEN,
                created_at=now,
                changed_at=now,
                values=values,
                telephone=telephone,
            )
            async with self._engine.begin() as connection:
                await connection.execute(insert(cases).values(self._row(case)))
            return case

    async def hand_over(self, clerk: str, case: str, to: str) -> None:
        """Let `to` have the case of `clerk`, and nobody else. Raises ConsoleError (case_unknown)."""
        await self.get(clerk, case)
        async with self._engine.begin() as connection:
            await connection.execute(delete(handovers).where(handovers.c.case == case))
            row = {"case": case, "clerk": to, "granted_at": self._sources.now()}
            await connection.execute(insert(handovers).values(row))

    async def _taken_over(self, clerk: str, ticket: str, service: str) -> Case | None:
        granted = select(handovers.c.case).where(
            handovers.c.clerk == clerk, handovers.c.granted_at > self._sources.now() - HANDOVER_S
        )
        found = await self._select(
            cases.c.id.in_(granted),
            cases.c.ticket == ticket,
            cases.c.service == service,
            cases.c.state != CaseState.ABANDONED,
        )
        if not found:
            return None
        async with self._engine.begin() as connection:
            await connection.execute(delete(handovers).where(handovers.c.case == found[0].id))
        return await self.save(msgspec.structs.replace(found[0], clerk=clerk))

    async def get(self, clerk: str, case: str) -> Case:
        """Raises ConsoleError (case_unknown), also for another clerk's case."""
        found = await self._select(cases.c.id == case, cases.c.clerk == clerk)
        if not found:
            raise ConsoleError(ErrorId.CASE_UNKNOWN, "You have no such case.")
        return found[0]

    async def all(self, clerk: str, state: CaseState | None) -> Sequence[Case]:
        """The clerk's newest cases, newest first."""
        return await self._select(cases.c.clerk == clerk, *([cases.c.state == state] if state else []))

    async def prepared(self, service: str, first: str) -> list[Case]:
        """The prepared cases whose id begins with `first`, whoever has prepared them."""
        return await self._select(
            cases.c.state == CaseState.PREPARED,
            cases.c.service == service,
            cases.c.id.startswith(first, autoescape=True),
        )

    async def save(self, case: Case) -> Case:
        """Write a changed case. Raises ConsoleError (case_changed) when it is not the newest that was changed."""
        changed = msgspec.structs.replace(case, revision=case.revision + 1, changed_at=self._sources.now())
        this = (cases.c.id == case.id, cases.c.revision == case.revision)
        async with self._engine.begin() as connection:
            result = await connection.execute(update(cases).where(*this).values(self._row(changed)))
        if result.rowcount != 1:
            raise ConsoleError(ErrorId.CASE_CHANGED, "The case was changed meanwhile; load it and try again.")
        return changed

    async def abandon_stale(self, states: Collection[CaseState], before: float) -> list[str]:
        """Abandon cases in these states nobody touched since `before` and delete what they say; their ids."""
        stale = (cases.c.state.in_(states), cases.c.changed_at < before)
        values = {
            "state": CaseState.ABANDONED,
            "end_reason": "stale",
            "payload": None,
            "revision": cases.c.revision + 1,
            "changed_at": self._sources.now(),
        }
        async with self._engine.begin() as connection:
            result = await connection.execute(update(cases).where(*stale).values(values).returning(cases.c.id))
            return list(result.scalars())

    async def document_files(self) -> set[str]:
        """The ids of all document files cases name."""
        async with self._engine.connect() as connection:
            rows = await connection.execute(select(cases.c.document).where(cases.c.document.is_not(None)))
            return {document["file"] for document in rows.scalars()}

    async def _of_ticket(self, clerk: str, ticket: str) -> Case | None:
        found = await self._select(
            cases.c.clerk == clerk,
            cases.c.ticket == ticket,
            cases.c.state != CaseState.ABANDONED,
            cases.c.created_at > self._sources.now() - TICKET_LIFETIME_S,
        )
        return found[0] if found else None

    async def _select(self, *conditions: ColumnElement[bool]) -> list[Case]:
        query = select(cases).where(*conditions).order_by(cases.c.created_at.desc()).limit(LISTED)
        async with self._engine.connect() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [self._case(row) for row in rows]

    def _row(self, case: Case) -> dict[str, Any]:
        row = {column.name: getattr(case, column.name) for column in cases.columns if column.name != "payload"}
        row["document"] = msgspec.to_builtins(case.document)
        said = _Payload(values=case.values, identity=case.identity, eid=case.eid, telephone=case.telephone)
        clear = msgspec.json.encode(said)
        abandoned = case.state is CaseState.ABANDONED
        return row | {"payload": None if abandoned else self._vault.lock(clear, _about(case.id))}

    def _case(self, row: RowMapping) -> Case:
        sealed = row["payload"]
        clear = self._vault.unlock(sealed, _about(row["id"])) if sealed is not None else b"{}"
        payload = msgspec.json.decode(clear, type=_Payload)
        plain = {name: value for name, value in row.items() if name not in ("payload", "document", "state")}
        return Case(
            **plain,
            state=CaseState(row["state"]),
            document=msgspec.convert(row["document"], Document | None),
            values=payload.values,
            identity=payload.identity,
            eid=payload.eid,
            telephone=payload.telephone,
        )


def _about(case: str) -> str:
    return f"case:{case}"
