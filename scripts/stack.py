"""The whole of Fernamt on one machine: writes its configuration, starts its programs, ends them by process id.

Used by scripts/demo, the end-to-end tests and the benchmarks alike, so that what is shown is what is tested.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
REGION = "elbtal"
SITE = "Gemeindehaus Elbtal"
SERVICE = "registration-certificate"
STAFF = "anna"


class ProgramError(Exception):
    """A program of the stack ended or did not answer in time; the text holds the end of its log."""


class Program:
    """One child process in a group of its own, with its output in a log file.

    With `talks`, standard output is read as one JSON object a line instead.
    """

    def __init__(
        self, name: str, arguments: Sequence[str], log: Path, *, talks: bool = False, **environment: str
    ) -> None:
        self.name = name
        self.arguments = [sys.executable, "-m", *arguments]
        self.log = log
        self.talks = talks
        self.environment = {**os.environ, "PYTHONUNBUFFERED": "1", **environment}
        self.process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *self.arguments,
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.PIPE if self.talks else subprocess.DEVNULL,
                stdout=subprocess.PIPE if self.talks else log,
                stderr=log,
                start_new_session=True,
                limit=4 * 1024 * 1024,
            )

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def check(self) -> None:
        """Raises ProgramError when the program has ended."""
        if self.process is None or self.process.returncode is not None:
            code = None if self.process is None else self.process.returncode
            raise ProgramError(f"{self.name} has ended with status {code}.\n{self.tail()}")

    @property
    def closed(self) -> bool:
        """Has it ended by itself without an error?"""
        return self.process is not None and self.process.returncode == 0

    def tail(self, lines: int = 30) -> str:
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    async def kill(self) -> None:
        """SIGKILL, for tests of recovery."""
        if self.process is not None and self.process.returncode is None:
            self.process.kill()
            await self.process.wait()

    async def stop(self, patience_s: float = 8.0) -> None:
        """SIGTERM to the group, then SIGKILL after `patience_s` seconds."""
        if self.process is None or self.process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        try:
            async with asyncio.timeout(patience_s):
                await self.process.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            await self.process.wait()

    async def tell(self, line: str) -> None:
        assert self.process is not None and self.process.stdin is not None
        self.process.stdin.write(line.encode() + b"\n")
        await self.process.stdin.drain()

    async def hear(self, timeout_s: float) -> dict[str, Any]:
        """The next JSON line. Raises ProgramError at the end of output or after `timeout_s`."""
        assert self.process is not None and self.process.stdout is not None
        try:
            async with asyncio.timeout(timeout_s):
                line = await self.process.stdout.readline()
        except TimeoutError:
            raise ProgramError(f"{self.name} said nothing for {timeout_s:.0f} s.\n{self.tail()}") from None
        if not line:
            await self.process.wait()
            self.check()
        answer: dict[str, Any] = json.loads(line)
        return answer


class Robot:
    """The booth's `--robot` citizen, from outside."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._turn = asyncio.Lock()

    async def ask(self, command: dict[str, Any], patience_s: float = 70.0) -> dict[str, Any]:
        """Send one command and return its answer. Raises ProgramError when the robot reports an error."""
        command = {"timeout_s": 60.0} | command
        async with self._turn:
            answer = {"error": "relieved"}
            while answer.get("error") == "relieved":
                await self.program.tell(json.dumps(command))
                answer = await self.program.hear(patience_s)
        if "error" in answer:
            raise ProgramError(f"robot could not {command}: {answer['error']} {answer.get('text', '')}")
        return answer

    async def press(self, name: str) -> None:
        await self.ask({"do": "press", "name": name})

    async def wait(self, screen: str, timeout_s: float = 60.0) -> dict[str, Any]:
        return await self.ask({"do": "wait", "screen": screen, "timeout_s": timeout_s}, timeout_s + 10)

    async def state(self) -> dict[str, Any]:
        return await self.ask({"do": "state"})

    async def figures(self) -> dict[str, Any]:
        return await self.ask({"do": "figures"})

    async def screenshot(self, path: Path) -> None:
        await self.ask({"do": "screenshot", "path": str(path)})


