"""Made-up people, cases and chip files for the screens."""

from __future__ import annotations

import base64
import hashlib
import io
import json
from pathlib import Path
from typing import Any

import msgspec
from PIL import Image, ImageDraw

from media import consultation
from signaling.protocol import messages

ROOT = Path(__file__).resolve().parents[2]
SERVICE = "registration-certificate"
TICKET = "A017"
COLLEAGUE = "0a1b2c"
STAFF = {
    "id": "c-7f3a",
    "name": "a.schmidt",
    "display_name": "Anke Schmidt",
    "office": "Bürgeramt Elbtal",
    "roles": ["clerk", "supervisor"],
    "regions": ["elbtal"],
    "services": [SERVICE],
    "languages": ["de", "en"],
}
PDF = b"%PDF-1.7\n" + bytes(range(256)) * 200
DOCUMENT = {"title": "Meldebescheinigung", "size": len(PDF), "sha256": hashlib.sha256(PDF).hexdigest()}
HOLDER = {
    "family_name": "MUSTERMANN",
    "given_names": "ERIKA",
    "date_of_birth": "1983-08-12",
    "nationality": "D",
    "sex": "F",
    "document_number": "L01X00T47",
    "document_type": "AR",
    "issuing_state": "D",
    "date_of_expiry": "2031-10-31",
}


def colleagues() -> list[dict[str, Any]]:
    """As `GET /api/colleagues` gives them: one with the same skills, one who signs and speaks Ukrainian."""
    office = {"office": "Bürgeramt Elbtal", "regions": ["elbtal"], "services": [SERVICE]}
    omar = {
        "clerk": COLLEAGUE,
        "roles": ["clerk"],
        "display_name": "Omar Haddad",
        "languages": ["de", "en"],
        "needs": [],
    }
    olena = {
        "clerk": "3d4e5f",
        "roles": ["clerk", "supervisor"],
        "display_name": "Olena Koval",
        "languages": ["de", "uk"],
        "needs": ["sign-language"],
    }
    return [{**office, **omar}, {**office, **olena}]


EID = {
    "holder": {
        "family_name": "Groß-Öztürk",
        "given_names": "Jürgen Ömer",
        "date_of_birth": "1981-12-29",
        "street_line": "Am Südhang 3 a",
        "street": "Am Südhang",
        "house_number": "3 a",
        "postal_code": "76669",
        "municipality": "Bad Schönborn-Weißenfels",
    },
    "declined": ["BirthName", "PlaceOfBirth"],
    "at": 1_772_442_900.0,
}
"""What the eID-Server said."""


def service() -> dict[str, Any]:
    """The registration certificate as `GET /api/services` gives it."""
    folder = ROOT / "clerk_console/services"
    made: dict[str, Any] = json.loads((folder / "registration_certificate.json").read_text(encoding="utf-8"))
    names = json.loads((folder / "nationalities.json").read_text(encoding="utf-8"))
    made["eid"] = list(made["eid"])
    made["ui"]["options"] = {"nationality": names}
    made["form"]["properties"]["nationality"]["enum"] = sorted(names)
    return made


def case(ticket: str, service: str, booth: str, language: str, *, telephone: bool = False) -> dict[str, Any]:
    return {
        "id": "case-1",
        "number": "2026-K7QX-M2DA",
        "ticket": ticket,
        "service": service,
        "booth": booth,
        "language": language,
        "state": "open",
        "telephone": telephone,
        "created_at": "2026-03-02T09:14:00Z",
        "values": {},
        "identity": None,
        "document": None,
    }


def completed_cases() -> list[dict[str, Any]]:
    made = []
    for number, day in ((1, 2), (2, 3)):
        one = case(f"A01{number}", SERVICE, "booth-elbtal-1", "de")
        one |= {"id": f"case-{number}", "state": "completed", "document": DOCUMENT}
        one["created_at"] = f"2026-03-0{day}T09:14:00Z"
        made.append(one)
    return made


def portrait() -> str:
    """A drawn face as a data URL."""
    image = Image.new("RGB", (300, 390), "#d5dbe0")
    draw = ImageDraw.Draw(image)
    draw.ellipse((40, 290, 260, 520), fill="#4b5d78")
    draw.ellipse((85, 80, 215, 270), fill="#e3b996")
    draw.chord((80, 60, 220, 210), 180, 360, fill="#5d4632")
    stored = io.BytesIO()
    image.save(stored, "PNG")
    return "data:image/png;base64," + base64.b64encode(stored.getvalue()).decode()


CHALLENGE = "AAECAwQFBgc="
AGREEMENT = {"protocol": "0.4.0.127.0.7.2.2.3.2.2", "public_key": "BAA=", "command": "DLCdAA0=", "key_id": None}
DETAILS = {"full_name": "Mustermann, Erika", "place_of_birth": "Zürich, München", "issuing_authority": "Stadt Köln"}


def identity(*, verified: bool) -> dict[str, Any]:
    integrity = (
        {"verdict": "passed", "reason": None} if verified else {"verdict": "failed", "reason": "group_hash_wrong"}
    )
    return {
        "checks": [
            {"check": "document_signature", "verdict": "passed", "reason": None},
            {"check": "certificate_chain", "verdict": "passed", "reason": None},
            {"check": "revocation", "verdict": "absent", "reason": "revocation_list_missing"},
            {"check": "data_integrity", **integrity},
            {"check": "validity", "verdict": "passed", "reason": None},
            {"check": "chip_authenticity", "verdict": "passed", "reason": None},
        ],
        "holder": HOLDER,
        "portrait": portrait(),
        "details": DETAILS if verified else {},
        "proofs": [{"method": "chip_authentication", "verdict": "passed", "reason": None}],
        "signer": "Document Signer, State, DE, serial number 8",
        "deviations": [],
        "verified": verified,
    }


