"""What a clerk does with a case: fill it, verify the card, have it confirmed, complete or abandon it."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Literal

import msgspec
import structlog

from clerk_console.case import CaseEvent, CaseState, next_state
from clerk_console.cases import Case, CaseStore, Document, EidRecord, IdentityRecord
from clerk_console.chip_challenges import ChipChallenges
from clerk_console.documents import letter, registration_certificate
from clerk_console.documents.authority import Authority
from clerk_console.documents.files import DocumentFiles
from clerk_console.documents.press import Press
from clerk_console.eid.server import Outcome
from clerk_console.errors import ConsoleError, ErrorId, FormInvalid
from clerk_console.identity import Evidence, IdentityDataError, verify
from clerk_console.identity.chip_authentication import Agreement
from clerk_console.identity.chip_authenticity import Proof
from clerk_console.services.catalogue import Catalogue, Service
from clerk_console.services.form import tidy
from clerk_console.sources import Sources
from clerk_console.staff import Staff, StaffAccounts
from clerk_console.trust import Trust
from media.consultation import DocumentKind

log = structlog.get_logger(__name__)
replace = msgspec.structs.replace

SPOKEN_NUMBER: Final = re.compile(r"[0-9]{4}([A-Z2-7]{8})")
"""A case number without what people put between its parts; RFC 4648's base 32."""


