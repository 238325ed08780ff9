"""A switchboard that swaps fingerprints gets a refused call, not a tapped one, and both people are told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scripts.media_files import MediaFiles
from scripts.stack import Stack, free_port
from tests.e2e.conftest import open_office
from tests.e2e.relay import Relay, swap_fingerprint

pytestmark = pytest.mark.e2e


def only(kind: str) -> Any:
    """Swap the fingerprint of offers or of answers only."""

    def change(message: dict[str, Any]) -> dict[str, Any]:
        return swap_fingerprint(message) if message.get("kind") == kind else message

    return change


@pytest.mark.parametrize("kind", ["offer", "answer"])
async def test_a_swapped_fingerprint_is_refused(
    kind: str, tmp_path: Path, files: MediaFiles, card_service: None
) -> None:
    stack = Stack(tmp_path)
    relay = Relay(stack.switchboard_url, free_port(), only(kind))
    async with relay.listening(), open_office(stack, files, switchboard_url=relay.url) as office:
        await office.clerk.set_available()
        await office.visit.take_ticket()
        await office.clerk.press("offer-accept", 20)
        await office.clerk.see("fingerprint-refused")
        told = await office.robot.wait("waiting")
        assert told["view"]["notice"]
        assert (await office.clerk.figures())["first_frame_at"] is None
        assert (await office.robot.figures())["video_frames"] == 0
