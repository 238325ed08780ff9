"""Runs switchboard, console and a booth on this machine; with `--auto`, plays a whole visit and says what happened."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from booth.idcard.testing.pcscd import READER_NAME, PcscdUnavailable, running_pcscd
from scripts.clerk import Clerk, chromium
from scripts.media_files import MediaFiles, media_files
from scripts.stack import ROOT, STAFF, ProgramError, Robot, Stack, free_port, running
from scripts.visit import Visit

DATA = ROOT / "build/demo"


def say(line: str) -> None:
    print(f"  {line}", flush=True)


@dataclass
class Devices:
    """What the booth uses: devices that are plugged in, files where they are not."""

    camera: str
    microphone: str
    speaker: str

    @classmethod
    def found(cls, files: MediaFiles) -> Devices:
        camera = next((str(number) for number in range(4) if Path(f"/dev/video{number}").exists()), str(files.citizen))
        microphone, speaker = "default", "default"
        try:
            import sounddevice

            sounddevice.query_devices(kind="input")
        except Exception:  # no PortAudio, no sound server or no device: each means that there is no microphone
            microphone, speaker = str(files.citizen_sound), "none"
        return cls(camera, microphone, speaker)


def display_environment() -> tuple[dict[str, str], str]:
    """Qt's environment for the booth, and how a person can see it."""
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        return {}, "the booth's window is on your display"
    port = free_port(5900)
    # Qt's VNC server always listens on every interface and knows no password.
    hint = f"no display here: any VNC viewer shows it at localhost:{port} (without a password, also to your network)"
    return {"QT_QPA_PLATFORM": f"vnc:size=1280x800:port={port}", "QT_QUICK_BACKEND": "software"}, hint


async def interactive() -> None:
    """Everything for a person to try; ends with Ctrl-C or when the booth's window is closed."""
    files = await asyncio.to_thread(media_files)
    devices = Devices.found(files)
    environment, where = display_environment()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with running(Stack(DATA, fixed_ports=True, eid=True)) as stack:
        card, _ = await stack.start_office()
        eid_card = await stack.start_eid_card()
        booth = await stack.start_booth(
            camera=devices.camera,
            microphone=devices.microphone,
            speaker=devices.speaker,
            robot=False,
            windowed=True,
            reader=READER_NAME,
            **environment,
        )
        print(
            f"\nFernamt is running.\n"
            f"  Clerk's console:  {stack.console_url}   sign in as  {STAFF}  with  {stack.password}\n"
            f"  Booth:            {where}\n"
            f"  ID card:          an emulated residence permit lies on the reader; its number (CAN) is {card.number}\n"
            f"  ID card with PIN: an emulated German ID card lies beside it; its PIN is {eid_card.pin}\n"
            f"  Appointment code: {await stack.book_appointment()}   (more at http://localhost:{stack.switchboard_port}/book)\n"
            f"  Logs:             {stack.data}\n"
            "Press Enter to take the card from the reader or lay it there, Ctrl-C to end.",
            flush=True,
        )
        moving: set[asyncio.Task[None]] = set()

        def move_card() -> None:
            if sys.stdin.readline() and not moving:
                task = asyncio.create_task(card.remove() if card.inserted else card.insert(), name="card")
                moving.add(task)
                task.add_done_callback(moving.discard)

        if sys.stdin.isatty():
            asyncio.get_running_loop().add_reader(sys.stdin, move_card)
        while not stop.is_set() and not booth.closed:
            booth.check()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1):
                    await stop.wait()


async def automatic() -> None:
    """One visit without a person. Raises when any part of it does not happen."""
    began = time.monotonic()
    say("making the media files")
    files = await asyncio.to_thread(media_files)
    data = DATA / "auto"
    async with running(Stack(data)) as stack:
        say("starting the emulated card, the switchboard, the console and the booth")
        card, _ = await stack.start_office()
        program = await stack.start_booth(
            camera=str(files.citizen),
            microphone=str(files.citizen_sound),
            speaker=str(data / "heard-at-the-booth.wav"),
            QT_QPA_PLATFORM="offscreen",
            QT_QUICK_BACKEND="software",
        )
        async with chromium(files.clerk, files.clerk_sound) as browser:
            clerk = await Clerk.open(browser, stack.console_url)
            await clerk.sign_in(STAFF, stack.password)
            say(f"clerk: signed in at {stack.console_url}")
            visit = Visit(Robot(program), clerk, card.number, data, say, card=card)
            await visit.whole()
    report(visit, time.monotonic() - began)


def report(visit: Visit, seconds: float) -> None:
    """Print what was measured; raises ProgramError unless all of it happened."""
    figures = visit.figures
    print("\nThe call")
    print(f"  set-up (click on accept to first frame)   {figures['setup_ms']} ms")
    for way, name in (("booth_to_clerk", "booth to clerk"), ("clerk_to_booth", "clerk to booth")):
        print(
            f"  {name}   {figures[f'{way}_fps']} frames a second at {figures[f'{way}_size']},"
            f" sound for {100 * figures[f'{way}_sound_share']:.0f} % of the time"
        )
    print("Identity")
    for check, verdict in visit.verdicts.items():
        print(f"  {check.replace('_', ' '):24} {verdict}")
    print(f"Document\n  {visit.document}")
    print(f"All done in {seconds:.0f} s.")
    (visit.folder / "figures.json").write_text(json.dumps({**figures, "seconds": round(seconds, 1)}) + "\n")
    if not visit.verdicts or set(visit.verdicts.values()) != {"passed"}:
        raise ProgramError(f"The identity was not verified: {visit.verdicts}")
    silent = [
        way
        for way in ("booth_to_clerk", "clerk_to_booth")
        if min(figures[f"{way}_fps"], figures[f"{way}_sound_share"]) <= 0
    ]
    if silent:
        raise ProgramError(f"No picture or no sound: {silent}")


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/demo", description=__doc__)
    parser.add_argument("--auto", action="store_true", help="play a whole visit without a person")
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # leave by way of every `finally`
    try:
        with running_pcscd():
            asyncio.run(automatic() if chosen.auto else interactive())
    except (ProgramError, PcscdUnavailable) as error:
        print(f"\nIt did not work: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    return 0


if __name__ == "__main__":
    sys.exit(main())
