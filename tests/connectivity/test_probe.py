"""The probe against a real coturn, and against everything that can be wrong with one."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from media.connectivity.probe import Finding, Outcome, probe, probe_all
from media.connectivity.servers import Endpoint, Transport, endpoint, endpoints
from media.connectivity.trust import TrustError, trust
from signaling.protocol.messages import IceServer
from tests.connectivity.coturn import Coturn, free_port, make_certificates

SOON_S = 0.3


async def ask(relay: Coturn, server: IceServer, patience_s: float = 4.0) -> list[Finding]:
    return await probe_all(endpoints([server])[0], relay.trust(), patience_s)


async def test_a_good_relay_is_good_over_udp_tcp_and_tls(relay: Coturn) -> None:
    found = await ask(relay, relay.server(relay.stun, relay.udp, relay.tcp, relay.tls))
    assert [finding.outcome for finding in found] == [Outcome.GOOD] * 4
    assert [str(finding.endpoint.transport) for finding in found] == ["udp", "udp", "tcp", "tls"]
    assert all(finding.round_trip is not None and 0 < finding.round_trip < 4 for finding in found)
    assert [finding.binds for finding in found] == [True, True, False, False]


@pytest.mark.parametrize("transport", ["udp", "tcp", "tls"])
async def test_wrong_and_expired_credentials_are_told_apart_from_a_dead_relay(relay: Coturn, transport: str) -> None:
    url = getattr(relay, transport)
    for server in (relay.server(url, secret="another"), relay.server(url, lasts_s=-60), IceServer(urls=[url])):
        [finding] = await ask(relay, server)
        assert finding.outcome is Outcome.CREDENTIALS
        assert finding.round_trip is not None
        assert (server.credential or "-none-") not in repr(finding)


async def test_a_certificate_of_nobody_known_is_refused(relay: Coturn) -> None:
    [tls] = endpoints([relay.server(relay.tls)])[0]
    finding = await probe(tls, trust())
    assert finding.outcome is Outcome.CERTIFICATE
    assert "self-signed" in finding.detail or "unable to get" in finding.detail
    assert (await probe(tls, trust(relay.certificates.ca))).good


async def test_a_certificate_for_another_name_is_refused(tmp_path: Path, relay: Coturn) -> None:
    (tmp_path / "other").mkdir()
    other = make_certificates(tmp_path / "other", "127.0.0.9")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(other.certificate, other.key)
    async with listener(context) as port:
        finding = await probe(endpoint(f"turns:127.0.0.1:{port}", "u", "c"), trust(other.ca))
    assert finding.outcome is Outcome.CERTIFICATE
    assert "IP address mismatch" in finding.detail


@contextlib.asynccontextmanager
async def listener(context: ssl.SSLContext | None = None, says: bytes = b"") -> AsyncIterator[int]:
    """A server that takes connections, says this and then nothing more."""
    writers: list[asyncio.StreamWriter] = []

    async def hold(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        writer.write(says)

    async with await asyncio.start_server(hold, "127.0.0.1", 0, ssl=context) as server:
        yield server.sockets[0].getsockname()[1]
        for writer in writers:
            writer.close()


@pytest.mark.parametrize("scheme", ["stun:{}", "turn:{}", "turn:{}?transport=tcp", "turns:{}"])
async def test_where_nothing_listens_is_refused_at_once(scheme: str) -> None:
    finding = await probe(endpoint(scheme.format(f"127.0.0.1:{free_port()}"), "u", "c"), trust(), 60)
    assert finding.outcome is Outcome.REFUSED
    assert finding.round_trip is None


async def test_a_server_that_says_nothing_is_waited_for_no_longer_than_told() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        asked = [f"{scheme}:127.0.0.1:{silent.getsockname()[1]}" for scheme in ("stun", "turn")]
        async with listener() as port:
            asked += [f"turn:127.0.0.1:{port}?transport=tcp", f"turns:127.0.0.1:{port}"]
            found = await probe_all([endpoint(url, "u", "c") for url in asked], trust(), SOON_S)
    assert [finding.outcome for finding in found] == [Outcome.TIMEOUT] * 4


async def test_a_server_that_hangs_up_is_refused_at_once() -> None:
    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        for url in (f"turn:127.0.0.1:{port}?transport=tcp", f"turns:127.0.0.1:{port}"):
            assert (await probe(endpoint(url, "u", "c"), trust(), 60)).outcome in (Outcome.REFUSED, Outcome.TLS)


async def test_a_server_that_talks_rubbish_does_no_harm() -> None:
    async with listener(says=b"\x00\x01\x00\x08HTTP/1.1 400 Bad Request\r\n\r\n" * 8) as port:
        plain = await probe(endpoint(f"turn:127.0.0.1:{port}?transport=tcp", "u", "c"), trust(), SOON_S)
        secured = await probe(endpoint(f"turns:127.0.0.1:{port}", "u", "c"), trust(), SOON_S)
    assert plain.outcome is Outcome.TIMEOUT
    assert secured.outcome is Outcome.TLS


async def test_a_name_nobody_knows_is_named_as_such() -> None:
    finding = await probe(endpoint("turn:relay.invalid", "u", "c"), trust(), 60)
    assert finding.outcome is Outcome.NAME_UNKNOWN


async def test_nothing_is_left_behind(relay: Coturn) -> None:
    before = len(asyncio.all_tasks())
    await ask(relay, relay.server(relay.stun, relay.udp, relay.tcp, relay.tls))
    await ask(relay, relay.server(relay.udp, relay.tls, secret="another"))
    assert len(asyncio.all_tasks()) == before


def test_a_file_without_certificates_is_named(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing")
    for path in (tmp_path / "ca.pem", tmp_path / "none.pem"):
        with pytest.raises(TrustError, match=path.name):
            trust(path)


def test_urls_are_taken_apart() -> None:
    assert endpoint("stun:a.example") == Endpoint(False, "a.example", 3478, Transport.UDP)
    assert endpoint("turn:a.example:80?transport=tcp") == Endpoint(True, "a.example", 80, Transport.TCP)
    assert endpoint("turns:[2001:db8::1]:443") == Endpoint(True, "2001:db8::1", 443, Transport.TLS)
    assert endpoint("turns:a.example").port == 5349
    servers = [
        IceServer(urls=["turn:a", "turn:a?transport=udp", "turn:b:0", "turn:b:70000"], username="u", credential="c"),
        IceServer(urls=["http://x", "turn:", "stun:a b", "turns:a?transport=udp", "turn:u@h", "stun:a?transport=tcp"]),
    ]
    found, wrong = endpoints(servers)
    assert found == [endpoint("turn:a")]
    assert found[0].credential == "c"
    assert len(wrong) == 8
    assert "credential" not in repr(found[0])
