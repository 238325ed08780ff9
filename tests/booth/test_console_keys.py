"""The console's keys: fetched over real HTTP, kept, never more than is good."""

from __future__ import annotations

import asyncio
import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from booth import device_key
from booth.console_keys import MAX_BYTES, PAUSE_S, ConsoleKeys, ConsoleKeysError, fetch, kid_of, parse_jwks


class Console(http.server.ThreadingHTTPServer):
    """Serves `body` at every path and counts."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.body = b""
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(http.server.BaseHTTPRequestHandler):
    server: Console

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def console() -> Iterator[Console]:
    server = Console()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def jwks(**keys: str) -> bytes:
    listed = [{"kty": "OKP", "crv": "Ed25519", "kid": kid, "x": x, "use": "sig"} for kid, x in keys.items()]
    return json.dumps({"keys": [*listed, {"kty": "RSA", "kid": "other", "n": "AQ"}]}).encode()


def public() -> str:
    return device_key.DeviceKey(Ed25519PrivateKey.generate()).public


async def test_an_unknown_key_is_fetched_once_in_a_while(console: Console, tmp_path: Path) -> None:
    now = [0.0]
    keys = ConsoleKeys(console.url + "/", tmp_path, clock=lambda: now[0])
    console.body = jwks(first=public())
    assert set(await keys.keys("first")) == {"first"}
    await keys.keys("first")
    await asyncio.gather(*(keys.keys(f"made-up-{n}") for n in range(5)))
    assert console.asked == ["/.well-known/jwks.json"]
    console.body = jwks(first=public(), second=public())
    now[0] = PAUSE_S
    assert set(await keys.keys("second")) == {"first", "second"}


async def test_the_cache_serves_while_the_console_is_away(console: Console, tmp_path: Path) -> None:
    console.body = jwks(first=public())
    await ConsoleKeys(console.url, tmp_path).warm()
    console.body = b"garbage"
    again = ConsoleKeys(console.url, tmp_path)
    await again.warm()
    assert set(await again.keys("first")) == {"first"}


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "a", "x": "AA"}]}']
)
def test_what_is_no_key_set_is_refused(body: bytes) -> None:
    with pytest.raises(ConsoleKeysError):
        parse_jwks(body)


def test_too_much_and_other_schemes_are_refused(console: Console, tmp_path: Path) -> None:
    console.body = b" " * (MAX_BYTES + 1)
    with pytest.raises(ConsoleKeysError, match="limit"):
        fetch(console.url)
    (tmp_path / "keys.json").write_bytes(jwks())
    with pytest.raises(ConsoleKeysError, match="http"):
        fetch((tmp_path / "keys.json").as_uri())


@pytest.mark.parametrize("seal", ["", "x.y.z", "a"])
def test_garbage_names_no_key(seal: str) -> None:
    assert kid_of(seal) == ""
