"""The operators' page: booths are invited with a code, watched and taken out of use."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.office import CONSOLE, Office

pytestmark = pytest.mark.asyncio(loop_scope="session")
AT = 1_795_435_200.0


class Register:
    """The back end's booths, as `/api/booths` shows them."""

    def __init__(self, office: Office) -> None:
        self.booths: list[dict[str, Any]] = []
        office.answers["GET", "/api/booths"] = lambda _body: (200, self.booths)
        office.answers["POST", "/api/booths"] = self._invite

    def add(self, booth: str, state: str, trouble: str | None = None) -> dict[str, Any]:
        made = {"id": booth, "region": "elbtal", "site": "Bücherei", "services": ["registration-certificate"]}
        made |= {"state": state, "trouble": trouble, "changed_at": AT, "code_expires_at": None}
        self.booths = [one for one in self.booths if one["id"] != booth] + [made]
        return made

    def _invite(self, body: Any) -> tuple[int, Any]:
        if body["id"] == "booth-taken":
            return 409, {"error": "booth_state_wrong", "text": "No."}
        return 201, {"booth": self.add(body["id"], "invited") | {"code_expires_at": AT}, "code": "ACDE-FHJK-LMNP"}


@pytest.fixture
def register(office: Office) -> Register:
    return Register(office)


async def sign_in(office: Office) -> None:
    office.staff |= {"roles": ["operator"], "regions": ["elbtal"]}
    await office.page.goto(CONSOLE)
    await office.mark("sign-in-name").fill("o.krause")
    await office.mark("sign-in-password").fill("correct horse")
    await office.mark("sign-in-submit").click()


async def test_who_only_operates_sees_booths_and_nothing_else(office: Office, register: Register) -> None:
    await sign_in(office)
    await office.see("booths-empty")
    assert await office.mark("nav-desk").count() == 0 and await office.mark("nav-supervisor").count() == 0
    assert office.socket is None


async def test_a_booth_is_invited_and_its_state_is_watched(office: Office, register: Register) -> None:
    await sign_in(office)
    await office.see("booths-empty")
    await office.mark("booths-id").fill("booth-elbtal-2")
    await office.mark("booths-site").fill("Bücherei")
    await office.mark("booths-invite").click()
    assert await office.mark("booths-code").inner_text() == "ACDE-FHJK-LMNP"
    await office.see("booth-booth-elbtal-2")
    register.add("booth-elbtal-2", "enrolled", "switchboard_unreachable")
    row = office.page.locator('[data-test="booth-booth-elbtal-2"][data-state="enrolled"]')
    await row.wait_for()
    assert "switchboard_unreachable" in await row.inner_text()


async def test_what_the_office_refuses_is_said(office: Office, register: Register) -> None:
    await sign_in(office)
    await office.mark("booths-id").fill("booth-taken")
    await office.mark("booths-site").fill("Bücherei")
    await office.mark("booths-invite").click()
    await office.see("booths-error")
    assert await office.mark("booths-id").input_value() == "booth-taken"
    office.troubles.clear()


async def test_taking_a_booth_out_of_use_is_asked_twice(office: Office, register: Register) -> None:
    register.add("booth-elbtal-2", "registered")
    asked: list[str] = []

    def revoke(_body: Any) -> tuple[int, Any]:
        asked.append("revoked")
        return 200, register.add("booth-elbtal-2", "revoking")

    office.answers["DELETE", "/api/booths/booth-elbtal-2"] = revoke
    await sign_in(office)
    await office.mark("revoke-booth-elbtal-2").click()
    await office.mark("revoke-cancel").click()
    assert asked == []
    await office.mark("revoke-booth-elbtal-2").click()
    await office.mark("revoke-confirm").click()
    await office.page.locator('[data-test="booth-booth-elbtal-2"][data-state="revoking"]').wait_for()
    assert asked == ["revoked"]
