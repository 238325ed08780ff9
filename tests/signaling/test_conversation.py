"""Whole conversations over real sockets, read as the script of who says what."""

from __future__ import annotations

from typing import Any

from signaling.protocol import messages as m
from signaling.protocol.errors import ErrorId


async def test_a_visit_from_ticket_to_completion(switchboard: Any) -> None:
    clerk, welcome = await switchboard.clerk()
    assert (welcome.clerk_state, welcome.peer) == (m.ClerkState.PAUSED, "clerk-1")
    await clerk.say(m.SetAvailability(available=True))
    await clerk.hear(m.ClerkUpdate, state=m.ClerkState.AVAILABLE)

    booth, welcome = await switchboard.booth()
    assert welcome.ticket is None
    await booth.say(m.Join(service="registration-certificate", language="de"))
    ticket = (await booth.hear(m.TicketUpdate)).ticket
    assert ticket.position == 1

    offer = await clerk.hear(m.Offer)
    assert (offer.ticket.number, offer.booth, offer.ticket.site) == (ticket.number, "booth-1", "Hall booth-1")
    await clerk.say(m.Accept(ticket=ticket.number))
    for peer in (clerk, booth):
        call = await peer.hear(m.Call)
        assert (call.generation, call.clerk_issuer, call.booth) == (1, switchboard.town.issuer, "booth-1")

    await clerk.say(m.Description(ticket=ticket.number, generation=1, kind="offer", sdp="v=0 offer", seal="s1", id=7))
    assert await booth.hear(m.Description) == m.Description(
        ticket=ticket.number, generation=1, kind="offer", sdp="v=0 offer", seal="s1"
    )
    await booth.say(m.Description(ticket=ticket.number, generation=1, kind="answer", sdp="v=0 answer", seal="s2"))
    assert (await clerk.hear(m.Description)).sdp == "v=0 answer"
    await booth.say(m.Candidate(ticket=ticket.number, generation=1, candidate="candidate:1", sdp_mid="0"))
    assert (await clerk.hear(m.Candidate)).candidate == "candidate:1"

    await clerk.say(m.Connected(ticket=ticket.number, generation=1))
    await booth.hear(m.TicketUpdate, ticket__state=m.TicketState.IN_CALL)
    await clerk.say(m.Complete(ticket=ticket.number, outcome=m.Outcome.DONE))
    assert (await booth.hear(m.CallEnded)).reason == m.EndReason.COMPLETED
    await booth.hear(m.TicketUpdate, ticket__state=m.TicketState.COMPLETED)
    await clerk.hear(m.ClerkUpdate, state=m.ClerkState.WRAP_UP)
    await clerk.say(m.SetAvailability(available=True))
    await clerk.hear(m.ClerkUpdate, state=m.ClerkState.AVAILABLE)


async def test_a_warm_transfer(switchboard: Any) -> None:
    booth, first, number = await switchboard.call()
    second = await switchboard.available("clerk-2")
    await first.say(m.Invite(ticket=number, purpose="transfer"))
    assert (await second.hear(m.Offer)).purpose == "transfer"
    await second.say(m.Accept(ticket=number))
    legs = {"booth": (await second.hear(m.Call, other="booth")).leg}
    legs["clerk"] = (await second.hear(m.Call, other="clerk")).leg
    assert (await booth.hear(m.Call, role="guest")).leg == legs["booth"]
    assert (await first.hear(m.Call, other="clerk")).leg == legs["clerk"]
    for leg, peer in ((legs["booth"], booth), (legs["clerk"], first)):
        await second.say(m.Description(ticket=number, leg=leg, generation=1, kind="offer", sdp="v=0", seal="s"))
        assert (await peer.hear(m.Description)).leg == leg
        await peer.say(m.Description(ticket=number, leg=leg, generation=1, kind="answer", sdp="v=0", seal="s"))
        assert (await second.hear(m.Description)).leg == leg
        await second.say(m.Connected(ticket=number, leg=leg, generation=1))
    await first.say(m.HandOver(ticket=number))
    assert (await first.hear(m.CallEnded)).reason == m.EndReason.HANDED_OVER
    for peer in (booth, second):
        assert (await peer.hear(m.HandedOver)).leg == legs["booth"]
    await second.say(m.Complete(ticket=number, outcome=m.Outcome.DONE))
    await booth.hear(m.TicketUpdate, ticket__state=m.TicketState.COMPLETED)


async def test_join_names_what_is_wrong(switchboard: Any) -> None:
    booth, _ = await switchboard.booth()
    await booth.say(m.Join(language="de", service="passport", id=1), m.Join(language="de", id=2))
    for number in (1, 2):
        assert (await booth.hear(m.Error, in_reply_to=number)).error == ErrorId.SERVICE_UNKNOWN
    await booth.say(m.Join(language="de", service="parking-permit"))
    await booth.hear(m.TicketUpdate)
    await booth.say(m.Join(language="de", service="parking-permit", id=3))
    assert (await booth.hear(m.Error, in_reply_to=3)).error == ErrorId.TICKET_EXISTS