class Casework:
    """The steps of a case. All raise ConsoleError; `staff` is who asks, and sees only cases of their own."""

    def __init__(
        self,
        store: CaseStore,
        files: DocumentFiles,
        press: Press,
        catalogue: Catalogue,
        trust: Trust,
        authority: Authority,
        fonts: str,
        sources: Sources,
        accounts: StaffAccounts,
        name_of: Callable[[Staff], str],
        challenges: ChipChallenges,
        id_cards: bool,
    ) -> None:
        self._store = store
        self._files = files
        self._press = press
        self._catalogue = catalogue
        self._trust = trust
        self._authority = authority
        self._fonts = fonts
        self._sources = sources
        self._accounts = accounts
        self._name_of = name_of
        self._challenges = challenges
        self._id_cards = id_cards

    async def open(
        self, staff: Staff, ticket: str, service: str, booth: str, language: str, *, telephone: bool = False
    ) -> Case:
        """`telephone`: a callback, nobody sits at the booth. service_unknown, not_permitted."""
        offered = self._catalogue.get(service)
        if service not in staff.services:
            raise ConsoleError(ErrorId.NOT_PERMITTED, "Your account does not cover that service.")
        defaults = offered.form.defaults()
        case = await self._store.open(staff.id, ticket, service, booth, language, defaults, telephone=telephone)
        log.info("case.opened", case=case.id, state=case.state)
        return case

    async def get(self, staff: Staff, case_id: str) -> Case:
        """case_unknown."""
        return await self._store.get(staff.id, case_id)

    async def all(self, staff: Staff, state: CaseState | None) -> list[Case]:
        return list(await self._store.all(staff.id, state))

    @property
    def documents(self) -> list[DocumentKind]:
        """The kinds of documents this office reads by chip, the usual one first."""
        others: list[DocumentKind] = ["residence_permit", "passport"]
        return ["id_card", *others] if self._id_cards else others

    async def challenge_chip(self, staff: Staff, case_id: str, document: DocumentKind) -> bytes:
        """Eight bytes the chip has to sign; the answer comes with the identity. case_unknown, case_finished,
        reading_not_permitted."""
        case = await self._store.get(staff.id, case_id)
        next_state(case.state, CaseEvent.CHANGE)
        if document not in self.documents:
            raise ConsoleError(ErrorId.READING_NOT_PERMITTED, "This office does not read ID cards by their number.")
        return self._challenges.open(case_id)

    async def agree_with_chip(self, staff: Staff, case_id: str, challenge: bytes, dg14: bytes) -> Agreement | None:
        """What the booth has to put to the chip for Chip Authentication; None where the chip offers none, or nothing
        was asked of it. case_unknown."""
        await self._store.get(staff.id, case_id)
        try:
            return await asyncio.to_thread(self._challenges.agree, case_id, challenge, dg14)
        except IdentityDataError:
            return None

    async def take_identity(
        self,
        staff: Staff,
        case_id: str,
        files: Mapping[str, bytes],
        challenge: bytes | None = None,
        proofs: Sequence[Proof] = (),
    ) -> IdentityRecord:
        """Verify what the chip said and fill empty fields from it, unless a check failed. What an earlier card filled
        goes: it may have been another person's. `challenge`: the one the proofs answer, open no more from here on.
        case_unknown, case_finished, case_changed, reading_not_permitted."""
        case = await self._store.get(staff.id, case_id)
        next_state(case.state, CaseEvent.CHANGE)
        asked = self._challenges.take(case_id, challenge) if challenge else None
        evidence = Evidence(tuple(proofs), asked.nonce if asked else None, asked.agreement if asked else None)
        found = await asyncio.to_thread(verify, files, self._trust.anchors, self._sources.today(), evidence)
        if found.holder and found.holder.is_german_id_card and not self._id_cards:
            raise ConsoleError(ErrorId.READING_NOT_PERMITTED, "This office does not read ID cards by their number.")
        identity, service = IdentityRecord.of(found), self._catalogue.get(case.service)
        values = service.unfill(case.values, case.identity.usable if case.identity else {})
        values = service.prefill(values, identity.usable)
        await self._save(_with_values(replace(case, identity=identity), values), "case.identity_taken")
        return identity

    async def take_eid(self, staff: Staff, case_id: str, outcome: Outcome) -> EidRecord:
        """Keep what the eID-Server said and fill empty fields from it. What an earlier identification filled goes: it
        may have been another person's. case_unknown, case_finished, case_changed."""
        case = await self._store.get(staff.id, case_id)
        next_state(case.state, CaseEvent.CHANGE)
        declined = [attribute.value for attribute in outcome.declined]
        record = EidRecord(holder=dict(outcome.holder), declined=declined, at=self._sources.now())
        service = self._catalogue.get(case.service)
        values = service.prefill(service.unfill(case.values, case.eid.holder if case.eid else {}), record.holder)
        await self._save(_with_values(replace(case, eid=record), values), "case.eid_taken")
        return record

    async def fill(self, staff: Staff, case_id: str, values: Mapping[str, Any]) -> Case:
        """Replace the values. case_unknown, case_finished, form_invalid, case_changed."""
        case = await self._store.get(staff.id, case_id)
        tidied = tidy(values)
        next_state(case.state, CaseEvent.CHANGE)
        self._require_valid(case.service, tidied)
        return await self._save(_with_values(case, tidied), "case.filled")

    async def keep_draft(self, staff: Staff, case_id: str, values: Mapping[str, Any]) -> Case:
        """Replace the values by those of an unfinished form, as far as each fits by itself: the call pauses, or
        passes on to a colleague. case_unknown, case_finished, case_changed."""
        case = await self._store.get(staff.id, case_id)
        next_state(case.state, CaseEvent.CHANGE)
        form = self._catalogue.get(case.service).form
        fitting = {name: value for name, value in tidy(values).items() if form.fits(name, value)}
        return await self._save(_with_values(case, fitting), "case.draft_kept")

    async def prepare(self, staff: Staff, case_id: str) -> Case:
        """Keep a form that was filled by telephone until its citizen comes to a booth and says the case's number.
        case_unknown, case_finished, case_changed."""
        case = await self._store.get(staff.id, case_id)
        return await self._save(replace(case, state=next_state(case.state, CaseEvent.PREPARE)), "case.prepared")

    async def adopt(self, staff: Staff, case_id: str, number: str) -> Case:
        """Take over what a prepared case says, which is deleted; what a verified card says comes before it.
        case_unknown, case_finished, prepared_unknown, case_changed."""
        case = await self._store.get(staff.id, case_id)
        next_state(case.state, CaseEvent.CHANGE)
        prepared = await self._prepared(case.service, number)
        service = self._catalogue.get(case.service)
        from_card = service.prefill({}, case.identity.usable if case.identity else {})
        if case.eid is not None:
            from_card = service.prefill({}, case.eid.holder) | from_card
        adopted = await self._save(_with_values(case, case.values | prepared.values | from_card), "case.adopted")
        state = next_state(prepared.state, CaseEvent.ADOPT)
        await self._save(
            replace(prepared, state=state, end_reason="adopted", values={}, identity=None, eid=None), "case.given_on"
        )
        return adopted

    async def _prepared(self, service: str, number: str) -> Case:
        """Raises ConsoleError (prepared_unknown), also for what cannot be a number."""
        plain = re.sub(r"[\s./-]", "", number).upper()
        spoken = SPOKEN_NUMBER.fullmatch(plain)
        for case in await self._store.prepared(service, spoken[1].lower()) if spoken else []:
            if self.case_number(case).replace("-", "") == plain:
                return case
        raise ConsoleError(ErrorId.PREPARED_UNKNOWN, "No prepared case of this service has that number.")

    async def hand_over(self, staff: Staff, case_id: str, to: str) -> None:
        """Let a colleague go on with the case, who opens it as its new holder; `to` as at the switchboard.
        case_unknown, case_finished, colleague_unknown."""
        case = await self._store.get(staff.id, case_id)
        if case.state is CaseState.ABANDONED:
            raise ConsoleError(ErrorId.CASE_FINISHED, "A case that is abandoned cannot be handed over.")
        found = {self._name_of(one): one for one in await self._accounts.colleagues(staff)}.get(to)
        if found is None or "clerk" not in found.roles or case.service not in found.services:
            raise ConsoleError(ErrorId.COLLEAGUE_UNKNOWN, "Nobody of this office with that name serves this matter.")
        await self._store.hand_over(staff.id, case_id, found.id)
        log.info("case.hand_over_granted", case=case_id, to=found.id)

    async def answer(self, staff: Staff, case_id: str, answer: Literal["confirmed", "changes"]) -> Case:
        """What the citizen said to the summary. case_unknown, case_finished, form_invalid, case_changed."""
        case = await self._store.get(staff.id, case_id)
        event = CaseEvent.CONFIRM if answer == "confirmed" else CaseEvent.DISPUTE
        state = next_state(case.state, event)
        if event is CaseEvent.CONFIRM:
            self._require_valid(case.service, case.values)
        return await self._save(replace(case, state=state), "case.answered")

    async def complete(self, staff: Staff, case_id: str) -> Case:
        """Make the document and close the case; a completed one is answered as it is. The portrait is not kept: it
        has served, as have the further details. case_unknown, case_finished, case_not_confirmed, case_needs_booth,
        form_invalid, case_changed."""
        case = await self._store.get(staff.id, case_id)
        state = next_state(case.state, CaseEvent.COMPLETE)
        if case.state is CaseState.COMPLETED:
            return case
        service = self._require_valid(case.service, case.values)
        if case.telephone and service.telephone != "complete":
            raise ConsoleError(ErrorId.CASE_NEEDS_BOOTH, "The citizen has to come for it: prepare the case instead.")
        document = await self._make_document(case, service, staff)
        identity = replace(case.identity, portrait=None, details={}) if case.identity else None
        completed = replace(case, state=state, identity=identity, document=document)
        try:
            return await self._save(completed, "case.completed")
        except ConsoleError:
            await asyncio.to_thread(self._files.remove, document.file)
            latest = await self._store.get(staff.id, case_id)
            if latest.state is CaseState.COMPLETED:
                return latest
            raise

    async def abandon(self, staff: Staff, case_id: str, reason: str) -> Case:
        """Close the case unfinished and delete what it says of the citizen. case_unknown, case_finished,
        case_changed."""
        case = await self._store.get(staff.id, case_id)
        state = next_state(case.state, CaseEvent.ABANDON)
        if case.state is CaseState.ABANDONED:
            return case
        self._challenges.forget(case_id)
        empty = replace(case, state=state, end_reason=reason, values={}, identity=None, eid=None)
        return await self._save(empty, "case.abandoned")

    async def document(self, staff: Staff, case_id: str) -> tuple[Case, bytes]:
        """The case and its PDF. case_unknown, document_unknown, record_damaged."""
        case = await self._store.get(staff.id, case_id)
        if case.document is None:
            raise ConsoleError(ErrorId.DOCUMENT_UNKNOWN, f"A case that is {case.state} has no document.")
        return case, await asyncio.to_thread(self._files.get, case.document.file, case.document.sha256)

    async def _make_document(self, case: Case, service: Service, staff: Staff) -> Document:
        matter = registration_certificate.Matter(
            service=service,
            values=case.values,
            holder=case.eid.holder if case.eid else _verified_holder(case.identity),
            by_pin=case.eid is not None,
            language=case.language,
            case_number=self.case_number(case),
            day=self._sources.today(),
            clerk=staff.display_name,
            office=staff.office,
            authority=self._authority,
        )
        pdf = await self._press.print(letter.html(registration_certificate.letter(matter), self._fonts))
        file = self._sources.new_id()
        await asyncio.to_thread(self._files.put, file, pdf)
        title = registration_certificate.title(matter)
        return Document(file=file, title=title, size=len(pdf), sha256=hashlib.sha256(pdf).hexdigest())

    def case_number(self, case: Case) -> str:
        """The number on paper: the year and the first of the id."""
        return f"{self._sources.day(case.created_at).year}-{case.id[:4]}-{case.id[4:8]}".upper()

    def _require_valid(self, service: str, values: Mapping[str, Any]) -> Service:
        found = self._catalogue.get(service)
        if faults := found.form.faults(values, self._sources.today()):
            raise FormInvalid(faults)
        return found

    async def _save(self, case: Case, event: str) -> Case:
        saved = await self._store.save(case)
        log.info(event, case=saved.id, state=saved.state)
        return saved


def _with_values(case: Case, values: dict[str, Any]) -> Case:
    """The case with new values; what was confirmed stays confirmed only while it stays the same."""
    if values == case.values:
        return case
    return replace(case, values=values, state=next_state(case.state, CaseEvent.CHANGE))


def _verified_holder(identity: IdentityRecord | None) -> Mapping[str, str] | None:
    return identity.holder if identity and identity.verified else None
