"""A call whose path has gone is set up anew: by whoever asks, once, and by nobody else."""

from __future__ import annotations

from typing import Any

import pytest

from signaling import calls
from signaling.protocol import messages as m


@pytest.mark.parametrize("asker", ["booth", "clerk"])
async def test_either_end_gets_both_a_new_generation(switchboard: Any, asker: str) -> None:
    booth, clerk, number = await switchboard.call()
    await {"booth": booth, "clerk": clerk}[asker].say(m.Renew(ticket=number, generation=1))
    for peer in (booth, clerk):
        call = await peer.hear(m.Call, ticket=number)
        assert (call.generation, call.resumed) == (2, True)
    await booth.hear(m.TicketUpdate, ticket__state=m.TicketState.CONNECTING)
    await clerk.say(m.Connected(ticket=number, generation=2))
    await booth.hear(m.TicketUpdate, ticket__state=m.TicketState.IN_CALL)


async def test_both_asking_at_once_makes_one_generation_only(switchboard: Any) -> None:
    booth, clerk, number = await switchboard.call()
    for peer in (booth, clerk):
        await peer.say(m.Renew(ticket=number, generation=1))
    for peer in (booth, clerk):
        heard = await peer.hears_nothing_else()
        assert [one.generation for one in heard if isinstance(one, m.Call)] == [2]
        assert not [one for one in heard if isinstance(one, m.Error)]


async def test_a_generation_yet_to_come_cannot_be_renewed(switchboard: Any) -> None:
    booth, _, number = await switchboard.call()
    await booth.say(m.Renew(ticket=number, generation=2, id=7))
    assert (await booth.hear(m.Error, in_reply_to=7)).error == "unexpected_message"


async def test_a_ticket_of_others_cannot_be_renewed(switchboard: Any) -> None:
    booth, clerk, number = await switchboard.call()
    other_booth, waiting = await switchboard.joined("booth-2")
    other_clerk, _ = await switchboard.clerk("clerk-2")
    for stranger in (other_booth, other_clerk):
        await stranger.say(m.Renew(ticket=number, generation=1, id=7))
        assert (await stranger.hear(m.Error, in_reply_to=7)).error == "ticket_gone"
    await other_booth.say(m.Renew(ticket=waiting, generation=0, id=8))
    assert (await other_booth.hear(m.Error, in_reply_to=8)).error == "ticket_gone"
    await booth.say(m.Renew(ticket="NO000", generation=1, id=9))
    assert (await booth.hear(m.Error, in_reply_to=9)).error == "ticket_unknown"
    assert not [one for one in await clerk.hears_nothing_else() if isinstance(one, m.Call)]


async def test_one_generation_after_the_other_is_too_much(switchboard: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "RENEWAL_S", 60.0)
    booth, clerk, number = await switchboard.call()
    await booth.say(m.Renew(ticket=number, generation=1), m.Renew(ticket=number, generation=2, id=7))
    assert (await booth.hear(m.Error, in_reply_to=7)).error == "rate_limited"
    heard = await clerk.hears_nothing_else()
    assert [one.generation for one in heard if isinstance(one, m.Call)] == [2]


async def test_nothing_is_set_up_while_the_other_end_has_no_line(switchboard: Any) -> None:
    booth, clerk, number = await switchboard.call()
    await clerk.leave_line()
    await booth.hear(m.PeerPresence, online=False)
    await booth.say(m.Renew(ticket=number, generation=1, id=7))
    assert (await booth.hear(m.Error, in_reply_to=7)).error == "peer_offline"
    clerk, welcome = await switchboard.clerk()
    assert welcome.clerk_state == m.ClerkState.IN_CALL
    await booth.hear(m.PeerPresence, online=True)
    await booth.say(m.Renew(ticket=number, generation=1))
    for peer in (booth, clerk):
        assert (await peer.hear(m.Call, ticket=number)).resumed


async def test_an_end_that_started_anew_is_told_from_one_that_goes_on(switchboard: Any) -> None:
    """Also when the other end was away while it happened and only learns of a later generation."""
    booth, clerk, _number = await switchboard.call()
    await booth.leave_line()
    await clerk.hear(m.PeerPresence, online=False)
    clerk, _ = await switchboard.clerk(instance="reloaded-page")
    await clerk.hear(m.Call, generation=2, resumed=False)
    booth, _ = await switchboard.booth()
    for peer in (booth, clerk):
        await peer.hear(m.Call, generation=3, resumed=False)
    await booth.leave_line()
    booth, _ = await switchboard.booth()
    for peer in (booth, clerk):
        await peer.hear(m.Call, generation=4, resumed=True)


async def test_a_restarted_switchboard_still_knows_whose_call_it_was(start_switchboard: Any) -> None:
    async with start_switchboard() as switchboard:
        booth, clerk, number = await switchboard.call()
        port = switchboard.port
    async with start_switchboard(port=port) as switchboard:
        booth, _ = await switchboard.booth()
        clerk, _ = await switchboard.clerk()
        await clerk.say(m.Renew(ticket=number, generation=1))
        for peer in (booth, clerk):
            await peer.hear(m.Call, generation=2, resumed=True)
