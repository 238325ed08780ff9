"""How good the call is: the word beside the picture, the panel behind it, the report that is kept, the overview."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Locator, expect

from clerk_console.call_report import CallReport
from media import consultation
from signaling.protocol import messages
from tests.browser import violations
from tests.web import samples
from tests.web.office import Office

pytestmark = pytest.mark.asyncio(loop_scope="session")

STEADY = Path(__file__).with_name("steady.js")
# The booth of these tests tells its figures each second, as a real one does; `figures` is what it tells from then on.
TELL = """figures => {
  window.told = figures;
  window.telling ??= setInterval(() => {
    window.told.video_frozen_s += window.freezing ?? 0;
    window.told.video_freezes += window.freezing ? 1 : 0;
    window.told.audio_concealed_s += window.concealing ?? 0;
    booth.send(window.told);
  }, 1000);
}"""


async def tell(office: Office, *, freezing: float = 0, concealing: float = 0, **figures: Any) -> None:
    """What the booth receives from now on; `freezing`, `concealing`: seconds of each second."""
    told = consultation.encode(samples.figures(**figures))
    await office.page.evaluate(f"() => ({TELL})(JSON.parse({told!r}))")
    await office.page.evaluate(f"() => {{ window.freezing = {freezing}; window.concealing = {concealing}; }}")


async def grade(office: Office, wanted: str) -> Locator:
    found = office.page.locator(f'[data-test="quality"][data-grade="{wanted}"]')
    await found.wait_for()
    return found


@pytest_asyncio.fixture(loop_scope="session")
async def call(office: Office) -> Office:
    """A call that stands, and is good as far as the browser can tell."""
    await office.page.add_init_script("localStorage.setItem('fernamt.language', 'en')")
    await office.page.add_init_script(path=STEADY)
    await office.sign_in()
    await office.stand()
    return office


async def test_a_good_call_says_so(call: Office) -> None:
    await tell(call)
    sign = await grade(call, "good")
    await expect(sign).to_have_text("Good connection", use_inner_text=True)


async def test_a_fault_in_the_booth_is_named_in_plain_words(call: Office) -> None:
    await tell(call, concealing=0.3, loss=0.2)
    await (await grade(call, "poor")).get_by_text("Your sound has gaps in the booth. The line loses data.").wait_for()
    await tell(call)
    await grade(call, "good")


async def test_a_fault_here_is_named_in_plain_words(call: Office) -> None:
    await tell(call)
    await call.page.evaluate("() => { window.steady = { offset_ms: 150 }; }")
    words = "Picture and sound from the booth do not run together."
    await (await grade(call, "fair")).get_by_text(words).wait_for()


async def test_the_browsers_own_statistics_hold_what_is_needed(office: Office) -> None:
    """Real ones, of this Chromium: a name that upstream changes is noticed here."""
    await office.sign_in()
    await office.stand()
    await tell(office)
    await office.page.wait_for_function("() => window.fernamt.figures().buffer_ms !== null")
    figures = await office.page.evaluate("() => window.fernamt.figures()")
    assert figures["bitrate"] > 50_000
    assert figures["jitter_ms"] is not None and 0 <= figures["jitter_ms"] < 1000
    assert 0 < figures["buffer_ms"] < 2000
    assert figures["playout_ms"] is None or 0 <= figures["playout_ms"] < 1000
    assert figures["concealed_s"] < figures["audio_seconds"]
    await office.page.wait_for_function("() => Math.abs(window.fernamt.figures().sync_offset_ms ?? 1e9) < 1000")
    told = await office.heard_message(consultation.CallFigures, len(office.heard))
    assert (told.audio_capture_ms, told.loss, told.video_freezes is not None) == (30, 0, True)


async def test_an_interrupted_call_is_poor_at_once(call: Office) -> None:
    await call.page.evaluate("() => booth.fallSilent()")
    sign = await grade(call, "poor")
    await expect(sign).to_contain_text("made anew", use_inner_text=True)


async def test_the_panel_opens_and_closes_by_keyboard(call: Office) -> None:
    await tell(call)
    await call.see("quality")
    await call.page.locator('[data-test="quality"]').focus()
    await call.page.keyboard.press("Enter")
    await call.see("quality-panel")
    await expect(call.mark("quality")).to_have_attribute("aria-expanded", "true")
    assert await call.page.evaluate("() => document.activeElement.id") == "quality-title"
    await call.page.keyboard.press("Escape")
    await call.mark("quality-panel").wait_for(state="detached")
    assert await call.page.evaluate("() => document.activeElement.dataset.test") == "quality"
    await expect(call.mark("card-request"), "Escape is the panel's alone.").to_be_visible()


async def test_the_panel_shows_both_directions(call: Office) -> None:
    await tell(call, video_fps=23.0, jitter_ms=7.0, sync_offset_ms=-40)
    await call.mark("quality").click()
    table = call.mark("quality-figures")
    await table.get_by_text("40 ms ahead").wait_for()
    rows = {
        (await row.locator("th").inner_text()): await row.locator("td").all_inner_texts()
        for row in await table.locator("tbody tr").all()
    }
    assert rows["Pictures a second"][1] == "23"
    assert rows["Pictures a second"][0] == "30"
    assert rows["Picture size"][1] == "1280 × 720"
    assert rows["Jitter"][1] == "7 ms"
    assert rows["Bit rate"][1] == "1.5 Mbit/s"
    assert len(rows["Round trip"]) == 1


async def test_the_graphs_say_in_words_and_in_a_table_what_they_show(call: Office) -> None:
    await tell(call)
    await call.mark("quality").click()
    await call.page.wait_for_function("() => document.querySelectorAll('.graph path.to_booth[d*=L]').length === 3")
    drawn = await call.page.locator(".graph svg").all()
    labels = [await one.get_attribute("aria-label") or "" for one in drawn]
    titles = [label.split(".")[0] for label in labels]
    assert titles == ["Pictures a second", "Packets lost", "Mouth to ear (estimated)"]
    assert "You to booth: between 30 and 30, now 30" in labels[0]
    await call.mark("quality-table").locator("summary").click()
    cells = await call.mark("quality-table").locator("tbody tr").first.locator("td").all_inner_texts()
    assert (cells[1], cells[3]) == ("30", "0.0 %")


async def reported(office: Office, outcome: str) -> CallReport:
    await office.until(lambda: any(report.outcome == outcome for report in office.reports.values()))
    (report,) = office.reports.values()
    return report


async def test_the_report_of_a_call_is_kept_while_it_lasts_and_at_its_end(call: Office) -> None:
    await tell(call, video_fps=12.0)
    going = await reported(call, "open")
    assert (going.booth, going.generations, going.interruptions) == ("booth-elbtal-1", 1, 0)
    call.send(messages.CallEnded(ticket=samples.TICKET, reason=messages.EndReason.CITIZEN_LEFT))
    report = await reported(call, "closed")
    assert report.to_clerk is not None and report.to_booth is not None
    assert report.to_clerk.fps == pytest.approx(30, abs=1)
    assert (report.to_booth.fps, report.to_booth.slow_share, report.to_booth.height) == (12, 1, 720)
    assert report.to_booth.bitrate == 1_450_000
    assert report.set_up_ms is not None and 0 < report.set_up_ms < 10_000
    assert report.round_trip_ms is not None


async def test_a_renewed_call_is_one_report(call: Office) -> None:
    await tell(call)
    await call.see("quality")
    call.send(samples.call(generation=2, resumed=True))
    await call.page.wait_for_function("() => window.fernamt.figures().generation === 2")
    call.send(messages.CallEnded(ticket=samples.TICKET, reason=messages.EndReason.CITIZEN_LEFT))
    assert (await reported(call, "closed")).generations == 2


async def test_a_silence_is_part_of_the_report(call: Office) -> None:
    """Even where it came before the first second was measured."""
    await call.page.evaluate("() => booth.fallSilent()")
    await call.see("call-reconnecting")
    call.send(messages.CallEnded(ticket=samples.TICKET, reason=messages.EndReason.CITIZEN_LEFT))
    report = await reported(call, "closed")
    assert report.interruptions >= 1
    assert report.interrupted_share is not None and 0 < report.interrupted_share < 1


async def test_a_call_that_is_lost_is_reported_as_broken(call: Office) -> None:
    call.send(messages.CallEnded(ticket=samples.TICKET, reason=messages.EndReason.BOOTH_LOST))
    await reported(call, "broken")


async def test_a_page_that_goes_away_reports_what_it_knows(call: Office) -> None:
    await tell(call, video_fps=6)
    await grade(call, "poor")
    await call.page.evaluate("() => window.dispatchEvent(new PageTransitionEvent('pagehide'))")
    report = await reported(call, "open")
    assert report.to_booth is not None


async def test_a_report_that_is_not_taken_at_first_is_sent_again(call: Office) -> None:
    refused: list[Any] = []

    def refuse_once(body: Any) -> tuple[int, Any]:
        refused.append(body)
        del call.answers["PUT", path]
        return 500, {"error": "internal_error", "text": "No."}

    await tell(call)
    await reported(call, "open")
    (id_,) = call.reports
    path = f"/api/call-reports/{id_}"
    call.answers["PUT", path] = refuse_once
    call.send(messages.CallEnded(ticket=samples.TICKET, reason=messages.EndReason.CITIZEN_LEFT))
    await call.until(lambda: call.reports[id_].outcome == "closed")
    assert len(refused) == 1
    call.forgive()


async def test_two_calls_have_two_ids_that_are_not_their_tickets(call: Office) -> None:
    for _ in range(2):
        call.send(messages.CallEnded(ticket=samples.TICKET, reason=messages.EndReason.BOOTH_LOST))
        call.set_state(messages.ClerkState.AVAILABLE)
        await call.see("queue-empty")
        await call.stand()
    assert len(call.reports) == 2
    assert all(samples.TICKET.lower() not in id_ for id_ in call.reports)


async def test_supervisors_see_booths_and_days(office: Office) -> None:
    await office.page.add_init_script("localStorage.setItem('fernamt.language', 'en')")
    await office.sign_in("/supervisor")
    row = await office.see("calls-booth-elbtal-1-2026-03-02")
    assert await row.locator("td").all_inner_texts() == [
        *("2 March 2026", "14", "1", "420 (910) ms", "29.6 (24.2)", "0.1 (1.2) %", "0.0 (1.8) %"),
        *("118 (164) ms", "0.2 (2.4) %"),
    ]
    few = await office.see("calls-booth-heide-1-2026-03-02")
    assert await few.locator("td").all_inner_texts() == ["2 March 2026", "too few to be shown"]
    await office.mark("calls-direction").select_option("to_booth")
    await row.get_by_text("28.8 (19.1)").wait_for()
    await office.mark("calls-period").select_option("week")
    await office.until(lambda: len([r for r in office.requests if r[1] == "/api/call-quality"]) == 2)
    await office.page.locator('[data-test="calls-csv"][href="/api/call-quality.csv?period=week"]').wait_for()


async def test_before_the_first_call_the_overview_says_what_will_be_here(office: Office) -> None:
    office.quality["groups"] = []
    await office.sign_in("/supervisor")
    await office.see("calls-empty")


async def test_an_overview_that_cannot_be_loaded_says_so(office: Office) -> None:
    office.answers["GET", "/api/call-quality"] = lambda body: (500, {"error": "internal_error", "text": "No."})
    await office.sign_in("/supervisor")
    await office.see("calls-error")
    office.forgive()


SIZES = {"large": (1440, 900), "small": (1280, 720), "zoomed": (640, 360)}


@pytest.mark.parametrize("language", ["de", "en"])
async def test_axe_finds_nothing_and_nothing_is_cut_off(office: Office, shots: Path | None, language: str) -> None:
    """At each size; `zoomed` is 1280x720 at 200 %."""
    await office.page.add_init_script(f"localStorage.setItem('fernamt.language', '{language}')")
    await office.page.add_init_script(path=STEADY)

    async def examine(name: str, below: str | None = None) -> None:
        for size, (width, height) in SIZES.items():
            await office.page.set_viewport_size({"width": width, "height": height})
            if below:
                await office.mark(below).scroll_into_view_if_needed()
            if shots:
                await office.page.screenshot(path=shots / f"quality-{name}-{size}-{language}.png")
            assert await violations(office.page) == [], size
            wide = await office.page.evaluate("() => document.querySelector('main').scrollWidth > innerWidth")
            assert not wide, size

    await office.sign_in()
    await office.stand()
    await tell(office)
    await grade(office, "good")
    await examine("good")
    await tell(office, concealing=0.3, loss=0.2, video_fps=14)
    await grade(office, "poor")
    await examine("poor")
    await office.mark("quality").click()
    await office.see("quality-panel")
    await examine("panel")
    await office.mark("quality-table").locator("summary").click()
    await examine("panel-table", below="quality-table")
    office.send(messages.CallEnded(ticket=samples.TICKET, reason=messages.EndReason.CITIZEN_LEFT))
    await office.mark("nav-supervisor").click()
    await office.see("calls-table")
    await examine("overview", below="calls-table")
