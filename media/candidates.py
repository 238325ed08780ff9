"""ICE candidates as a browser sends them, made safe for aiortc.

Chromium hides host addresses behind random `.local` names unless the page may use the camera. aiortc resolves them by
multicast and would hold the whole description for a second when nobody answers; so they are taken out and resolved
on the side. Without them the call still connects: the browser's own checks show its address (peer-reflexive,
RFC 8445, 7.3.1.3). The end of candidates is never told to aiortc, else it gives up before those checks arrive;
the call's own time limit does that.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Final

from aiortc import RTCIceCandidate
from aiortc.sdp import candidate_from_sdp

MAX_CANDIDATE_CHARACTERS: Final = 1024
MAX_DESCRIPTION_CHARACTERS: Final = 48 * 1024

_MDNS: Final = re.compile(r"[A-Za-z0-9-]{1,63}\.local")
_CANDIDATE_LINE: Final = "a=candidate:"
_MID_LINE: Final = "a=mid:"
_END_LINE: Final = "a=end-of-candidates"


class CandidateError(ValueError):
    """Not a candidate (RFC 8839, 5.1); the text says why."""


@dataclass(frozen=True)
class Offer:
    """A description without what would hold it up, the candidates to resolve on the side, and the others: of sections
    that share a transport aiortc takes those of the last one only, and a browser puts all into the first."""

    sdp: str
    hidden: list[RTCIceCandidate]
    plain: list[RTCIceCandidate]


def parse_candidate(
    text: str, sdp_mid: str | None = None, sdp_m_line_index: int | None = None
) -> RTCIceCandidate | None:
    """A candidate attribute (with or without `candidate:`), or None for one that aiortc has no use for: TCP, or
    another component. Raises CandidateError."""
    if len(text) > MAX_CANDIDATE_CHARACTERS:
        raise CandidateError(f"A candidate of {len(text)} characters is too long.")
    try:
        candidate = candidate_from_sdp(text.strip().removeprefix("a=").removeprefix("candidate:"))
    except (AssertionError, ValueError, IndexError):
        raise CandidateError("Not an ICE candidate.") from None
    if candidate.protocol.lower() != "udp" or candidate.component != 1:
        return None
    if not 0 < candidate.port < 65536 or not (is_hidden(candidate) or _is_address(candidate.ip)):
        raise CandidateError("An ICE candidate without a usable address.")
    candidate.sdpMid = sdp_mid
    candidate.sdpMLineIndex = sdp_m_line_index
    return candidate


def is_hidden(candidate: RTCIceCandidate) -> bool:
    """Whether the address is a `.local` name."""
    return _MDNS.fullmatch(candidate.ip) is not None


def take_out_hidden(sdp: str) -> Offer:
    """Raises CandidateError for a line that is not a candidate."""
    kept: list[str] = []
    hidden: list[RTCIceCandidate] = []
    plain: list[RTCIceCandidate] = []
    section = -1
    mid: str | None = None
    for line in sdp.splitlines():
        if line.startswith("m="):
            section, mid = section + 1, None
        elif line.startswith(_MID_LINE):
            mid = line.removeprefix(_MID_LINE).strip()
        elif line.startswith(_CANDIDATE_LINE):
            candidate = parse_candidate(line, mid, section)
            if candidate is None:
                continue
            if is_hidden(candidate):
                hidden.append(candidate)
                continue
            plain.append(candidate)
        elif line.strip() == _END_LINE:
            continue
        kept.append(line)
    return Offer("\r\n".join([*kept, ""]), hidden, plain)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
