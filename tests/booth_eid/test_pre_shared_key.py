"""The console's own token with the real AusweisApp: on another host than the eID-Server, bound by a pre-shared key.

Python's TLS makes no PSK server before 3.13; stunnel makes one in front of the double's PAOS.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from booth.eid.workflow import Step
from clerk_console.eid.attributes import Attribute
from clerk_console.eid.identification import DONE_PATH, TOKEN_PATH, Identifications
from clerk_console.eid.server import EidServer, OpenedSession, Outcome, Wish
from clerk_console.eid.settings import load
from clerk_console.eid.testing.pki import Files, tls_files
from scripts.stack import free_port
from tests.booth_eid.conftest import WISHES, Citizen, Office

CONFIGURATION = """foreground = yes
pid =
[paos]
accept = 127.0.0.1:{port}
connect = 127.0.0.1:{between}
cert = {files.certificate}
key = {files.key}
PSKsecrets = {keys}
ciphers = {ciphers}
sslVersionMax = TLSv1.2
[double]
client = yes
accept = 127.0.0.1:{between}
connect = 127.0.0.1:{double}
"""
CIPHERS = "RSA-PSK-AES256-GCM-SHA384:RSA-PSK-AES128-GCM-SHA256:RSA-PSK-AES256-CBC-SHA384:RSA-PSK-AES128-CBC-SHA256"
"""Those of TR-03116-4 for this connection: certificate and key both count."""


class Fronted:
    """The eID-Server with stunnel in front: its address is stunnel's, which learns each session's key."""

    def __init__(self, server: EidServer, port: int, keys: Path) -> None:
        self._server = server
        self._port = port
        self._keys = keys

    async def open(self, wishes: Mapping[Attribute, Wish]) -> OpenedSession:
        session = await self._server.open(wishes)
        self._keys.write_text(f"{session.key_identifier}:{session.key}\n")
        return replace(session, server=f"https://localhost:{self._port}/paos")

    async def result(self, number: str, counter: int) -> Outcome:
        return await self._server.result(number, counter)


@contextlib.asynccontextmanager
async def stunnel(files: Files, double: str, port: int, keys: Path) -> AsyncIterator[None]:
    configuration = keys.with_name("stunnel.conf")
    configuration.write_text(
        CONFIGURATION.format(
            port=port,
            between=free_port(),
            files=files,
            keys=keys,
            ciphers=CIPHERS,
            double=urlsplit(double).port,
        )
    )
    process = await asyncio.create_subprocess_exec(
        "stunnel4", configuration, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
    )
    try:
        assert process.stderr is not None
        said = b""
        async with asyncio.timeout(20):
            while b"Configuration successful" not in said:
                said = await process.stderr.readline()
                assert said, "stunnel has ended"
        yield
    finally:
        process.terminate()
        await process.communicate()


@contextlib.asynccontextmanager
async def console(identifications: Identifications, files: Files, port: int) -> AsyncIterator[None]:
    """What the console answers booths with, over TLS."""

    async def token(request: Request) -> Response:
        return Response(identifications.token(request.path_params["name"]), media_type="text/xml")

    async def done(_request: Request) -> Response:
        return PlainTextResponse("over")

    routes = [Route(f"{TOKEN_PATH}/{{name}}", token), Route(f"{DONE_PATH}/{{name}}", done)]
    config = uvicorn.Config(
        Starlette(routes=routes),
        port=port,
        ssl_certfile=files.certificate,
        ssl_keyfile=files.key,
        log_config=None,
        lifespan="off",
        ws="none",
    )
    server = uvicorn.Server(config)
    with contextlib.closing(config.bind_socket()) as listening:
        serving = asyncio.create_task(server.serve([listening]), name="console")
        try:
            yield
        finally:
            server.should_exit = True
            await serving


async def test_ausweisapp_takes_the_consoles_token(
    citizen: Citizen, double: Office, double_folder: Path, tmp_path: Path
) -> None:
    files, psk_port, port = tls_files(double_folder), free_port(), free_port()
    keys, settings = tmp_path / "keys", tmp_path / "eid.toml"
    settings.write_text(f'address = "{double.address}"\npublic = "https://localhost:{port}"\n')
    server = Fronted(double.server, psk_port, keys)
    identifications = Identifications(server, load(settings, ""), time.time, lambda: secrets.token_hex(10))
    address = await identifications.open("case", WISHES)
    async with stunnel(files, double.address, psk_port, keys), console(identifications, files, port):
        citizen.lay_down()
        running = citizen.begin(address)
        await citizen.until(lambda view: view.step is Step.RIGHTS and bool(view.asks))
        citizen.agree()
        await citizen.until(lambda view: view.step is Step.PIN)
        citizen.type("123456")
        assert (await running).step is Step.DONE
    assert (await identifications.result("case")).holder["family_name"] == "Mustermann"
