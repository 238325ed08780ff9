"""One node leads at a time, and one that leads no more writes nothing, on SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import URL

from signaling.storage.lease import LeadershipLost, Lease
from signaling.storage.rows import Changes, ticket_row
from signaling.storage.store import Store
from signaling.ticket import Ticket

TICKET = Ticket("AA001", "booth-1", "elbtal", "certificate", "de", 1000.0)


async def test_every_start_has_a_number_of_its_own(database_url: URL) -> None:
    store = await Store.open(database_url)
    entered = await asyncio.gather(*(Lease(store.engine).enter() for _ in range(5)))
    assert sorted(run for run, _ in entered) == [1, 2, 3, 4, 5]
    assert len({cluster for _, cluster in entered}) == 1
    await store.close()


async def test_of_many_who_see_it_free_one_takes_it(database_url: URL) -> None:
    store = await Store.open(database_url)
    lease = Lease(store.engine)
    seen = await lease.look()
    assert (seen.term, seen.holder) == (0, None)
    taken = await asyncio.gather(*(lease.take(seen, f"node-{n}") for n in range(5)))
    assert sorted(taken, key=str) == [1, None, None, None, None]
    held = await lease.look()
    assert (held.term, held.holder) == (1, f"node-{taken.index(1)}")
    await store.close()


async def test_a_holder_that_lives_keeps_it(database_url: URL) -> None:
    """Renewals and saves are signs of life: what was seen before does not let anybody take it."""
    store = await Store.open(database_url)
    lease = Lease(store.engine)
    await lease.take(await lease.look(), "node-1")
    seen = await lease.look()
    await lease.renew(1)
    assert await lease.take(seen, "node-2") is None
    seen = await lease.look()
    await store.save(Changes({"AA001": ticket_row(TICKET)}), term=1)
    assert await lease.take(seen, "node-2") is None
    assert await lease.take(await lease.look(), "node-2") == 2
    await store.close()


async def test_a_leader_of_an_earlier_term_writes_nothing(database_url: URL) -> None:
    store = await Store.open(database_url)
    lease = Lease(store.engine)
    await lease.take(await lease.look(), "node-1")
    await store.save(Changes({"AA001": ticket_row(TICKET)}), term=1, served={7: 40})
    await lease.take(await lease.look(), "node-2")
    with pytest.raises(LeadershipLost):
        await store.save(Changes({"AA001": None}), term=1, served={7: 41})
    with pytest.raises(LeadershipLost):
        await lease.renew(1)
    await lease.release(1)  # Is not its to release any more.
    contents = await store.load(0.0)
    assert ([ticket.number for ticket in contents.tickets], contents.served) == (["AA001"], {7: 40})
    assert (await lease.look()).holder == "node-2"
    await lease.release(2)
    assert (await lease.look()).holder is None
    await store.save(Changes(), term=2, served={7: None})
    assert (await store.load(0.0)).served == {}
    await store.close()
