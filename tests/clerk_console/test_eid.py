"""The eID function at the console: TR-03130 with a double, sessions of cases, and what reaches the case."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as bounds
from hypothesis import strategies as st
from pypdf import PdfReader

from booth.eid.testing.persons import PERSONS
from clerk_console.eid import personal_data
from clerk_console.eid.attributes import Attribute
from clerk_console.eid.errors import AnswerMalformed, EidServerError, NoResultYet, NotSent, Refused, Unreachable
from clerk_console.eid.identification import Identifications
from clerk_console.eid.server import OpenedSession, Outcome
from clerk_console.eid.settings import EidSettings, load
from clerk_console.eid.soap import EID, parse
from clerk_console.eid.testing.pki import GROUPS
from clerk_console.eid.testing.server import Double, security
from clerk_console.eid.testing.session import State
from clerk_console.eid.tr03130 import SoapEidServer
from clerk_console.errors import SetupError
from clerk_console.office import Office, opened
from clerk_console.settings import Settings
from clerk_console.sources import Sources
from tests.clerk_console.counter import add_staff, browser, sign_in

ADDRESS = "https://localhost:8473"
SERVICE = "registration-certificate"
FINE = (
    "<dss:Result><dss:ResultMajor>http://www.bsi.bund.de/ecard/api/1.1/resultmajor#ok</dss:ResultMajor></dss:Result>"
)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("double")


@pytest.fixture
def double(folder: Path) -> Double:
    return Double(folder, ADDRESS, None)


@pytest.fixture
async def server(double: Double) -> AsyncIterator[SoapEidServer]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(double.for_authorities())) as client:
        yield SoapEidServer(client, f"{ADDRESS}/eid-server")


def identify(double: Double, person: str, *declined: Attribute) -> None:
    """As if somebody had identified in the one session that is open."""
    (session,) = double.sessions.values()
    groups = PERSONS[person].groups()
    wanted = (session.required | session.optional) - set(declined)
    session.read = {attribute: groups[GROUPS[attribute]] for attribute in wanted}
    session.state = State.READ


def answering(body: str | bytes, status: int = 200) -> SoapEidServer:
    content = body if isinstance(body, bytes) else body.encode()
    transport = httpx.MockTransport(lambda _: httpx.Response(status, content=content))
    return SoapEidServer(httpx.AsyncClient(transport=transport), ADDRESS)


def envelope(response: str) -> str:
    return (
        f'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:eid="{EID}"'
        f' xmlns:dss="urn:oasis:names:tc:dss:1.0:core:schema"><s:Body>{response}</s:Body></s:Envelope>'
    )


async def test_a_result_is_there_once_and_then_gone(double: Double, server: SoapEidServer) -> None:
    session = await server.open({Attribute.FAMILY_NAMES: "required", Attribute.BIRTH_NAME: "optional"})
    with pytest.raises(NoResultYet):
        await server.result(session.number, 1)
    identify(double, "juergen", Attribute.BIRTH_NAME)
    outcome = await server.result(session.number, 2)
    assert (dict(outcome.holder), outcome.declined) == ({"family_name": "Groß-Öztürk"}, (Attribute.BIRTH_NAME,))
    assert "Groß" not in repr(outcome)
    with pytest.raises(Refused, match="invalidSession"):
        await server.result(session.number, 3)


async def test_a_counter_is_not_used_twice(double: Double, server: SoapEidServer) -> None:
    session = await server.open({Attribute.FAMILY_NAMES: "required"})
    with pytest.raises(Refused, match="invalidCounter"):
        await server.result(session.number, 2)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ("", AnswerMalformed),
        ("<a/>", AnswerMalformed),
        ('<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', AnswerMalformed),
        ('<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a><a/>'.encode("utf-16"), AnswerMalformed),
        ('<!DOCTYPE a SYSTEM "http://localhost:1/a.dtd"><a/>', AnswerMalformed),
        ("x" * 300_000, AnswerMalformed),
        (envelope("<eid:useIDResponse/>"), Refused),
        (envelope(f"<eid:useIDResponse>{FINE}</eid:useIDResponse>"), AnswerMalformed),
    ],
)
async def test_answers_that_are_none(answer: str | bytes, error: type[EidServerError]) -> None:
    with pytest.raises(error):
        await answering(answer).open({Attribute.FAMILY_NAMES: "required"})


async def test_a_server_that_is_not_there() -> None:
    with pytest.raises(Unreachable, match="status 404"):
        await answering("", 404).open({})

    def refuse(_request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no")

    client = httpx.AsyncClient(transport=httpx.MockTransport(refuse))
    with pytest.raises(NotSent, match="ConnectError"):
        await SoapEidServer(client, ADDRESS).result("1", 1)


@bounds(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=80))
async def test_only_typed_errors_come_of_any_answer(text: str) -> None:
    body = text.replace("<", "&lt;").replace("&", "&amp;")
    for answer in (text, envelope(f"<eid:getResultResponse>{body}</eid:getResultResponse>")):
        with pytest.raises(EidServerError):
            await answering(answer).result("1", 1)


@pytest.mark.parametrize(
    ("data", "holder"),
    [
        ("<e:DateOfBirth><e:DateString>1964    </e:DateString></e:DateOfBirth>", {"date_of_birth": "1964"}),
        ("<e:DateOfBirth><e:DateString>        </e:DateString></e:DateOfBirth>", {}),
        ("<e:DateOfExpiry>2035-10-31+01:00</e:DateOfExpiry>", {"date_of_expiry": "2035-10-31"}),
        ("<e:PlaceOfBirth><e:FreetextPlace>Iğdır</e:FreetextPlace></e:PlaceOfBirth>", {"place_of_birth": "Iğdır"}),
        (
            "<e:PlaceOfResidence><e:NoPlaceInfo>keine Wohnung in Deutschland</e:NoPlaceInfo></e:PlaceOfResidence>",
            {"residence": "keine Wohnung in Deutschland"},
        ),
        (
            "<e:PlaceOfResidence><e:StructuredPlace><e:Street>Straße des 17. Juni 135 a</e:Street>"
            "<e:City>Berlin</e:City><e:ZipCode>10623</e:ZipCode></e:StructuredPlace></e:PlaceOfResidence>",
            {
                "street_line": "Straße des 17. Juni 135 a",
                "street": "Straße des 17. Juni",
                "house_number": "135 a",
                "municipality": "Berlin",
                "postal_code": "10623",
            },
        ),
        ("<e:Unknown>x</e:Unknown>", {}),
    ],
)
def test_personal_data(data: str, holder: dict[str, str]) -> None:
    element = parse(f'<e:PersonalData xmlns:e="{EID}">{data}</e:PersonalData>'.encode())
    assert personal_data.holder(element) == holder


def test_settings(tmp_path: Path) -> None:
    file = tmp_path / "eid.toml"
    file.write_text('address = "https://eid.example/soap"\ntoken = "https://eid.example/token?s={session}"\n')
    assert load(file, "http://localhost:1").token.endswith("{session}")
    for said, told in (
        ("", "does not say the address"),
        ('address = "http://eid.example/soap"', "has to be an address with https"),
        ('address = "https://eid.example/soap"', "public"),
        ('address = "https://eid.example/soap"\ntoken = "https://eid.example/token"', "no {session}"),
        ('adress = "https://eid.example/soap"', "nobody knows: adress"),
        ('address = "https://e.example"\npublic = "https://c.example"\nkey = "k.pem"', "certificate and key"),
        ("address = 1", "has to be text"),
        ("address", "not TOML"),
    ):
        file.write_text(said)
        with pytest.raises(SetupError, match=told):
            load(file, "http://localhost:1")


class OneSession:
    """An eID-Server that gives a key, as TR-03130 has it."""

    async def open(self, _wishes: object) -> OpenedSession:
        return OpenedSession("number", "https://eid.example/paos", "psk-id", "00ff")

    async def result(self, _number: str, _counter: int) -> Outcome:
        return Outcome({})


async def test_the_consoles_own_token_is_for_one_session_and_for_minutes(tmp_path: Path) -> None:
    file, now, names = tmp_path / "eid.toml", [0.0], iter(("n-1", "n-2"))
    file.write_text('address = "https://eid.example/soap"\npublic = "https://console.example/"\n')
    found = Identifications(OneSession(), load(file, "http://x"), lambda: now[0], lambda: next(names))
    assert await found.open("case", {}) == "https://console.example/eid/token/n-1"
    token = found.token("n-1") or ""
    for part in ("<PSK>00ff</PSK>", "<SessionIdentifier>psk-id<", "<ServerAddress>https://eid.example/paos<"):
        assert part in token
    assert "number" not in token, "the session's own number stays here"
    await found.open("case", {})
    assert found.token("n-1") is None
    now[0] = 1000.0
    assert found.token("n-2") is None


class Passing:
    """An eID-Server that keeps a session's numbers strictly, on a line that fails in the ways it is told."""

    def __init__(self, *ways: type[EidServerError] | None) -> None:
        self._ways = list(ways)
        self.expected = 1

    async def open(self, _wishes: object) -> OpenedSession:
        return OpenedSession("number")

    async def result(self, _number: str, counter: int) -> Outcome:
        way = self._ways.pop(0)
        if way is NotSent:
            raise NotSent("no line")
        if counter != self.expected:
            raise Refused("getResult#invalidCounter")
        self.expected += 1
        if way is not None:
            raise way("on the way back")
        return Outcome({"family_name": "Groß"})


