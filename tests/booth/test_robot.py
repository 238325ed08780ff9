"""The robot presses what a finger could press, and says clearly what it could not."""

from __future__ import annotations

import io
import json
import os
import queue
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QImage

from booth.robot import Robot
from booth.robot_input import RobotInput
from booth.view import CardView
from tests.booth.kiosk import Kiosk

Ask = Callable[..., dict[str, Any]]


class Pipe(io.StringIO):
    """Standard input: lines come as the test says."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: queue.Queue[str] = queue.Queue()

    def readline(self, size: int | None = -1, /) -> str:
        return self.lines.get()

    def stop(self) -> None:
        self.lines.put("")


@pytest.fixture
def ask(kiosk: Kiosk) -> Iterator[Ask]:
    source, sink, ended = Pipe(), io.StringIO(), []
    robot = Robot(kiosk.kiosk, lambda: {"video_fps": 0}, lambda: None, lambda: ended.append(True), source, sink)

    def question(line: str | None = None, **command: Any) -> dict[str, Any]:
        before = sink.getvalue()
        source.lines.put((json.dumps(command) if line is None else line) + "\n")
        kiosk.until(lambda: sink.getvalue() != before, 10_000)
        answer: dict[str, Any] = json.loads(sink.getvalue()[len(before) :])
        return answer

    yield question
    source.lines.put("")
    kiosk.until(lambda: ended)
    robot.close()


def test_press_is_a_press_at_the_place(kiosk: Kiosk, ask: Ask) -> None:
    assert ask(do="press", name="start") == {"ok": True, "pressed": "start"}
    assert kiosk.desk.wishes == [("start",)]


def test_typing_goes_where_the_focus_is(kiosk: Kiosk, ask: Ask) -> None:
    kiosk.show(replace(kiosk.first, screen="code", state="code"))
    assert ask(do="type", name="code-entry", text="ab12CD")["ok"]
    for key in ("key-9", "key-x", "key-backspace", "code-submit"):
        assert ask(do="press", name=key)["ok"]
    assert kiosk.desk.wishes == [("submit_code", "ab12CD9")]


@pytest.mark.parametrize(
    ("name", "error"),
    [("finish", "not_found"), ("", "not_found"), ("bottom-bar", "hidden"), ("leave-confirm", "hidden")],
)
def test_what_is_not_there_cannot_be_pressed(kiosk: Kiosk, ask: Ask, name: str, error: str) -> None:
    assert ask(do="press", name=name, timeout_s=0.1)["error"] == error
    assert kiosk.desk.wishes == []


def test_what_is_switched_off_cannot_be_pressed(kiosk: Kiosk, ask: Ask) -> None:
    kiosk.show(replace(kiosk.first, screen="card", state="card_number", card=CardView("number", [1])))
    assert ask(do="press", name="can-confirm", timeout_s=0.1)["error"] == "disabled"
    for digit in "123456":
        assert ask(do="press", name=f"key-{digit}")["ok"]
    assert ask(do="press", name="can-confirm")["ok"]
    assert kiosk.desk.wishes == [("give_number", "123456")]


def test_nothing_is_pressed_through_a_question(kiosk: Kiosk, ask: Ask) -> None:
    kiosk.show(replace(kiosk.first, screen="waiting", state="waiting", ticket="AB123"))
    assert ask(do="press", name="leave")["ok"]
    assert kiosk.desk.wishes == []
    assert ask(do="press", name="leave", timeout_s=0.1)["error"] == "disabled"
    assert ask(do="press", name="leave-stay")["ok"]
    assert ask(do="press", name="leave")["ok"]
    assert ask(do="press", name="leave-confirm")["ok"]
    assert kiosk.desk.wishes == [("leave",)]


def test_the_citizen_writes_and_mutes_in_a_call(kiosk: Kiosk, ask: Ask) -> None:
    kiosk.show(replace(kiosk.first, screen="call", state="call", ticket="AB123", link="connected"))
    for name in ("text", "key-h", "key-i", "key-enter", "text", "mute"):
        assert ask(do="press", name=name)["ok"], name
    assert kiosk.desk.wishes == [
        ("write_text", "h", False), ("write_text", "hi", False), ("write_text", "hi", True), ("set_muted", True),
    ]  # fmt: skip


def test_wait_state_figures_and_tree(kiosk: Kiosk, ask: Ask, tmp_path: Path) -> None:
    assert ask(do="wait", screen="attract")["screen"] == "attract"
    assert ask(do="wait", screen="call", timeout_s=0.1)["error"] == "timeout"
    assert ask(do="state")["view"]["site"] == "Gemeindehaus Elbtal"
    assert ask(do="figures") == {"ok": True, "video_fps": 0}
    assert "Beginnen" in json.dumps(ask(do="accessibility")["tree"], ensure_ascii=False)
    picture = tmp_path / "screen.png"
    assert ask(do="screenshot", path=str(picture))["ok"]
    assert QImage(str(picture)).size().toTuple() == (1080, 1920)


@pytest.mark.parametrize(
    ("line", "error"),
    [("not json", "malformed"), ('{"do": 1}', "malformed"), ('{"do": "fly"}', "unknown_command"), ("[]", "malformed")],
)
def test_garbage_is_answered(ask: Ask, line: str, error: str) -> None:
    assert ask(line)["error"] == error


def test_what_is_not_done_is_left_to_the_next_process(kiosk: Kiosk) -> None:
    source, sink = Pipe(), io.StringIO()
    robot = Robot(kiosk.kiosk, dict, lambda: None, lambda: None, source, sink)
    for screen in ("call", "thanks"):
        source.lines.put(json.dumps({"do": "wait", "screen": screen, "timeout_s": 600}) + "\n")
    kiosk.until(lambda: source.lines.empty(), 10_000)
    robot.hand_over()
    answers = [json.loads(line) for line in sink.getvalue().splitlines()]
    assert [answer["error"] for answer in answers] == ["relieved", "relieved"]


def test_input_is_taken_by_the_line_and_no_more_after_a_stop() -> None:
    reading, writing = os.pipe()
    source = RobotInput(reading)
    os.write(writing, b"one\ntwo\nthr")
    assert [source.readline(100), source.readline(100)] == ["one\n", "two\n"]
    os.write(writing, b"ee\n")
    assert source.readline(100) == "three\n"
    source.stop()
    os.write(writing, b"for the next\n")
    assert source.readline(100) == ""
    following = RobotInput(reading)
    assert following.readline(100) == "for the next\n"
    os.close(writing)
    assert following.readline(100) == ""
    following.stop()
    os.close(reading)


def test_a_press_that_ends_the_visit_is_done(kiosk: Kiosk) -> None:
    """The next process, asked again, would press what is not there."""
    source, sink = Pipe(), io.StringIO()
    robot = Robot(kiosk.kiosk, dict, lambda: None, lambda: None, source, sink)
    ended: list[bool] = []

    def end(*_: object) -> None:
        if not ended:
            ended.append(True)
            robot.hand_over()

    # Within the press, as when the terminal is quicker than Qt.
    kiosk.kiosk.bridge.serve(kiosk.desk, end)
    source.lines.put(json.dumps({"do": "press", "name": "start"}) + "\n")
    kiosk.until(lambda: sink.getvalue() != "", 10_000)
    kiosk.kiosk.bridge.serve(kiosk.desk, lambda wish, *given: wish(*given))
    assert [json.loads(line) for line in sink.getvalue().splitlines()] == [{"ok": True, "pressed": "start"}]
