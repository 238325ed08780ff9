"""A switchboard that swaps fingerprints gets a refused call, not a tapped one, and both people are told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jwt
import pytest

from clerk_console.keys import load_token_key
from scripts.media_files import MediaFiles
from scripts.stack import Stack, free_port
from signaling.protocol.seal import fingerprints
from tests.e2e.conftest import open_office
from tests.e2e.relay import Relay, swap_fingerprint

pytestmark = pytest.mark.e2e


def only(kind: str) -> Any:
    """Swap the fingerprint of offers or of answers only."""

    def change(message: dict[str, Any]) -> dict[str, Any]:
        return swap_fingerprint(message) if message.get("kind") == kind else message

    return change


def with_a_seal_of_another_leg(stack: Stack) -> Any:
    """Swap the clerk's fingerprint, and seal it with the office's own key: as a colleague's, for the next leg of this
    very ticket."""

    def change(message: dict[str, Any]) -> dict[str, Any]:
        if message.get("kind") != "offer":
            return message
        claims = jwt.decode(message["seal"], options={"verify_signature": False})
        kid = jwt.get_unverified_header(message["seal"])["kid"]
        key = load_token_key(stack.data / "console")
        swapped = swap_fingerprint(message)
        claims |= {"leg": claims["leg"] + 1, "fingerprints": fingerprints(swapped["sdp"])}
        return swapped | {"seal": jwt.encode(claims, key, algorithm="EdDSA", headers={"kid": kid})}

    return change


@pytest.mark.parametrize("kind", ["offer", "answer", "leg"])
async def test_a_swapped_fingerprint_is_refused(
    kind: str, tmp_path: Path, files: MediaFiles, card_service: None
) -> None:
    stack = Stack(tmp_path)
    change = with_a_seal_of_another_leg(stack) if kind == "leg" else only(kind)
    relay = Relay(stack.switchboard_url, free_port(), change)
    async with relay.listening(), open_office(stack, files, switchboard_url=relay.url) as office:
        await office.clerk.set_available()
        await office.visit.take_ticket()
        await office.clerk.press("offer-accept")
        await office.clerk.see("fingerprint-refused")
        told = await office.robot.wait("waiting")
        assert told["view"]["notice"]
        assert (await office.clerk.figures())["first_frame_at"] is None
        figures = await office.robot.figures()
        assert (figures["video_frames"], figures["audio_seconds"]) == (0, 0)
