"""What was lost on its way to the clerk comes again soon enough, also where requests get lost: in simulated time."""

from __future__ import annotations

from tests.media.simulated_clerk import Clerk, WatchedBooth
from tests.media.simulated_path import Path, simulate

SECONDS = 45
HELD = 0.11
"""What the playout delay comes to at this loss and delay."""


def watched(path: Path, feedback_loss: float, wanted: float) -> WatchedBooth:
    booths: list[WatchedBooth] = []

    async def work() -> None:
        booth = WatchedBooth(path, Clerk(feedback_loss), wanted=wanted, feedback_seconds=0.1)
        booths.append(booth)
        await booth.run(SECONDS)
        await booth.close()

    simulate(work)
    return booths[0]


def test_no_picture_freezes_where_packets_and_requests_get_lost() -> None:
    booth = watched(Path(rate=20e6, delay=0.04, loss=0.05), feedback_loss=0.05, wanted=1e6)
    assert len(booth.clerk.shown) > SECONDS * 30 - 30
    assert booth.clerk.freezes(HELD) == 0
    assert max(booth.playout_delays) <= HELD + 0.01
    # Of all that leaves, sound and repairs included.
    assert booth.repairs < 0.12 * booth.sent_packets


def test_what_a_path_has_no_room_for_is_not_sent_twice() -> None:
    """A path that drops what is too much for it: each repair more is a picture less."""
    booth = watched(Path(rate=800e3, delay=0.04, queue=0.005), feedback_loss=0.0, wanted=2.5e6)
    assert booth.repairs < 0.12 * booth.sent_packets
