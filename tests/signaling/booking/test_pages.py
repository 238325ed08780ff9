"""The booking pages: the whole way without JavaScript, in both languages, and what keeps them safe."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from signaling import directory
from tests.browser import violations
from tests.signaling.asking import Rest
from tests.signaling.booking.conftest import KEY, SITES, chromium, site_toml, window

SERVICE = "registration-certificate"
WISH = "A" * 24


class Booking:
    """A switchboard with several sites."""

    def __init__(self, switchboard: Any) -> None:
        self.switchboard = switchboard
        self.url = f"http://127.0.0.1:{switchboard.port}/book"
        self.rest = Rest.of(switchboard)


@pytest.fixture
async def booking(start_switchboard: Any, town: Any, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Booking]:
    ordinary = town.directory_toml
    monkeypatch.setattr(town, "directory_toml", lambda **times: ordinary(**times) + site_toml(KEY))
    async with start_switchboard() as switchboard:
        assert len(directory.parse(town.directory_toml()).sites) == len(SITES)
        yield Booking(switchboard)


async def enter(page: Page) -> None:
    """Send the form by keyboard."""
    async with page.expect_navigation():
        await page.keyboard.press("Enter")


async def look(page: Page, shots: Path | None, name: str) -> None:
    """Nothing axe-core objects to, nothing cut off sideways from 320 pixels on, and a picture if wanted."""
    assert await violations(page) == [], name
    wide = page.viewport_size or {"width": 1000, "height": 800}
    for width in (320, wide["width"]):
        await page.set_viewport_size({"width": width, "height": wide["height"]})
        assert await page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} at {width}"
        if shots:
            await page.screenshot(path=shots / f"book-{name}-{width}.png", full_page=True)


async def test_the_whole_way_without_javascript_and_what_it_adds(booking: Booking, shots: Path | None) -> None:
    async with chromium() as browser:
        await way(browser, booking, "de", shots)
        await way(browser, booking, "en", shots)
        await located(browser, booking)


async def located(browser: Browser, booking: Booking) -> None:
    """With JavaScript and leave to do so, the nearest booth is found from where the browser is, roughly."""
    place = {"latitude": 50.977_777, "longitude": 13.867_777}
    async with window(browser, geolocation=place, permissions=["geolocation"]) as context:
        page = await context.new_page()
        await page.goto(f"{booking.url}/en/places?service={SERVICE}")
        async with page.expect_navigation():
            await page.locator("#locate").click()
        assert "lat=50.98" in page.url and "lon=13.87" in page.url
        await expect(page.locator(".sites h3").first).to_contain_text("Sparkasse Heidenau")
        await expect(page.locator(".map .start")).to_have_count(1)


async def way(browser: Browser, booking: Booking, language: str, shots: Path | None) -> None:
    # Scripts of the page are forbidden; what Playwright evaluates is not one of them.
    async with window(browser, viewport={"width": 1000, "height": 800}) as context:
        await context.route("**/book.js", lambda route: route.abort())
        page = await context.new_page()
        await page.goto(f"{booking.url}/{language}/")
        await look(page, shots, f"{language}-services")
        await page.locator("a.card").first.click()
        await page.locator("#near").fill("stadtbib")
        await enter(page)
        await expect(page.locator(".sites h3")).to_contain_text(
            ["Stadtbibliothek", "Gemeindehaus", "Bahnhof", "Sparkasse", "Rollende Kabine"]
        )
        await look(page, shots, f"{language}-places")
        await page.locator("#with-wheelchair").check()
        await page.locator(".filters button:not([type])").click()
        await expect(page.locator(".sites h3")).to_contain_text(["Stadtbibliothek", "Rollende Kabine"])
        await page.locator(".sites .button").first.click()
        await page.locator("#day").select_option(index=1)
        await page.locator(".days button").click()
        await look(page, shots, f"{language}-slots")
        time = await page.locator(".time").nth(30).inner_text()
        await page.locator(".time").nth(30).click()
        await look(page, shots, f"{language}-check")
        await page.locator("main form button").click()
        code = await page.locator("[data-code]").inner_text()
        assert re.fullmatch(r"[A-Z0-9]{5}-[A-Z0-9]{5}", code)
        assert code.replace("-", "") not in page.url
        await expect(page.locator(".facts")).to_contain_text(time)
        await look(page, shots, f"{language}-booked")
        if shots:
            await page.emulate_media(media="print")
            await page.screenshot(path=shots / f"book-{language}-printed.png", full_page=True)
            await page.emulate_media(media="screen")
        await page.goto(f"{booking.url}/{language}/manage")
        await look(page, shots, f"{language}-manage")
        await page.locator("#code").fill(code.lower())
        await enter(page)
        await look(page, shots, f"{language}-appointment")
        async with page.expect_download() as download:
            await page.locator("form[action$=calendar] button").click()
        file = Path(await (await download.value).path()).read_text()
        assert "BEGIN:VEVENT" in file and "Stadtbibliothek" in file
        await page.locator("form[action$=move] button").click()
        await look(page, shots, f"{language}-move")
        later = await page.locator(".time").nth(1).inner_text()
        await page.locator(".time").nth(1).click()
        await expect(page.locator(".notice.good")).to_be_visible()
        await expect(page.locator(".facts")).to_contain_text(later)
        await page.locator("form[action$=cancel] button").click()
        await look(page, shots, f"{language}-cancel")
        await page.locator("form[action$=cancelled] button").click()
        await look(page, shots, f"{language}-cancelled")
        await page.goto(f"{booking.url}/{language}/manage")
        await page.locator("#code").fill("AAAAA22222")
        await enter(page)
        await look(page, shots, f"{language}-unknown")
        assert await context.cookies() == []


async def fetch(booking: Booking, method: str, path: str, **options: Any) -> httpx.Response:
    return await booking.rest.ask(method, f"/book/{path}".replace("/book//", "/book/"), **options)


@pytest.fixture
def whole(booking: Booking) -> Booking:
    """Asked through the whole application, not REST's part of it."""
    booking.rest.app = booking.switchboard.running.config.app
    return booking


