from __future__ import annotations

import pytest

from media.candidates import CandidateError, is_hidden, parse_candidate, take_out_hidden

HOST = "candidate:1 1 udp 2122260223 192.0.2.7 50000 typ host generation 0 ufrag abcd"
HIDDEN = "candidate:2 1 UDP 2122260223 9b36eaac-bb2e-49bb-bb78-21c41c499900.local 50001 typ host"
TCP = "candidate:3 1 tcp 1518280447 192.0.2.7 9 typ host tcptype active"
REFLEXIVE = "candidate:4 1 udp 1686052607 198.51.100.2 50002 typ srflx raddr 192.0.2.7 rport 50000"


def test_a_candidate_keeps_its_place() -> None:
    parsed = parse_candidate(HOST, "0", 0)
    assert parsed is not None
    assert (parsed.ip, parsed.port, parsed.type, parsed.sdpMid, parsed.sdpMLineIndex) == (
        "192.0.2.7",
        50000,
        "host",
        "0",
        0,
    )
    reflexive = parse_candidate("a=" + REFLEXIVE, "0")
    assert reflexive is not None
    assert reflexive.relatedAddress == "192.0.2.7"


def test_what_aiortc_cannot_use_is_left_out() -> None:
    assert parse_candidate(TCP, "0") is None
    assert parse_candidate(HOST.replace(":1 1 udp", ":1 2 udp"), "0") is None


@pytest.mark.parametrize(
    "text",
    [
        "garbage",
        "candidate:",
        HOST.replace("192.0.2.7", "evil.example"),
        HOST.replace("50000", "70000"),
        HOST.replace("50000", "0"),
        HOST.replace("2122260223", "high"),
        HOST + " x" * 1000,
    ],
)
def test_garbage_is_refused(text: str) -> None:
    with pytest.raises(CandidateError):
        parse_candidate(text, "0")


def test_hidden_candidates_are_taken_out_of_a_description() -> None:
    kept = ["v=0", "m=audio 9 RTP 0", "a=" + HOST, "a=mid:a", "m=video 9 RTP 0", "a=mid:v"]
    sdp = "\r\n".join([*kept, "a=" + HIDDEN, "a=" + TCP, "a=end-of-candidates", ""])
    offer = take_out_hidden(sdp)
    assert not any(is_hidden(candidate) for candidate in offer.plain)
    assert len(offer.plain) == offer.sdp.count("a=candidate:") > 0
    assert offer.sdp.splitlines() == kept
    (hidden,) = offer.hidden
    assert is_hidden(hidden)
    assert (hidden.sdpMid, hidden.sdpMLineIndex) == ("v", 1)