class EidCard:
    """The emulated German ID card with its eID function, from outside."""

    def __init__(self, program: Program, pin: str) -> None:
        self.program = program
        self.pin = pin


class Card:
    """The emulated ID card, from outside: put it on the reader, take it away, give it a fault."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.number = ""
        self.inserted = False

    async def until(self, event: str) -> dict[str, Any]:
        """The next event of this name. Raises ProgramError when there is an `error` first."""
        while True:
            found = await self.program.hear(30)
            if found["event"] == "error":
                raise ProgramError(f"card: {found['text']}")
            if found["event"] == event:
                return found

    async def insert(self, fault: str = "none") -> None:
        """Put the card on the reader, with a fault of `booth.idcard.testing.faults`."""
        await self.program.tell(f"fault {fault}")
        await self.program.tell("insert")
        await self.until("inserted")
        self.inserted = True

    async def become(self, persona: str) -> None:
        """Another person's document, from the next insertion on."""
        await self.program.tell(f"persona {persona}")
        await self.until("persona")

    async def remove(self) -> None:
        await self.program.tell("remove")
        await self.until("removed")
        self.inserted = False


def free_port(wanted: int = 0) -> int:
    """`wanted` when nothing listens there, else any free port of the loopback interface."""
    for port in (wanted, 0):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            number: int = probe.getsockname()[1]
            return number
    raise OSError("No free TCP port on the loopback interface.")


