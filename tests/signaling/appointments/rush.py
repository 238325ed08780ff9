"""A process of its own that books one slot with many tasks at once: `python -m tests.signaling.appointments.rush`.

Reads a line of JSON (url, directory, now, service, region, site, starts_at, tasks) when it is time to begin; says one
word when it is ready, and then one line of JSON: the codes that were won and the number of those that lost.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
from typing import Any

from sqlalchemy import make_url

from signaling import directory
from signaling.appointments.book import AppointmentBook
from signaling.appointments.code import new_request
from signaling.appointments.errors import SlotTaken
from signaling.appointments.offerings import Offerings
from signaling.opening import Openings
from signaling.storage.store import Store


async def rush(book: AppointmentBook, order: dict[str, Any]) -> dict[str, Any]:
    """Book the slot with `tasks` citizens at once."""
    matter = book.offerings.matter(order["service"], order["region"], order["site"])
    done = await asyncio.gather(
        *(book.book(matter, order["starts_at"], new_request()) for _ in range(order["tasks"])),
        return_exceptions=True,
    )
    unexpected = [repr(one) for one in done if isinstance(one, BaseException) and not isinstance(one, SlotTaken)]
    lost = [one for one in done if isinstance(one, SlotTaken)]
    return {
        "won": [one.code for one in done if not isinstance(one, BaseException)],
        "lost": len(lost),
        "next_free": sorted({one.next_free[0].starts_at for one in lost if one.next_free}),
        "unexpected": unexpected,
    }


async def main() -> None:
    order = json.loads(sys.stdin.readline())
    known = directory.parse(order["directory"])
    store = await Store.open(make_url(order["url"]))
    book = AppointmentBook(
        store.engine, Offerings(known, Openings(known)), lambda: order["now"], random.Random(order["seed"])
    )
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    print(json.dumps(await rush(book, order)), flush=True)
    await store.close()


if __name__ == "__main__":
    asyncio.run(main())
