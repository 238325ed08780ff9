from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from asn1crypto import x509

from booth.idcard.testing.cards import make_files
from booth.idcard.testing.faults import Fault, FaultName
from booth.idcard.testing.personas import PERSONAS
from booth.idcard.testing.pki import HOME, TestPki, TestStates
from clerk_console.identity import TrustAnchors
from tests.identity.chips import without_keys

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def today() -> date:
    return NOW.date()


@pytest.fixture(scope="session")
def states() -> TestStates:
    return TestStates(NOW)


@pytest.fixture(scope="session")
def pki(states: TestStates) -> TestPki:
    return states.of(HOME)


@pytest.fixture(scope="session")
def anchors(states: TestStates) -> TrustAnchors:
    """Of the states of all personas."""
    anchors = TrustAnchors()
    for country in {persona.country for persona in PERSONAS.values()}:
        anchors.add(country, [x509.Certificate.load(states.of(country).csca.der)])
    return anchors


class CardFactory:
    """Files of a test card as a booth would send them, of a chip without keys of its own."""

    def __init__(self, states: TestStates) -> None:
        self._states = states

    def __call__(self, fault: FaultName = FaultName.NONE, persona: str = "erika") -> dict[str, bytes]:
        bearer = without_keys(PERSONAS[persona])
        files = make_files(bearer, self._states.of(bearer.country), NOW, Fault(fault))
        return {name: data for name, data in files.items() if name not in ("011c", "011e")}  # nobody signs those


@pytest.fixture(scope="session")
def card(states: TestStates) -> CardFactory:
    return CardFactory(states)


@pytest.fixture(scope="session")
def genuine(card: CardFactory) -> dict[str, bytes]:
    """One card whose bytes stay the same throughout."""
    return card()
