"""Which encoder a booth uses: each that the machine may have is tried with real pictures, in a process of its own, as
a driver may crash or hang. One that is late, uses tools a browser need not know, or answers a new bitrate with a key
frame is left alone, and libx264 does the work.

    python -m media.encoding.trial [NAME]     tries them and prints what came of it
"""

from __future__ import annotations

import glob
import subprocess
import sys
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Final, NamedTuple

import av
import msgspec
import numpy as np
import structlog

from media import i420
from media.encoding.hardware import CANDIDATES, Candidate, HardwareEncoder
from media.encoding.picture import FRAME_RATE

TRIAL_SECONDS: Final = 8.0
_SIZE: Final = (1280, 720)
_BITRATES: Final = (2_000_000, 800_000, 1_600_000)
_CEILING: Final = 2_500_000
_PICTURES: Final = 30
"""A second at each bitrate."""
_TOLERANCE: Final = 1.3
_ASKED_AT: Final = 2 * _PICTURES + 5
_IDR, _SPS = 5, 7
_BASELINE: Final = 66
_CONSTRAINED: Final = 0x40

log = structlog.get_logger(__name__)


class Verdict(NamedTuple):
    """`trouble`: why it is not used; empty if it is good."""

    name: str
    trouble: str


class Unfit(Exception):
    """The encoder does not do what a call needs; the text says what."""


def choose(candidates: Iterable[Candidate] = CANDIDATES, seconds: float = TRIAL_SECONDS) -> Candidate | None:
    """The first that passes; None: libx264. Blocks up to `seconds` for each whose devices are there."""
    for candidate in candidates:
        if candidate.devices and not any(glob.glob(pattern) for pattern in candidate.devices):
            continue
        verdict = try_apart(candidate, seconds)
        log.info("hardware encoder tried", encoder=verdict.name, trouble=verdict.trouble or None)
        if not verdict.trouble:
            return candidate
    return None


def try_apart(candidate: Candidate, seconds: float = TRIAL_SECONDS) -> Verdict:
    """The trial in a process of its own."""
    command = [sys.executable, "-m", "media.encoding.trial", "--apart", msgspec.json.encode(candidate).decode()]
    try:
        done = subprocess.run(command, capture_output=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        return Verdict(candidate.name, f"takes longer than {seconds:g} seconds")
    except OSError as error:
        return Verdict(candidate.name, f"cannot be tried: {error}")
    if done.returncode < 0:
        return Verdict(candidate.name, f"crashes with signal {-done.returncode}")
    if done.returncode:
        return Verdict(candidate.name, "cannot be tried")
    return Verdict(candidate.name, done.stdout.decode(errors="replace").strip())


def trial(candidate: Candidate) -> None:
    """Raises Unfit."""
    try:
        encoder = HardwareEncoder(candidate, _SIZE, _BITRATES[0], _CEILING)
        pictures = list(_encode(encoder))
    except (av.FFmpegError, ValueError) as error:
        raise Unfit(f"cannot be opened: {getattr(error, 'strerror', None) or error}") from error
    _judge_stream(pictures)
    for number, asked in enumerate(_BITRATES):
        part = pictures[number * _PICTURES + _PICTURES // 3 : (number + 1) * _PICTURES]
        measured = sum(len(picture) for picture in part if not _has_key(picture)) * 8 * FRAME_RATE / len(part)
        if measured > _TOLERANCE * asked:
            raise Unfit(f"sends {measured / 1000:.0f} kbit/s when asked for {asked // 1000}")


def _encode(encoder: HardwareEncoder) -> Iterator[bytes]:
    kind = av.video.frame.PictureType
    for number, frame in enumerate(_frames(_PICTURES * len(_BITRATES))):
        encoder.steer(_BITRATES[number // _PICTURES])
        frame.pict_type = kind.I if number in (0, _ASKED_AT) else kind.NONE
        packets = encoder.packets(frame)
        if len(packets) != 1 or packets[0].pts != frame.pts:
            raise Unfit("holds pictures back")
        yield bytes(packets[0])


def _judge_stream(pictures: list[bytes]) -> None:
    keys = [number for number, picture in enumerate(pictures) if _has_key(picture)]
    if _ASKED_AT not in keys:
        raise Unfit("gives no key frame when asked")
    if keys != [0, _ASKED_AT]:
        raise Unfit("gives key frames nobody asked for")
    for picture in (pictures[0], pictures[_ASKED_AT]):
        headers = [unit for unit in _units(picture) if unit[0] & 0x1F == _SPS]
        if not headers:
            raise Unfit("gives key frames that do not say what they are")
        profile, constraints = headers[0][1:3]
        if profile != _BASELINE or not constraints & _CONSTRAINED:
            raise Unfit("is not constrained baseline")


def _has_key(picture: bytes) -> bool:
    return any(unit[0] & 0x1F == _IDR for unit in _units(picture))


def _units(picture: bytes) -> list[bytes]:
    """ITU-T H.264, annex B."""
    return [unit for unit in picture.split(b"\0\0\1")[1:] if unit]


def _frames(count: int) -> Iterator[av.VideoFrame]:
    """A moving grain over stripes: something to spend bits on."""
    random = np.random.default_rng(1)
    width, height = _SIZE
    stripes = 128 + 60 * np.sin(np.arange(width) / 40) + random.integers(-6, 7, (height * 3 // 2, width))
    for number in range(count):
        frame = i420.to_frame(np.ascontiguousarray(np.roll(stripes.astype(np.uint8), 3 * number, axis=1)))
        frame.pts, frame.time_base = number * 90_000 // FRAME_RATE, Fraction(1, 90_000)
        yield frame


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["--apart"]:
        try:
            trial(msgspec.json.decode(arguments[1], type=Candidate))
        except Unfit as error:
            print(error)  # noqa: T201 - to the process that waits for it
        return 0
    for candidate in CANDIDATES:
        if candidate.name in (arguments or [candidate.name]):
            verdict = try_apart(candidate)
            print(f"{verdict.name}: {verdict.trouble or 'good'}")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
