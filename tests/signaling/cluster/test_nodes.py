"""Two and three nodes on PostgreSQL and NATS serve one queue, and any of them may be killed."""

from __future__ import annotations

from typing import Any

from signaling.protocol import messages as m


async def test_two_nodes_serve_one_queue(start_cluster: Any) -> None:
    """A booth at one node and a clerk at the other have a call; what they say to set it up goes across."""
    cluster = await start_cluster(2)
    leader, other = cluster.leader(), cluster.others()[0]
    clerk = await other.peers.available()
    booth, number = await leader.peers.joined()
    assert (await clerk.hear(m.Offer)).ticket.number == number
    await clerk.say(m.Accept(ticket=number))
    for peer in (clerk, booth):
        await peer.hear(m.Call, ticket=number, generation=1)
    for n in range(20):
        await clerk.say(m.Candidate(ticket=number, generation=1, candidate=f"candidate:{n}"))
        await booth.say(m.Candidate(ticket=number, generation=1, candidate=f"candidate:{n}"))
    for peer in (clerk, booth):
        for n in range(20):
            assert (await peer.hear(m.Candidate)).candidate == f"candidate:{n}"
    await clerk.say(m.Connected(ticket=number, generation=1))
    await booth.hear(m.TicketUpdate, ticket__state=m.TicketState.IN_CALL)
    await clerk.say(m.Complete(ticket=number, outcome=m.Outcome.DONE))
    await booth.hear(m.CallEnded, reason=m.EndReason.COMPLETED)


async def test_a_device_is_known_at_every_node(start_cluster: Any) -> None:
    cluster = await start_cluster(2)
    first, second = cluster.nodes
    booth, _ = await first.peers.booth(instance="instance-1")
    await booth.say(m.Join(service="registration-certificate", language="de"))
    number = (await booth.hear(m.TicketUpdate)).ticket.number
    # Another device with the same key is refused while the first one answers, over there.
    thief = await second.peers.hello("booth", lambda n: second.peers.town.booth_token("booth-1", n), "instance-2")
    assert (await thief.hear(m.Error)).error == "booth_already_connected"
    # The same device is let in, and its earlier line ends.
    again, welcome = await second.peers.booth(instance="instance-1")
    assert welcome.ticket.number == number
    assert (await booth.closed_with())[1] == "replaced_by_newer_connection"
    assert not [heard for heard in await again.hears_nothing_else() if isinstance(heard, m.Error)]


async def test_one_after_the_other_is_killed(start_cluster: Any) -> None:
    """Three nodes; the leader is killed, then the next one. Peers of other nodes keep their lines, peers of the killed
    one come back elsewhere; the call goes on, and the queue keeps its order."""
    cluster = await start_cluster(3)
    leader, (here, there) = cluster.leader(), cluster.others()
    booth, number, clerk = *(await here.peers.joined("booth-1")), await there.peers.available()
    await clerk.hear(m.Offer)
    await clerk.say(m.Accept(ticket=number))
    await booth.hear(m.Call, generation=1)
    await clerk.say(m.Connected(ticket=number, generation=1))
    await booth.hear(m.TicketUpdate, ticket__state=m.TicketState.IN_CALL)
    _, waiting = await leader.peers.joined("booth-2")

    term = leader.term
    await leader.kill()
    new = await cluster.led_after(term)
    for peer in (booth, clerk):
        welcome = await peer.hear(m.Welcome)  # On the line it had.
        assert (welcome.ticket.number, welcome.ticket.state) == (number, m.TicketState.IN_CALL)
        assert not [heard for heard in await peer.hears_nothing_else() if isinstance(heard, m.Call | m.CallEnded)]
    _, welcome = await new.peers.booth("booth-2")
    assert (welcome.ticket.number, welcome.ticket.state) == (waiting, m.TicketState.WAITING)
    await clerk.say(m.Description(ticket=number, generation=1, kind="offer", sdp="v=0", seal=""))
    assert (await booth.hear(m.Description)).sdp == "v=0"

    await new.kill()
    last = await cluster.led_after(new.term)
    ends = {new: None, here: booth, there: clerk}
    if last is here:
        await booth.hear(m.Welcome)
        clerk, welcome = await last.peers.clerk()
    else:
        await clerk.hear(m.Welcome)
        booth, welcome = await last.peers.booth("booth-1")
    assert ends and (welcome.ticket.number, welcome.ticket.state) == (number, m.TicketState.IN_CALL)
    await clerk.say(m.Complete(ticket=number, outcome=m.Outcome.DONE))
    await booth.hear(m.CallEnded, reason=m.EndReason.COMPLETED)
    _, welcome = await last.peers.booth("booth-2")
    assert welcome.ticket.number == waiting
    await clerk.say(m.SetAvailability(available=True))
    assert (await clerk.hear(m.Offer)).ticket.number == waiting


