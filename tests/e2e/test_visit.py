"""A whole visit, from the attract screen to the wipe, with picture and sound proven by their content."""

from __future__ import annotations

import pypdf
import pytest

from media.testing.tone import best_tone_level, read_wav, tone_level
from scripts.media_files import CITIZEN_HZ, CITIZEN_SECONDS, CLERK_HZ
from tests.e2e.booth_content import number_on_screen
from tests.e2e.conftest import Office
from tests.e2e.content import loudest_tone, numbers_shown, steps

pytestmark = pytest.mark.e2e
FRAMES = 60


async def test_a_whole_visit(office: Office) -> None:
    visit = office.visit
    await visit.clerk.set_available()
    await visit.take_ticket()
    await visit.connect()
    await visit.read_card()
    assert visit.verdicts == {
        "document_signature": "passed",
        "certificate_chain": "passed",
        "revocation": "passed",
        "data_integrity": "passed",
        "validity": "passed",
        "chip_authenticity": "passed",
    }
    await visit.agree_on_the_form()
    document = await visit.complete()
    text = "".join(page.extract_text() for page in pypdf.PdfReader(document).pages)
    assert "Meldebescheinigung" in text
    assert "Lindenweg 4a" in text
    assert "Mustermann" in text
    await visit.part()
    assert visit.clerk.troubles == []


async def test_picture_and_sound_go_both_ways(office: Office) -> None:
    visit = office.visit
    await visit.clerk.set_available()
    await visit.take_ticket()
    await visit.connect()

    # Booth to clerk: the film's own frame numbers, read from what Chromium shows, go forward in small steps.
    numbers = await numbers_shown(visit.clerk, "remote-video", FRAMES)
    readable = [number for number in numbers if number is not None]
    assert len(readable) >= FRAMES * 0.8
    forward = steps(numbers, round(CITIZEN_SECONDS * 30))
    assert sum(forward) >= FRAMES * 0.8
    assert max(forward) < 60
    tone = await loudest_tone(visit.clerk, '[data-test="remote-video"]', 2)
    assert tone["hz"] == pytest.approx(CITIZEN_HZ, abs=12)

    # Clerk to booth: the clerk's frame numbers on the booth's own screen, the clerk's tone in its speaker.
    seen = {await number_on_screen(visit.robot, office.stack.data) for _ in range(8)} - {None}
    assert len(seen) >= 4
    # Looked at while the call stands: the booth of the next visit begins the file anew.
    samples, rate = read_wav(office.stack.data / "heard-at-the-booth.wav")
    heard = best_tone_level(samples, CLERK_HZ, rate)
    assert heard > 0.05
    assert heard > 20 * tone_level(samples[-rate:], CITIZEN_HZ, rate)
