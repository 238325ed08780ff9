"""A booth's way to its authority: invited with a code, enrolled with its key, registered, revoked; what must not work
does not."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from clerk_console.enrolment import command
from clerk_console.enrolment.codes import FAILURES_ALLOWED, HOURS, NONCE_S, Nonces, matching, new_code
from clerk_console.enrolment.enrolment import Invitation
from clerk_console.enrolment.life import TRANSITIONS, BoothEvent, BoothState, next_state
from clerk_console.enrolment.registrar import LONGEST_WAIT_S, Registrar
from clerk_console.errors import ConsoleError, ErrorId, SetupError
from clerk_console.office import Office, opened
from clerk_console.settings import Settings
from clerk_console.sources import Sources
from signaling.protocol.chain import check
from signaling.protocol.enrolment import (
    ALPHABET,
    CODE_LENGTH,
    EnrolmentRequest,
    ProofError,
    check_proof,
    digest,
    normalised,
    prove,
    read_key,
    spelled,
    spelling,
)
from tests.clerk_console.counter import ISSUER, SDP, Clock, add_staff, browser, sign_in

NEW = {"id": "booth-elbtal-2", "region": "elbtal", "site": "Bücherei"}


class Switchboard:
    """The switchboard's REST as far as the registrar uses it. `refuse`: an error id, or an exception."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {}
        self.asked: list[str] = []
        self.tokens: list[str] = []
        self.refuse: str | Exception | None = None
        self.transport = httpx.MockTransport(self._answer)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(f"{request.method} {request.url.path}")
        self.tokens.append(request.headers["authorization"].removeprefix("Bearer "))
        if isinstance(self.refuse, Exception):
            raise self.refuse
        if self.refuse:
            return httpx.Response(409, json={"error": self.refuse, "text": ""})
        if request.method == "POST":
            new = httpx.Response(200, content=request.content).json()
            self.known[new["id"]] = new["key"]
            return httpx.Response(201, json=new)
        booth = request.url.path.rsplit("/", 1)[1]
        if self.known.pop(booth, None) is None:
            return httpx.Response(404, json={"error": "booth_unknown", "text": ""})
        return httpx.Response(204)


@pytest.fixture
def switchboard() -> Switchboard:
    return Switchboard()


@pytest.fixture
async def office(
    settings: Settings, clock: Clock, hasher: PasswordHasher, switchboard: Switchboard
) -> AsyncIterator[Office]:
    async with opened(settings, Sources(now=clock), hasher, switchboard.transport) as made:
        yield made


@pytest.fixture
def registrar(office: Office) -> Registrar:
    """The office's own. It looks by itself; to ask it once more is to wait until it has."""
    return office.registrar


@pytest.fixture
async def operator(office: Office) -> AsyncIterator[httpx.AsyncClient]:
    await add_staff(office, "otto", display_name="Otto Krause", roles=["operator"], services=[])
    async with browser(office) as client:
        assert (await sign_in(client, "otto")).status_code == 200
        yield client


async def invited(operator: httpx.AsyncClient, **fields: Any) -> str:
    answer = await operator.post("/api/booths", json=NEW | fields)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["code"])


async def request_for(
    stranger: httpx.AsyncClient, code: str, key: Ed25519PrivateKey, *, console: str = ISSUER, now: float = 0
) -> dict[str, str]:
    nonce = (await stranger.post("/api/enrolment/challenge")).json()["nonce"]
    clean = normalised(code)
    proof = prove(key, code=clean, nonce=nonce, console=console, now=now)
    return {"code": code, "nonce": nonce, "key": spelling(key.public_key()), "proof": proof}


async def error_of(answer: httpx.Response) -> str:
    assert answer.is_error, answer.text
    return str(answer.json()["error"])


async def states(operator: httpx.AsyncClient) -> list[tuple[str, str, str | None]]:
    return [(one["id"], one["state"], one["trouble"]) for one in (await operator.get("/api/booths")).json()]


