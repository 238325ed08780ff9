import base64
import json
from pathlib import Path

import httpx
import jwt
import pytest
from argon2 import PasswordHasher

from clerk_console import sessions, tokens
from clerk_console.attempts import FREE_ATTEMPTS
from clerk_console.errors import SetupError
from clerk_console.office import Office, opened
from clerk_console.settings import Settings
from clerk_console.sources import Sources
from clerk_console.staff import StaffAccounts
from tests.clerk_console.counter import ISSUER, NOON, PASSWORD, Clock, add_staff, browser, sign_in


async def test_signing_in_answers_who_and_where(office: Office, stranger: httpx.AsyncClient) -> None:
    staff = await add_staff(office, "sabine", needs=["sign-language"])
    response = await sign_in(stranger, " Sabine ")
    assert response.json() == {
        "staff": {
            "id": staff.id,
            "name": "sabine",
            "display_name": "Sabine Vogt",
            "office": "Bürgeramt",
            "roles": ["clerk"],
            "regions": ["elbtal"],
            "services": ["registration-certificate"],
            "languages": ["de", "en"],
        },
        "switchboard": "ws://switchboard.test:8470/ws",
        "issuer": ISSUER,
        "documents": ["residence_permit", "passport"],
    }
    assert (await stranger.get("/api/session")).json() == response.json()


async def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(
    office: Office, stranger: httpx.AsyncClient
) -> None:
    await add_staff(office, "sabine")
    cookie = (await sign_in(stranger, "sabine")).headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=strict" in cookie and "path=/" in cookie
    assert "secure" not in cookie


async def test_over_tls_the_cookie_is_secure_and_bound_to_the_host(
    tmp_path: Path, settings: Settings, clock: Clock, hasher: PasswordHasher
) -> None:
    secure = Settings(**{**settings.__dict__, "issuer": "https://console.test", "data": tmp_path / "tls"})
    async with opened(secure, Sources(now=clock), hasher) as office:
        await add_staff(office, "sabine")
        async with browser(office) as client:
            client.base_url = httpx.URL("https://console.test")
            response = await sign_in(client, "sabine")
            assert response.headers["set-cookie"].startswith("__Host-fernamt_session=")
            assert "secure" in response.headers["set-cookie"].lower()
            assert response.headers["strict-transport-security"].startswith("max-age=")
            assert (await client.get("/api/session")).status_code == 200


async def test_a_wrong_password_and_an_unknown_name_look_alike(office: Office, stranger: httpx.AsyncClient) -> None:
    await add_staff(office, "sabine")
    wrong, unknown = await sign_in(stranger, "sabine", "wrong"), await sign_in(stranger, "nobody")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()
    assert wrong.json()["error"] == "credentials_wrong"


