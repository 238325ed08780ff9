"""The office: everything the back end works with, put together once and taken apart in order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
import structlog
from argon2 import PasswordHasher

from clerk_console import database, keys
from clerk_console.attempts import Attempts
from clerk_console.audit import AuditLog
from clerk_console.call_quality import CallQuality
from clerk_console.call_reports import CallReports
from clerk_console.callback_key import CallbackKey, load_callback_key
from clerk_console.calls import BoothKeys, CallSeals
from clerk_console.cases import CaseStore
from clerk_console.casework import Casework
from clerk_console.chip_challenges import ChipChallenges
from clerk_console.documents import authority
from clerk_console.documents.files import DocumentFiles
from clerk_console.documents.press import Press, font_rules
from clerk_console.eid.identification import Identifications
from clerk_console.eid.settings import EidSettings
from clerk_console.eid.settings import load as eid_settings_of
from clerk_console.eid.tr03130 import SoapEidServer
from clerk_console.eid.ws_security import WsSecurity, running_out
from clerk_console.enrolment.booths import BoothTables
from clerk_console.enrolment.enrolment import Enrolment
from clerk_console.enrolment.registrar import TIMEOUT_S, Registrar, trusted_keys
from clerk_console.retention import Retention
from clerk_console.services import catalogue
from clerk_console.services.catalogue import Catalogue
from clerk_console.sessions import Sessions
from clerk_console.settings import Settings
from clerk_console.sources import Sources
from clerk_console.staff import StaffAccounts
from clerk_console.token_keys import TokenKeys
from clerk_console.tokens import TokenIssuer
from clerk_console.trust import Trust

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Office:
    settings: Settings
    sources: Sources
    catalogue: Catalogue
    accounts: StaffAccounts
    sessions: Sessions
    tokens: TokenIssuer
    seals: CallSeals
    callback_key: CallbackKey
    trust: Trust
    casework: Casework
    booths: BoothKeys
    quality: CallQuality
    retention: Retention
    audit: AuditLog
    enrolment: Enrolment
    enrolment_attempts: Attempts
    registrar: Registrar
    eid: Identifications | None


@asynccontextmanager
async def opened(
    settings: Settings,
    sources: Sources | None = None,
    hasher: PasswordHasher | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> AsyncIterator[Office]:
    """The office at work; `transport`: how it speaks to the switchboard. Raises SetupError when something it needs is
    missing or wrong."""
    sources = sources or Sources()
    database.prepare_folder(settings.data)
    vault = keys.load_vault(settings.data, sources.random_bytes)
    callback_key = load_callback_key(settings.data)
    token_keys = TokenKeys(settings.data, sources.now)
    issuer = TokenIssuer(token_keys, settings.issuer)
    booths = BoothKeys(settings.booths)
    files = DocumentFiles(settings.data, vault)
    services = catalogue.load()
    async with database.opened(settings.data) as engine:
        store = CaseStore(engine, vault, sources)
        sessions = Sessions(engine, sources)
        reports = CallReports(engine, sources, settings.report_days)
        retention = Retention(store, files, sessions, reports, token_keys, sources)
        audit = AuditLog(engine, sources.now)
        known = BoothTables(engine)
        enrolment = Enrolment(known, audit, sources, settings.issuer)
        press = Press()
        accounts = StaffAccounts(engine, sources, hasher, audit)
        trust = Trust(settings.csca, audit, sources)
        await trust.start()
        casework = Casework(
            store=store,
            files=files,
            press=press,
            catalogue=services,
            trust=trust,
            authority=authority.load(settings.authority),
            fonts=font_rules(settings.static),
            sources=sources,
            accounts=accounts,
            name_of=issuer.name_of,
            challenges=ChipChallenges(sources.now, sources.random_bytes),
            id_cards=settings.id_cards,
        )
        seals = CallSeals(issuer, booths, sources.now)
        await retention.clear_strays()
        client = httpx.AsyncClient(follow_redirects=False, timeout=TIMEOUT_S, transport=transport)
        registrar = Registrar(known, enrolment, booths, issuer, client, settings.switchboard_rest, sources.now)
        booths.enrolled(trusted_keys(await enrolment.trusted()))
        eid_settings = eid_settings_of(settings.eid, settings.issuer) if settings.eid else None
        eid_client = httpx.AsyncClient(timeout=TIMEOUT_S, verify=eid_settings.tls) if eid_settings else None
        eid = _identifications(eid_settings, eid_client, sources)
        running = [
            asyncio.create_task(retention.run(), name="retention"),
            asyncio.create_task(registrar.run(), name="registrar"),
            asyncio.create_task(trust.run(), name="trust"),
        ]
        try:
            yield Office(
                settings=settings,
                sources=sources,
                catalogue=services,
                accounts=accounts,
                sessions=sessions,
                tokens=issuer,
                seals=seals,
                callback_key=callback_key,
                trust=trust,
                casework=casework,
                booths=booths,
                quality=CallQuality(reports),
                retention=retention,
                audit=audit,
                enrolment=enrolment,
                enrolment_attempts=Attempts(),
                registrar=registrar,
                eid=eid,
            )
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
            await client.aclose()
            if eid_client is not None:
                await eid_client.aclose()
            await asyncio.to_thread(press.close)


def _identifications(
    settings: EidSettings | None, client: httpx.AsyncClient | None, sources: Sources
) -> Identifications | None:
    """None without an eID-Server: then nobody is asked for the eID function."""
    if settings is None or client is None:
        return None
    security = WsSecurity(settings.messages, sources.now, sources.new_id) if settings.messages else None
    for certificate in running_out(settings.messages, sources.now()) if settings.messages else ():
        log.warning("eid.certificate_runs_out", certificate=certificate)
    server = SoapEidServer(client, settings.address, security)
    return Identifications(server, settings, sources.now, sources.new_id)