async def until_answers(url: str, program: Program, timeout_s: float = 60.0) -> None:
    """Return when `url` answers 200. Raises ProgramError when the program ends or the time is over."""

    def answers() -> bool:
        try:
            with urllib.request.urlopen(url, timeout=2) as response:
                return bool(response.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    deadline = time.monotonic() + timeout_s
    while not await asyncio.to_thread(answers):
        program.check()
        if time.monotonic() > deadline:
            raise ProgramError(f"{program.name} does not answer at {url}.\n{program.tail()}")
        await asyncio.sleep(0.05)


def run(*arguments: str, **options: Any) -> str:
    """Run one of our command-line tools and return what it prints. Raises ProgramError."""
    done = subprocess.run([sys.executable, "-m", *arguments], cwd=ROOT, capture_output=True, text=True, **options)
    if done.returncode:
        raise ProgramError(f"{' '.join(arguments[:2])} failed: {done.stderr.strip() or done.stdout.strip()}")
    return str(done.stdout)


@dataclass
class Stack:
    """Configuration and processes below `data`. Start the parts that are wanted; `close` ends all of them."""

    data: Path
    fixed_ports: bool = False
    booth_ids: Sequence[str] = ("booth-elbtal-1",)
    eid: bool = False
    programs: list[Program] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.data.mkdir(parents=True, exist_ok=True)
        self.switchboard_port = free_port(8470 if self.fixed_ports else 0)
        self.console_port = free_port(8471 if self.fixed_ports else 0)
        self.console_url = f"http://localhost:{self.console_port}"
        self.switchboard_url = f"ws://localhost:{self.switchboard_port}/ws"
        self.csca = self.data / "csca"
        self.csca.mkdir(exist_ok=True)

    @property
    def eid_folder(self) -> Path:
        """Keys and certificates of the eID-Server's double."""
        return self.data / "eid-server"

    def log(self, name: str) -> Path:
        return self.data / f"{name}.log"

    def booth_data(self, booth: str) -> Path:
        return self.data / booth

    @property
    def password(self) -> str:
        """The demonstration clerk's password: random, kept for the next start."""
        file = self.data / "sign-in"
        if not file.exists():
            file.touch(mode=0o600)
            file.write_text(secrets.token_urlsafe(9) + "\n")
        return file.read_text().strip()

    def configure(self) -> None:
        """Make keys, the switchboard's directory, the console's list of booths and its staff, where missing."""
        keys = []
        booths = ""
        for booth in self.booth_ids:
            public = json.loads(run("booth", "key", "--data", str(self.booth_data(booth))))["x"]
            keys.append({"kty": "OKP", "crv": "Ed25519", "kid": booth, "x": public, "site": SITE})
            booths += f'[[booths]]\nid = "{booth}"\nregion = "{REGION}"\nsite = "gemeindehaus"\nkey = "{public}"\n\n'
        (self.data / "booths.json").write_text(json.dumps({"keys": keys}, indent=2) + "\n")
        (self.data / "directory.toml").write_text(
            f'''timezone = "Europe/Berlin"

[[services]]
id = "{SERVICE}"

[[regions]]
id = "{REGION}"
name = "Elbtal"

[[regions]]
id = "heide"
name = "Heide"

{booths}[[consoles]]
issuer = "{self.console_url}"
jwks_url = "{self.console_url}/.well-known/jwks.json"
origins = ["{self.console_url}", "http://127.0.0.1:{self.console_port}"]

[[sites]]
id = "gemeindehaus"
region = "{REGION}"
name = "{SITE}"
address = "Dorfstraße 1, 01234 Elbtal"
latitude = 51.0504
longitude = 13.7373
accessibility = ["step_free", "wheelchair", "help_on_site"]

[[capacities]]
region = "{REGION}"
service = "{SERVICE}"
at_once = 50
lead_minutes = 0
'''
        )

    async def _start(self, program: Program) -> Program:
        await program.start()
        self.programs.append(program)
        return program

    async def start_switchboard(self) -> Program:
        return await self.start_node("switchboard", self.switchboard_port)

    async def start_node(self, name: str, port: int, **secrets: str) -> Program:
        """The switchboard, or one node of it when the `secrets` name a database and a bus that the nodes share."""
        program = await self._start(
            Program(
                name,
                [
                    *("signaling", "--host", "127.0.0.1", "--port", str(port)),
                    *("--data", str(self.data / name), "--directory", str(self.data / "directory.toml")),
                ],
                self.log(name),
                **secrets,
            )
        )
        await until_answers(f"http://127.0.0.1:{port}/healthz", program)
        return program

    async def start_console(self) -> Program:
        data = self.data / "console"
        data.mkdir(exist_ok=True)
        if not (data / "staff-added").exists():
            await asyncio.to_thread(self.add_staff, STAFF, "Anna Petersen", roles="clerk,supervisor")
            (data / "staff-added").touch()
        program = await self._start(
            Program(
                "console",
                [
                    *("clerk_console", "--host", "127.0.0.1", "--port", str(self.console_port)),
                    *("--data", str(data), "--issuer", self.console_url, "--switchboard", self.switchboard_url),
                    *("--booths", str(self.data / "booths.json"), "--csca", str(self.csca)),
                    *(["--eid", str(self.eid_folder / "eid.toml")] if self.eid else []),
                ],
                self.log("console"),
            )
        )
        await until_answers(f"http://127.0.0.1:{self.console_port}/.well-known/jwks.json", program)
        return program

    def add_staff(self, name: str, display_name: str, *, roles: str = "clerk") -> None:
        secret = self.data / "sign-in"
        assert self.password
        run(
            *("clerk_console", "staff", "add", name, "--display-name", display_name, "--roles", roles),
            *("--regions", f"{REGION},heide", "--services", SERVICE, "--languages", "de,en"),
            *("--password-file", str(secret), "--data", str(self.data / "console")),
        )

    async def start_booth(
        self,
        *,
        camera: str,
        microphone: str,
        speaker: str = "none",
        booth: str = "",
        robot: bool = True,
        windowed: bool = False,
        reader: str = "",
        ca: Path | None = None,
        document_camera: str = "none",
        **environment: str,
    ) -> Program:
        """Everything here is a demonstration, so ID cards may be read by their access number alone."""
        booth = booth or self.booth_ids[0]
        flags = [*(["--robot"] if robot else []), *(["--windowed"] if windowed else [])]
        flags += ["--id-card-by-number", "--document-camera", document_camera]
        if reader:
            flags += ["--reader", reader]
        # The test card and the test server are taken in developer mode alone.
        flags += ["--eid-test"] if self.eid else ["--ausweisapp", "none"]
        if ca:
            flags += ["--ca", str(ca)]
        return await self._start(
            Program(
                booth,
                [
                    *("booth", "--data", str(self.booth_data(booth)), "--switchboard", self.switchboard_url),
                    *("--booth", booth, "--console", self.console_url, "--site", SITE),
                    *("--camera", camera, "--microphone", microphone, "--speaker", speaker, *flags),
                ],
                self.log(booth),
                talks=robot,
                **environment,
            )
        )

    async def start_enrolled_booth(self, data: Path) -> Program:
        """A booth that was enrolled with a code and is told nothing else but which devices it has."""
        program = Program(
            data.name,
            [
                "booth",
                "--data",
                str(data),
                "--camera",
                "test",
                "--microphone",
                "none",
                "--speaker",
                "none",
                "--ausweisapp",
                "none",
                "--robot",
            ],
            self.log(data.name),
            talks=True,
            QT_QPA_PLATFORM="offscreen",
            QT_QUICK_BACKEND="software",
        )
        return await self._start(program)

    async def start_card(self, *, persona: str = "erika") -> Card:
        """Put the emulated residence permit on the virtual reader."""
        program = await self._start(
            Program(
                "card",
                [
                    *("booth.idcard.testing", "--persona", persona, "--pki", str(self.data / "pki")),
                    *("--csca-out", str(self.csca), "--lists-out", str(self.csca)),
                ],
                self.log("card"),
                talks=True,
            )
        )
        card = Card(program)
        card.number = str((await card.until("ready"))["can"])
        await card.until("inserted")
        card.inserted = True
        return card

    async def start_eid_server(self) -> Program:
        """An eID-Server's double, and the console's settings for it."""
        ports = ("--port", str(free_port()), "--soap-port", str(free_port()))
        program = await self._start(
            Program(
                "eid-server",
                ["clerk_console.eid.testing", "--folder", str(self.eid_folder), *ports],
                self.log("eid-server"),
                talks=True,
            )
        )
        await program.hear(30)
        return program

    async def start_eid_card(self, person: str = "erika") -> EidCard:
        """Put the emulated German ID card on the virtual reader's second slot."""
        program = await self._start(
            Program(
                "eid-card",
                ["booth.eid.testing", "--root", str(self.eid_folder / "root.cvc"), "--person", person],
                self.log("eid-card"),
                talks=True,
            )
        )
        pin = str((await program.hear(30))["pin"])
        inserted = await program.hear(30)
        if inserted["event"] != "inserted":
            raise ProgramError(f"eID card: {inserted.get('text', inserted['event'])}")
        return EidCard(program, pin)

    async def book_appointment(self, port: int = 0) -> str:
        """The code of an appointment in the next free slot, as anybody would book it; `port`: at which node."""
        api = f"http://localhost:{port or self.switchboard_port}/api"

        def book() -> str:
            with urllib.request.urlopen(f"{api}/slots?service={SERVICE}&region={REGION}", timeout=60) as answer:
                slot = json.load(answer)["slots"][0]
            wish = {"service": SERVICE, "region": REGION, "starts_at": slot["starts_at"]}
            request = urllib.request.Request(
                f"{api}/appointments", json.dumps(wish).encode(), {"Content-Type": "application/json"}
            )
            with urllib.request.urlopen(request, timeout=60) as answer:
                return str(json.load(answer)["code"])

        return await asyncio.to_thread(book)

    async def start_office(self) -> tuple[Card, Program]:
        """Start card, switchboard and console; returns the card and the switchboard. The card comes first: it writes
        the test CSCAs and revocation lists that the console loads."""
        card = await self.start_card()
        if self.eid:
            await self.start_eid_server()
        switchboard, _ = await asyncio.gather(self.start_switchboard(), self.start_console())
        return card, switchboard

    async def close(self) -> None:
        """End everything, the last started first."""
        for program in reversed(self.programs):
            await program.stop()
        self.programs.clear()


@contextlib.asynccontextmanager
async def running(stack: Stack) -> AsyncIterator[Stack]:
    """The configured stack; its programs are ended on the way out, also after an error."""
    stack.configure()
    try:
        yield stack
    finally:
        await stack.close()
