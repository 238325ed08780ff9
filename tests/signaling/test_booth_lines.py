"""How booths are, for those who look after them: lines come and go, devices are told, nothing about a citizen."""

from __future__ import annotations

from typing import Any

from sqlalchemy import URL, select

from signaling.protocol import messages as m
from signaling.storage.rows import Changes
from signaling.storage.schema import booth_lines
from signaling.storage.store import Store
from tests.signaling.stage import Stage

COVERED = m.BoothStatus(
    devices=m.BoothDevices(camera=m.Condition.BLACK, card_reader=m.Condition.OK), network="limited"
)


def test_a_line_comes_tells_and_goes() -> None:
    stage = Stage()
    stage.comes("b1")
    assert stage.kept.lines["b1"] == {
        "booth": "b1",
        "online": True,
        "since": stage.now,
        "devices": {},
        "network": None,
    }
    stage.passes(10)
    stage.says("b1", COVERED)
    told = stage.kept.lines["b1"]
    assert told is not None
    assert (told["devices"], told["network"]) == ({"camera": "black", "card_reader": "ok"}, "limited")
    stage.passes(10)
    stage.goes("b1")
    left = stage.kept.lines["b1"]
    assert left == {**told, "online": False, "since": stage.now}, "how it was last is still known"
    stage.core.expel("b1")
    stage._collect()
    assert stage.kept.lines["b1"] is None


def test_after_a_restart_only_who_comes_again_is_there() -> None:
    stage = Stage()
    stage.comes("b1", "b2")
    stage.passes(5)
    stage.restart()
    assert [row["online"] for row in stage.kept.lines.values() if row] == [False, False]
    stage.comes("b2")
    assert [row["online"] for row in stage.kept.lines.values() if row] == [False, True]


def test_a_clerk_has_no_devices_to_tell_of() -> None:
    stage = Stage()
    stage.comes("anna")
    assert stage.refused("anna", COVERED) == "not_permitted"


async def test_lines_are_stored(database_url: URL) -> None:
    store = await Store.open(database_url)
    row = {"booth": "b1", "online": True, "since": 5.5, "devices": {"camera": "ok"}, "network": None}
    await store.save(Changes(lines={"b1": row, "b2": {**row, "booth": "b2"}}))
    await store.save(Changes(lines={"b1": {**row, "online": False}}))
    assert (await store.load(0.0)).online == ["b2"]
    await store.save(Changes(lines={"b2": None}))
    async with store.engine.connect() as connection:
        (found,) = (await connection.execute(select(booth_lines))).mappings()
    assert dict(found) == {**row, "online": False}
    await store.close()


async def test_operators_see_the_booths_of_their_regions(switchboard: Any, rest: Any) -> None:
    booth, _ = await switchboard.booth()
    await booth.say(COVERED)
    await booth.say(m.Ping(n=1))
    await booth.hear(m.Pong)

    async def lines(role: str) -> Any:
        return await rest.ask("GET", "/api/booths/lines", token=rest.token(role))

    found = {line["id"]: line for line in (await lines("operator")).json()}
    assert set(found) == {"booth-1", "booth-2"}, "booth-3 is of another region"
    here, away = found["booth-1"], found["booth-2"]
    assert (here["online"], here["network"], here["devices"]["camera"]) == (True, "limited", "black")
    assert (away["online"], away["since"], away["devices"]) == (False, None, {})
    assert (await lines("supervisor")).status_code == 403
