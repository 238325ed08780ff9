"""The double as a server: TLS on the loopback interface, one Starlette application."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Final
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from clerk_console.eid.testing import soap
from clerk_console.eid.testing.pki import TerminalPki, description, tls_files
from clerk_console.eid.testing.session import Session

MAX_BODY_BYTES: Final = 256 * 1024
SERVICE: Final = "Bürgeramt Elbtal (Test)"
PURPOSE: Final = "Feststellung der Identität für ein Anliegen bei der Behörde"


class Double:
    """`address`: where it is reached, `https://localhost:PORT`. `sessions`: by their identifier in the token."""

    def __init__(self, folder: Path, address: str) -> None:
        self._address = address
        self._pki = TerminalPki.kept_in(folder)
        self._told = description(address, SERVICE, PURPOSE)
        self.sessions: dict[str, Session] = {}

    def application(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/tctoken", self._token),
                Route("/paos", self._paos, methods=["POST"]),
                Route("/refresh", self._done),
                Route("/failed", self._done),
                Route("/eid-server", self._soap, methods=["POST"]),
            ]
        )

    async def _token(self, request: Request) -> Response:
        """The TC token, attached: same server, no key of its own (TR-03124-1, 2.5)."""
        session = self._by_number(request.query_params.get("session", ""))
        if session is None:
            return PlainTextResponse("no such session", 404)
        identifier, address = session.identifier, escape(self._address)
        token = (
            '<?xml version="1.0"?><TCTokenType>'
            f"<ServerAddress>{address}/paos</ServerAddress><SessionIdentifier>{identifier}</SessionIdentifier>"
            f"<RefreshAddress>{address}/refresh</RefreshAddress>"
            f"<CommunicationErrorAddress>{address}/failed</CommunicationErrorAddress>"
            "<Binding>urn:liberty:paos:2006-08</Binding></TCTokenType>"
        )
        return Response(token, media_type="text/xml")

    async def _paos(self, request: Request) -> Response:
        session = self.sessions.get(request.headers.get("requestid", ""))
        if session is None:
            return PlainTextResponse("no such session", 404)
        return Response(session.answer(await _body(request)), media_type="application/xml")

    async def _done(self, _request: Request) -> Response:
        return PlainTextResponse("done")

    async def _soap(self, request: Request) -> Response:
        try:
            root = ElementTree.fromstring(await _body(request))  # noqa: S314 (expat of 2.4 and later bounds entities)
        except ElementTree.ParseError:
            return self._answer(f"<eid:useIDResponse>{soap.result(soap.SCHEMA_VIOLATION)}</eid:useIDResponse>")
        names = {element.tag.rpartition("}")[2]: element for element in root.iter()}
        if "useIDRequest" in names:
            required, optional = soap.asked(names["useIDRequest"])
            session = Session(self._pki.terminal(required | optional, self._told), required, optional)
            self.sessions[session.identifier] = session
            return self._answer(soap.opened(session, f"{self._address}/paos"))
        number = (names["ID"].text or "") if "ID" in names else ""
        counter = names["RequestCounter"].text if "RequestCounter" in names else None
        known = self._by_number(number)
        answer = soap.outcome(known, int(counter) if counter and counter.isdigit() else 0)
        if known is not None and soap.NO_RESULT_YET not in answer:
            # After any other answer the data is deleted (TR-03130-1, 3.2.2.2).
            del self.sessions[known.identifier]
        return self._answer(answer)

    def _by_number(self, number: str) -> Session | None:
        return next((one for one in self.sessions.values() if one.number == number), None)

    def _answer(self, body: str) -> Response:
        return Response(soap.envelope(body), media_type="text/xml")


async def _body(request: Request) -> bytes:
    received = bytearray()
    async for piece in request.stream():
        received += piece
        if len(received) > MAX_BODY_BYTES:
            return b""
    return bytes(received)


class _Server(uvicorn.Server):
    """Says when it listens."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()


def server(folder: Path, port: int, ready: Callable[[], None]) -> uvicorn.Server:
    """To be served at `https://localhost:port`; keys and certificates are kept in `folder`."""
    certificate, key = tls_files(folder)
    config = uvicorn.Config(
        Double(folder, f"https://localhost:{port}").application(),
        host="127.0.0.1",
        port=port,
        ssl_certfile=certificate,
        ssl_keyfile=key,
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=1,
    )
    config.load()
    assert config.ssl is not None  # noqa: S101 (there are files)
    # AusweisApp checks that token and PAOS come over the same session, which TLS 1.3 has no name for.
    config.ssl.maximum_version = ssl.TLSVersion.TLSv1_2
    return _Server(config, ready)
