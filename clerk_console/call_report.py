"""What is kept of a call: how good picture and sound were, and nothing about who spoke.

A report has no ticket, no service, no clerk, no time of day and no length: each of these would lead to a case, and
from there to a person. The booth and the day remain, which is what a poor line is looked for by.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from signaling.protocol.messages import Identifier

Share = Annotated[float, Meta(ge=0, le=1)]
Milliseconds = Annotated[float, Meta(ge=0, le=600_000)]
Count = Annotated[int, Meta(ge=0, le=10_000)]
Outcome = Literal["open", "closed", "broken"]
"""`open`: the browser has not told an end (yet). `broken`: the call could not be made, or was lost for good."""

ReportId = Annotated[str, Meta(pattern=r"^[0-9a-f]{32}$")]
"""Random, made by the browser for this purpose alone; joins the parts of one report."""


class Reception(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one end received, over the whole call. Means, unless said otherwise; None: never known.

    `slow_share`: of the time, under 20 pictures a second. `height`: of the picture, in lines, most of the time.
    `frozen_share`: of the time, without a new picture for over 200 ms. `loss`: of packets on the network.
    `concealed_share`: of the sound, made up. `bitrate` in bits a second. `mouth_to_ear_ms` is an estimate.
    `sync_offset_ms`: between sound and picture, without the sign."""

    fps: Annotated[float, Meta(ge=0, le=1000)] | None = None
    slow_share: Share | None = None
    height: Annotated[int, Meta(ge=0, le=16_384)] | None = None
    freezes_per_minute: Annotated[float, Meta(ge=0, le=10_000)] | None = None
    frozen_share: Share | None = None
    loss: Share | None = None
    jitter_ms: Milliseconds | None = None
    bitrate: Annotated[float, Meta(ge=0, le=1e9)] | None = None
    concealed_share: Share | None = None
    mouth_to_ear_ms: Milliseconds | None = None
    sync_offset_ms: Milliseconds | None = None


class CallReport(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One call as the clerk's browser reports it, each time in full. `set_up_ms`: from accepting to the first picture.
    `generations`: connections that carried it; `interruptions`: times the booth was not heard, `interrupted_share`
    their part of the time. `to_clerk`: what the clerk's end received; `to_booth`: the booth's."""

    booth: Identifier
    outcome: Outcome
    generations: Count
    interruptions: Count
    interrupted_share: Share | None = None
    set_up_ms: Milliseconds | None = None
    round_trip_ms: Milliseconds | None = None
    to_clerk: Reception | None = None
    to_booth: Reception | None = None
