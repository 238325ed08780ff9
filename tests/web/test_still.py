"""A still of the citizen: asked for, agreed to at the booth, shown whole or not at all."""

from __future__ import annotations

import hashlib

import cv2
import numpy as np
import pytest
from playwright.async_api import expect

from media import consultation
from media.transfer import chunks
from tests.web.office import Office

pytestmark = pytest.mark.asyncio(loop_scope="session")
TRANSFER = "still-0123"


def picture() -> bytes:
    _, data = cv2.imencode(".jpg", np.full((720, 1280, 3), 140, np.uint8))
    return data.tobytes()


async def asked(office: Office) -> int:
    await office.sign_in()
    await office.stand()
    await office.mark("still-request").click()
    request: consultation.StillRequest = await office.heard_message(consultation.StillRequest)
    await office.booth_says(consultation.StillStatus(request=request.request, status="consent"))
    await stage(office, "consent")
    return request.request


async def stage(office: Office, name: str) -> None:
    await office.page.locator(f'[data-test="still-stage"][data-stage="{name}"]').wait_for(state="attached")


def announced(request: int, data: bytes, digest: str = "") -> consultation.Still:
    return consultation.Still(
        request=request, transfer=TRANSFER, size=len(data), sha256=digest or hashlib.sha256(data).hexdigest()
    )


async def test_the_still_is_shown_with_all_its_pixels(office: Office) -> None:
    request, data = await asked(office), picture()
    await office.booth_says(announced(request, data), *chunks(TRANSFER, data))
    await stage(office, "shown")
    shown = office.mark("still-picture")
    await shown.wait_for()
    size = await shown.evaluate("async (image) => { await image.decode(); return image.naturalWidth; }")
    assert size == 1280
    assert await shown.get_attribute("alt")


async def test_a_damaged_still_is_not_shown(office: Office) -> None:
    request, data = await asked(office), picture()
    await office.booth_says(announced(request, data, "0" * 64), *chunks(TRANSFER, data))
    await stage(office, "damaged")
    await office.see("still-ended")
    await expect(office.mark("still-picture")).to_have_count(0)


async def test_a_citizen_may_decline(office: Office) -> None:
    request = await asked(office)
    await office.booth_says(consultation.StillStatus(request=request, status="declined"))
    await stage(office, "declined")


async def test_the_clerk_takes_the_request_back(office: Office) -> None:
    request, data = await asked(office), picture()
    await office.mark("still-cancel").click()
    assert (await office.heard_message(consultation.StillCancel)).request == request
    await office.booth_says(announced(request, data), *chunks(TRANSFER, data))
    await stage(office, "cancelled")
