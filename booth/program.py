"""The booth put together for one visit: window on this thread, terminal on its own."""

from __future__ import annotations

import importlib
import signal
import ssl
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Final

import structlog

from booth.call_desk import CallDesk, Identity
from booth.card_desk import CardMeans
from booth.console_keys import ConsoleKeys, fetch
from booth.device_key import DeviceKey
from booth.devices import DeviceNames, Devices
from booth.document_camera import NONE as NO_DOCUMENT_CAMERA
from booth.document_camera import DocumentCamera
from booth.eid.ausweisapp import AusweisApp, find
from booth.idcard.reader import CardReader
from booth.mrz.recogniser import shared
from booth.pages import PageStore
from booth.preflight import Preflight
from booth.record import VisitRecord
from booth.robot_input import RobotInput
from booth.speech import find as find_voice
from booth.speech_desk import SpeechDesk
from booth.stage import Stage
from booth.terminal import Relief, Terminal
from booth.terminal_thread import TerminalThread
from booth.turn import Begin, Over, Ready, Relieve, Turn
from booth.version import version
from booth.view import STARTING, Premises, View, view_of
from booth.visit import VisitState
from booth.wipe import Wipe
from booth.words import LANGUAGES, Words
from media.aiortc_reach.encoders import prefer_hardware
from media.connectivity.trust import trust
from media.i420 import I420
from media.latest import LatestSlot
from media.memory import settle, steady_memory, tidy
from signaling.client import SwitchboardClient

if TYPE_CHECKING:
    from booth.ui.window import KioskWindow

SIGNAL_CHECK_MS: Final = 200
ALONE: Final = frozenset({"eglfs", "linuxfb", "vnc", "vkkhrdisplay"})
"""Qt's platforms that have the screen, or the port it is seen at, to themselves."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Settings:
    """What the command line says. `console` is the issuer URL; `size` of the window in pixels; `authorities`: whose
    certificates switchboard, console and relay may show. `ausweisapp`: its program, None for whichever is installed,
    "none" for none; `eid_test`: test cards and servers for the eID function. `by_number`: ID cards may be read by
    their access number."""

    folder: Path
    switchboard: str
    booth: str
    console: str
    site: str
    services: tuple[str, ...]
    devices: DeviceNames
    reader: str | None = None
    ausweisapp: str | None = None
    eid_test: bool = False
    by_number: bool = False
    windowed: bool = False
    size: tuple[int, int] | None = None
    robot: bool = False
    authorities: ssl.SSLContext = field(default_factory=trust)

    @property
    def premises(self) -> Premises:
        camera = self.devices.document_camera != NO_DOCUMENT_CAMERA
        return Premises(self.site, LANGUAGES, self.services, online=False, trouble=STARTING, document_camera=camera)


@dataclass(frozen=True, slots=True)
class Screen:
    """What the terminal needs of the window; all of it may be used from the terminal's thread."""

    show: Callable[[View], None]
    wipe: Callable[[], None]
    relieve: Callable[[bool], None]
    others: tuple[LatestSlot[I420], LatestSlot[I420]]
    citizen: LatestSlot[I420]
    document: LatestSlot[I420]
    pages: PageStore


