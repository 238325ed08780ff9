from __future__ import annotations

import threading

from media.latest import LatestSlot


def test_the_newest_value_wins() -> None:
    slot: LatestSlot[str] = LatestSlot()
    assert slot.take() is None
    slot.put("old")
    slot.put("new")
    entry = slot.take()
    assert entry == (2, "new")
    assert slot.take(entry.version) is None
    assert slot.latest == "new"


def test_wait_returns_what_another_thread_puts() -> None:
    slot: LatestSlot[int] = LatestSlot()
    slot.put(1)
    putter = threading.Thread(target=slot.put, args=(2,))
    putter.start()
    assert slot.wait(seen=1, timeout=5) == (2, 2)
    putter.join()


def test_wait_gives_up() -> None:
    slot: LatestSlot[int] = LatestSlot()
    slot.put(1)
    assert slot.wait(seen=1, timeout=0.01) is None


def test_cleared_slot_keeps_its_version() -> None:
    slot: LatestSlot[int] = LatestSlot()
    slot.put(1)
    slot.clear()
    assert slot.latest is None
    assert slot.take() is None
    slot.put(2)
    assert slot.take(1) == (2, 2)


def test_listeners_hear_each_put_until_they_leave() -> None:
    slot: LatestSlot[int] = LatestSlot()
    heard: list[int | None] = []
    unlisten = slot.listen(lambda: heard.append(slot.latest))
    slot.put(1)
    unlisten()
    unlisten()
    slot.put(2)
    assert heard == [1]


def test_many_threads_lose_no_version() -> None:
    slot: LatestSlot[int] = LatestSlot()
    threads = [threading.Thread(target=lambda: [slot.put(n) for n in range(500)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert slot.version == 2000