async def test_the_whole_life_of_a_booth(
    office: Office,
    operator: httpx.AsyncClient,
    stranger: httpx.AsyncClient,
    switchboard: Switchboard,
    registrar: Registrar,
) -> None:
    key = Ed25519PrivateKey.generate()
    code = await invited(operator)
    assert await states(operator) == [("booth-elbtal-2", "invited", None)]
    answer = await stranger.post("/api/enrolment", json=await request_for(stranger, code.lower(), key))
    assert answer.json() == {
        "booth": "booth-elbtal-2",
        "site": "Bücherei",
        "services": ["registration-certificate"],
        "switchboard": "ws://switchboard.test:8470/ws",
        "console": ISSUER,
    }
    await registrar.look()
    assert switchboard.known == {"booth-elbtal-2": spelling(key.public_key())}
    assert await states(operator) == [("booth-elbtal-2", "registered", None)]
    trusted = office.booths.get("booth-elbtal-2")["booth-elbtal-2"]
    assert trusted.public_bytes_raw() == key.public_key().public_bytes_raw()
    assert office.booths.sites()["booth-elbtal-2"] == "Bücherei"

    assert (await operator.delete("/api/booths/booth-elbtal-2")).json()["state"] == "revoking"
    await registrar.look()
    assert switchboard.known == {} and office.booths.get("booth-elbtal-2") == {}
    assert await states(operator) == [("booth-elbtal-2", "revoked", None)]
    again = await invited(operator)
    assert again != code
    acts = [(entry["act"], entry["subject"], entry["result"]) for entry in (await operator.get("/api/audit")).json()]
    names = ["invited", "enrolled", "registered", "revoked", "unregistered", "invited"]
    assert acts[-6:] == [(f"booth_{name}", "booth-elbtal-2", "done") for name in names]
    last = len(acts)

    async def numbers(query: str) -> list[int]:
        return [entry["number"] for entry in (await operator.get(f"/api/audit?{query}")).json()]

    assert await numbers("act=booth_invited&subject=booth-elbtal-2") == [last - 5, last]
    assert await numbers(f"before={last}&limit=2") == [last - 2, last - 1]
    assert await numbers("actor=nobody") == []
    assert (await operator.get("/api/audit?before=0")).status_code == 400
    check(await office.audit.entries())
    assert "otto" not in str(acts) and "Krause" not in str(acts)


async def test_a_code_is_good_once(operator: httpx.AsyncClient, stranger: httpx.AsyncClient) -> None:
    code = await invited(operator)
    requests = [await request_for(stranger, code, Ed25519PrivateKey.generate()) for _ in range(4)]
    answers = await asyncio.gather(*(stranger.post("/api/enrolment", json=request) for request in requests))
    assert sorted(answer.status_code for answer in answers) == [201, 403, 403, 403]
    assert (await operator.post("/api/booths", json=NEW)).json()["error"] == ErrorId.BOOTH_STATE_WRONG


async def test_a_code_expires_and_a_newer_one_replaces_it(
    operator: httpx.AsyncClient, stranger: httpx.AsyncClient, clock: Clock
) -> None:
    key = Ed25519PrivateKey.generate()
    first, second = await invited(operator), await invited(operator)
    assert await error_of(await stranger.post("/api/enrolment", json=await request_for(stranger, first, key))) == (
        ErrorId.ENROLMENT_REFUSED
    )
    clock.time += HOURS * 3600
    assert await error_of(await stranger.post("/api/enrolment", json=await request_for(stranger, second, key))) == (
        ErrorId.ENROLMENT_REFUSED
    )


