"""What the sending side knows of the path to the other end."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SendingFigures:
    """Of the last seconds. `bitrate`: what the path carries, bits a second with all headers; None before the other end
    has told anything. `loss`: 0 to 1. `jitter`: what 95 of 100 packets stay below over the fastest, seconds one way.
    `queue`: what a picture waits for its last packet to leave, seconds. `playout_delay`: what the other end is asked
    to hold pictures back, seconds. `picture_paused`: the path carries no more than sound."""

    bitrate: float | None
    loss: float
    jitter: float
    queue: float
    playout_delay: float
    key_frames_asked: int
    picture_paused: bool