async def test_pages_may_load_nothing_from_elsewhere_and_are_kept_by_nobody(whole: Booking) -> None:
    for path in ("de/", f"de/places?service={SERVICE}", "de/manage", "de/nowhere", "xx/"):
        answer = await fetch(whole, "GET", path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "set-cookie" not in answer.headers
        assert not re.search(r"""(?:src|href)=["'](?:https?:)?//""", answer.text)
        assert " style=" not in answer.text and "onclick" not in answer.text


async def test_the_beginning_speaks_the_browsers_language(whole: Booking) -> None:
    for accepted, language in (("en-GB,en;q=0.9,de;q=0.2", "en"), ("fr, de;q=0.5", "de"), ("", "de"), ("x;q=y", "de")):
        answer = await fetch(whole, "GET", "", headers={"accept-language": accepted})
        assert (answer.status_code, answer.headers["location"]) == (303, f"/book/{language}/")


async def test_a_form_that_is_sent_twice_books_once(whole: Booking) -> None:
    slot = (await whole.rest.ask("GET", f"/api/slots?service={SERVICE}&site=bibliothek")).json()["slots"][0]
    form = {"service": SERVICE, "site": "bibliothek", "at": slot["starts_at"], "request": WISH}
    first, second = [await fetch(whole, "POST", "de/booked", data=form) for _ in range(2)]
    code = re.search("<strong>(.....-.....)</strong>", first.text)
    assert first.status_code == second.status_code == 201
    assert code and code[1] in second.text


async def test_who_is_too_late_is_told_what_is_free(whole: Booking) -> None:
    slot = (await whole.rest.ask("GET", f"/api/slots?service={SERVICE}&site=sparkasse")).json()["slots"][0]
    answers = [
        await fetch(
            whole,
            "POST",
            "en/booked",
            data={"service": SERVICE, "site": "sparkasse", "at": slot["starts_at"], "request": f"{n}" * 24},
        )
        for n in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 409]
    assert "Somebody was faster" in answers[1].text
    assert len(re.findall(r"<li>\w{3} \d", answers[1].text)) == 3


WRONG: tuple[tuple[str, str, dict[str, str] | None, int], ...] = (
    ("GET", "de/places", None, 400),
    ("GET", "de/places?service=unknown", None, 404),
    ("GET", f"de/places?service={SERVICE}&lat=91&lon=0", None, 400),
    ("GET", f"de/places?service={SERVICE}&lat=nan&lon=nan", None, 400),
    ("GET", f"de/places?service={SERVICE}&with=nice", None, 400),
    ("GET", f"de/places?service={SERVICE}&near={'x' * 3000}", None, 400),
    ("GET", f"de/places?service={SERVICE}&service={SERVICE}", None, 400),
    ("GET", f"de/slots?service={SERVICE}&site=nowhere", None, 404),
    ("GET", f"de/check?service={SERVICE}&site=bibliothek&at=2020-01-01T10:00:00Z", None, 409),
    ("GET", f"de/check?service={SERVICE}&site=bibliothek&at=soon", None, 400),
    ("POST", "de/booked", {"service": SERVICE}, 400),
    ("POST", "de/booked", {"code": "x" * 3000}, 400),
    ("POST", "de/appointment", {}, 400),
    ("POST", "de/appointment", {"code": ""}, 404),
    ("POST", "de/appointment", {"code": "AAAAA22222"}, 404),
    ("POST", "de/appointment", {"code": "<script>"}, 404),
    ("GET", "de/appointment", None, 404),
)


async def test_what_no_page_asks_is_refused_in_words(whole: Booking) -> None:
    for n, (method, path, form, status) in enumerate(WRONG):
        answer = await fetch(whole, method, path, data=form, address=f"192.0.2.{n}")
        assert answer.status_code == status, (method, path)
        assert "<h1>" in answer.text and "<script>" not in answer.text


async def test_what_is_typed_is_shown_and_not_run(whole: Booking) -> None:
    typed = '"><script>alert(1)</script>'
    answer = await whole.rest.ask("GET", "/book/de/places", params={"service": SERVICE, "near": typed})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text and "&lt;script&gt;alert" in answer.text


async def test_one_address_cannot_try_codes_or_book_without_end(whole: Booking) -> None:
    codes = [
        (await fetch(whole, "POST", "de/appointment", data={"code": f"AAAAA222{n:02}"}, address="192.0.2.9"))
        for n in range(15)
    ]
    assert [answer.status_code for answer in codes[:12]] == [404] * 12
    assert codes[-1].status_code == 429
    assert int(codes[-1].headers["retry-after"]) >= 1
    assert (await fetch(whole, "POST", "de/appointment", data={"code": "A"}, address="192.0.2.10")).status_code == 404


async def test_distances_are_from_the_browsers_place(whole: Booking) -> None:
    answer = await fetch(whole, "GET", f"en/places?service={SERVICE}&lat=50.98&lon=13.87")
    names = re.findall(r'<span class="number">\d</span> ([^<]+)</h3>', answer.text)
    assert names[0] == "Sparkasse Heidenau"
    assert "0.3 km" in answer.text and names[-1] == "Rollende Kabine"


async def test_only_what_is_open_now_is_shown_when_asked(whole: Booking) -> None:
    answer = await fetch(whole, "GET", f"en/places?service={SERVICE}&open=1")
    assert "Stadtbibliothek" in answer.text
    assert ("Bahnhof Radebeul Ost" in answer.text) is ("Open now, until 08:05" in answer.text)
