"""Test cards: a persona, a state's signature and a fault become a chip."""

from __future__ import annotations

from datetime import datetime, timedelta

from booth.idcard.testing import documents, portrait
from booth.idcard.testing.emulator import EmulatedChip, pace_info
from booth.idcard.testing.faults import NO_FAULT, Fault, FaultName
from booth.idcard.testing.personas import PERSONAS, Persona
from booth.idcard.testing.pki import TestPki
from booth.idcard.testing.vpcd import Disturbance

AES_128 = 2
BRAINPOOL_P256R1 = 13


def make_files(persona: Persona, pki: TestPki, now: datetime, fault: Fault = NO_FAULT) -> dict[str, bytes]:
    """The elementary files, by identifier in hex."""
    bearer = persona.bearer
    if fault.name is FaultName.EXPIRED:
        bearer = bearer.expired_on((now - timedelta(days=365)).date())
    groups = {1: documents.dg1(documents.td1(bearer)), 2: _portrait(persona)}
    files = {
        "011c": pace_info(AES_128, BRAINPOOL_P256R1),
        "011d": _signing(pki, now, fault).sign(groups),
        "011e": documents.common(sorted(groups)),
        **{f"{0x0100 + number:04x}": data for number, data in groups.items()},
    }
    _spoil(files, fault)
    return files


def _portrait(persona: Persona) -> bytes:
    return documents.dg2(portrait.draw(persona.features), portrait.WIDTH, portrait.HEIGHT)


def _signing(pki: TestPki, now: datetime, fault: Fault) -> TestPki:
    if fault.name is FaultName.WRONG_CA:
        return TestPki.make(now, "Unknown State")
    if fault.name is FaultName.FORGED_CA:
        return pki.forge(now)
    return pki


def _spoil(files: dict[str, bytes], fault: Fault) -> None:
    if fault.name is FaultName.TAMPERED:
        # Another letter in the family name, as a forger would: the zone's check digits still hold.
        zone = bytearray(files["0101"])
        zone[-30] = ord("X") if zone[-30] != ord("X") else ord("Y")
        files["0101"] = bytes(zone)
    elif fault.name is FaultName.PORTRAIT_SWAPPED:
        other = next(persona for persona in reversed(PERSONAS.values()) if _portrait(persona) != files["0102"])
        files["0102"] = _portrait(other)
    elif fault.name is FaultName.BROKEN_SIGNATURE:
        files["011d"] = files["011d"][:-1] + bytes([files["011d"][-1] ^ 1])
    elif fault.name is FaultName.NO_PACE:
        del files["011c"]


def make_chip(persona: Persona, pki: TestPki, now: datetime, fault: Fault = NO_FAULT) -> EmulatedChip:
    return EmulatedChip(
        make_files(persona, pki, now, fault),
        persona.card_access_number,
        extended=fault.name is not FaultName.SHORT_LENGTHS,
    )


def disturbance_of(fault: Fault) -> Disturbance:
    """What the virtual reader does to the card."""
    if fault.name is FaultName.TORN:
        return Disturbance(tear_after=fault.number)
    if fault.name is FaultName.SLOW:
        return Disturbance(latency_s=fault.number / 1000)
    return Disturbance()
