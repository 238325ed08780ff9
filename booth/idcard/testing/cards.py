"""Test documents: a persona, a state's signature and a fault become the files of a chip, and the chip."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from booth.idcard import apdu
from booth.idcard.testing import documents, portrait
from booth.idcard.testing.chip_proofs import SigningKey, StaticKey
from booth.idcard.testing.emulator import EmulatedChip, Secrets
from booth.idcard.testing.faults import NO_FAULT, Fault, FaultName
from booth.idcard.testing.personas import PERSONAS, Make, Persona
from booth.idcard.testing.pki import TestPki
from booth.idcard.testing.security_infos import (
    active_authentication_info,
    chip_authentication_info,
    chip_authentication_key_info,
    pace_info,
    security_infos,
)
from booth.idcard.testing.vpcd import Disturbance

RSA_BITS: Final = 2048
ANNOUNCEMENTS: Final = {FaultName.BLOCKED: 0x63C0, FaultName.SUSPENDED: 0x63C1}


@dataclass(frozen=True)
class TestCard:
    """`files`: by identifier in hex; `card_security`: EF.CardSecurity of the master file; `secrets`: what never leaves
    the chip."""

    __test__ = False  # pytest: not a test class

    files: dict[str, bytes]
    card_security: bytes
    secrets: Secrets


@cache
def _signing_key(kind: str, copied: bool) -> SigningKey:
    """One a process and kind, as making RSA keys takes long. `copied`: of a chip with only the true one's files."""
    if kind == "rsa":
        return rsa.generate_private_key(65537, RSA_BITS)
    return ec.generate_private_key(ec.BrainpoolP256R1())


def bearer_of(persona: Persona, now: datetime, fault: Fault = NO_FAULT) -> documents.Bearer:
    """What is printed on the document, and with it the zone that opens it."""
    if fault.name is FaultName.EXPIRED:
        return persona.bearer.expired_on((now - timedelta(days=365)).date())
    return persona.bearer


def make_card(persona: Persona, pki: TestPki, now: datetime, fault: Fault = NO_FAULT) -> TestCard:
    """`pki`: of the state `persona.country`, or any where nobody verifies."""
    bearer, make = bearer_of(persona, now, fault), persona.make
    static_key = _static_key(make)
    groups = _groups(persona, bearer, static_key)
    issuer = _signing(pki, now, fault)
    files = {
        "011d": issuer.sign(groups, revoked=fault.name is FaultName.REVOKED),
        "011e": documents.common(sorted(groups)),
        **{f"{0x0100 + number:04x}": data for number, data in groups.items()},
    }
    if make.pace:
        files["011c"] = security_infos(*(pace_info(*offer) for offer in make.pace))
    _spoil(files, persona, fault)
    cloned = fault.name is FaultName.CLONED
    return TestCard(
        files,
        _card_security(make, static_key, issuer),
        Secrets(
            persona.card_access_number or None,
            documents.zone_key(bearer),
            make.basic,
            _static_key(make) if cloned else static_key,
            _signing_key(make.active, cloned) if make.active else None,
        ),
    )


def make_files(persona: Persona, pki: TestPki, now: datetime, fault: Fault = NO_FAULT) -> dict[str, bytes]:
    """The elementary files, by identifier in hex."""
    return make_card(persona, pki, now, fault).files


def _static_key(make: Make) -> StaticKey | None:
    if make.chip_key is None:
        return None
    kind = make.chip_key
    return StaticKey.make(kind.parameter, kind.suite, secrets.token_bytes, kind.key_id)