async def test_a_line_that_fails_for_a_moment_costs_no_identification(tmp_path: Path) -> None:
    file = tmp_path / "eid.toml"
    file.write_text('address = "https://eid.example/soap"\ntoken = "https://eid.example/{session}"\n')
    ways = (NotSent, NoResultYet, NotSent, NotSent, Unreachable, NoResultYet, None)
    found = Identifications(Passing(*ways), load(file, "http://x"), lambda: 0.0, lambda: "name")
    await found.open("case", {})
    for way in ways[:-1]:
        assert way is not None
        with pytest.raises(way):
            await found.result("case")
    assert (await found.result("case")).holder == {"family_name": "Groß"}
    with pytest.raises(NoResultYet, match="No session"):
        await found.result("case")


async def test_what_is_refused_is_over(tmp_path: Path) -> None:
    file = tmp_path / "eid.toml"
    file.write_text('address = "https://eid.example/soap"\ntoken = "https://eid.example/{session}"\n')
    found = Identifications(Passing(AnswerMalformed, None), load(file, "http://x"), lambda: 0.0, lambda: "name")
    await found.open("case", {})
    with pytest.raises(AnswerMalformed):
        await found.result("case")
    with pytest.raises(NoResultYet, match="No session"):
        await found.result("case")


async def printed(clerk: httpx.AsyncClient, case: str, values: dict[str, str]) -> str:
    """The text of the finished document."""
    path = f"/api/cases/{case}"
    assert (await clerk.put(f"{path}/form", json=values)).status_code == 200
    assert (await clerk.post(f"{path}/confirmation", json={"answer": "confirmed"})).status_code == 200
    assert (await clerk.post(f"{path}/complete", json={})).status_code == 200
    pdf = (await clerk.get(f"{path}/document")).content
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages)