async def test_declined_ticket_goes_to_the_next_clerk(switchboard: Any) -> None:
    first = await switchboard.available("clerk-1")
    second = await switchboard.available("clerk-2")
    _, number = await switchboard.joined()
    await first.hear(m.Offer)
    await first.say(m.Decline(ticket=number))
    await first.hear(m.OfferWithdrawn, reason="declined")
    assert (await second.hear(m.Offer)).ticket.number == number
    assert not [heard for heard in await first.hears_nothing_else() if isinstance(heard, m.Offer)]


async def test_expired_offer_goes_to_the_next_clerk(start_switchboard: Any) -> None:
    async with start_switchboard(offer_seconds=0.3) as switchboard:
        first = await switchboard.available("clerk-1")
        second = await switchboard.available("clerk-2")
        _, number = await switchboard.joined()
        await first.hear(m.Offer)
        await first.hear(m.OfferWithdrawn, reason="expired")
        await second.hear(m.Offer)
        await second.say(m.Accept(ticket=number))
        await second.hear(m.Call)
        await first.say(m.Accept(ticket=number, id=9))
        assert (await first.hear(m.Error, in_reply_to=9)).error == ErrorId.TICKET_GONE


async def test_returned_ticket_keeps_its_place(switchboard: Any) -> None:
    booth, clerk, number = await switchboard.call()
    later, _ = await switchboard.joined("booth-2")
    await clerk.say(m.ReturnToQueue(ticket=number, reason=m.EndReason.CONNECT_FAILED))
    assert (await booth.hear(m.CallEnded)).reason == m.EndReason.CONNECT_FAILED
    await booth.hear(m.TicketUpdate, ticket__state=m.TicketState.WAITING, ticket__position=1)
    await later.hear(m.TicketUpdate, ticket__position=2)


async def test_citizen_leaves_during_offer_and_call(switchboard: Any) -> None:
    clerk = await switchboard.available()
    booth, number = await switchboard.joined()
    await clerk.hear(m.Offer)
    await booth.say(m.Leave(ticket=number))
    await clerk.hear(m.OfferWithdrawn, reason="citizen_left")
    await booth.hear(m.TicketUpdate, ticket__state=m.TicketState.ABANDONED)
    await booth.say(m.Join(service="registration-certificate", language="de"))
    number = (await clerk.hear(m.Offer)).ticket.number
    await clerk.say(m.Accept(ticket=number))
    await booth.hear(m.Call)
    await booth.say(m.Leave(ticket=number))
    assert (await clerk.hear(m.CallEnded)).reason == m.EndReason.CITIZEN_LEFT
    await clerk.hear(m.ClerkUpdate, state=m.ClerkState.AVAILABLE)


async def test_pause_during_a_call_takes_effect_afterwards(switchboard: Any) -> None:
    _, clerk, number = await switchboard.call()
    await clerk.say(m.SetAvailability(available=False), m.Complete(ticket=number, outcome=m.Outcome.REFERRED))
    assert (await clerk.hear(m.ClerkUpdate)).state == m.ClerkState.IN_CALL
    await clerk.hear(m.ClerkUpdate, state=m.ClerkState.PAUSED)


async def test_only_eligible_clerks_see_and_get_a_ticket(switchboard: Any) -> None:
    heath = await switchboard.available("clerk-heath", regions=["heide"])
    await switchboard.joined(needs=["sign-language"])
    able = await switchboard.available("clerk-able", needs=["sign-language"])
    await able.hear(m.Offer)
    assert not [heard for heard in await heath.hears_nothing_else() if isinstance(heard, m.Offer)]
    queues = [heard for heard in heath.passed_over if isinstance(heard, m.QueueUpdate)]
    assert all(queue.total == 0 for queue in queues)


async def test_statistics_are_for_supervisors_and_keep_small_groups_hidden(switchboard: Any) -> None:
    clerk = await switchboard.available()
    await clerk.say(m.WatchStatistics(watch=True, id=1))
    assert (await clerk.hear(m.Error, in_reply_to=1)).error == ErrorId.NOT_PERMITTED
    supervisor, _ = await switchboard.clerk("clerk-9", roles=["supervisor"])
    await supervisor.say(m.WatchStatistics(watch=True), m.SetAvailability(available=True, id=2))
    elbtal, _heide = (await supervisor.hear(m.Statistics)).regions
    assert (elbtal.name, elbtal.waiting, elbtal.clerks_available) == ("Elbtal", 0, None)
    assert (await supervisor.hear(m.Error, in_reply_to=2)).error == ErrorId.NOT_PERMITTED
    booth, number = await switchboard.joined()
    await clerk.hear(m.Offer)
    await booth.say(m.Leave(ticket=number))
    while (elbtal := (await supervisor.hear(m.Statistics)).regions[0]).abandoned_today == 0:
        assert elbtal.waiting <= 1
    assert (elbtal.waiting, elbtal.in_call, elbtal.longest_wait_s) == (0, 0, 0.0)


async def test_clerks_are_counted_from_the_minimum_group_size_on(start_switchboard: Any) -> None:
    async with start_switchboard(minimum_group_size=2) as switchboard:
        await switchboard.available("clerk-1")
        await switchboard.available("clerk-2")
        supervisor, _ = await switchboard.clerk("clerk-9", roles=["supervisor"])
        await supervisor.say(m.WatchStatistics(watch=True))
        elbtal, heide = (await supervisor.hear(m.Statistics)).regions
        assert (elbtal.clerks_available, heide.clerks_available) == (2, None)
