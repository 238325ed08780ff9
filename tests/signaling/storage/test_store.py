"""What is saved is there again, on SQLite and on PostgreSQL."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from sqlalchemy import URL

from signaling.clerk import Clerk
from signaling.guest import Guest, Leg, LegState
from signaling.help_call import HelpCall
from signaling.protocol.messages import ClerkState, HelpProgress, InviteState, TicketState
from signaling.storage.database import FILE_NAME, name_of, parse_url, sqlite
from signaling.storage.rows import Changes, clerk_row, help_row, ticket_row
from signaling.storage.store import Store, StoreError
from signaling.tally import JOINED, Event
from signaling.ticket import Ticket

NOON = 1_774_778_400.0


def event(at: float, ticket: str, name: str, before: str | None, after: str) -> Event:
    return Event(at, ticket, name, before, after, "elbtal", "certificate")


def visit(at: float, ticket: str) -> list[Event]:
    return [
        event(at, ticket, JOINED, None, "waiting"),
        event(at + 10, ticket, "offered", "waiting", "offered"),
        event(at + 15, ticket, "accepted", "offered", "connecting"),
    ]


def ticket(number: str) -> Ticket:
    return Ticket(
        number, "booth-1", "elbtal", "certificate", "de", NOON, ("signing",), refused={"c0ffee": NOON + 1}, clerk="c1"
    )


async def test_what_is_saved_is_loaded_again(database_url: URL) -> None:
    store = await Store.open(database_url)
    first, second = ticket("AA001"), ticket("AA002")
    changes = Changes({t.number: ticket_row(t) for t in (first, second)}, {}, visit(NOON, "AA001"))
    clerk = Clerk("c1", NOON, state=ClerkState.AVAILABLE)
    changes.clerks["c1"] = clerk_row(clerk)
    changes.events.insert(0, event(NOON - 90_000, "AA002", JOINED, None, "waiting"))
    changes.events.insert(0, event(NOON - 90_000, "AA999", JOINED, None, "waiting"))
    await store.save(changes)
    first.state, first.generation = TicketState.IN_CALL, 3
    await store.save(Changes({"AA001": ticket_row(first), "AA003": None}, {"c1": None}, []))
    await store.close()

    store = await Store.open(database_url)
    contents = await store.load(since=NOON)
    await store.close()
    assert sorted(contents.tickets, key=lambda t: t.number) == [first, second]
    assert contents.clerks == []
    assert [e.ticket for e in contents.events] == ["AA002"] + ["AA001"] * 3  # Today's and those of open tickets.


async def test_clerks_are_loaded_as_they_were(database_url: URL) -> None:
    store = await Store.open(database_url)
    clerk = Clerk("c1", NOON + 0.123456, state=ClerkState.IN_CALL, ticket="AA001")
    await store.save(Changes({}, {"c1": clerk_row(clerk)}, []))
    assert (await store.load(0.0)).clerks == [clerk]
    await store.close()


async def test_what_is_parked_called_back_or_joined_is_loaded_as_it_was(database_url: URL) -> None:
    store = await Store.open(database_url)
    parked, callback, joined = ticket("AA001"), ticket("AA002"), ticket("AA003")
    parked.state, parked.parked_until, parked.head_start_s = TicketState.PARKED, NOON + 900.5, 300.0
    callback.state, callback.sealed, callback.tries, callback.rests_until = TicketState.CALLBACK, "a.b.c.d.e", 2, NOON
    joined.state, joined.leg, joined.legs = TicketState.HELD, 3, 6
    legs = [Leg(4, "booth", LegState.STANDING, 2, "run-1", "run-2"), Leg(5, "clerk", guest_instance="run-1")]
    joined.guest = Guest("transfer", "clerk", NOON, "permit", "de", ("signing",), None, InviteState.JOINED, "c2")
    joined.guest.legs, joined.guest.refused = legs, {"c3": NOON + 0.25}
    wants_pause = Clerk("c1", NOON, state=ClerkState.IN_CALL, ticket="AA003", pause_wanted=True)
    request = HelpCall("1f", "c1", ["elbtal", "heide"], NOON, HelpProgress.TAKEN, "elbtal", "b1", "AA003", "vera")
    leg_event = Event(NOON, "AA003", "connected", "connecting", "standing", "elbtal", "permit", about="leg")
    tickets = {one.number: ticket_row(one) for one in (parked, callback, joined)}
    changes = Changes(tickets, {"c1": clerk_row(wants_pause)}, [leg_event])
    changes.help_calls["1f"] = help_row(request)
    await store.save(changes)
    contents = await store.load(0.0)
    assert sorted(contents.tickets, key=lambda one: one.number) == [parked, callback, joined]
    assert contents.clerks == [wants_pause]
    assert contents.events == [leg_event]
    assert contents.help_calls == [request]
    await store.save(Changes(help_calls={"1f": None}))
    assert (await store.load(0.0)).help_calls == []
    await store.close()


async def test_all_or_nothing_is_written(database_url: URL) -> None:
    store = await Store.open(database_url)
    broken = Event(NOON, "AA001", JOINED, None, None, "elbtal", "certificate")  # type: ignore[arg-type]
    with pytest.raises(StoreError, match="cannot be written") as told:
        await store.save(Changes({"AA001": ticket_row(ticket("AA001"))}, {}, [broken]))
    assert "AA001" not in str(told.value)  # The row in question is not repeated.
    assert (await store.load(0.0)).tickets == []
    await store.close()


async def test_unusable_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    path.write_bytes(b"this is no database" * 100)
    with pytest.raises(StoreError, match=r"switchboard\.sqlite cannot be opened.*--data"):
        await Store.open(sqlite(path))
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    with pytest.raises(StoreError, match="--data"):
        await Store.open(sqlite(in_the_way / FILE_NAME))


async def test_file_is_for_its_owner_only(tmp_path: Path) -> None:
    store = await Store.open(sqlite(tmp_path / "data" / FILE_NAME))
    await store.close()
    assert stat.S_IMODE((tmp_path / "data" / FILE_NAME).stat().st_mode) & 0o077 == 0


@pytest.mark.parametrize("port", [1, 2])
async def test_server_that_is_not_there_is_named_without_its_password(port: int) -> None:
    url = parse_url(f"postgresql+asyncpg://fernamt:s3cret@127.0.0.1:{port}/switchboard?password=s3cret")
    with pytest.raises(StoreError, match="switchboard on 127") as told:
        await Store.open(url)
    assert "s3cret" not in str(told.value)
    assert "--database" in str(told.value)


async def test_database_that_is_not_there_is_named(new_postgresql_database: object) -> None:
    url: URL = new_postgresql_database()  # type: ignore[operator]
    with pytest.raises(StoreError, match='database "other" does not exist'):
        await Store.open(url.set(database="other"))


@pytest.mark.parametrize(
    "text",
    [
        "s3cret",
        "postgresql+asyncpg://fernamt:s3cret@host:port/name",
        "postgresql://fernamt:s3cret@host/name",
        "mysql+aiomysql://fernamt:s3cret@host/name",
        "postgresql+asyncpg://fernamt:s3cret@host",
        "sqlite+aiosqlite://",
    ],
)
def test_addresses_that_cannot_be_used_are_not_repeated(text: str) -> None:
    with pytest.raises(StoreError, match="Give --database as") as told:
        parse_url(text)
    assert "s3cret" not in str(told.value)


def test_a_database_is_named_without_secrets() -> None:
    assert name_of(parse_url("postgresql+asyncpg://me:s3cret@db.example:5433/fernamt")) == "fernamt on db.example:5433"
    assert name_of(parse_url("postgresql+asyncpg:///fernamt?host=/run/pg")) == "fernamt on the local socket"
    assert name_of(parse_url("sqlite+aiosqlite:////var/lib/x.sqlite")) == "/var/lib/x.sqlite"
