"""A whole visit without a person: a citizen at the booth (its robot) and a clerk in Chromium finish one matter."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scripts.clerk import Clerk
from scripts.stack import SERVICE, Card, Robot

FORM = {
    "street": "Lindenweg",
    "house_number": "4a",
    "postal_code": "01067",
    "municipality": "Elbtal",
    "registered_since": "2019-04-01",
    "place_of_birth": "Dresden",
}


@dataclass
class Visit:
    """Plays the visit step by step; `say` gets one line a step. What was measured stands in `figures`. `card` is taken
    from the reader in the end, as the booth asks. `writes`: what the citizen types in the call."""

    robot: Robot
    clerk: Clerk
    can: str
    folder: Path
    say: Callable[[str], None] = lambda line: None
    card: Card | None = None
    writes: str = ""
    figures: dict[str, Any] = field(default_factory=dict)
    verdicts: dict[str, str] = field(default_factory=dict)
    document: Path | None = None

    async def take_ticket(self, language: str = "de", service: str = SERVICE) -> str:
        """The citizen starts, chooses language and service, and gets a ticket number."""
        await self.robot.wait("attract")
        await self.robot.press("start")
        await self.robot.wait("language")
        await self.robot.press(f"language-{language}")
        await self.robot.wait("service")
        await self.robot.press(f"service-{service}")
        state = await self.robot.wait("waiting")
        number = str(state["view"]["ticket"])
        self.say(f"citizen: took ticket {number}, place {state['view']['position']} in the queue")
        return number

    async def connect(self) -> None:
        """The clerk accepts; both see and hear each other."""
        await self.clerk.accept()
        await self.robot.wait("call")
        setup = (await self.clerk.figures())["setup_ms"]
        self.figures["setup_ms"] = round(setup)
        self.say(f"clerk: accepted; the citizen's first frame was shown after {setup:.0f} ms")

    async def read_card(self) -> None:
        """The clerk asks, the citizen agrees and types the card access number, the authority verifies."""
        if self.card is not None and not self.card.inserted:
            await self.card.insert()
        await self.clerk.press("card-request")
        await self.robot.wait("card")
        await self.robot.press("consent-agree")
        await self.type_can(self.can)
        await self.clerk.see("identity-check-data_integrity")
        self.verdicts = await self.clerk.verdicts()
        for check, verdict in self.verdicts.items():
            self.say(f"identity: {check.replace('_', ' ')}: {verdict}")

    async def type_can(self, can: str) -> None:
        for digit in can:
            await self.robot.press(f"key-{digit}")
        await self.robot.press("can-confirm")

    async def agree_on_the_form(self) -> None:
        """The clerk fills what the card does not say; the citizen confirms the summary."""
        await self.clerk.fill(FORM)
        await self.clerk.press("summary-request")
        await self.robot.wait("summary")
        self.say("citizen: reads the summary and confirms it")
        await self.robot.press("summary-confirm")
        await self.clerk.see("complete")

    async def complete(self) -> Path:
        """The clerk completes the case; the PDF is shown at the booth and downloaded by the clerk."""
        await self.clerk.press("complete")
        await self.robot.wait("document")
        self.document = await self.clerk.download(self.folder / "registration-certificate.pdf")
        self.say("clerk: completed the case; the document is shown at the booth")
        return self.document

    async def part(self) -> None:
        """The citizen closes the document, the clerk says goodbye, the booth thanks and wipes."""
        await self.robot.press("document-close")
        await self.clerk.press("farewell")
        await self._go()
        await self.robot.wait("attract")
        await self.clerk.press("ready")
        self.say("booth: thanked and wiped; ready for the next citizen")

    async def hang_up(self) -> None:
        """The citizen ends the visit in the middle of the call; the clerk is ready for the next."""
        await self.robot.press("leave")
        await self.robot.press("leave-confirm")
        await self._go()
        await self.robot.wait("attract")
        await self.clerk.press("ready")

    async def _go(self) -> None:
        """Take the card, which the booth waits for, and finish."""
        await self.robot.wait("thanks")
        if self.card is not None and self.card.inserted:
            await self.card.remove()
        await self.robot.press("finish")

    async def measure(self, seconds: float = 8.0) -> None:
        """Frames a second and sound, each way, over `seconds` of the running call."""
        before, at = await self._counts(), time.monotonic()
        await asyncio.sleep(seconds)
        after, passed = await self._counts(), time.monotonic() - at
        for way in ("booth_to_clerk", "clerk_to_booth"):
            self.figures[f"{way}_fps"] = round((after[f"{way}_frames"] - before[f"{way}_frames"]) / passed, 1)
            self.figures[f"{way}_sound_share"] = round(
                (after[f"{way}_sound_s"] - before[f"{way}_sound_s"]) / passed, 3
            )
            self.figures[f"{way}_size"] = after[f"{way}_size"]

    async def _counts(self) -> dict[str, Any]:
        clerk, booth = await self.clerk.figures(), await self.robot.figures()
        return {
            "booth_to_clerk_frames": clerk["frames"],
            "booth_to_clerk_sound_s": clerk["audio_seconds"],
            "booth_to_clerk_size": f"{clerk['width']}x{clerk['height']}",
            "clerk_to_booth_frames": booth["video_frames"],
            "clerk_to_booth_sound_s": booth["audio_seconds"],
            "clerk_to_booth_size": f"{booth['video_width']}x{booth['video_height']}",
        }

    async def whole(self, measured_seconds: float = 8.0) -> None:
        """The visit from attract screen to wipe."""
        await self.clerk.set_available()
        await self.take_ticket()
        await self.connect()
        await self.read_card()
        await self.measure(measured_seconds)
        if self.writes:
            await self.robot.ask({"do": "type", "name": "text", "text": self.writes})
        await self.agree_on_the_form()
        await self.complete()
        await self.part()
