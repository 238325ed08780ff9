import httpx
import pytest

from clerk_console.office import Office
from signaling.protocol.pseudonym import pseudonym
from signaling.protocol.seal import check_seal, seal_description
from tests.clerk_console.counter import BOOTH, ISSUER, SDP, Booth, Clock

CALL = {"ticket": "E017", "generation": 1, "kind": "offer"}


def booth_seal(booth: Booth, clock: Clock, sdp: str = SDP, name: str = BOOTH) -> str:
    return seal_description(sdp, **CALL, issuer=name, kid=name, key=booth.key, now=clock())


async def check(clerk: httpx.AsyncClient, seal: str, /, **changes: object) -> httpx.Response:
    return await clerk.post("/api/calls/check", json={**CALL, "sdp": SDP, "seal": seal, "booth": BOOTH} | changes)


async def test_the_clerks_seal_is_good_with_the_published_key(
    clerk: httpx.AsyncClient, office: Office, clock: Clock
) -> None:
    seal = (await clerk.post("/api/calls/seal", json={**CALL, "sdp": SDP})).json()["seal"]
    kid = (await clerk.get("/.well-known/jwks.json")).json()["keys"][0]["kid"]
    check_seal(seal, SDP, **CALL, issuer=ISSUER, keys={kid: office.tokens.key.public_key()}, now=clock())


async def colleague_name(client: httpx.AsyncClient) -> str:
    return pseudonym(ISSUER, (await client.get("/api/session")).json()["staff"]["id"])


async def test_a_colleagues_description_is_taken_as_that_colleagues_alone(
    clerk: httpx.AsyncClient, colleague: httpx.AsyncClient
) -> None:
    side = CALL | {"leg": 2}
    seal = (await colleague.post("/api/calls/seal", json={**side, "sdp": SDP})).json()["seal"]
    name = await colleague_name(colleague)

    async def checked(**changes: object) -> tuple[int, str]:
        asked = {**side, "sdp": SDP, "seal": seal, "clerk": name} | changes
        response = await clerk.post("/api/calls/check", json=asked)
        return response.status_code, response.json()["reason"] if response.status_code == 409 else ""

    assert await checked() == (204, "")
    assert await checked(clerk=await colleague_name(clerk)) == (409, "foreign")
    assert await checked(clerk=None, booth=BOOTH) == (409, "foreign")
    assert await checked(leg=1) == (409, "mismatch")
    assert await checked(sdp=SDP.replace("AB:CD", "00:11")) == (409, "mismatch")


async def test_a_booth_is_no_colleague(clerk: httpx.AsyncClient, booth: Booth, clock: Clock) -> None:
    asked = {**CALL, "sdp": SDP, "seal": booth_seal(booth, clock), "clerk": BOOTH}
    assert (await clerk.post("/api/calls/check", json=asked)).json()["reason"] == "foreign"


@pytest.mark.parametrize("ends", [{}, {"booth": BOOTH, "clerk": "abc"}])
async def test_a_description_is_of_one_end(clerk: httpx.AsyncClient, ends: dict[str, str]) -> None:
    response = await clerk.post("/api/calls/check", json={**CALL, "sdp": SDP, "seal": "x", **ends})
    assert (response.status_code, response.json()["error"]) == (400, "malformed_request")


async def test_a_description_without_a_fingerprint_is_not_sealed(clerk: httpx.AsyncClient) -> None:
    response = await clerk.post("/api/calls/seal", json={**CALL, "sdp": "v=0\r\n"})
    assert (response.status_code, response.json()["error"]) == (422, "description_unsealable")


async def test_the_booths_own_description_is_taken(clerk: httpx.AsyncClient, booth: Booth, clock: Clock) -> None:
    assert (await check(clerk, booth_seal(booth, clock))).status_code == 204


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"sdp": SDP.replace("AB:CD", "00:11")}, "mismatch"),
        ({"ticket": "E018"}, "mismatch"),
        ({"generation": 2}, "mismatch"),
        ({"kind": "answer"}, "mismatch"),
        ({"booth": "booth-elbtal-2"}, "foreign"),
        ({"seal": ""}, "missing"),
        ({"seal": "no.token.atall"}, "invalid"),
    ],
)
async def test_anything_else_is_refused_with_its_reason(
    clerk: httpx.AsyncClient, booth: Booth, clock: Clock, changes: dict[str, object], reason: str
) -> None:
    response = await check(clerk, booth_seal(booth, clock), **changes)
    assert (response.status_code, response.json()["error"]) == (409, "seal_refused")
    assert response.json()["reason"] == reason


async def test_an_old_seal_is_refused(clerk: httpx.AsyncClient, booth: Booth, clock: Clock) -> None:
    seal = booth_seal(booth, clock)
    clock.time += 600
    assert (await check(clerk, seal)).json()["reason"] == "expired"


async def test_a_newly_enrolled_booth_is_known_without_a_restart(
    clerk: httpx.AsyncClient, booth: Booth, clock: Clock
) -> None:
    new = Booth(booth.file)
    seal = booth_seal(new, clock, name="booth-heide-1")
    assert (await check(clerk, seal, booth="booth-heide-1")).json()["reason"] == "foreign"
    new.enter("booth-heide-1")
    assert (await check(clerk, seal, booth="booth-heide-1")).status_code == 204


async def test_a_broken_file_of_keys_leaves_the_former_keys(
    clerk: httpx.AsyncClient, booth: Booth, clock: Clock
) -> None:
    booth.file.write_text("{ half a fi")
    assert (await check(clerk, booth_seal(booth, clock))).status_code == 204


@pytest.mark.parametrize(
    "changes",
    [{"ticket": "e 17"}, {"generation": -1}, {"kind": "rollback"}, {"sdp": "a" * 70_000}, {"extra": 1}],
)
async def test_what_is_no_description_is_refused(clerk: httpx.AsyncClient, changes: dict[str, object]) -> None:
    response = await clerk.post("/api/calls/seal", json={**CALL, "sdp": SDP} | changes)
    assert (response.status_code, response.json()["error"]) == (400, "malformed_request")
