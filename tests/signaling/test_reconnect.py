"""Lines that go and come, leases, and a switchboard that is killed: nothing promised is lost."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from signaling.protocol import messages as m
from signaling.storage import schema


async def test_lost_booth_keeps_its_place(switchboard: Any) -> None:
    booth, number = await switchboard.joined()
    await switchboard.joined("booth-2")
    await booth.leave_line()
    booth, welcome = await switchboard.booth(instance="instance-2")
    assert (welcome.ticket.number, welcome.ticket.position) == (number, 1)


async def test_absent_booth_is_not_offered_until_it_is_back(switchboard: Any) -> None:
    booth, number = await switchboard.joined()
    await booth.leave_line()
    watcher, _ = await switchboard.booth("booth-2")
    clerk = await switchboard.available()
    assert not [heard for heard in await clerk.hears_nothing_else() if isinstance(heard, m.Offer)]
    await switchboard.booth()
    assert (await clerk.hear(m.Offer)).ticket.number == number
    assert await watcher.hears_nothing_else() == []


async def test_booth_away_longer_than_its_lease_loses_its_ticket(start_switchboard: Any) -> None:
    async with start_switchboard(booth_lease_seconds=0.2) as switchboard:
        booth, clerk, number = await switchboard.call()
        await booth.leave_line()
        assert (await clerk.hear(m.PeerPresence)).online is False
        assert (await clerk.hear(m.CallEnded, ticket=number)).reason == m.EndReason.BOOTH_LOST
        await clerk.hear(m.ClerkUpdate, state=m.ClerkState.WRAP_UP)
        _, welcome = await switchboard.booth()
        assert welcome.ticket is None


async def test_clerk_away_longer_than_the_lease_gives_the_ticket_back(start_switchboard: Any) -> None:
    async with start_switchboard(clerk_lease_seconds=0.2) as switchboard:
        booth, clerk, number = await switchboard.call()
        await clerk.leave_line()
        assert (await booth.hear(m.CallEnded, ticket=number)).reason == m.EndReason.CLERK_LOST
        await booth.hear(m.TicketUpdate, ticket__state=m.TicketState.WAITING)
        _, welcome = await switchboard.clerk()
        assert welcome.clerk_state == m.ClerkState.PAUSED


async def test_clerk_who_goes_during_an_offer_frees_the_ticket_at_once(switchboard: Any) -> None:
    first = await switchboard.available("clerk-1")
    second = await switchboard.available("clerk-2")
    _, number = await switchboard.joined()
    await first.hear(m.Offer)
    await first.leave_line()
    assert (await second.hear(m.Offer)).ticket.number == number


async def test_offer_moves_with_the_clerk_to_a_newer_sign_in(switchboard: Any) -> None:
    first = await switchboard.available()
    _, number = await switchboard.joined()
    await first.hear(m.Offer)
    second, welcome = await switchboard.clerk(instance="instance-2")
    assert (welcome.clerk_state, welcome.ticket.number) == (m.ClerkState.OFFERED, number)
    assert (await second.hear(m.Offer)).ticket.number == number
    await second.say(m.Accept(ticket=number))
    await second.hear(m.Call)


async def test_accepting_while_the_booth_is_away_connects_when_it_is_back(switchboard: Any) -> None:
    clerk = await switchboard.available()
    booth, number = await switchboard.joined()
    await clerk.hear(m.Offer)
    await booth.leave_line()
    await clerk.say(m.Accept(ticket=number))
    await clerk.hear(m.Call, generation=1)
    await clerk.hear(m.PeerPresence, online=False)
    booth, welcome = await switchboard.booth()
    assert welcome.ticket.state == m.TicketState.CONNECTING
    for peer in (booth, clerk):
        await peer.hear(m.Call, generation=2)


async def test_standing_call_is_left_alone_when_a_line_comes_back(switchboard: Any) -> None:
    """What was said meanwhile is held; the same run of the program gets no new call."""
    booth, clerk, number = await switchboard.call()
    await booth.leave_line()
    await clerk.hear(m.PeerPresence, online=False)
    for n in range(32):
        await clerk.say(m.Candidate(ticket=number, generation=1, candidate=f"candidate:{n}"))
    await clerk.say(m.Candidate(ticket=number, generation=1, candidate="one too many", id=1))
    assert (await clerk.hear(m.Error, in_reply_to=1)).error == "peer_offline"
    booth, welcome = await switchboard.booth()
    assert welcome.ticket.state == m.TicketState.IN_CALL
    assert (await clerk.hear(m.PeerPresence)).online is True
    heard = await booth.hears_nothing_else()
    assert [one.candidate for one in heard if isinstance(one, m.Candidate)] == [f"candidate:{n}" for n in range(32)]
    assert not [one for one in heard if isinstance(one, m.Call)]


async def test_held_messages_are_bounded_in_bytes(switchboard: Any) -> None:
    booth, clerk, number = await switchboard.call()
    await booth.leave_line()
    await clerk.hear(m.PeerPresence, online=False)
    for n in range(6):
        await clerk.say(m.Description(ticket=number, generation=1, kind="offer", sdp="x" * 48_000, seal="", id=n))
    assert (await clerk.hear(m.Error)).error == "peer_offline"


async def test_interrupted_connecting_starts_again_with_a_new_generation(switchboard: Any) -> None:
    clerk = await switchboard.available()
    booth, number = await switchboard.joined()
    await clerk.hear(m.Offer)
    await clerk.say(m.Accept(ticket=number))
    await booth.hear(m.Call, generation=1)
    await booth.leave_line()
    booth, _ = await switchboard.booth()
    for peer in (booth, clerk):
        await peer.hear(m.Call, ticket=number, generation=2)
    await clerk.say(m.Candidate(ticket=number, generation=1, candidate="stale", id=1))
    await clerk.say(m.Connected(ticket=number, generation=1, id=2))
    assert not [heard for heard in await clerk.hears_nothing_else() if isinstance(heard, m.Error | m.ClerkUpdate)]
    assert not [heard for heard in await booth.hears_nothing_else() if isinstance(heard, m.Candidate)]


async def test_reloaded_browser_gets_its_call_again(switchboard: Any) -> None:
    booth, clerk, number = await switchboard.call()
    await clerk.leave_line()
    clerk, welcome = await switchboard.clerk(instance="instance-2")
    assert (welcome.clerk_state, welcome.ticket.number) == (m.ClerkState.IN_CALL, number)
    for peer in (clerk, booth):
        await peer.hear(m.Call, ticket=number, generation=2)
    await clerk.say(m.Connected(ticket=number, generation=2))
    await booth.hear(m.TicketUpdate, ticket__state=m.TicketState.IN_CALL)


async def test_restart_keeps_the_queue_and_ends_offers(start_switchboard: Any) -> None:
    async with start_switchboard() as switchboard:
        await switchboard.available()
        _, offered = await switchboard.joined("booth-1")
        _, waiting = await switchboard.joined("booth-2")
    async with start_switchboard() as switchboard:
        _, welcome = await switchboard.booth("booth-2")
        assert (welcome.ticket.number, welcome.ticket.position) == (waiting, 2)
        _, welcome = await switchboard.booth("booth-1")
        assert (welcome.ticket.number, welcome.ticket.state) == (offered, m.TicketState.WAITING)
        clerk, welcome = await switchboard.clerk()
        assert welcome.clerk_state in (m.ClerkState.AVAILABLE, m.ClerkState.OFFERED)
        assert (await clerk.hear(m.Offer)).ticket.number == offered


@asynccontextmanager
async def process(town: Any, data: Path) -> AsyncIterator[tuple[asyncio.subprocess.Process, int]]:
    """`python -m signaling` as a process of its own, and its port."""
    directory = data / "directory.toml"
    directory.write_text(town.directory_toml(), encoding="utf-8")
    arguments = ["-m", "signaling", "--port", "0", "--data", str(data), "--directory", str(directory)]
    running = await asyncio.create_subprocess_exec(sys.executable, *arguments, stderr=asyncio.subprocess.PIPE)
    assert running.stderr is not None
    reader = None
    try:
        async with asyncio.timeout(30):
            while (entry := json.loads(await running.stderr.readline()))["event"] != "listening":
                pass
        reader = asyncio.create_task(running.stderr.read(), name="stderr")
        yield running, entry["port"]
    finally:
        if running.returncode is None:
            running.send_signal(signal.SIGTERM)
        async with asyncio.timeout(30):
            await running.wait()
        if reader is not None:
            await reader


async def test_killed_switchboard_has_forgotten_nothing(town: Any, tmp_path: Path, make_switchboard: Any) -> None:
    async with process(town, tmp_path) as (running, port):
        switchboard = make_switchboard(town, port)
        _, _, in_call = await switchboard.call()
        _, waiting = await switchboard.joined("booth-2")
        os.kill(running.pid, signal.SIGKILL)
        await running.wait()
        await switchboard.close()
    async with process(town, tmp_path) as (_, port):
        switchboard = make_switchboard(town, port)
        booth, welcome = await switchboard.booth("booth-1")
        assert (welcome.ticket.number, welcome.ticket.state) == (in_call, m.TicketState.IN_CALL)
        clerk, welcome = await switchboard.clerk()
        assert (welcome.ticket.number, welcome.clerk_state) == (in_call, m.ClerkState.IN_CALL)
        _, welcome = await switchboard.booth("booth-2")
        assert (welcome.ticket.number, welcome.ticket.state) == (waiting, m.TicketState.WAITING)
        for peer in (booth, clerk):  # The running call does not notice.
            assert not [heard for heard in await peer.hears_nothing_else() if isinstance(heard, m.Call | m.CallEnded)]
        await clerk.say(m.Complete(ticket=in_call, outcome=m.Outcome.DONE))
        await booth.hear(m.CallEnded, reason=m.EndReason.COMPLETED)
        supervisor, _ = await switchboard.clerk("clerk-9", roles=["supervisor"])
        await supervisor.say(m.WatchStatistics(watch=True))
        elbtal = (await supervisor.hear(m.Statistics)).regions[0]
        assert (elbtal.completed_today, elbtal.waiting) == (1, 1)
        await switchboard.close()


COLUMNS = {
    "tickets": "number booth region service language needs appointment joined_at state generation clerk clerk_issuer"
    " clerk_instance booth_instance refused head_start_s leg legs parked_until sealed tries rests_until guest",
    "clerks": "name state since ticket pause_wanted",
    "booth_lines": "booth online since network devices",
    "help_requests": "id clerk regions asked_at state region booth ticket taken_by",
    "events": "id at ticket event from_state to_state region service reason clerk about",
    "duties": "id at clerk event from_state to_state regions region service",
    "queue_days": "day region rows",
    "work_days": "day blocks",
    "appointments": "id digest region service site starts_at ends_at state",
    "appointment_places": "resource cell place appointment",
    "appointment_days": "day region service event number",
    "booths": "key id region site issuer registered_at revoked_at",
    "audit": "number at actor act subject result issuer before hash",
    "leadership": "id cluster runs term beat holder",
    "gateways": "run served",
}
"""Whoever adds a column adds it here, and has thought about whether it is about a person."""


async def test_the_database_knows_nothing_about_people(
    start_switchboard: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A whole conversation, then: only the columns that are meant to be there, and nothing that was relayed or that
    names the clerk, neither in the file nor in the log."""
    async with start_switchboard() as switchboard:
        booth, clerk, number = await switchboard.call()
        secret = "v=0 o=erika-mustermann"
        await clerk.say(m.Description(ticket=number, generation=1, kind="offer", sdp=secret, seal="sealed-secret"))
        await booth.hear(m.Description)
        await clerk.say(m.Complete(ticket=number, outcome=m.Outcome.DONE))
        await booth.hear(m.CallEnded)
    with sqlite3.connect(tmp_path / "switchboard.sqlite") as database:
        names = [name for (name,) in database.execute("select name from sqlite_master where type = 'table'")]
        found = {
            name: {row[1] for row in database.execute(f"pragma table_info({name})")}
            for name in names
            if not name.startswith("sqlite_") and name != "alembic_version"
        }
        open_tickets = database.execute("select count(*) from tickets").fetchone()
    database.close()
    assert found == {name: set(columns.split()) for name, columns in COLUMNS.items()}
    assert set(schema.metadata.tables) == set(COLUMNS)
    assert open_tickets == (0,)
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("switchboard.sqlite*"))
    logged = capsys.readouterr()
    for text in ("mustermann", "sealed-secret", "clerk-1"):
        assert text.encode() not in kept
        assert text not in logged.out + logged.err
