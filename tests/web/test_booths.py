"""The operators' page: booths are invited with a code, watched and taken out of use."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from signaling.enrolment.registry import BoothLine
from signaling.protocol.messages import BoothDevices, Condition
from tests.web.office import CONSOLE, Office
from tests.web.test_screens import Look, look

__all__ = ["look"]

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
    await expect(office.mark("booths-code")).to_have_text("ACDE-FHJK-LMNP", use_inner_text=True)
    await office.see("booth-booth-elbtal-2")
    register.add("booth-elbtal-2", "enrolled", "switchboard_unreachable")
    row = office.page.locator('[data-test="booth-booth-elbtal-2"][data-state="enrolled"]')
    await row.wait_for()
    await expect(row).to_contain_text("switchboard_unreachable", use_inner_text=True)


async def test_what_the_office_refuses_is_said(office: Office, register: Register) -> None:
    await sign_in(office)
    await office.mark("booths-id").fill("booth-taken")
    await office.mark("booths-site").fill("Bücherei")
    await office.mark("booths-invite").click()
    await office.see("booths-error")
    await expect(office.mark("booths-id")).to_have_value("booth-taken")
    office.forgive()


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


def line(booth: str, **known: Any) -> BoothLine:
    made = {"region": "elbtal", "site": "Bücherei", "online": True, "since": AT, "devices": BoothDevices()}
    return BoothLine(**{"id": booth, **made, "network": None, **known})


async def test_how_booths_are_is_seen(office: Office, register: Register, look: Look) -> None:
    for booth, state in (("booth-elbtal-1", "registered"), ("booth-elbtal-2", "registered"), ("booth-old", "revoked")):
        register.add(booth, state)
    ok = Condition.OK
    office.rest.lines = [
        line("booth-elbtal-1", devices=BoothDevices(camera=ok, microphone=ok, card_reader=ok), network="ready"),
        line(
            "booth-elbtal-2", online=False, devices=BoothDevices(camera=Condition.BLACK, speaker=ok), network="limited"
        ),
        line("booth-fixed", online=False, since=None),
    ]
    office.audit.add("host", "staff_added", "c-7f3a")
    await sign_in(office)
    await office.page.locator('[data-test="line-booth-elbtal-1"][data-online="true"]').wait_for()
    well, covered, fixed = [
        await office.mark(f"booth-{booth}").inner_text()
        for booth in ("booth-elbtal-1", "booth-elbtal-2", "booth-fixed")
    ]
    english = "connected" in well
    assert (
        "in order: camera, microphone, card reader" if english else "in Ordnung: Kamera, Mikrofon, Kartenleser"
    ) in well
    assert ("camera: covered or dark" if english else "Kamera: verdeckt oder dunkel") in covered
    assert ("never there yet" if english else "noch nie da") in fixed
    await expect(office.mark("revoke-booth-fixed")).to_have_count(0)
    await look("50-booths")


async def test_without_the_switchboard_the_booths_are_still_listed(office: Office, register: Register) -> None:
    register.add("booth-elbtal-1", "registered")
    office.rest.refuses = (503, "keys_unavailable")
    await sign_in(office)
    await office.see("booths-lines-error")
    await office.see("booth-booth-elbtal-1")
    office.forgive()


async def test_the_audit_log_is_turned_over_looked_through_and_taken_along(office: Office, register: Register) -> None:
    for n in range(120):
        office.audit.add("host" if n % 2 else "c-7f3a", "booth_invited" if n % 3 else "key_rotated", f"booth-{n}")
    office.rest.log.add("0a1b2c", "help_asked", '=cmd("x")')
    await sign_in(office)
    await office.see("act-120")
    await expect(office.mark("audit-newer")).to_be_disabled()
    for _ in range(2):
        await office.mark("audit-older").click()
    await office.see("act-20")
    await expect(office.mark("audit-older")).to_be_disabled()
    await office.mark("audit-newer").click()
    await office.see("act-70")
    await office.mark("audit-subject").fill("booth-7")
    await office.mark("audit-search").click()
    await office.mark("act-70").wait_for(state="detached")
    await expect(office.mark("act-8")).to_contain_text("Kommandozeile", use_inner_text=True)
    await office.mark("audit-act").select_option("key_rotated")
    await office.see("audit-empty")
    await office.mark("audit-subject").fill("")
    await office.mark("audit-search").click()
    async with office.page.expect_download() as started:
        await (await office.see("audit-csv")).click()
    rows = Path(await (await started.value).path()).read_text(encoding="utf-8-sig").splitlines()
    assert len(rows) == 1 + 40
    assert rows[0] == "number,at,actor,act,subject,result,before,hash"
    await office.mark("audit-log").select_option("switchboard")
    await office.page.get_by_text("Hilfe gerufen").last.wait_for()
    async with office.page.expect_download() as started:
        await office.mark("audit-csv").click()
    rows = Path(await (await started.value).path()).read_text(encoding="utf-8-sig").splitlines()
    assert '"\'=cmd(""x"")"' in rows[1], "a spreadsheet must not take it for a formula"
