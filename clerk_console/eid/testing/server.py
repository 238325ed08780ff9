"""The double as a server on the loopback interface: for citizens over TLS, and beside it the SOAP interface for the
authority, over mutual TLS and signed at both ends, as providers have it."""

from __future__ import annotations

import asyncio
import secrets
import socket
import ssl
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

import structlog
import uvicorn
from lxml.etree import _Element as Element
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from clerk_console.eid.errors import AnswerMalformed, SignatureRefused
from clerk_console.eid.soap import MAX_BYTES, body_of, document, local, parse
from clerk_console.eid.soap import envelope as enveloped
from clerk_console.eid.testing import soap
from clerk_console.eid.testing.pki import (
    Files,
    TerminalPki,
    answer_files,
    console_files,
    description,
    message_keys,
    tls_files,
)
from clerk_console.eid.testing.session import Session
from clerk_console.eid.ws_security import WsSecurity

SERVICE: Final = "Bürgeramt Elbtal (Test)"
PURPOSE: Final = "Feststellung der Identität für ein Anliegen bei der Behörde"

log = structlog.get_logger(__name__)


class Double:
    """`address`: where citizens reach it, `https://localhost:PORT`. `security`: of the SOAP interface, None for one of
    TLS alone. `sessions`: by their identifier in the token."""

    def __init__(self, folder: Path, address: str, security: WsSecurity | None) -> None:
        self._address = address
        self._security = security
        self._pki = TerminalPki.kept_in(folder)
        self._told = description(address, SERVICE, PURPOSE)
        self.sessions: dict[str, Session] = {}

    def for_citizens(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/tctoken", self._token),
                Route("/paos", self._paos, methods=["POST"]),
                Route("/refresh", self._done),
                Route("/failed", self._done),
            ]
        )

    def for_authorities(self) -> Starlette:
        return Starlette(routes=[Route("/eid-server", self._soap, methods=["POST"])])

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
            envelope = parse(await _body(request))
            asked = body_of(envelope) if self._security is None else self._security.verified_body(envelope)
        except AnswerMalformed:
            return self._answer(f"<eid:useIDResponse>{soap.result(soap.SCHEMA_VIOLATION)}</eid:useIDResponse>")
        except SignatureRefused as error:
            log.warning("request refused", text=str(error))
            return Response(document(enveloped(soap.fault("InvalidSecurity"))), 500, media_type="text/xml")
        return self._answer(self._answer_to(asked))

    def _answer_to(self, asked: Element) -> str:
        names = {local(element): element for element in asked.iter()}
        if "useIDRequest" in names:
            required, optional = soap.asked(names["useIDRequest"])
            session = Session(self._pki.terminal(required | optional, self._told), required, optional)
            self.sessions[session.identifier] = session
            return soap.opened(session, f"{self._address}/paos")
        number = (names["ID"].text or "") if "ID" in names else ""
        counter = names["RequestCounter"].text if "RequestCounter" in names else None
        known = self._by_number(number)
        answer = soap.outcome(known, int(counter) if counter and counter.isdigit() else 0)
        if known is not None and soap.NO_RESULT_YET not in answer:
            # After any other answer the data is deleted (TR-03130-1, 3.2.2.2).
            del self.sessions[known.identifier]
        return answer

    def _by_number(self, number: str) -> Session | None:
        return next((one for one in self.sessions.values() if one.number == number), None)

    def _answer(self, body: str) -> Response:
        envelope = enveloped(body)
        if self._security is not None:
            self._security.sign(envelope)
        return Response(document(envelope), media_type="text/xml")


async def _body(request: Request) -> bytes:
    received = bytearray()
    async for piece in request.stream():
        received += piece
        if len(received) > MAX_BYTES:
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


def _config(application: Starlette, port: int, files: Files, callers: Files | None = None) -> uvicorn.Config:
    """`callers`: who alone may call; everybody without."""
    config = uvicorn.Config(
        application,
        host="127.0.0.1",
        port=port,
        ssl_certfile=files.certificate,
        ssl_keyfile=files.key,
        ssl_ca_certs=str(callers.certificate) if callers else None,
        ssl_cert_reqs=ssl.CERT_REQUIRED if callers else ssl.CERT_NONE,
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=1,
    )
    config.load()
    return config


def security(folder: Path) -> WsSecurity:
    """The double's; it takes requests of `console.pem` alone."""
    keys = message_keys(answer_files(folder), console_files(folder))
    return WsSecurity(keys, time.time, lambda: secrets.token_hex(10))


async def serve(folder: Path, port: int, soap_port: int, ready: Callable[[], None]) -> None:
    """Citizens at `https://localhost:port`, authorities at `soap_port`; keys and certificates are kept in `folder`."""
    tls, console = tls_files(folder), console_files(folder)
    double = Double(folder, f"https://localhost:{port}", security(folder))
    citizens = _config(double.for_citizens(), port, tls)
    assert citizens.ssl is not None  # noqa: S101 (there are files)
    # AusweisApp checks that token and PAOS come over the same session, which TLS 1.3 has no name for.
    citizens.ssl.maximum_version = ssl.TLSVersion.TLSv1_2
    authorities = _config(double.for_authorities(), soap_port, tls, console)
    both = [asyncio.Event(), asyncio.Event()]
    servers = [_Server(config, event.set) for config, event in zip((citizens, authorities), both, strict=True)]
    async with asyncio.TaskGroup() as tasks:
        for server in servers:
            tasks.create_task(server.serve(), name="eid-server")
        for event in both:
            await event.wait()
        ready()