STEPS = (m.TicketState.WAITING, m.TicketState.OFFERED, m.TicketState.CONNECTING, m.TicketState.IN_CALL)
FAULTS = [(step, "leader") for step in STEPS] + [
    (step, end) for step in (m.TicketState.OFFERED, m.TicketState.IN_CALL) for end in ("booth's", "clerk's")
]


async def test_nodes_are_killed_at_each_step(start_cluster: Any) -> None:
    """Whatever the ticket has come to, and whichever node dies: it is the same ticket, offered to one clerk, and the
    matter can be brought to an end. Nodes that were killed come back and take part again."""
    cluster = await start_cluster(3)
    for step, killed in FAULTS:
        leader, (here, there) = cluster.leader(), cluster.others()
        booth, _ = await here.peers.booth()
        clerk, _ = await there.peers.clerk()
        number = await _brought_to(step, booth, clerk)
        victim = {"leader": leader, "booth's": here, "clerk's": there}[killed]
        term = leader.term
        await victim.kill()
        if victim is leader:
            await cluster.led_after(term)
            for peer in (booth, clerk):
                await peer.hear(m.Welcome)
        elif victim is here:
            booth, welcome = await there.peers.booth()
            assert welcome.ticket.number == number
        else:
            clerk, _ = await here.peers.clerk()
        await _brought_to_an_end(number, booth, clerk)
        await booth.leave_line()
        await clerk.leave_line()
        await victim.start()


async def _brought_to(step: m.TicketState, booth: Any, clerk: Any) -> str:
    await clerk.say(m.SetAvailability(available=step is not m.TicketState.WAITING))
    await clerk.hear(m.ClerkUpdate)
    await booth.say(m.Join(service="registration-certificate", language="de"))
    number: str = (await booth.hear(m.TicketUpdate)).ticket.number
    if step is m.TicketState.WAITING:
        return number
    await clerk.hear(m.Offer, ticket__number=number)
    if step is m.TicketState.OFFERED:
        return number
    await clerk.say(m.Accept(ticket=number))
    for peer in (booth, clerk):
        await peer.hear(m.Call, ticket=number, generation=1)
    if step is m.TicketState.IN_CALL:
        await clerk.say(m.Connected(ticket=number, generation=1))
        await booth.hear(m.TicketUpdate, ticket__state=m.TicketState.IN_CALL)
    return number


async def _brought_to_an_end(number: str, booth: Any, clerk: Any) -> None:
    """What a browser would do with what it hears, until the matter is closed. No other ticket may turn up."""
    await clerk.say(m.SetAvailability(available=True))
    while not isinstance(heard := await clerk.hear(m.Offer | m.Call | m.ClerkUpdate | m.CallEnded), m.CallEnded):
        match heard:
            case m.Offer(ticket=ticket):
                assert ticket.number == number
                await clerk.say(m.Accept(ticket=number))
            case m.Call(ticket=ticket, generation=generation):
                assert ticket == number
                await clerk.say(m.Connected(ticket=number, generation=generation))
            case m.ClerkUpdate(state=m.ClerkState.OFFERED, ticket=ticket):
                assert ticket == number
                await clerk.say(m.Accept(ticket=number))
            case m.ClerkUpdate(state=m.ClerkState.IN_CALL):
                await clerk.say(m.Complete(ticket=number, outcome=m.Outcome.DONE))
    await booth.hear(m.CallEnded, ticket=number, reason=m.EndReason.COMPLETED)
    await clerk.hear(m.ClerkUpdate, ticket=None)


