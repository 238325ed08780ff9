"""A browser's offer has all candidates in the first of the sections that share a transport."""

from __future__ import annotations

from media.call import Call
from media.devices import open_camera, open_microphone, open_speaker
from media.latest import LatestSlot
from tests.media.peers import Clerk

CANDIDATE = "a=candidate:1 1 udp 16777215 192.0.2.7 50000 typ relay raddr 0.0.0.0 rport 9"


def as_a_browser_offers(sdp: str) -> str:
    """One candidate, in the first section only."""
    lines = [line for line in sdp.splitlines() if not line.startswith(("a=candidate", "a=end-of-candidates"))]
    first = next(at for at, line in enumerate(lines) if line.startswith("m="))
    return "\r\n".join([*lines[: first + 2], CANDIDATE, *lines[first + 2 :], ""])


async def test_candidates_of_the_first_section_are_used() -> None:
    clerk = Clerk()
    devices = open_camera("test"), open_microphone("none"), open_speaker("none")
    call = Call(
        camera=devices[0],
        microphone=devices[1],
        speaker=devices[2],
        ice_servers=[],
        on_frame=LatestSlot(),
        on_message=lambda _: None,
        on_state=lambda _: None,
    )
    await call.answer(as_a_browser_offers(await clerk.offer()))
    assert call._peer.sctp is not None
    known = call._peer.sctp.transport.transport.getRemoteCandidates()
    await call.close()
    await clerk.close()
    for device in devices:
        device.close()
    assert [candidate.ip for candidate in known] == ["192.0.2.7"]