async def test_a_code_of_a_revoked_invitation_is_worth_nothing(
    operator: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    code = await invited(operator)
    assert (await operator.delete("/api/booths/booth-elbtal-2")).json()["state"] == "revoked"
    wanted = await request_for(stranger, code, Ed25519PrivateKey.generate())
    assert await error_of(await stranger.post("/api/enrolment", json=wanted)) == ErrorId.ENROLMENT_REFUSED


async def test_without_the_key_the_code_is_not_enough(
    operator: httpx.AsyncClient, stranger: httpx.AsyncClient, clock: Clock
) -> None:
    """A key of somebody else, another console's proof, an old nonce; and a code tried so five times is spent."""
    key, other = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    code = await invited(operator)
    good = await request_for(stranger, code, key)
    stolen = good | {"key": spelling(other.public_key())}
    elsewhere = await request_for(stranger, code, key, console="http://elsewhere.test")
    unsigned = good | {"proof": "e30.e30."}
    made_up = good | {"nonce": good["nonce"][:-2] + "xx"}
    for wanted in (stolen, elsewhere, unsigned, made_up):
        assert await error_of(await stranger.post("/api/enrolment", json=wanted)) == ErrorId.PROOF_REFUSED
    clock.time += NONCE_S + 1
    assert await error_of(await stranger.post("/api/enrolment", json=good)) == ErrorId.PROOF_REFUSED
    failed = 3  # The last two did not reach the code.
    clock.time += 3601
    for _ in range(FAILURES_ALLOWED - failed):
        wrong = await request_for(stranger, code, key, console="http://elsewhere.test")
        assert await error_of(await stranger.post("/api/enrolment", json=wrong)) == ErrorId.PROOF_REFUSED
    right = await request_for(stranger, code, key)
    assert await error_of(await stranger.post("/api/enrolment", json=right)) == ErrorId.ENROLMENT_REFUSED


async def test_guessing_takes_longer_and_longer(operator: httpx.AsyncClient, stranger: httpx.AsyncClient) -> None:
    code = await invited(operator)
    wrong = await request_for(stranger, "A" * CODE_LENGTH, Ed25519PrivateKey.generate())
    found = [await error_of(await stranger.post("/api/enrolment", json=wrong)) for _ in range(7)]
    assert found == [ErrorId.ENROLMENT_REFUSED] * 5 + [ErrorId.TOO_MANY_ATTEMPTS] * 2
    right = await request_for(stranger, code, Ed25519PrivateKey.generate())
    assert await error_of(await stranger.post("/api/enrolment", json=right)) == ErrorId.TOO_MANY_ATTEMPTS


async def test_who_may(office: Office, clerk: httpx.AsyncClient, operator: httpx.AsyncClient) -> None:
    """Clerks do not administer; operators see no case; and each only the own regions."""
    for method, path in (("GET", "/api/booths"), ("POST", "/api/booths"), ("GET", "/api/audit")):
        assert await error_of(await clerk.request(method, path, json=NEW)) == ErrorId.NOT_PERMITTED
    for path in ("/api/cases", "/api/services", "/api/call-quality", "/api/colleagues"):
        assert await error_of(await operator.get(path)) == ErrorId.NOT_PERMITTED
    described = {"ticket": "E017", "generation": 1, "kind": "offer", "sdp": SDP}
    for path, more in (("seal", {}), ("check", {"seal": "x", "booth": "booth-elbtal-1"})):
        assert await error_of(await operator.post(f"/api/calls/{path}", json=described | more)) == (
            ErrorId.NOT_PERMITTED
        )
    foreign = await operator.post("/api/booths", json=NEW | {"region": "heide"})
    assert await error_of(foreign) == ErrorId.NOT_PERMITTED
    unknown = await operator.post("/api/booths", json=NEW | {"services": ["dog-tax"]})
    assert await error_of(unknown) == ErrorId.SERVICE_UNKNOWN
    elsewhere = Invitation(id="booth-heide-1", region="heide", site="Hall", services=[])
    await office.enrolment.invite(elsewhere, "host")
    assert await states(operator) == []
    assert await error_of(await operator.delete("/api/booths/booth-heide-1")) == ErrorId.BOOTH_UNKNOWN
    assert await error_of(await operator.delete("/api/booths/nobody")) == ErrorId.BOOTH_UNKNOWN


async def test_the_switchboard_is_told_until_it_answers(
    operator: httpx.AsyncClient,
    stranger: httpx.AsyncClient,
    switchboard: Switchboard,
    registrar: Registrar,
    clock: Clock,
) -> None:
    code = await invited(operator)
    switchboard.refuse = httpx.ConnectError("down")
    await stranger.post("/api/enrolment", json=await request_for(stranger, code, Ed25519PrivateKey.generate()))
    for _ in range(3):
        await registrar.look()
    assert len(switchboard.asked) == 1
    assert await states(operator) == [("booth-elbtal-2", "enrolled", "switchboard_unreachable")]
    switchboard.refuse = "booth_unfit"
    clock.time += LONGEST_WAIT_S
    await registrar.look()
    assert await states(operator) == [("booth-elbtal-2", "enrolled", "booth_unfit")]
    switchboard.refuse = None
    clock.time += LONGEST_WAIT_S
    await registrar.look()
    assert await states(operator) == [("booth-elbtal-2", "registered", None)]
    results = [entry["result"] for entry in (await operator.get("/api/audit")).json()]
    assert results[-3:] == ["switchboard_unreachable", "booth_unfit", "done"]


async def test_revoking_what_the_switchboard_never_heard_of(
    operator: httpx.AsyncClient,
    stranger: httpx.AsyncClient,
    switchboard: Switchboard,
    registrar: Registrar,
    clock: Clock,
) -> None:
    code = await invited(operator)
    switchboard.refuse = httpx.ConnectError("down")
    await stranger.post("/api/enrolment", json=await request_for(stranger, code, Ed25519PrivateKey.generate()))
    await registrar.look()
    await operator.delete("/api/booths/booth-elbtal-2")
    switchboard.refuse = None
    clock.time += LONGEST_WAIT_S
    await registrar.look()
    assert switchboard.asked[-1] == "DELETE /api/booths/booth-elbtal-2"
    assert await states(operator) == [("booth-elbtal-2", "revoked", None)]


async def test_the_command_line(office: Office, registrar: Registrar) -> None:
    """Another process on the same data; the running console notices."""
    data = str(office.settings.data)

    async def run(*words: str) -> str:
        return await command.run(command.parser().parse_args([*words, "--data", data]), office.sources)

    said = await run("enrol", "booth-elbtal-3", "--region", "elbtal", "--site", "Rathaus")
    code = said.splitlines()[0].rsplit(" ", 1)[1]
    async with browser(office) as booth:
        key = Ed25519PrivateKey.generate()
        assert (await booth.post("/api/enrolment", json=await request_for(booth, code, key))).status_code == 201
    await registrar.look()
    assert office.booths.get("booth-elbtal-3")
    assert "revoking" in await run("revoke", "booth-elbtal-3")
    await registrar.look()
    assert await run("list") == "booth-elbtal-3\telbtal\tRathaus\trevoked\t"
    assert office.booths.get("booth-elbtal-3") == {}
    with pytest.raises(SetupError, match="no such booth"):
        await run("revoke", "booth-elbtal-9")
    with pytest.raises(SetupError, match="identifier"):
        await run("enrol", "Booth 9", "--region", "elbtal", "--site", "Rathaus")


async def test_nothing_of_a_code_is_kept(office: Office, operator: httpx.AsyncClient) -> None:
    code = normalised(await invited(operator))
    kept = b"".join(path.read_bytes() for path in office.settings.data.glob("console.sqlite*"))
    assert digest(code).encode() in kept
    for text in (code, spelled(code), code.lower()):
        assert text.encode() not in kept


@pytest.mark.parametrize("state", BoothState)
@pytest.mark.parametrize("event", BoothEvent)
def test_every_state_takes_what_the_table_says(state: BoothState, event: BoothEvent) -> None:
    if (state, event) in TRANSITIONS:
        assert next_state(state, event) is TRANSITIONS[state, event]
    else:
        with pytest.raises(ConsoleError, match=f"{event}.*{state}"):
            next_state(state, event)


@given(st.binary(min_size=64, max_size=64))
def test_codes_are_of_the_alphabet_and_found_again_however_typed(chance: bytes) -> None:
    bytes_ = iter(chance * 40)
    code = new_code(lambda n: bytes(next(bytes_) for _ in range(n)) if set(chance) != {255} else bytes(n))
    assert len(code) == CODE_LENGTH and set(code) <= set(ALPHABET)
    for typed in (spelled(code), code.lower(), " ".join(code), f" {spelled(code).lower()} "):
        assert normalised(typed) == code
    others = [("a", digest("A" * CODE_LENGTH + "x")), ("b", digest(code)), ("c", digest("other"))]
    assert matching(code, others) == "b"
    assert matching(code, others[::2]) is None


@pytest.mark.parametrize("text", ["", "ACDE-FHJK", "ACDE-FHJK-LMN", "OOOO-FHJK-LMNP", "ACDE-FHJK-LMNPR"])
def test_what_is_no_code(text: str) -> None:
    with pytest.raises(ValueError, match="12"):
        normalised(text)


def test_nonces_are_this_process_s_own() -> None:

    nonces, others = Nonces(secrets.token_bytes), Nonces(secrets.token_bytes)
    nonce = nonces.make(1000.0)
    assert nonces.good(nonce, 1000.0 + NONCE_S)
    assert not nonces.good(nonce, 1001.0 + NONCE_S)
    assert not others.good(nonce, 1000.0)
    later = nonce.replace(str(1000 + NONCE_S), str(9000 + NONCE_S))
    assert not nonces.good(later, 1000.0)
    for junk in ("", ".", "..", "x.y.z", "a" * 200):
        assert not nonces.good(junk, 1000.0)


def test_keys_have_one_spelling() -> None:
    good = spelling(Ed25519PrivateKey.generate().public_key())
    read_key(good)
    last = good[-1]
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    other = alphabet[alphabet.index(last) ^ 1]
    for wrong in (good[:-1] + other, good + "=", good[:-1], "!" * 43):
        with pytest.raises(ProofError):
            read_key(wrong)


def test_a_proof_is_for_one_code_nonce_and_console() -> None:
    key = Ed25519PrivateKey.generate()
    nonce, code = "n" * 20, "A" * CODE_LENGTH
    proof = prove(key, code=code, nonce=nonce, console=ISSUER, now=1.0)
    request = EnrolmentRequest(code=code, nonce=nonce, key=spelling(key.public_key()), proof=proof)
    check_proof(request, code=code, console=ISSUER)
    for change in ({"code": "C" * CODE_LENGTH}, {"console": "http://other"}):
        with pytest.raises(ProofError, match="another code"):
            check_proof(request, **({"code": code, "console": ISSUER} | change))
