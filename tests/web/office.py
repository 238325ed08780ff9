"""A stage for the console's web app: it is real, and everything around it speaks the contract but is made up.

What the app sends is decoded with the switchboard's and the booth's own decoders, so a message that is not of the
protocol fails the test.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msgspec
from playwright.async_api import Locator, Page, Route, WebSocketRoute

from clerk_console.call_report import CallReport
from media import consultation
from signaling.protocol import messages
from signaling.protocol.errors import ErrorId
from tests.web import samples
from tests.web.rest import AuditPages, SwitchboardRest

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "clerk_console/static"
CONSOLE = "http://localhost:8471"
TOKEN = "https://eid.example/tctoken?session=1"
SWITCHBOARD = "ws://localhost:8470/ws"
# As clerk_console.headers sets it.
CSP = (
    "default-src 'self'; connect-src 'self' ws://localhost:8470 http://localhost:8470; img-src 'self' data: blob:;"
    " media-src 'self' blob: mediastream:; style-src 'self'; script-src 'self'; object-src 'none'; base-uri 'none'"
)
TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
WAIT_S = 30.0


class Office:
    """The switchboard, the console's back end and the booth around one page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.sent: list[Any] = []
        self.heard: list[Any] = []
        self.colleague_heard: list[Any] = []
        self.sides: set[int] = set()
        self.requests: list[tuple[str, str, Any]] = []
        self.answers: dict[tuple[str, str], Callable[[Any], tuple[int, Any]]] = {}
        self.held: dict[tuple[str, str], asyncio.Event] = {}
        self.staff = dict(samples.STAFF)
        self.service = samples.service()
        self.signed_in = False
        self.case: dict[str, Any] = {}
        self.identity = samples.identity(verified=True)
        self.documents = ["residence_permit", "passport"]
        self.clerk_state = messages.ClerkState.PAUSED
        self.refusing: dict[type[Any], ErrorId] = {}
        self.callback: messages.Callback | None = None
        self.guest_role: messages.GuestRole | None = None
        self.parked: list[messages.QueueEntry] = []
        self.welcome_ticket: messages.TicketView | None = None
        self.call: messages.Call | None = None
        self.socket: WebSocketRoute | None = None
        self.up = True
        self.answering = True
        self.reports: dict[str, CallReport] = {}
        self.quality = samples.call_quality()
        self.rest = SwitchboardRest()
        self.audit = AuditPages()
        self.prepared_cases: list[dict[str, Any]] = []
        self.troubles: list[str] = []
        self.forgiving = False
        self._changed = asyncio.Condition()
        self._inbox: asyncio.Queue[str] = asyncio.Queue()
        self._work: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.page.on("console", lambda line: self._complained(line.text) if line.type == "error" else None)
        await self.page.add_init_script(path=Path(__file__).with_name("booth.js"))
        await self.page.expose_function("boothHeard", self._booth_heard)
        await self.page.expose_function("colleagueHeard", self._colleague_heard)
        await self.page.route(f"{CONSOLE}/**", self._serve)
        await self.rest.start(self.page)
        await self.page.route_web_socket(SWITCHBOARD, self._connected)
        self._work = asyncio.create_task(self._switchboard(), name="mock-switchboard")

    async def stop(self) -> None:
        if self._work:
            self._work.cancel()
            await asyncio.gather(self._work, return_exceptions=True)

    # What tests do

    def forgive(self) -> None:
        """The browser complains of each answer with an error, perhaps of another one later; this test wants them."""
        self.forgiving = True
        self.troubles.clear()

    def mark(self, name: str) -> Locator:
        return self.page.locator(f'[data-test="{name}"]')

    async def see(self, name: str) -> Locator:
        found = self.mark(name)
        await found.wait_for(state="visible", timeout=WAIT_S * 1000)
        return found

    async def sign_in(self, path: str = "/") -> None:
        await self.page.goto(CONSOLE + path)
        await self.mark("sign-in-name").fill("a.schmidt")
        await self.mark("sign-in-password").fill("correct horse")
        await self.mark("sign-in-submit").click()
        await self.see("line-online")

    async def sent_message(self, kind: type[Any], after: int = 0) -> Any:
        """The first message of a kind the app sent to the switchboard after the first `after` messages."""
        return await self._wait(lambda: next((m for m in self.sent[after:] if isinstance(m, kind)), None))

    async def heard_message(self, kind: type[Any], after: int = 0) -> Any:
        """The same for what the booth heard."""
        return await self._wait(lambda: next((m for m in self.heard[after:] if isinstance(m, kind)), None))

    async def requested(self, method: str, path: str) -> Any:
        """The body of the first request to the back end that fits."""
        found = await self._wait(lambda: next((r for r in self.requests if r[:2] == (method, path)), None))
        return found[2]

    async def until(self, condition: Callable[[], bool]) -> None:
        """Return when `condition` holds after something was sent, heard or requested."""
        await self._wait(lambda: condition() or None)

    def send(self, *frames: messages.Message) -> None:
        assert self.socket is not None
        for frame in frames:
            self.socket.send(messages.encode(frame))

    async def booth_says(self, *said: consultation.Message | str) -> None:
        for message in said:
            text = message if isinstance(message, str) else consultation.encode(message)
            await self.page.evaluate("text => booth.send(text)", text)

    def set_state(self, state: messages.ClerkState, ticket: str | None = None) -> None:
        self.clerk_state = state
        self.send(messages.ClerkUpdate(state=state, since_s=0, ticket=ticket, parked=self.parked))

    async def offer(self, **change: Any) -> None:
        """An offer rings."""
        self.set_state(messages.ClerkState.OFFERED, samples.TICKET)
        self.send(messages.Offer(ticket=samples.entry(**change), booth="booth-elbtal-1", expires_in_s=20))
        await self.see("offer-accept")

    async def stand(self) -> None:
        """A call stands: offered, accepted, and the booth's picture is shown."""
        await self.offer()
        await self.mark("offer-accept").click()
        await self.sent_message(messages.Connected)
        await self.see("card-request")

    async def guest_joins(self, role: messages.GuestRole = "clerk", leg: int = 2, generation: int = 1) -> None:
        """A colleague is in the call, and offers a connection; the page answers it."""
        self.sides.add(leg)
        self.send(
            messages.InviteUpdate(
                ticket=samples.TICKET, state=messages.InviteState.JOINED, clerk=samples.COLLEAGUE, role=role
            ),
            samples.side_call("holder", role=role, leg=leg, generation=generation),
        )
        sdp = await self.page.evaluate("() => colleague.offer()")
        self.send(
            messages.Description(
                ticket=samples.TICKET, leg=leg, generation=generation, kind="offer", sdp=sdp, seal="sealed-for-omar"
            )
        )

    async def join(self, role: messages.GuestRole = "clerk") -> None:
        """The page is asked into a call, accepts, and sees both others."""
        self.guest_role = role
        self.sides = {2}
        self.set_state(messages.ClerkState.OFFERED, samples.TICKET)
        offer = messages.Offer(
            ticket=samples.entry(), booth="booth-elbtal-1", expires_in_s=20, purpose="join", guest_role=role
        )
        self.send(offer)
        await self.mark("offer-accept").click()
        await self.until(lambda: {m.leg for m in self.sent if isinstance(m, messages.Connected)} == {1, 2})

    async def show_card(self) -> None:
        """The citizen shows the card, and the back end answers `identity`."""
        await self.mark("card-request").click()
        request = (await self.heard_message(consultation.CardRequest)).request
        files, chunks = samples.chip_files()
        await self.booth_says(
            consultation.CardStatus(request=request, stage=consultation.CardStage.READING, progress=0.5),
            consultation.CardData(request=request, access="pace_can", files=files),
            *chunks,
            consultation.CardStatus(request=request, stage=consultation.CardStage.SENT),
        )
        await self.see("identity-verified")

    async def drop_line(self) -> None:
        """The switchboard dies; it is not up again before `up` is set."""
        assert self.socket is not None
        self.up = False
        await self.socket.close(code=1011)

    # The made-up surroundings

    def _complained(self, text: str) -> None:
        if not (self.forgiving and text.startswith("Failed to load resource")):
            self.troubles.append(text)

    async def _wait(self, found: Callable[[], Any]) -> Any:
        async with self._changed:
            async with asyncio.timeout(WAIT_S):
                await self._changed.wait_for(lambda: found() is not None)
        return found()

    async def _note(self, where: list[Any], what: Any) -> None:
        async with self._changed:
            where.append(what)
            self._changed.notify_all()

    async def _booth_heard(self, text: str) -> None:
        await self._note(self.heard, consultation.decode_from_clerk(text))

    async def _colleague_heard(self, text: str) -> None:
        await self._note(self.colleague_heard, consultation.decode_from_clerk(text))

    async def _connected(self, socket: WebSocketRoute) -> None:
        if not self.up:
            await socket.close(code=1011)
            return
        self.socket = socket
        socket.on_message(lambda text: self._inbox.put_nowait(str(text)))
        self.send(messages.Challenge(nonce="0123456789abcdef", versions=[1]))

    async def _switchboard(self) -> None:
        while True:
            message = messages.decode_from_client(await self._inbox.get())
            if refusal := self.refusing.get(type(message)):
                self.send(messages.Error(error=refusal, text="No.", in_reply_to=message.id))
            else:
                await self._answer(message)
            await self._note(self.sent, message)

    async def _answer(self, message: Any) -> None:
        state = messages.ClerkState
        match message:
            case messages.Hello():
                self.send(
                    messages.Welcome(
                        version=1,
                        peer="clerk-1",
                        ice_servers=[],
                        clerk_state=self.clerk_state,
                        ticket=self.welcome_ticket,
                    ),
                    messages.QueueUpdate(tickets=[], total=0),
                )
            case messages.SetAvailability(available=available):
                self.set_state(state.AVAILABLE if available else state.PAUSED)
            case messages.AskHelp():
                self.send(messages.HelpState(request="help-1", state=messages.HelpProgress.ASKED))
            case messages.CloseHelp(request=request):
                self.send(messages.HelpState(request=request, state=messages.HelpProgress.CLOSED))
            case messages.Hold(ticket=ticket, held=held):
                self.send(messages.CallHeld(ticket=ticket, held=held))
            case messages.Park(ticket=ticket):
                self.parked = [samples.entry(ticket, state=messages.TicketState.PARKED)]
                self.send(messages.CallEnded(ticket=ticket, reason=messages.EndReason.PARKED))
                self.set_state(state.AVAILABLE)
            case messages.Accept() if self.guest_role:
                self.set_state(state.CONNECTING, samples.TICKET)
                self.send(samples.guest_call(self.guest_role), samples.side_call("guest", role=self.guest_role))
            case messages.Accept() | messages.Pick() if self.callback:
                self.set_state(state.IN_CALL, samples.TICKET)
                self.send(self.callback)
            case messages.Accept(ticket=ticket) | messages.Pick(ticket=ticket) | messages.Unpark(ticket=ticket):
                self.parked = [one for one in self.parked if one.number != ticket]
                self.set_state(state.CONNECTING, ticket)
                self.call = samples.call()
                self.send(self.call)
            case messages.Decline(ticket=ticket):
                self.set_state(state.AVAILABLE)
            case messages.Description(sdp=sdp, seal=seal, ticket=ticket, generation=generation) if self.answering:
                assert seal == "sealed"
                end = "colleague" if message.leg in self.sides else "booth"
                if message.kind == "answer":
                    await self.page.evaluate("sdp => colleague.accept(sdp)", sdp)
                    return
                answer = await self.page.evaluate(f"sdp => {end}.answer(sdp)", sdp)
                self.send(
                    messages.Description(
                        ticket=ticket,
                        leg=message.leg,
                        generation=generation,
                        kind="answer",
                        sdp=answer,
                        seal=f"sealed-by-the-{end}",
                    )
                )
            case messages.Connected(ticket=ticket):
                self.set_state(state.IN_CALL, ticket)
            case messages.Complete():
                self.set_state(state.WRAP_UP)
            case messages.ReturnToQueue():
                self.set_state(state.AVAILABLE)
            case messages.WatchStatistics(watch=True):
                self.send(samples.statistics())
            case messages.Ping(n=n):
                self.send(messages.Pong(n=n))
            case _:
                pass

    async def _serve(self, route: Route) -> None:
        url = urlsplit(route.request.url)
        path = url.path
        if not path.startswith("/api/"):
            await self._file(route, path)
            return
        if path == "/api/audit":
            await route.fulfill(json=self.audit.ask(dict(parse_qsl(url.query))))
            return
        text = route.request.post_data
        body = json.loads(text) if text else None
        if route.request.method != "GET":
            assert route.request.headers.get("x-fernamt") == "1"
        if held := self.held.get((route.request.method, path)):
            await held.wait()
        status, answer = self._api(route.request.method, path, body, url.query)
        await self._note(self.requests, (route.request.method, path, body))
        if isinstance(answer, bytes):
            await route.fulfill(status=status, body=answer, content_type="application/pdf")
        else:
            await route.fulfill(status=status, json=answer)

    async def _file(self, route: Route, path: str) -> None:
        file = STATIC / path.lstrip("/")
        file = file if file.is_file() else STATIC / "index.html"
        kind = TYPES.get(file.suffix, "application/octet-stream")
        headers = {"Content-Security-Policy": CSP, "Content-Type": kind}
        await route.fulfill(body=file.read_bytes(), headers=headers)

    def _api(self, method: str, path: str, body: Any, query: str = "") -> tuple[int, Any]:
        if own := self.answers.get((method, path)):
            return own(body)
        account = {"staff": self.staff, "switchboard": SWITCHBOARD, "issuer": CONSOLE, "documents": self.documents}
        match method, path.removeprefix("/api/").split("/"):
            case "POST", ["session"]:
                if body["password"] != "correct horse":
                    return 401, {"error": "credentials_wrong", "text": "No."}
                self.signed_in = True
                return 200, account
            case "GET", ["session"]:
                return (200, account) if self.signed_in else (401, {"error": "signed_out", "text": "No."})
            case "DELETE", ["session"]:
                self.signed_in = False
                return 204, None
            case "GET", ["colleagues"]:
                return 200, samples.colleagues()
            case "POST", ["switchboard-token"]:
                return 200, {"token": "token", "expires_in_s": 600}
            case "GET", ["services"]:
                return 200, [self.service]
            case "POST", ["calls", "seal"]:
                return 200, {"seal": "sealed"}
            case "POST", ["calls", "check"]:
                return 204, None
            case "POST", ["callbacks", "open"]:
                return 200, {"number": "+493511234567", "name": "Erika Mustermann"}
            case "PUT", ["call-reports", id_]:
                self.reports[id_] = msgspec.convert(body, CallReport)
                return 204, None
            case "GET", ["call-quality"]:
                return 200, self.quality
            case "GET", ["cases"]:
                return 200, self.prepared_cases if "state=prepared" in query else samples.completed_cases()
            case "POST", ["cases"]:
                if self.case.get("ticket") != body["ticket"] or self.case["state"] == "abandoned":
                    self.case = samples.case(**body)
                return 200, self.case
            case "POST", ["cases", _, "hand-over"]:
                return 204, None
            case "PUT", ["cases", _, "draft"]:
                self.case |= {"values": body}
                return 200, self.case
            case "POST", ["cases", _, "prepare"]:
                self.case |= {"state": "prepared"}
                return 200, self.case
            case "POST", ["cases", _, "adopt"]:
                self.case |= {"values": {**self.case["values"], "street": "Lindenweg", "postal_code": "01067"}}
                return 200, self.case
            case "POST", ["cases", _, "chip-challenges"]:
                return 201, {"challenge": samples.CHALLENGE}
            case "POST", ["cases", _, "chip-key"]:
                return 200, {"agreement": samples.AGREEMENT}
            case "POST", ["cases", _, "eid"]:
                return 200, {"tc_token_url": TOKEN}
            case "POST", ["cases", _, "eid", "result"]:
                values = {field: samples.EID["holder"][field] for field in ("family_name", "street", "municipality")}
                self.case |= {"eid": samples.EID, "values": {**values, **self.case["values"]}}
                return 200, samples.EID
            case "DELETE", ["cases", _, "eid"]:
                return 204, None
            case "POST", ["cases", _, "identity"]:
                holder = self.identity["holder"]
                filled = {k: holder[k] for k in samples.service()["ui"]["sources"] if k in holder}
                self.case |= {"identity": self.identity, "values": {**filled, **self.case["values"]}}
                return 200, self.identity
            case "GET", ["cases", _]:
                return 200, self.case
            case "PUT", ["cases", _, "form"]:
                self.case |= {"values": body, "state": "open"}
                return 200, self.case
            case "POST", ["cases", _, "confirmation"]:
                self.case |= {"state": "confirmed" if body["answer"] == "confirmed" else "open"}
                return 200, self.case
            case "POST", ["cases", _, "complete"]:
                self.case |= {"state": "completed", "document": samples.DOCUMENT}
                return 200, self.case
            case "POST", ["cases", _, "abandon"]:
                self.case |= {"state": "abandoned", "values": {}, "identity": None}
                return 200, self.case
            case "GET", ["cases", _, "document"]:
                return 200, samples.PDF
        return 404, {"error": "not_found", "text": f"{method} {path}"}