async def test_what_is_said_while_nobody_leads_is_served_once(start_cluster: Any) -> None:
    cluster = await start_cluster(2)
    leader, other = cluster.leader(), cluster.others()[0]
    booth, _ = await other.peers.booth()
    term = leader.term
    await leader.kill()
    await booth.say(m.Join(service="registration-certificate", language="de"))
    for n in range(3):  # Answered though nobody leads: the line does not look dead.
        await booth.say(m.Ping(n=n))
        await booth.hear(m.Pong, n=n)
    await cluster.led_after(term)
    ticket = (await booth.hear(m.TicketUpdate)).ticket
    assert ticket.state is m.TicketState.WAITING
    assert not [heard for heard in booth.passed_over if isinstance(heard, m.Error)]
    clerk = await other.peers.available()
    assert (await clerk.hear(m.Offer)).ticket.number == ticket.number


async def test_a_killed_node_that_is_started_again_leads_again(start_cluster: Any) -> None:
    """It need not wait for its own lease."""
    cluster = await start_cluster(1)
    (node,) = cluster.nodes
    _, number = await node.peers.joined()
    await node.kill()
    await node.start()
    await cluster.led_after(1)
    _, welcome = await node.peers.booth()
    assert welcome.ticket.number == number


async def test_a_booth_at_a_killed_node_loses_its_place_with_its_lease(start_cluster: Any) -> None:
    cluster = await start_cluster(2, booth_lease_seconds=1)
    leader, other = cluster.leader(), cluster.others()[0]
    clerk, _ = await leader.peers.clerk("clerk-9", roles=["clerk", "supervisor"])
    _, number = await other.peers.joined()
    await clerk.hear(m.QueueUpdate, total=1)
    await other.kill()
    await clerk.hear(m.QueueUpdate, total=0)
    assert (await leader.logged("gateway_gone"))["lines"] == 1
    await leader.logged("ticket", ticket=number, event_name="booth_lost")
    closed = [e for e in leader.log if e.get("ticket") == number and e["event_name"] == "booth_lost"]
    assert len(closed) == 1


async def test_a_node_that_ends_in_good_order_makes_room(start_cluster: Any) -> None:
    """Peers of the other node keep their lines; what was said just before is not lost."""
    cluster = await start_cluster(2)
    leader, other = cluster.leader(), cluster.others()[0]
    booth, _ = await other.peers.booth()
    term = leader.term
    await booth.say(m.Join(service="registration-certificate", language="de"))
    await leader.stop()
    await cluster.led_after(term)
    welcome = await booth.hear(m.Welcome)
    number = (welcome.ticket or (await booth.hear(m.TicketUpdate)).ticket).number
    clerk = await other.peers.available()
    assert (await clerk.hear(m.Offer)).ticket.number == number


async def test_a_bus_that_was_away_costs_nobody_a_line(start_cluster: Any, nats_server_of_my_own: Any) -> None:
    """The leader makes room after a moment, as somebody else may be on the right side; here it is the only one."""
    cluster = await start_cluster(1, bus=nats_server_of_my_own.url)
    (node,) = cluster.nodes
    booth, number = await node.peers.joined()
    await nats_server_of_my_own.kill()
    await node.logged("leads_no_more")
    await booth.say(m.Ping(n=1))
    await booth.hear(m.Pong, n=1)
    await nats_server_of_my_own.start()
    await cluster.led_after(1)
    welcome = await booth.hear(m.Welcome)
    assert welcome.ticket.number == number