def build_terminal(
    settings: Settings, key: DeviceKey, reader: CardReader, screen: Screen, turn: Turn, begin: Begin
) -> Terminal:
    """All parts of the terminal, joined. Call on the loop they will live on."""
    stage = Stage(settings.premises, screen.show, time.monotonic)
    devices = Devices(settings.devices, screen.citizen)
    speech = SpeechDesk(find_voice(), devices)
    keys = ConsoleKeys(settings.console, settings.folder, partial(fetch, authorities=settings.authorities))
    line = SwitchboardClient(
        settings.switchboard,
        role="booth",
        token=lambda nonce: key.token(settings.booth, nonce, time.time()),
        instance=begin.instance,
        software=f"fernamt-booth {version()}",
        authorities=settings.authorities,
    )
    program = find(settings.ausweisapp)
    eid_app = None
    if program is not None:
        eid_app = AusweisApp(program, settings.folder / "ausweisapp", developer_mode=settings.eid_test)
    terminal: Terminal

    def farewell(completed: bool) -> None:
        terminal.farewell(completed)

    calls = CallDesk(
        Identity(settings.booth, settings.site, settings.console, key),
        keys,
        stage,
        devices,
        CardMeans(reader, DocumentCamera(settings.devices.document_camera, screen.document), settings.by_number),
        screen.pages,
        screen.others,
        line.send,
        farewell,
        preflight=Preflight(settings.authorities),
        eid_app=eid_app,
    )
    wipe = Wipe()
    wipe.add("speech", speech.forget)
    wipe.add("call, card, text", calls.close)
    wipe.add("devices", devices.close)
    for picture in screen.others:
        wipe.add("picture of the others", picture.clear)
    wipe.add("documents", screen.pages.wipe)
    wipe.add("record", stage.record.wipe)
    wipe.add("screen", screen.wipe)
    wipe.add("memory", tidy)
    relief = Relief(lambda: turn.tell(Over()), screen.relieve)
    terminal = Terminal(stage, line, calls, devices, keys, wipe, speech, Words(), relief, card_left=begin.card_left)
    return terminal


def load(*, robot: bool) -> None:
    """Load Qt and the screens' code, after the environment has been prepared: most of the time a start takes."""
    for module in ("booth.ui.window", *(["booth.robot"] if robot else [])):
        importlib.import_module(module)


def run(settings: Settings, key: DeviceKey, turn: Turn, begin: Begin) -> int:
    """Serve a visit: until this process has been relieved, the window is closed or the process is told to end. Returns
    the exit status."""
    from PySide6.QtCore import QTimer
    from PySide6.QtGui import QGuiApplication

    from booth.robot import Robot
    from booth.ui.bridge import Bridge
    from booth.ui.window import KioskWindow, WindowError

    steady_memory()
    Thread(target=prepare, args=(settings,), name="preparation", daemon=True).start()
    application = QGuiApplication(["fernamt-booth"])
    words, pages = Words(), PageStore()
    bridge = Bridge(first_view(settings))
    bridge.failed.connect(lambda: application.exit(1))
    try:
        window = KioskWindow(bridge, words, pages)
    except WindowError as error:
        log.error("screens not loaded", text=str(error))
        return 1
    screen = screen_of(window, pages)
    with CardReader(settings.reader) as reader:
        thread = TerminalThread(lambda: build_terminal(settings, key, reader, screen, turn, begin), bridge.fail)
        terminal = thread.start()
        bridge.serve(terminal, thread.post)
        reader.listen(lambda status: thread.post(terminal.reader_changed, status))
        window.show(windowed=settings.windowed, size=settings.size)
        robot = None
        if settings.robot:
            robot = Robot(
                window,
                lambda: thread.ask(terminal.figures),
                lambda: thread.ask(lambda: None),
                application.quit,
                RobotInput(sys.stdin.fileno()),
            )

        def relieve(card_left: bool) -> None:
            if robot is not None:
                robot.hand_over()
            shared = application.platformName() not in ALONE
            turn.tell(Relieve(card_left, shared))
            if not shared:
                application.quit()

        bridge.relieved.connect(relieve)
        bridge.started.connect(lambda: turn.tell(Ready()))
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: application.quit())
        # Python sees signals only between its own instructions.
        heartbeat = QTimer()
        heartbeat.timeout.connect(lambda: None)
        heartbeat.start(SIGNAL_CHECK_MS)
        settle()
        status = application.exec()
        if robot is not None:
            robot.close()
        thread.stop()
        window.close()
    return status


def prepare(settings: Settings) -> None:
    """What takes its time and is to be there when the first citizen needs it: one after the other, as the trial
    measures."""
    prefer_hardware()
    if settings.devices.document_camera != NO_DOCUMENT_CAMERA:
        shared()


def first_view(settings: Settings) -> View:
    return view_of(VisitState.UNAVAILABLE, VisitRecord(), settings.premises, None, 0.0)


def screen_of(window: KioskWindow, pages: PageStore) -> Screen:
    bridge = window.bridge
    return Screen(
        bridge.show,
        bridge.forget,
        bridge.relieve,
        (window.clerk.slot, window.guest.slot),
        window.citizen.slot,
        window.document.slot,
        pages,
    )