def chip_files(*, damaged: bool = False) -> tuple[list[consultation.ChipFile], list[consultation.Chunk]]:
    """Two files of a chip, the second in several pieces. `damaged`: one byte of it flips on the way."""
    contents = {"011d": b"sod" * 700, "0102": bytes(range(251)) * 120}
    files, chunks = [], []
    for file, data in contents.items():
        transfer = f"chip-{file}"
        digest = hashlib.sha256(data).hexdigest()
        files.append(consultation.ChipFile(file=file, transfer=transfer, size=len(data), sha256=digest))
        on_the_way = bytes([data[0] ^ 1]) + data[1:] if damaged else data
        for offset in range(0, len(data), consultation.CHUNK_BYTES):
            piece = on_the_way[offset : offset + consultation.CHUNK_BYTES]
            encoded = base64.b64encode(piece).decode()
            chunks.append(consultation.Chunk(transfer=transfer, offset=offset, data=encoded))
    return files, chunks


def entry(number: str = TICKET, **change: Any) -> messages.QueueEntry:
    values: dict[str, Any] = {
        "number": number,
        "state": messages.TicketState.WAITING,
        "service": SERVICE,
        "region": "elbtal",
        "site": "Gemeindehaus Elbtal",
        "language": "de",
        "needs": [],
        "waited_s": 42,
        "appointment": False,
    }
    return messages.QueueEntry(**{**values, **change})


def call(generation: int = 1, *, resumed: bool = False) -> messages.Call:
    return messages.Call(
        ticket=TICKET,
        generation=generation,
        booth="booth-elbtal-1",
        clerk_issuer="http://localhost:8471",
        service=SERVICE,
        language="en",
        needs=[],
        resumed=resumed,
    )


def side_call(own: str, *, role: str, leg: int = 2, generation: int = 1) -> messages.Call:
    """The leg between two clerks, as the page is told that is the holder or the guest of the call."""
    return msgspec.structs.replace(
        call(generation), leg=leg, other="clerk", clerk=COLLEAGUE, role=own, guest_role=role, resumed=generation > 1
    )


def guest_call(role: str, generation: int = 1) -> messages.Call:
    """The leg between guest and booth."""
    return msgspec.structs.replace(call(generation), leg=1, clerk="own", role="guest", guest_role=role)


def ticket_view(state: messages.TicketState) -> messages.TicketView:
    return messages.TicketView(
        number=TICKET, state=state, service=SERVICE, language="de", needs=[], waited_s=80, generation=1
    )


def statistics() -> messages.Statistics:
    elbtal = messages.RegionStatistics(
        region="elbtal",
        name="Elbtal",
        waiting=3,
        in_call=2,
        longest_wait_s=125,
        completed_today=14,
        abandoned_today=1,
        clerks_available=6,
    )
    heide = messages.RegionStatistics(
        region="heide", name="Heide", waiting=0, in_call=1, longest_wait_s=0, completed_today=9, abandoned_today=0
    )
    return messages.Statistics(today="2026-03-02", regions=[elbtal, heide])


def figures(**change: Any) -> consultation.CallFigures:
    """What a booth tells of a good call."""
    values: dict[str, Any] = {
        "video_fps": 29.9,
        "video_width": 1280,
        "video_height": 720,
        "video_frames": 300,
        "audio_seconds": 10.0,
        "audio_level": 0.1,
        "set_up_ms": 310,
        "video_freezes": 0,
        "video_frozen_s": 0,
        "bitrate": 1_450_000,
        "loss": 0.0,
        "jitter_ms": 2.4,
        "round_trip_ms": 18,
        "audio_concealed_s": 0,
        "audio_capture_ms": 25,
        "audio_buffer_ms": 42,
        "audio_playout_ms": 20,
        "sync_offset_ms": 12,
    }
    return consultation.CallFigures(**{**values, **change})


def call_quality() -> dict[str, Any]:
    """Two booths on two days, one of them with too few calls."""

    def spread(median: float, tenth: float) -> dict[str, float]:
        return {"median": median, "tenth": tenth}

    reception = {
        "fps": spread(29.6, 24.2),
        "frozen_share": spread(0.001, 0.012),
        "concealed_share": spread(0.0, 0.018),
        "mouth_to_ear_ms": spread(118, 164),
        "loss": spread(0.002, 0.024),
    }
    told = {
        "calls": 14,
        "broken": 1,
        "interrupted": 2,
        "call": {"set_up_ms": spread(420, 910)},
        "to_clerk": reception,
        "to_booth": {**reception, "fps": spread(28.8, 19.1)},
    }
    small = {"booth": "booth-heide-1", "site": "Stadtbibliothek Heide", "quality": None}
    large = {"booth": "booth-elbtal-1", "site": "Gemeindehaus Elbtal", "quality": told}
    days = [{"first": f"2026-03-0{day}", "last": f"2026-03-0{day}"} for day in (2, 1)]
    groups = [{**one, **day} for day in days for one in (large, small)]
    return {"kept_days": 90, "minimum_calls": 5, "minimum_clerks": 3, "groups": groups}