@pytest.fixture
async def office_with_eid(
    settings: Settings, double: Double, clock: Callable[[], float], tmp_path: Path
) -> AsyncIterator[Office]:
    async with (
        httpx.AsyncClient(transport=httpx.ASGITransport(double.for_authorities())) as client,
        opened(settings, Sources(now=clock)) as office,
    ):
        file = tmp_path / "eid.toml"
        file.write_text(f'address = "{ADDRESS}/eid-server"\ntoken = "{ADDRESS}/tctoken?session={{session}}"\n')
        eid: EidSettings = load(file, settings.issuer)
        server = SoapEidServer(client, eid.address)
        yield replace(office, eid=Identifications(server, eid, clock, office.sources.new_id))


async def test_attributes_reach_the_case(office_with_eid: Office, double: Double) -> None:
    await add_staff(office_with_eid, "sabine")
    async with browser(office_with_eid) as clerk:
        await sign_in(clerk, "sabine")
        (service,) = (await clerk.get("/api/services")).json()
        assert set(service["eid"]) >= {"FamilyNames", "PlaceOfResidence"}
        opening = {"ticket": "AB123", "service": SERVICE, "booth": "booth-1", "language": "de"}
        case = (await clerk.post("/api/cases", json=opening)).json()
        path = f"/api/cases/{case['id']}/eid"
        asked = await clerk.post(path, json={})
        assert asked.json()["tc_token_url"].startswith(f"{ADDRESS}/tctoken?session=")
        early = await clerk.post(f"{path}/result", json={})
        assert (early.status_code, early.json()["error"]) == (409, "eid_no_result")
        identify(double, "juergen", Attribute.PLACE_OF_BIRTH)
        record = (await clerk.post(f"{path}/result", json={})).json()
        assert record["declined"] == ["PlaceOfBirth"]
        kept = (await clerk.get(f"/api/cases/{case['id']}")).json()
        assert kept["eid"] == record
        values = kept["values"]
        assert (values["family_name"], values["street"], values["house_number"]) == (
            "Groß-Öztürk",
            "Am Südhang",
            "3 a",
        )
        assert "place_of_birth" not in values
        paper = await printed(clerk, case["id"], values)
        assert "§ 18 PAuswG" in paper
        assert "nicht anhand eines Chips" not in paper


