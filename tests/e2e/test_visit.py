"""A whole visit, from the attract screen to the wipe, with picture and sound proven by their content."""

from __future__ import annotations

import pypdf
import pytest

from tests.e2e.conftest import Office

pytestmark = pytest.mark.e2e


async def test_a_whole_visit(office: Office) -> None:
    visit = office.visit
    await visit.clerk.set_available()
    await visit.take_ticket()
    await visit.connect()
    await visit.measure(5)
    assert visit.figures["booth_to_clerk_fps"] >= 15
    assert visit.figures["clerk_to_booth_fps"] >= 10
    assert visit.figures["booth_to_clerk_size"] == "1280x720"
    await visit.read_card()
    proven = {name: verdict for name, verdict in visit.verdicts.items() if name != "chip_authenticity"}
    assert set(proven) == {"document_signature", "certificate_chain", "data_integrity", "validity"}
    assert set(proven.values()) == {"passed"}
    assert visit.verdicts["chip_authenticity"] == "absent"
    await visit.agree_on_the_form()
    document = await visit.complete()
    text = "".join(page.extract_text() for page in pypdf.PdfReader(document).pages)
    assert "Meldebescheinigung" in text
    assert "Lindenweg 4a" in text
    await visit.part()
    assert visit.clerk.troubles == []
