"""Nothing a citizen says is readable in any file of the data folder, in the logs, or after it was to be deleted."""

import base64
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import structlog
from sqlalchemy import select, update

from clerk_console import database
from clerk_console.office import Office
from tests.clerk_console.counter import FORM, confirmed_case, in_base64, open_case

SAID = [
    *("Großmüller", "Öztürk", "Jördis", "1983-08-12", "Görlitz", "Friedens", "Standesamt"),
    *("MUSTERMANN", "Mustermann", "Erika", "1964-08-12", "C01X0006H"),
]


def traces(content: bytes) -> list[str]:
    """What of SAID stands in `content`: as text, as escaped JSON, in base64."""
    forms = {said: [said.encode(), said.encode("utf-16-le"), said.encode("latin-1", "replace")] for said in SAID}
    for said in SAID:
        forms[said].append(said.encode("unicode_escape").replace(rb"\x", rb"\u00"))
        forms[said] += [base64.b64encode(b"\0" * shift + said.encode())[4:-4] for shift in range(3)]
    return [said for said, spellings in forms.items() if any(len(s) > 3 and s in content for s in spellings)]


def everything_on_disk(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in folder.rglob("*"):
        if path.is_file():
            yield path.name, path.read_bytes()


def test_the_search_finds_what_is_there() -> None:
    assert traces("... Jördis ...".encode()) == ["Jördis"]
    assert traces(rb'{"x": "G\u00f6rlitz"}') == ["Görlitz"]
    assert traces(base64.b64encode(b"name: MUSTERMANN<<ERIKA")) == ["MUSTERMANN"]
    assert traces(b"nothing") == []


async def test_neither_disk_nor_logs_tell_who_was_there(
    office: Office, clerk: httpx.AsyncClient, erika: dict[str, bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    with structlog.testing.capture_logs() as logged:
        case = await confirmed_case(clerk)
        await clerk.post(f"/api/cases/{case}/identity", json={"access": "pace_can", "files": in_base64(erika)})
        await clerk.put(f"/api/cases/{case}/form", json=FORM | {"postal_code": "Jördis"})
        await clerk.put(f"/api/cases/{case}/form", json={"Großmüller": "x"})
        assert (await clerk.post(f"/api/cases/{case}/complete")).status_code == 200
        other = await open_case(clerk, "E018")
        # Refused, and answered wrongly: faults must not tell either.
        spoilt = erika | {"0101": erika["0101"][:-9], "010b": b"\x6b\x82\xff\xffMUSTERMANN"}
        proof = {"kind": "chip_authentication", "response": base64.b64encode(b"MUSTERMANN").decode()}
        asked = (await clerk.post(f"/api/cases/{other}/chip-challenges", json={"document": "passport"})).json()
        body = {"access": "pace_can", "files": in_base64(spoilt), "proofs": [proof], **asked}
        assert (await clerk.post(f"/api/cases/{other}/identity", json=body)).status_code == 200
        key = {**asked, "file": base64.b64encode(b"MUSTERMANN<<ERIKA").decode()}
        assert (await clerk.post(f"/api/cases/{other}/chip-key", json=key)).status_code == 200
        await clerk.post(f"/api/cases/{other}/identity", json={"access": "pace_can", "files": in_base64(erika)})
        await clerk.post(f"/api/cases/{other}/abandon", json={"reason": "citizen_left"})
    kept = (await clerk.get(f"/api/cases/{case}")).json()
    assert traces(str(kept).encode()), "The case itself knows them, or this test shows nothing."
    files = dict(everything_on_disk(office.settings.data))
    assert {"console.sqlite", "case.key"} <= set(files) and any(name.endswith(".bin") for name in files)
    assert {name: found for name, content in files.items() if (found := traces(content))} == {}
    printed = capsys.readouterr()
    assert traces(f"{logged} {printed.out} {printed.err}".encode()) == []
    assert {line["event"] for line in logged} >= {
        "case.opened",
        "identity.checked",
        "case.completed",
        "case.abandoned",
    }


async def test_only_the_owner_may_read_the_data_folder(office: Office, clerk: httpx.AsyncClient) -> None:
    case = await confirmed_case(clerk)
    await clerk.post(f"/api/cases/{case}/complete")
    for path in [office.settings.data, *office.settings.data.rglob("*")]:
        assert path.stat().st_mode & 0o077 == 0, path.name


async def test_an_abandoned_case_leaves_not_even_ciphertext(office: Office, clerk: httpx.AsyncClient) -> None:
    case = await confirmed_case(clerk)
    engine = office.casework._store._engine
    query = select(database.cases.c.payload).where(database.cases.c.id == case)
    async with engine.connect() as connection:
        sealed = (await connection.execute(query)).scalar_one()
    assert sealed
    await clerk.post(f"/api/cases/{case}/abandon", json={"reason": "citizen_left"})
    async with engine.connect() as connection:
        assert (await connection.execute(query)).scalar_one() is None
        await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    assert sealed[12:44] not in (office.settings.data / database.FILE).read_bytes()


async def test_a_changed_record_is_refused_with_what_to_do(office: Office, clerk: httpx.AsyncClient) -> None:
    case = await confirmed_case(clerk)
    async with office.casework._store._engine.begin() as connection:
        this = database.cases.c.id == case
        sealed = (await connection.execute(select(database.cases.c.payload).where(this))).scalar_one()
        changed = bytes([*sealed[:20], sealed[20] ^ 1, *sealed[21:]])
        await connection.execute(update(database.cases).where(this).values(payload=changed))
    response = await clerk.get(f"/api/cases/{case}")
    assert (response.status_code, response.json()["error"]) == (500, "record_damaged")
    assert "case.key" in response.json()["text"]


async def test_a_record_put_in_anothers_place_is_refused(office: Office, clerk: httpx.AsyncClient) -> None:
    mine, other = await confirmed_case(clerk), await open_case(clerk, "E018")
    async with office.casework._store._engine.begin() as connection:
        payload = select(database.cases.c.payload).where(database.cases.c.id == mine).scalar_subquery()
        await connection.execute(update(database.cases).where(database.cases.c.id == other).values(payload=payload))
    assert (await clerk.get(f"/api/cases/{other}")).json()["error"] == "record_damaged"


async def test_a_changed_or_missing_document_is_refused(office: Office, clerk: httpx.AsyncClient) -> None:
    case = await confirmed_case(clerk)
    await clerk.post(f"/api/cases/{case}/complete")
    (file,) = (office.settings.data / "documents").glob("*.bin")
    sealed = file.read_bytes()
    file.write_bytes(sealed[:-1] + bytes([sealed[-1] ^ 1]))
    assert (await clerk.get(f"/api/cases/{case}/document")).json()["error"] == "record_damaged"
    file.unlink()
    assert (await clerk.get(f"/api/cases/{case}/document")).json()["error"] == "document_unknown"


async def test_files_left_by_a_crash_are_deleted_at_the_next_start(office: Office, clerk: httpx.AsyncClient) -> None:
    case = await confirmed_case(clerk)
    await clerk.post(f"/api/cases/{case}/complete")
    folder = office.settings.data / "documents"
    for name in ("half.part", "orphan.bin"):
        (folder / name).write_bytes(b"left behind")
    await office.retention.clear_strays()
    assert len(list(folder.iterdir())) == 1
    assert (await clerk.get(f"/api/cases/{case}/document")).status_code == 200