async def test_an_eid_server_that_is_not_believed_is_the_operators_affair(
    office_with_eid: Office, folder: Path, clock: Callable[[], float]
) -> None:
    """It wants signatures, and this console makes none."""
    signing = Double(folder, ADDRESS, security(folder))
    await add_staff(office_with_eid, "sabine")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(signing.for_authorities())) as client:
        server = SoapEidServer(client, f"{ADDRESS}/eid-server")
        assert office_with_eid.eid is not None
        eid = Identifications(server, office_with_eid.eid._settings, clock, office_with_eid.sources.new_id)
        async with browser(replace(office_with_eid, eid=eid)) as clerk:
            await sign_in(clerk, "sabine")
            opening = {"ticket": "AB123", "service": SERVICE, "booth": "booth-1", "language": "de"}
            case = (await clerk.post("/api/cases", json=opening)).json()
            refused = await clerk.post(f"/api/cases/{case['id']}/eid", json={})
    assert (refused.status_code, refused.json()["error"]) == (502, "eid_distrusted")


async def test_what_another_card_has_filled_goes(office_with_eid: Office, double: Double) -> None:
    await add_staff(office_with_eid, "sabine")
    async with browser(office_with_eid) as clerk:
        await sign_in(clerk, "sabine")
        opening = {"ticket": "AB123", "service": SERVICE, "booth": "booth-1", "language": "de"}
        case = (await clerk.post("/api/cases", json=opening)).json()
        path = f"/api/cases/{case['id']}/eid"
        await clerk.post(path, json={})
        identify(double, "juergen")
        await clerk.post(f"{path}/result", json={})
        # Somebody else's card: what the first has filled goes.
        await clerk.post(path, json={})
        identify(double, "erika")
        await clerk.post(f"{path}/result", json={})
        values = (await clerk.get(f"/api/cases/{case['id']}")).json()["values"]
        assert (values["family_name"], values["municipality"]) == ("Mustermann", "Köln")
        await clerk.post(path, json={})
        assert (await clerk.delete(path)).status_code == 204
        assert (await clerk.post(f"{path}/result", json={})).json()["error"] == "eid_no_result"
        await clerk.post(f"/api/cases/{case['id']}/abandon", json={"reason": "test"})
        assert (await clerk.get(f"/api/cases/{case['id']}")).json()["eid"] is None
    data = office_with_eid.settings.data
    stored = b"".join(file.read_bytes() for file in data.rglob("*") if file.is_file())
    assert "Groß-Öztürk".encode() not in stored
    assert b"Mustermann" not in stored


async def test_without_an_eid_server_nobody_is_asked(clerk: httpx.AsyncClient, stranger: httpx.AsyncClient) -> None:
    (service,) = (await clerk.get("/api/services")).json()
    assert service["eid"] == []
    opening = {"ticket": "AB123", "service": SERVICE, "booth": "booth-1", "language": "de"}
    case = (await clerk.post("/api/cases", json=opening)).json()
    refused = await clerk.post(f"/api/cases/{case['id']}/eid", json={})
    assert (refused.status_code, refused.json()["error"]) == (409, "eid_unavailable")
    assert (await stranger.get("/eid/token/abc")).status_code == 404
    assert (await stranger.get("/eid/done/abc")).status_code == 200
    assert (await stranger.post(f"/api/cases/{case['id']}/eid", json={})).status_code in (401, 403)
