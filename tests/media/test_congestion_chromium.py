"""A real Chromium's feedback on what the booth sends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page

from media.congestion.figures import SendingFigures
from tests.media.peers import PATIENCE, Booth
from tests.media.test_call_chromium import clerk_y4m, connect, page, page_address, until  # noqa: F401

pytestmark = pytest.mark.e2e

WIDE = 2_000_000
"""Bits a second, well above what a call begins with."""


async def sending(booth: Booth, condition: Callable[[SendingFigures], bool]) -> SendingFigures:
    """The call's own figures once they are as they should be; measured each second."""
    async with asyncio.timeout(PATIENCE):
        while True:
            figures = booth.call.figures().sending
            if figures is not None and condition(figures):
                return figures
            await asyncio.sleep(0.1)


async def test_chromium_tells_what_the_path_carries(
    devices: Callable[..., Any],
    citizen_video: Path,
    booth_tone: Path,
    page: Page,  # noqa: F811
) -> None:
    speaker = devices("speaker", "none")
    booth = Booth(devices("camera", citizen_video), devices("microphone", booth_tone), speaker)
    await connect(page, booth)
    answer = await page.evaluate("peer.remoteDescription.sdp")
    assert "transport-cc" in answer
    assert "goog-remb" not in answer

    found = await sending(booth, lambda figures: figures.bitrate is not None and figures.bitrate > WIDE)
    assert found.loss < 0.02
    assert not found.picture_paused
    await until(page, "stats('inbound-rtp', 'video').then(([shown]) => shown.framesDecoded > 60)")
    [shown] = await page.evaluate("stats('inbound-rtp', 'video')")
    assert shown["packetsLost"] < 0.02 * shown["packetsReceived"]
    # The other way Chromium's own estimate lives on our feedback, on sound as well as picture.
    await until(page, "stats('outbound-rtp', 'video').then(([sent]) => sent.targetBitrate > 1000000)")
    await booth.call.close()
