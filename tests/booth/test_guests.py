"""A second leg in the booth's call: who joins is seen, both write and are written to, and who holds the ticket asks.
Clerks are real peers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from booth.chime import COMES
from media.consultation import (
    CardRequest,
    Document,
    Farewell,
    Greeting,
    Message,
    SummaryAnswer,
    Text,
)
from media.encoding.h264 import H264Encoder
from media.encoding.sharing import pictures_of
from media.transfer import chunks, sha256
from signaling.protocol.messages import (
    CallHeld,
    Description,
    EndReason,
    HandedOver,
    Leave,
    LegEnded,
    Renew,
)
from tests.booth.kiosk import pdf
from tests.booth.scene import OFFER, S, Scene, call, guest_call
from tests.booth.test_generations import SUMMARY, in_call, join, next_generation
from tests.media.peers import Clerk, of_type, path_cut

GUEST = Greeting(version=1, name="Olena Bondar")


@asynccontextmanager
async def joined(scene: Scene, leg: int = 1, generation: int = 1, *, resumed: bool = False) -> AsyncIterator[Clerk]:
    """An interpreter who is in the call, over the leg of that number."""
    guest = Clerk()
    try:
        scene.says(guest_call(leg, generation, resumed=resumed))
        await scene.until(lambda: scene.stage.view().guest.role == "interpreter")
        await join(scene, guest, generation, leg)
        guest.send(GUEST)
        await scene.until(lambda: scene.stage.view().guest.name == GUEST.name)
        await guest.messages.until(of_type(Greeting))
        yield guest
    finally:
        await guest.close()


def said(clerk: Clerk, kind: type[Message]) -> list[Message]:
    return of_type(kind)(clerk.messages.values)


async def caption(scene: Scene, text: str) -> dict[str, object]:
    """The caption with that text, once it is on the screen."""
    await scene.until(lambda: any(line["text"] == text for line in scene.stage.view().captions))
    return next(line for line in scene.stage.view().captions if line["text"] == text)


async def test_whoever_joins_is_shown_before_anything_is_answered(scene: Scene) -> None:
    async with in_call(scene):
        answered = len(scene.sent(Description))
        heard: list[tuple[float, ...]] = []
        scene.terminal._devices.sound = heard.append  # type: ignore[method-assign]
        scene.says(guest_call(role="supervisor"))
        await scene.until(lambda: scene.stage.view().guest.role)
        assert heard == [COMES], "who does not look hears it"
        view = scene.stage.view()
        assert (view.guest.role, view.guest.feed, view.feed) == ("supervisor", 1, 0)
        assert (view.company.what, view.company.role) == ("joins", "supervisor")
        assert len(scene.sent(Description)) == answered
        assert (scene.state, view.link) == (S.CALL, "connected")


async def test_both_see_one_encoding_and_both_write_but_only_the_holder_asks(scene: Scene) -> None:
    async with in_call(scene) as clerk:
        scene.terminal.write_text("Vorher", True)
        async with joined(scene) as guest:
            assert scene.stage.view().company.name == GUEST.name
            await clerk.barcodes.until(len)
            await guest.barcodes.until(len)
            shared = pictures_of(scene.terminal._devices.open().camera.frames, H264Encoder)
            assert len(shared._members) == 2

            guest.send(CardRequest(request=1, groups=[1]))
            guest.send(Farewell(completed=True))
            guest.send(Text(line=0, text="Dobryj den", done=True))
            clerk.send(Text(line=0, text="Guten Tag", done=True))
            line = await caption(scene, "Dobryj den")
            assert (line["speaker"], line["leg"], line["name"]) == ("clerk", 1, GUEST.name)
            assert (await caption(scene, "Guten Tag"))["leg"] == 0
            assert scene.state is S.CALL

            scene.terminal.write_text("Danke", True)
            danke = Text(line=1, text="Danke", done=True)
            for end in (clerk, guest):
                await end.messages.until(lambda messages: danke in messages)
            assert said(guest, Text) == [danke], "what was written before is not for the guest"

            scene.says(LegEnded(ticket="AB123", leg=1, reason=EndReason.CLERK_LEFT))
            await scene.until(lambda: not scene.stage.view().guest.role)
            assert (scene.stage.view().company.what, scene.stage.view().company.name) == ("left", GUEST.name)
            assert (scene.state, scene.stage.view().link) == (S.CALL, "connected")


async def test_a_handed_over_ticket_goes_on_with_the_guest(scene: Scene) -> None:
    async with in_call(scene) as clerk, joined(scene) as guest:
        clerk.send(CardRequest(request=1, groups=[1, 2]))
        await scene.sees(S.CARD_CONSENT)
        ended = LegEnded(ticket="AB123", leg=0, reason=EndReason.HANDED_OVER)
        scene.says(ended, HandedOver(ticket="AB123", leg=1))
        await scene.until(lambda: scene.state is S.CALL and not scene.stage.view().guest.role)
        view = scene.stage.view()
        assert (view.clerk, view.feed, view.company.what) == (GUEST.name, 1, "handed_over_stopped")
        assert scene.stage.record.card is None
        guest.send(SUMMARY)
        await scene.sees(S.SUMMARY)
        scene.terminal.answer_summary(True)
        await guest.messages.until(of_type(SummaryAnswer))
        guest.send(Farewell(completed=True))
        await scene.sees(S.THANKS)
        assert scene.stage.view().ending == "completed"
        assert scene.sent(Leave) == []


async def test_a_summary_of_the_clerk_who_goes_is_closed_unanswered(scene: Scene) -> None:
    async with in_call(scene) as clerk, joined(scene):
        clerk.send(SUMMARY)
        await scene.sees(S.SUMMARY)
        scene.says(HandedOver(ticket="AB123", leg=1), HandedOver(ticket="AB123", leg=1))
        await scene.sees(S.CALL)
        assert scene.stage.record.summary is None
        assert said(clerk, SummaryAnswer) == []


async def test_a_document_stays_to_be_read_when_the_ticket_is_handed_over(scene: Scene) -> None:
    async with in_call(scene) as clerk, joined(scene):
        data = pdf(1)
        clerk.send(Document(request=3, title="Bescheinigung", transfer="doc-1", size=len(data), sha256=sha256(data)))
        for chunk in chunks("doc-1", data):
            clerk.send(chunk)
        await scene.sees(S.DOCUMENT)
        scene.says(HandedOver(ticket="AB123", leg=1))
        await scene.until(lambda: scene.stage.view().company.what == "handed_over")
        assert (scene.state, scene.stage.view().document.pages) == (S.DOCUMENT, 1)
        scene.terminal.close_document()
        assert scene.state is S.CALL


async def test_a_guest_with_another_legs_seal_is_refused_and_the_clerk_stays(scene: Scene) -> None:
    async with in_call(scene):
        scene.says(guest_call(), scene.offer(OFFER, leg=1, sealed_leg=0))
        await scene.until(lambda: scene.stage.view().company.what == "refused")
        assert (scene.sent(Description)[-1].leg, scene.sent(Description)[-1].sdp) == (1, "")
        assert (scene.state, scene.stage.view().guest.role) == (S.CALL, "")
        assert scene.stage.view().link == "connected"


async def test_a_guest_who_is_not_heard_is_asked_for_anew_alone(scene: Scene) -> None:
    async with in_call(scene), joined(scene) as guest:
        with path_cut(guest):
            await scene.until(lambda: scene.stage.view().guest.link == "suspect")
            await scene.until(lambda: scene.sent(Renew))
            assert scene.sent(Renew)[0] == Renew(ticket="AB123", leg=1, generation=1)
            assert scene.stage.view().link == "connected"
            async with joined(scene, generation=2, resumed=True):
                await scene.until(lambda: scene.stage.view().guest.link == "connected")


async def test_a_guest_without_a_call_is_not_let_in(scene: Scene) -> None:
    await scene.waits()
    scene.says(guest_call(), scene.offer(OFFER, leg=1))
    await scene.line.events.join()
    assert (scene.stage.view().guest.role, scene.sent(Description)) == ("", [])


async def test_a_hold_is_for_everybody_and_whoever_joins_meanwhile(scene: Scene) -> None:
    async with in_call(scene):
        scene.says(CallHeld(ticket="AB123", held=True))
        async with joined(scene) as guest:
            assert (scene.stage.view().screen, scene.stage.view().company.what) == ("hold", "joins")
            assert guest.barcodes.values == []
            scene.says(CallHeld(ticket="AB123", held=False))
            await guest.barcodes.until(len)


async def test_a_clerk_who_starts_anew_finds_the_guest_still_there(scene: Scene) -> None:
    async with in_call(scene), joined(scene) as guest, next_generation(scene, resumed=False):
        await scene.sees(S.CALL)
        assert scene.stage.view().guest.name == GUEST.name
        scene.terminal.write_text("Noch da", True)
        await guest.messages.until(lambda messages: Text(line=0, text="Noch da", done=True) in messages)
        scene.says(call(3))
        await scene.sees(S.CONNECTING)
