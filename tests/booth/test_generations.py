"""A call that breaks: the booth asks for another generation, and the conversation goes on over it. Clerks are real."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import islice

from booth.restoration import FIRST_PATIENCE_S, LONGEST_PATIENCE_S, Restoration, patience
from booth.view import HOLD
from media.consultation import (
    CardRequest,
    CardStage,
    CardStatus,
    Greeting,
    SummaryAnswer,
    SummaryField,
    SummaryRequest,
    Text,
)
from signaling.client import Connected, Disconnected
from signaling.protocol.messages import (
    CallEnded,
    CallHeld,
    Description,
    EndReason,
    Leave,
    PeerPresence,
    Renew,
    TicketState,
    TicketUpdate,
    Welcome,
)
from tests.booth.scene import OFFER, S, Scene, call, ticket
from tests.media.peers import Clerk, of_type, path_cut

SUMMARY = SummaryRequest(request=2, title="Title", fields=[SummaryField(label="Name", value="Erika")])


async def join(scene: Scene, clerk: Clerk, generation: int, leg: int = 0) -> None:
    """The clerk's browser makes the offer of this generation of its leg and gets the booth's answer."""

    def answers() -> list[str]:
        return [one.sdp for one in scene.sent(Description) if (one.leg, one.generation) == (leg, generation)]

    scene.says(scene.offer(await clerk.offer(), generation, leg=leg))
    await scene.until(answers)
    await clerk.take_answer(answers()[0])
    async with asyncio.timeout(30):
        await clerk.opened.wait()


@asynccontextmanager
async def in_call(scene: Scene) -> AsyncIterator[Clerk]:
    clerk = Clerk()
    try:
        await scene.called()
        await join(scene, clerk, 1)
        await scene.sees(S.CALL)
        yield clerk
    finally:
        await clerk.close()


@asynccontextmanager
async def next_generation(scene: Scene, number: int = 2, *, resumed: bool = True) -> AsyncIterator[Clerk]:
    clerk = Clerk()
    try:
        scene.says(call(number, resumed=resumed))
        await join(scene, clerk, number)
        await clerk.messages.until(of_type(Greeting))
        yield clerk
    finally:
        await clerk.close()


async def test_a_clerk_not_heard_is_asked_for_anew_and_nobody_is_sent_away(scene: Scene) -> None:
    async with in_call(scene) as clerk:
        with path_cut(clerk):
            await scene.until(lambda: scene.sent(Renew))
            assert scene.sent(Renew) == [Renew(ticket="AB123", generation=1)]
            assert (scene.state, scene.stage.view().link) == (S.CALL, "suspect")
        await scene.until(lambda: scene.stage.view().link == "connected")
        assert scene.state is S.CALL


async def test_the_conversation_goes_on_over_the_next_generation(scene: Scene) -> None:
    async with in_call(scene) as clerk:
        scene.terminal.write_text("Guten Tag", True)
        clerk.send(CardRequest(request=1, groups=[1, 2]))
        await scene.sees(S.CARD_CONSENT)
        scene.terminal.consent()
        with path_cut(clerk):
            async with next_generation(scene) as following:
                await following.messages.until(of_type(CardStatus))
                said = following.messages.values
                assert of_type(Text)(said) == [Text(line=0, text="Guten Tag", done=True)]
                (status,) = of_type(CardStatus)(said)
                assert (status.request, status.stage) == (1, CardStage.CARD_ACCESS_NUMBER)
                following.send(CardRequest(request=1, groups=[1, 2]))
                following.send(Text(line=0, text="Da bin ich", done=True))
                await scene.until(lambda: any(line["text"] == "Da bin ich" for line in scene.stage.view().captions))
                assert (scene.state, scene.stage.view().link) == (S.CARD_NUMBER, "connected")


async def test_an_answer_that_was_lost_is_repeated_not_asked_for_again(scene: Scene) -> None:
    async with in_call(scene) as clerk:
        clerk.send(SUMMARY)
        await scene.sees(S.SUMMARY)
        with path_cut(clerk):
            scene.terminal.answer_summary(True)
            async with next_generation(scene) as following:
                await following.messages.until(of_type(SummaryAnswer))
                following.send(SUMMARY)
                following.send(Text(line=0, text="Danke", done=True))
                await scene.until(lambda: scene.stage.view().captions)
                assert scene.state is S.CALL
                assert {one.answer for one in of_type(SummaryAnswer)(following.messages.values)} == {"confirmed"}


async def test_a_later_generation_needs_a_good_seal_too(scene: Scene) -> None:
    async with in_call(scene) as clerk:
        clerk.send(SUMMARY)
        await scene.sees(S.SUMMARY)
        scene.says(call(2, resumed=True))
        scene.says(scene.offer(OFFER.replace("AB", "CD"), 2, sealed_sdp=OFFER))
        await scene.sees(S.WAITING)
        assert (scene.sent(Description)[-1].generation, scene.sent(Description)[-1].sdp) == (2, "")
        assert scene.stage.view().notice == "notice-fingerprint_refused"
        assert scene.terminal.calls.figures() is None


async def test_a_seal_of_an_earlier_generation_is_worth_nothing(scene: Scene) -> None:
    async with in_call(scene):
        scene.says(call(2, resumed=True), scene.offer(OFFER, 2, sealed_for=1))
        await scene.sees(S.WAITING)


async def test_a_clerk_who_started_anew_begins_the_conversation_anew(scene: Scene) -> None:
    async with in_call(scene) as clerk:
        clerk.send(SUMMARY)
        await scene.sees(S.SUMMARY)
        scene.says(call(2, resumed=False))
        await scene.sees(S.CONNECTING)
        assert scene.stage.record.summary is None


async def test_without_a_line_it_is_asked_as_soon_as_there_is_one(scene: Scene) -> None:
    async with in_call(scene) as clerk:
        scene.says(Disconnected("gone"))
        await scene.until(lambda: not scene.stage.view().online)
        with path_cut(clerk):
            await scene.until(lambda: scene.stage.view().link == "suspect")
            assert scene.sent(Renew) == []
            standing = ticket(TicketState.IN_CALL)
            scene.says(Connected(Welcome(version=1, peer="booth-1", ice_servers=[], ticket=standing)))
            await scene.until(lambda: scene.sent(Renew))
            scene.says(PeerPresence(ticket="AB123", online=True))
            await scene.until(lambda: len(scene.sent(Renew)) == 2)


async def test_a_booth_that_has_moved_doubts_its_call_before_any_silence(scene: Scene) -> None:
    async with in_call(scene):
        scene.says(Disconnected("moved", moved=True))
        await scene.until(lambda: any(view.link == "suspect" for view in scene.shown))
        standing = ticket(TicketState.IN_CALL)
        scene.says(Connected(Welcome(version=1, peer="booth-1", ice_servers=[], ticket=standing)))
        await scene.until(lambda: scene.stage.view().link == "connected")


async def test_a_held_call_says_so_and_goes_on_where_it_was(scene: Scene) -> None:
    async with in_call(scene) as clerk:
        clerk.send(SUMMARY)
        await scene.sees(S.SUMMARY)
        scene.terminal.write_text("Mom", False)
        scene.says(CallHeld(ticket="AB123", held=True))
        await scene.until(lambda: scene.stage.view().screen == HOLD)
        await clerk.messages.until(lambda said: Text(line=0, text="Mom", done=True) in said)
        scene.says(CallHeld(ticket="AB123", held=False))
        await scene.until(lambda: scene.stage.view().screen == "summary")


async def test_how_a_call_stands_is_known_again_with_the_line(scene: Scene) -> None:
    async with in_call(scene):
        held = ticket(TicketState.HELD)
        scene.says(Disconnected("gone"), Connected(Welcome(version=1, peer="booth-1", ice_servers=[], ticket=held)))
        await scene.until(lambda: scene.stage.view().screen == HOLD)
        scene.says(TicketUpdate(ticket=ticket(TicketState.IN_CALL)))
        await scene.until(lambda: scene.stage.view().screen == "call")


async def test_a_new_generation_ends_a_hold(scene: Scene) -> None:
    async with in_call(scene) as clerk:
        scene.says(CallHeld(ticket="AB123", held=True))
        await scene.until(lambda: scene.stage.view().screen == HOLD)
        with path_cut(clerk):
            async with next_generation(scene) as following:
                await following.barcodes.until(len)
                assert scene.stage.view().screen == "call"


async def test_a_parked_call_leaves_the_ticket_and_comes_again(scene: Scene) -> None:
    async with in_call(scene):
        scene.says(CallEnded(ticket="AB123", reason=EndReason.PARKED), TicketUpdate(ticket=ticket(TicketState.PARKED)))
        await scene.sees(S.PARKED)
        assert scene.terminal.calls.figures() is None
        assert scene.stage.view().parked_since
        async with next_generation(scene, resumed=False):
            await scene.sees(S.CALL)
    assert scene.sent(Leave) == []


async def test_a_parked_citizen_may_leave_and_one_forgotten_waits_at_the_old_place(scene: Scene) -> None:
    await scene.called()
    scene.says(CallEnded(ticket="AB123", reason=EndReason.PARKED), TicketUpdate(ticket=ticket(TicketState.PARKED)))
    await scene.sees(S.PARKED)
    scene.says(TicketUpdate(ticket=ticket()))
    await scene.sees(S.WAITING)
    assert scene.stage.view().returned
    scene.says(TicketUpdate(ticket=ticket(TicketState.PARKED)))
    await scene.sees(S.PARKED)
    scene.terminal.leave()
    await scene.sees(S.THANKS)
    assert [leave.ticket for leave in scene.sent(Leave)] == ["AB123"]


async def test_a_call_that_never_stood_is_asked_for_anew(scene: Scene) -> None:
    await scene.called()
    scene.says(scene.offer())
    await scene.until(lambda: scene.sent(Renew))
    assert scene.state is S.CONNECTING


async def test_a_nudge_does_not_wait_and_an_end_is_an_end() -> None:
    asked = asyncio.Semaphore(0)

    async def ask() -> None:
        asked.release()

    restoration = Restoration(ask)
    restoration.begin()
    restoration.begin()
    async with asyncio.timeout(FIRST_PATIENCE_S / 2):
        await asked.acquire()
        restoration.nudge()
        await asked.acquire()
    await restoration.end()
    restoration.nudge()
    await asyncio.sleep(0)
    assert asked.locked()


def test_patience_grows_up_to_a_limit() -> None:
    waits = list(islice(patience(), 8))
    assert waits[0] == FIRST_PATIENCE_S
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_PATIENCE_S
