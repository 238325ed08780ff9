"""Each assumption about aiortc 1.16 and aioice that `media.aiortc_reach.gathering` builds on."""

from __future__ import annotations

import asyncio
import inspect
import ssl
import struct
from typing import Any

import pytest
from aioice import ice, turn
from aiortc import RTCBundlePolicy, RTCConfiguration, RTCIceGatherer, RTCPeerConnection, rtcpeerconnection
from aiortc.rtcicetransport import connection_kwargs

from media import aiortc_reach
from media.aiortc_reach.gathering import (
    QUEUE_BYTES,
    Gatherer,
    RelayStream,
    Servers,
    addresses,
    gatherer_for,
    unprobed,
)
from media.connectivity.servers import endpoint
from media.connectivity.verdict import Choice


@pytest.fixture(autouse=True)
def prepared() -> None:
    aiortc_reach.prepare()


def test_the_hooks_are_where_they_were() -> None:
    assert rtcpeerconnection.RTCIceGatherer is gatherer_for  # type: ignore[attr-defined, comparison-overlap]
    source = inspect.getsource(RTCPeerConnection)
    assert source.count("RTCIceGatherer(") == 2
    assert "iceServers=self.__configuration.iceServers" in source
    assert turn.TurnClientTcpProtocol is RelayStream
    assert "TurnClientTcpProtocol(" in inspect.getsource(turn.create_turn_endpoint)


def test_aiortc_takes_one_server_of_a_kind_and_no_authorities_of_ours() -> None:
    """If this fails, `Servers` may have become needless."""
    servers: Any = [
        type("Server", (), {"urls": urls, "username": "u", "credential": "c", "credentialType": "password"})
        for urls in (["turn:a"], ["turns:b"])
    ]
    assert connection_kwargs(servers)["turn_server"] == ("a", 3478)
    assert "turn_ssl" in inspect.signature(ice.Connection).parameters


async def test_servers_are_handed_to_the_connection_as_they_are() -> None:
    context = ssl.create_default_context()
    tls = endpoint("turns:[::1]:443", "name", "word")
    connection = Gatherer(Servers(Choice(endpoint("stun:s:9"), tls), context))._connection
    assert (connection.stun_server, connection.turn_server) == (("s", 9), ("::1", 443))
    assert (connection.turn_transport, connection.turn_ssl) == ("tcp", context)
    assert (connection.turn_username, connection.turn_password) == ("name", "word")
    plain = Gatherer(Servers(Choice(None, endpoint("turn:t")), context))._connection
    assert (plain.turn_transport, plain.turn_ssl, plain.stun_server) == ("udp", False, None)
    bare = Gatherer(unprobed([]))._connection
    assert (bare.turn_server, bare.stun_server) == (None, None)


def test_gathering_is_as_patient_as_it_is_told() -> None:
    parameters = inspect.signature(ice.Connection.get_component_candidates).parameters
    assert parameters["timeout"].default == 5
    calls = inspect.getsource(ice.Connection.gather_candidates)
    assert "self.get_component_candidates(component=component, addresses=addresses)" in calls


async def test_a_peer_connection_takes_the_gatherer_that_is_ready_and_its_transports_share_it() -> None:
    ready = Gatherer(Servers())
    await ready.gather()
    servers = Servers(ready=ready)
    peer = RTCPeerConnection(RTCConfiguration(iceServers=servers, bundlePolicy=RTCBundlePolicy.MAX_BUNDLE))
    peer.addTransceiver("video")
    peer.addTransceiver("audio")
    peer.createDataChannel("consultation")
    assert servers.take() is None
    gatherers = {sender.transport.transport.iceGatherer for sender in peer.getSenders()}
    assert gatherers == {ready}
    assert peer.sctp is not None
    assert peer.sctp.transport.transport.iceGatherer is ready
    assert ready.getLocalCandidates() == []
    before = [candidate.port for candidate in ready._connection.local_candidates]
    assert before
    await peer.setLocalDescription(await peer.createOffer())
    assert peer.iceGatheringState == "complete"
    assert all(f" {port} typ host" in peer.localDescription.sdp for port in before)
    assert ready.getLocalParameters().usernameFragment in peer.localDescription.sdp
    await peer.close()
    assert ready.getLocalCandidates() == []


def test_aiortc_connects_with_whoever_has_candidates() -> None:
    """It tries after the offer was taken, and again after the answer was made; candidates that are ready would let it
    begin before it knows what it will answer."""
    source = inspect.getsource(RTCPeerConnection)
    assert source.count("asyncio.ensure_future(self.__connect())") == 2
    assert source.count("iceTransport.iceGatherer.getLocalCandidates()\n                and ") == 2


async def test_a_gatherer_that_nobody_takes_is_given_back() -> None:
    ready = Gatherer(Servers())
    await ready.gather()
    assert ready.fresh
    assert not ready.relayed
    assert await ready.keep()
    servers = Servers(ready=ready)
    await servers.close()
    await servers.close()
    assert ready._connection._protocols == []


async def test_another_address_makes_candidates_stale(monkeypatch: pytest.MonkeyPatch) -> None:
    ready = Gatherer(Servers())
    await ready.gather()
    assert addresses() == ready._addresses
    monkeypatch.setattr("media.aiortc_reach.gathering.addresses", lambda: frozenset({"192.0.2.1"}))
    assert not ready.fresh
    assert not await ready.keep()
    await ready.close()


def test_other_lists_of_servers_go_to_aiortc() -> None:
    assert type(gatherer_for([])) is RTCIceGatherer


def test_what_a_relay_transport_holds_is_where_it_was() -> None:
    source = inspect.getsource(turn.TurnTransport)
    assert "self.__inner_protocol = inner_protocol" in source
    assert "_protocols" in inspect.getsource(ice.Connection.get_component_candidates)
    assert list(inspect.signature(ice.server_reflexive_candidate).parameters) == ["protocol", "stun_server"]


class FullTransport(asyncio.Transport):
    """A connection whose other end does not read."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting = 0

    def write(self, data: Any) -> None:
        self.waiting += len(data)

    def get_write_buffer_size(self) -> int:
        return self.waiting


def test_a_full_connection_drops_what_is_relayed_and_nothing_else() -> None:
    stream = RelayStream(("t", 1), "u", "c", 600, 500)
    stream.transport = full = FullTransport()
    picture = struct.pack("!HH", 0x4000, 1200) + bytes(1200)
    for _ in range(100):
        stream._send(picture)
    assert QUEUE_BYTES < full.waiting <= QUEUE_BYTES + len(picture)
    assert stream.dropped == 100 - full.waiting // len(picture)
    before = full.waiting
    stream._send(b"\x00\x01" + bytes(18))
    assert full.waiting == before + 20


def test_asyncio_keeps_what_lies_under_tls_where_it_was() -> None:
    from asyncio import sslproto

    assert "self._ssl_protocol = ssl_protocol" in inspect.getsource(sslproto._SSLProtocolTransport)
    assert "self._transport = transport" in inspect.getsource(sslproto.SSLProtocol)
