from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from asn1crypto import x509

from booth.idcard.testing.cards import make_files
from booth.idcard.testing.faults import Fault, FaultName
from booth.idcard.testing.personas import PERSONAS
from booth.idcard.testing.pki import TestPki
from clerk_console.identity import TrustAnchors

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def today() -> date:
    return NOW.date()


@pytest.fixture(scope="session")
def pki() -> TestPki:
    return TestPki.make(NOW)


@pytest.fixture(scope="session")
def anchors(pki: TestPki) -> TrustAnchors:
    anchors = TrustAnchors()
    anchors.add("test", [x509.Certificate.load(pki.csca.der)])
    return anchors


class CardFactory:
    """Files of a test card as a booth would send them."""

    def __init__(self, pki: TestPki) -> None:
        self._pki = pki

    def __call__(self, fault: FaultName = FaultName.NONE, persona: str = "erika") -> dict[str, bytes]:
        files = make_files(PERSONAS[persona], self._pki, NOW, Fault(fault))
        return {name: data for name, data in files.items() if name in ("011d", "0101", "0102")}


@pytest.fixture(scope="session")
def card(pki: TestPki) -> CardFactory:
    return CardFactory(pki)


@pytest.fixture(scope="session")
def genuine(card: CardFactory) -> dict[str, bytes]:
    """One card whose bytes stay the same throughout."""
    return card()
