"""nginx in front of nodes, as it is shipped in deploy/."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.connectivity.coturn import free_port, make_certificates

CONFIGURATION = Path(__file__).parents[3] / "deploy/nginx/fernamt.conf"
PATIENCE_S = 60.0


def adapted(folder: Path, port: int, nodes: list[int], certificate: Path, key: Path) -> str:
    """The configuration with this machine's ports and certificate; all else is as it is shipped."""
    text = CONFIGURATION.read_text(encoding="utf-8")
    ports = dict(enumerate(nodes, start=1))
    text, replaced = re.subn(
        r"server 10\.0\.0\.1(\d):8470 ([^;]*);",
        lambda line: f"server 127.0.0.1:{ports[int(line[1])]} {line[2]};" if int(line[1]) in ports else "",
        text,
    )
    assert replaced == 6
    text = re.sub(r"\n    listen \[::\]:443 [^;]*;", "", text).replace("listen 443 ", f"listen 127.0.0.1:{port} ")
    text = re.sub(r"(ssl_certificate) [^;]*;", rf"\1 {certificate};", text)
    text = re.sub(r"(ssl_certificate_key) [^;]*;", rf"\1 {key};", text)
    temporary = "\n".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return (
        f"daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/error.log;\n"
        f"events {{}}\nhttp {{\naccess_log off;\n{temporary}\n{text}\n}}\n"
    )


@asynccontextmanager
async def nginx(folder: Path, nodes: list[int]) -> AsyncIterator[tuple[str, Path]]:
    """The address of the switchboard behind nginx, and the certificate of whom to trust about it."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        pytest.skip("nginx is missing; scripts/setup installs Debian's nginx-light.")
    folder.mkdir()
    certificates = make_certificates(folder, "127.0.0.1")
    port = free_port("127.0.0.1")
    file = folder / "nginx.conf"
    file.write_text(adapted(folder, port, nodes, certificates.certificate, certificates.key), encoding="utf-8")
    check = await asyncio.create_subprocess_exec(
        program, "-t", "-e", str(folder / "start.log"), "-c", str(file), stderr=asyncio.subprocess.PIPE
    )
    said = (await check.communicate())[1].decode()
    assert check.returncode == 0, said
    assert "[warn]" not in said
    running = await asyncio.create_subprocess_exec(program, "-e", str(folder / "start.log"), "-c", str(file))
    try:
        await _until_listening(port)
        yield f"wss://127.0.0.1:{port}/ws", certificates.ca
    finally:
        running.terminate()
        await running.wait()


async def _until_listening(port: int) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except ConnectionRefusedError:
                await asyncio.sleep(0.02)
                continue
            writer.close()
            await writer.wait_closed()
            return