async def test_an_unknown_name_costs_the_same_hash(
    office: Office, stranger: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified: list[str] = []
    real = StaffAccounts._verify

    def counting(accounts: StaffAccounts, hashed: str, password: str) -> bool:
        verified.append(hashed)
        return real(accounts, hashed, password)

    monkeypatch.setattr(StaffAccounts, "_verify", counting)
    await sign_in(stranger, "nobody")
    assert len(verified) == 1 and verified[0].startswith("$argon2id$")


@pytest.mark.parametrize("name", ["sabine", "nobody"])
async def test_guessing_is_slowed_down_for_names_that_exist_and_not(
    office: Office, stranger: httpx.AsyncClient, clock: Clock, name: str
) -> None:
    await add_staff(office, "sabine")
    for _ in range(FREE_ATTEMPTS):
        assert (await sign_in(stranger, name, "wrong")).status_code == 401
    refused = await sign_in(stranger, name)
    assert (refused.status_code, refused.json()["error"]) == (429, "too_many_attempts")
    assert int(refused.headers["retry-after"]) == refused.json()["retry_after_s"] > 0
    clock.time += refused.json()["retry_after_s"]
    assert (await sign_in(stranger, name)).status_code == (200 if name == "sabine" else 401)


async def test_signing_out_ends_the_session_everywhere(office: Office, clerk: httpx.AsyncClient) -> None:
    stolen = dict(clerk.cookies)
    assert (await clerk.delete("/api/session")).status_code == 204
    assert not clerk.cookies
    async with browser(office) as thief:
        thief.cookies.update(stolen)
        assert (await thief.get("/api/session")).json()["error"] == "signed_out"
    assert (await clerk.delete("/api/session")).status_code == 204


async def test_signing_in_again_ends_the_former_session(office: Office, clerk: httpx.AsyncClient) -> None:
    former = dict(clerk.cookies)
    await sign_in(clerk, "sabine")
    assert dict(clerk.cookies) != former
    async with browser(office) as old:
        old.cookies.update(former)
        assert (await old.get("/api/session")).status_code == 401


async def test_an_idle_session_ends_and_a_used_one_goes_on(clerk: httpx.AsyncClient, clock: Clock) -> None:
    for _ in range(2):
        clock.time += sessions.IDLE_S - 1
        assert (await clerk.get("/api/session")).status_code == 200
    clock.time += sessions.IDLE_S
    assert clock.time < NOON + sessions.ABSOLUTE_S
    assert (await clerk.get("/api/session")).json()["error"] == "signed_out"


async def test_even_a_used_session_ends_after_a_working_day(clerk: httpx.AsyncClient, clock: Clock) -> None:
    for _ in range(int(sessions.ABSOLUTE_S / 1800) - 1):
        clock.time += 1800
        assert (await clerk.get("/api/session")).status_code == 200
    clock.time += 1800
    assert (await clerk.get("/api/session")).status_code == 401


async def test_expired_sessions_are_swept(office: Office, clerk: httpx.AsyncClient, clock: Clock) -> None:
    assert await office.sessions.sweep() == 0
    clock.time += sessions.IDLE_S
    assert await office.sessions.sweep() == 1


async def test_a_forged_cookie_is_nobody(stranger: httpx.AsyncClient) -> None:
    for forged in ("", "x", "a" * 5000):
        stranger.cookies.set("fernamt_session", forged, domain="console.test")
        assert (await stranger.get("/api/session")).status_code == 401


async def test_the_switchboard_token_names_no_person_and_is_signed_by_the_published_key(
    clerk: httpx.AsyncClient, clock: Clock
) -> None:
    answer = (await clerk.post("/api/switchboard-token")).json()
    key = (await clerk.get("/.well-known/jwks.json")).json()["keys"][0]
    claims = jwt.decode(
        answer["token"],
        jwt.PyJWK(key).key,
        algorithms=["EdDSA"],
        audience="fernamt-switchboard",
        issuer=ISSUER,
        options={"verify_exp": False, "verify_iat": False},
    )
    assert jwt.get_unverified_header(answer["token"])["kid"] == key["kid"]
    assert claims["exp"] - claims["iat"] == answer["expires_in_s"] == tokens.LIFETIME_S <= 600
    assert claims["iat"] == int(clock())
    assert {"roles", "regions", "services", "languages", "needs"} <= set(claims)
    payload = base64.urlsafe_b64decode(answer["token"].split(".")[1] + "==")
    assert b"sabine" not in payload.lower() and b"Vogt" not in payload
    assert "d" not in key
    assert json.loads(payload)["sub"].startswith("clerk-")


async def test_a_new_password_ends_all_sessions(office: Office, clerk: httpx.AsyncClient) -> None:
    await office.accounts.set_password("sabine", "another good password")
    assert (await clerk.get("/api/session")).status_code == 401
    assert (await sign_in(clerk, "sabine")).status_code == 401
    assert (await sign_in(clerk, "sabine", "another good password")).status_code == 200


async def test_a_removed_account_is_out_at_once(office: Office, clerk: httpx.AsyncClient) -> None:
    await office.accounts.remove("sabine")
    assert (await clerk.get("/api/session")).status_code == 401


async def test_a_hash_with_old_parameters_is_renewed_at_sign_in(office: Office, settings: Settings) -> None:
    await add_staff(office, "sabine")
    stronger = PasswordHasher(time_cost=2, memory_cost=8, parallelism=1)
    async with opened(settings, Sources(), stronger) as later:
        await later.accounts.sign_in("sabine", PASSWORD)
        row = await later.accounts._row("sabine")
    assert row is not None and not stronger.check_needs_rehash(row["password_hash"])


@pytest.mark.parametrize(
    ("profile", "words"),
    [
        ({"roles": ["boss"]}, "boss"),
        ({"roles": []}, "none given"),
        ({"regions": ["El btal"]}, "regions"),
        ({"display_name": ""}, "display_name"),
    ],
)
async def test_an_account_that_cannot_be_is_not_opened(office: Office, profile: dict[str, object], words: str) -> None:
    with pytest.raises(SetupError, match=words):
        await add_staff(office, "sabine", **profile)


async def test_a_name_is_given_once(office: Office) -> None:
    await add_staff(office, "sabine")
    with pytest.raises(SetupError, match="already an account named sabine"):
        await add_staff(office, "sabine")
