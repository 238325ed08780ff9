"""What the tests of the office share: a clock, a booth, people, and the steps of a case."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from clerk_console.app import make_app
from clerk_console.office import Office
from clerk_console.staff import Profile, Staff

NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC).timestamp()
ISSUER = "http://console.test"
PASSWORD = "correct horse battery"
BOOTH = "booth-elbtal-1"
SERVICE = "registration-certificate"
CSRF = {"X-Fernamt": "1"}
SDP = "v=0\r\na=fingerprint:sha-256 AB:CD:EF\r\n"
FORM = {
    "extent": "extended",
    "family_name": "Großmüller-Öztürk",
    "given_names": "Jördis Änne",
    "date_of_birth": "1983-08-12",
    "place_of_birth": "Görlitz",
    "nationality": "D",
    "street": "Straße des Friedens",
    "house_number": "12 a",
    "postal_code": "01234",
    "municipality": "Elbtal",
    "registered_since": "2019-03-01",
    "purpose": "Vorlage beim Standesamt",
}


@dataclass
class Clock:
    time: float = NOON

    def __call__(self) -> float:
        return self.time


@dataclass
class Booth:
    """A booth's device key, entered in `booths.json`."""

    file: Path
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    def enter(self, *names: str, sites: Mapping[str, str] = MappingProxyType({})) -> None:
        """Write the file: these booths (BOOTH if none is named), all with this key."""
        x = base64.urlsafe_b64encode(self.key.public_key().public_bytes_raw()).decode().rstrip("=")
        keys = [{"kty": "OKP", "crv": "Ed25519", "x": x, "kid": name} for name in names or (BOOTH,)]
        keys = [key | ({"site": sites[key["kid"]]} if key["kid"] in sites else {}) for key in keys]
        self.file.write_text(json.dumps({"keys": keys}))


async def add_staff(office: Office, name: str, **profile: Any) -> Staff:
    standard = {"display_name": "Sabine Vogt", "office": "Bürgeramt", "roles": ["clerk"], "services": [SERVICE]}
    standard |= {"regions": ["elbtal"], "languages": ["de", "en"]}
    return await office.accounts.add(Profile(name=name, **(standard | profile)), PASSWORD)


def browser(office: Office) -> httpx.AsyncClient:
    """A browser of its own, that sends what the web app sends."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(make_app(office)), base_url=ISSUER, headers=CSRF)


async def sign_in(client: httpx.AsyncClient, name: str, password: str = PASSWORD) -> httpx.Response:
    return await client.post("/api/session", json={"name": name, "password": password})


async def open_case(client: httpx.AsyncClient, ticket: str = "E017", language: str = "de", booth: str = BOOTH) -> str:
    wanted = {"ticket": ticket, "service": SERVICE, "booth": booth, "language": language}
    response = await client.post("/api/cases", json=wanted)
    assert response.status_code == 200, response.text
    return str(response.json()["id"])


async def confirmed_case(client: httpx.AsyncClient, **values: str) -> str:
    """A case that only has to be completed."""
    case = await open_case(client)
    assert (await client.put(f"/api/cases/{case}/form", json=FORM | values)).status_code == 200
    answer = await client.post(f"/api/cases/{case}/confirmation", json={"answer": "confirmed"})
    assert answer.json()["state"] == "confirmed"
    return case


def in_base64(files: dict[str, bytes]) -> dict[str, str]:
    return {name: base64.b64encode(content).decode() for name, content in files.items()}


def report_id(number: int) -> str:
    """As random as the browser's, but the same each time."""
    return hashlib.sha256(str(number).encode()).hexdigest()[:32]


def report(**change: Any) -> dict[str, Any]:
    """A good call as the browser reports it."""
    reception = {"fps": 29.5, "slow_share": 0.01, "height": 720, "freezes_per_minute": 0.5, "frozen_share": 0.002}
    reception |= {"loss": 0.001, "jitter_ms": 3.5, "bitrate": 1_200_000, "concealed_share": 0.0}
    call = {"booth": BOOTH, "outcome": "closed", "generations": 1, "interruptions": 0, "interrupted_share": 0.0}
    call |= {"set_up_ms": 420.0, "round_trip_ms": 24.0, "to_clerk": reception, "to_booth": reception}
    return call | change