def _groups(persona: Persona, bearer: documents.Bearer, static_key: StaticKey | None) -> dict[int, bytes]:
    groups = {1: documents.dg1(documents.zone_of(bearer)), 2: _portrait(persona)}
    if persona.details:
        details = persona.details
        groups[11] = documents.dg11(details.full_name, details.date_of_birth, details.place_of_birth)
        groups[12] = documents.dg12(details.authority, details.date_of_issue)
    infos = _infos(persona.make, static_key)
    if infos:
        groups[14] = documents.dg14(security_infos(*infos))
    if persona.make.active:
        public = _signing_key(persona.make.active, False).public_key()
        groups[15] = documents.dg15(
            public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        )
    return groups


def _infos(make: Make, static_key: StaticKey | None) -> list[bytes]:
    """DG14 repeats EF.CardAccess, signed (9303-11, 9.2.11)."""
    infos = [pace_info(*offer) for offer in make.pace]
    if make.chip_key and static_key:
        infos += _key_infos(make, static_key)
    if make.active == "ecdsa":
        infos.append(active_authentication_info())
    return infos


def _key_infos(make: Make, static_key: StaticKey) -> list[bytes]:
    if make.chip_key is None:
        return []
    suite, parameter, style, key_id = make.chip_key
    return [
        chip_authentication_info(suite, parameter, key_id),
        chip_authentication_key_info(parameter, static_key.public_key, style, key_id),
    ]


def _card_security(make: Make, static_key: StaticKey | None, issuer: TestPki) -> bytes:
    if static_key is None or all(offer.mapping != "chip_authentication" for offer in make.pace):
        return b""
    return issuer.sign_card_security(security_infos(*_infos(make, static_key)))


def _portrait(persona: Persona) -> bytes:
    make = documents.extensible_dg2 if persona.make.extensible_portrait else documents.dg2
    if persona.make.jpeg_2000:
        image = portrait.draw_jpeg_2000(persona.features)
        return make(image, portrait.WIDTH, portrait.HEIGHT, documents.JPEG_2000)
    return make(portrait.draw(persona.features), portrait.WIDTH, portrait.HEIGHT)


def _signing(pki: TestPki, now: datetime, fault: Fault) -> TestPki:
    if fault.name is FaultName.WRONG_CA:
        return TestPki.make(now, "Unknown State", pki.country)
    if fault.name is FaultName.FORGED_CA:
        return pki.forge(now)
    return pki


def _spoil(files: dict[str, bytes], persona: Persona, fault: Fault) -> None:
    if fault.name is FaultName.TAMPERED:
        # Another letter in the family name, as a forger would: the zone's check digits still hold.
        zone = bytearray(files["0101"])
        first = 5 + 5 if persona.bearer.document_type.startswith("P") else len(zone) - 30
        zone[first] = ord("X") if zone[first] != ord("X") else ord("Y")
        files["0101"] = bytes(zone)
    elif fault.name is FaultName.PORTRAIT_SWAPPED:
        other = next(persona for persona in reversed(PERSONAS.values()) if _portrait(persona) != files["0102"])
        files["0102"] = _portrait(other)
    elif fault.name is FaultName.BROKEN_SIGNATURE:
        files["011d"] = files["011d"][:-1] + bytes([files["011d"][-1] ^ 1])
    elif fault.name is FaultName.NO_PACE:
        files.pop("011c", None)


def make_chip(persona: Persona, pki: TestPki, now: datetime, fault: Fault = NO_FAULT) -> EmulatedChip:
    card = make_card(persona, pki, now, fault)
    return EmulatedChip(
        card.files,
        card.secrets,
        card.card_security,
        extended=fault.name not in (FaultName.SHORT_LENGTHS, FaultName.PLAIN),
        short_identifiers=fault.name is not FaultName.PLAIN,
        announcement=ANNOUNCEMENTS.get(fault.name, apdu.OK),
    )


def disturbance_of(fault: Fault) -> Disturbance:
    """What the virtual reader does to the card."""
    if fault.name is FaultName.TORN:
        return Disturbance(tear_after=fault.number)
    if fault.name is FaultName.SLOW:
        return Disturbance(latency_s=fault.number / 1000)
    return Disturbance()
