"""What is called good, fair and weak, second by second; the app's own module, without a browser."""

from __future__ import annotations

import functools
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.web import samples

JUDGE = Path(__file__).with_name("judge.mjs")
NODE = shutil.which("node", path=str(Path(sys.executable).parent)) or "node"
GOOD = {
    "fps_received": 30,
    "width": 1280,
    "height": 720,
    "frames": 0,
    "freezes": 0,
    "frozen_s": 0,
    "bitrate": 1e6,
    "loss": 0,
    "jitter_ms": 2,
    "concealed_s": 0,
    "buffer_ms": 40,
    "playout_ms": 20,
    "sync_offset_ms": 0,
    "limited": None,
    "round_trip_ms": 20,
}

Second = dict[str, Any]


def second(measured: dict[str, Any] | None = None, **booth: Any) -> Second:
    return {"measured": GOOD | (measured or {}), "booth": msgspec.structs.asdict(samples.figures(**booth))}


@functools.cache
def judge() -> subprocess.Popen[str]:
    return subprocess.Popen([NODE, JUDGE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)


@pytest.fixture(scope="module", autouse=True)
def one_judge() -> Iterator[None]:
    """One program for all tests of this file, as each start takes longer than all it is asked."""
    yield
    judge().communicate()
    judge.cache_clear()


def judged(seconds: list[Second]) -> dict[str, Any]:
    asked = judge()
    assert asked.stdin is not None and asked.stdout is not None
    asked.stdin.write(json.dumps(seconds) + "\n")
    outcome: dict[str, Any] = json.loads(asked.stdout.readline())
    return outcome


def faults(outcome: dict[str, Any]) -> list[tuple[str, str, str | None, str]]:
    return [(one["direction"], one["fault"], one["cause"], one["grade"]) for one in outcome["findings"]]


def growing(name: str, each: float, *, booth: bool) -> list[Second]:
    """Ten seconds in which a total grows by `each`."""
    totals = [{name: round(each * n, 3)} for n in range(10)]
    return [second(**total) if booth else second(total) for total in totals]


def test_a_good_call() -> None:
    outcome = judged([second()] * 10)
    assert (outcome["grade"], outcome["findings"]) == ("good", [])


@pytest.mark.parametrize(
    ("measured", "fault", "cause", "grade"),
    [
        ({"fps_received": 19}, "slow", None, "fair"),
        ({"fps_received": 9}, "slow", None, "poor"),
        ({"fps_received": 19, "loss": 0.04}, "slow", "loss", "fair"),
        ({"height": 180}, "small", None, "fair"),
        ({"height": 180, "bitrate": 200_000}, "small", "narrow", "fair"),
        ({"height": 90}, "small", None, "poor"),
        ({"buffer_ms": 110}, "late", None, "fair"),
        ({"buffer_ms": 400}, "late", None, "poor"),
        ({"sync_offset_ms": 101}, "apart", None, "fair"),
        ({"sync_offset_ms": -101}, "apart", None, "fair"),
    ],
    ids=str,
)
def test_faults_of_what_comes(measured: dict[str, Any], fault: str, cause: str | None, grade: str) -> None:
    outcome = judged([second(measured)] * 10)
    assert faults(outcome) == [("to_clerk", fault, cause, grade)]
    assert outcome["grade"] == grade


@pytest.mark.parametrize(
    "measured",
    [
        *({"fps_received": 20}, {"height": 288}, {"sync_offset_ms": 100}, {"buffer_ms": 95}),
        *({"bitrate": 50_000}, {"loss": 0.2}),
    ],
    ids=str,
)
def test_what_is_still_good(measured: dict[str, Any]) -> None:
    """A line that loses or is narrow is no fault while picture and sound do not suffer."""
    assert judged([second(measured)] * 10)["findings"] == []


@pytest.mark.parametrize(
    ("booth", "measured", "fault", "cause", "grade"),
    [
        ({"video_fps": 12}, {}, "slow", None, "fair"),
        ({"video_fps": 12, "loss": 0.1}, {"limited": "cpu"}, "slow", "loss", "fair"),
        ({"video_fps": 12}, {"limited": "cpu"}, "slow", "busy", "fair"),
        ({"video_fps": 5}, {"limited": "bandwidth"}, "slow", "narrow", "poor"),
        ({"video_height": 180}, {"limited": "bandwidth"}, "small", "narrow", "fair"),
        ({"audio_buffer_ms": 100}, {}, "late", None, "fair"),
        ({"sync_offset_ms": -180}, {}, "apart", None, "fair"),
    ],
    ids=str,
)
def test_faults_of_what_goes_out(
    booth: dict[str, Any], measured: dict[str, Any], fault: str, cause: str | None, grade: str
) -> None:
    outcome = judged([second(measured, **booth)] * 10)
    assert faults(outcome) == [("to_booth", fault, cause, grade)]


@pytest.mark.parametrize(("each", "grade"), [(0.02, None), (0.05, "fair"), (0.2, "poor")])
@pytest.mark.parametrize("booth", [False, True])
def test_gaps_in_the_sound(each: float, grade: str | None, booth: bool) -> None:
    seconds = growing("audio_concealed_s" if booth else "concealed_s", each, booth=booth)
    direction = "to_booth" if booth else "to_clerk"
    assert faults(judged(seconds)) == ([(direction, "gaps", None, grade)] if grade else [])


@pytest.mark.parametrize("booth", [False, True])
def test_a_picture_that_stands_still(booth: bool) -> None:
    name, direction = ("video_frozen_s", "to_booth") if booth else ("frozen_s", "to_clerk")
    assert faults(judged(growing(name, 0.3, booth=booth))) == [(direction, "frozen", None, "poor")]
    once = [second(**{name: 0.5 * (n > 3)}) if booth else second({name: 0.5 * (n > 3)}) for n in range(10)]
    assert faults(judged(once)) == [(direction, "frozen", None, "fair")]
    assert faults(judged([*once, *[once[-1]] * 10])) == []


def test_a_booth_that_sends_sound_alone_says_so() -> None:
    """The picture that stands still meanwhile is no finding of its own."""
    seconds = [second({"fps_received": 0, "frozen_s": n}, picture_paused=True) for n in range(10)]
    assert faults(judged(seconds)) == [("to_clerk", "paused", "narrow", "poor")]


def test_the_worst_stands_first() -> None:
    seconds = [second({"fps_received": 15}, video_fps=15, audio_concealed_s=0.3 * n) for n in range(10)]
    assert [one[:2] for one in faults(judged(seconds))] == [
        ("to_booth", "gaps"),
        ("to_clerk", "slow"),
        ("to_booth", "slow"),
    ]


def test_a_fault_that_is_over_is_forgotten() -> None:
    assert judged([*[second(video_fps=5)] * 10, *[second()] * 5])["grade"] == "good"


def test_one_second_is_no_judgement() -> None:
    assert judged([second({"fps_received": 1})])["grade"] == "good"


def test_an_end_without_a_camera_is_no_fault_of_the_line() -> None:
    outcome = judged([second(video_fps=0, video_width=0, video_height=0)] * 10)
    assert outcome["findings"] == []


def test_a_booth_that_tells_little_is_judged_by_that() -> None:
    old = ["video_fps", "video_width", "video_height", "video_frames", "audio_seconds", "audio_level"]
    told = {name: value for name, value in second(video_fps=5)["booth"].items() if name in old}
    outcome = judged([{"measured": GOOD, "booth": told}] * 10)
    assert faults(outcome) == [("to_booth", "slow", None, "poor")]
    assert outcome["latest"]["to_clerk"]["mouth_to_ear_ms"] is None
    assert judged([{"measured": GOOD, "booth": None}] * 10)["latest"]["to_booth"] is None


def test_mouth_to_ear_adds_both_ends_and_half_the_way() -> None:
    latest = judged([second(audio_capture_ms=25, audio_buffer_ms=200, audio_playout_ms=20)] * 2)["latest"]
    # 25 ms of the booth, 10 ms of the way, 60 ms of the browser; 30 ms of the browser, 10 ms, 220 ms of the booth.
    assert latest["to_clerk"]["mouth_to_ear_ms"] == 95
    assert latest["to_booth"]["mouth_to_ear_ms"] == 260


def test_totals_go_on_over_generations() -> None:
    """A new connection counts from nought again."""
    totals = [3, 4, 4, 0, 1, 1]
    outcome = judged([second(video_freezes=n, video_frozen_s=n) for n in totals])
    to_booth = outcome["latest"]["to_booth"]
    assert (to_booth["freezes"], to_booth["frozen_s"]) == (2, 2)


def test_two_minutes_are_remembered() -> None:
    assert judged([second()] * 130)["seconds"] == 120
