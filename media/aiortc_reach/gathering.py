"""Candidates: of one relay over UDP, TCP or TLS, and gathered before a call needs them.

aiortc gathers in `setLocalDescription`, so that an answer waits for an allocation, over TLS five round trips and more,
and for 5 s where a server is silent. A peer connection that is configured with `Servers` takes the gatherer that is
ready in it. Certificates are checked against what the booth trusts, not only against the system's authorities. A relay
over TCP drops what a full connection would keep: late pictures are worse than none.
"""

from __future__ import annotations

import asyncio
import functools
import socket
import ssl
from collections.abc import Iterable
from typing import Any, Final

import structlog
from aioice import ice, stun, turn
from aiortc import RTCIceCandidate, RTCIceGatherer, RTCIceServer, rtcpeerconnection
from aiortc.rtcconfiguration import RTCIceTransportPolicy

from media.connectivity.servers import IceServer, Transport, endpoints
from media.connectivity.trust import trust
from media.connectivity.verdict import NO_SERVERS, Choice, first_choice

PATIENCE_S: Final = 3
"""A server that has not answered by then is left out of the answer."""
QUEUE_BYTES: Final = 24 * 1024
"""May wait before a relay over TCP: 0.1 s at 2 Mbit/s."""
_UNSENT_BYTES: Final = 16 * 1024
"""The same in the kernel."""
_FAREWELL_S: Final = 2.0
_KEPT_S: Final = 5.0

log = structlog.get_logger(__name__)


def prepare() -> None:
    """Reach in. Harmless when called again."""
    setattr(rtcpeerconnection, "RTCIceGatherer", gatherer_for)  # noqa: B010
    setattr(turn, "TurnClientTcpProtocol", RelayStream)  # noqa: B010


class Servers(list[RTCIceServer]):
    """What a peer connection is configured with. aiortc hands the object on as it is and sees an empty list in it: it
    takes URLs only, only one of a kind, and only the system's authorities."""

    def __init__(
        self, choice: Choice = NO_SERVERS, authorities: ssl.SSLContext | None = None, ready: Gatherer | None = None
    ) -> None:
        super().__init__()
        self.choice = choice
        self._authorities = authorities
        self._ready = ready

    def configure(self, connection: ice.Connection) -> None:
        """Let the connection gather from the chosen servers."""
        binding, relay = self.choice.binding, self.choice.relay
        if binding is not None:
            connection.stun_server = binding.address
        if relay is not None:
            secured = relay.transport is Transport.TLS
            connection.turn_server = relay.address
            connection.turn_username, connection.turn_password = relay.username, relay.credential
            connection.turn_transport = "udp" if relay.transport is Transport.UDP else "tcp"
            # aioice hands it on to asyncio, which takes a context as well.
            connection.turn_ssl = (self._authorities or trust()) if secured else False  # type: ignore[assignment]

    def take(self) -> Gatherer | None:
        """The gatherer that is ready, once."""
        ready, self._ready = self._ready, None
        return ready

    async def close(self) -> None:
        """Give up a gatherer that nobody has taken."""
        if (ready := self.take()) is not None:
            await ready.close()


def unprobed(servers: Iterable[IceServer]) -> Servers:
    """The first server of each kind, for a call before anything is known of them."""
    return Servers(first_choice(endpoints(servers)[0]))


class Gatherer(RTCIceGatherer):
    """Gathers from `Servers`; may do so before there is a peer connection, and be kept until there is one."""

    def __init__(
        self,
        servers: Servers,
        policy: RTCIceTransportPolicy = RTCIceTransportPolicy.ALL,
        username: str | None = None,
        password: str | None = None,
    ) -> None:
        super().__init__([], policy, username, password)
        self._addresses: frozenset[str] = frozenset()
        self._gathering: asyncio.Task[None] | None = None
        self._hidden = False
        servers.configure(self._connection)
        patient: Any = functools.partial(self._connection.get_component_candidates, timeout=PATIENCE_S)
        self._connection.get_component_candidates = patient  # type: ignore[method-assign]

    @property
    def relayed(self) -> bool:
        """Whether there is a candidate on the relay."""
        return any(candidate.type == "relay" for candidate in self._connection.local_candidates)

    @property
    def fresh(self) -> bool:
        """Whether the machine's addresses are those it gathered from, and the relay still holds its allocation."""
        return self._addresses == addresses() and not any(client.transport.is_closing() for client in self._clients())

    async def gather(self) -> None:
        """Goes on when its caller is cancelled: aioice would leave an allocation behind that nobody gives back."""
        self._hidden = False
        if self._gathering is None:
            self._addresses = addresses()
            self._gathering = asyncio.create_task(self._gather(), name="gather-candidates")
        await asyncio.shield(self._gathering)

    async def _gather(self) -> None:
        await super().gather()
        if self._connection._closed:
            await self._connection.close()

    def hide(self) -> None:
        """Show no candidates until told to gather again: aiortc begins to connect with whoever has some, and an answer
        is not there yet."""
        self._hidden = True

    def getLocalCandidates(self) -> list[RTCIceCandidate]:  # noqa: N802 (aiortc's name)
        return [] if self._hidden else super().getLocalCandidates()

    async def keep(self) -> bool:
        """Let routers in between remember its sockets, and the relay its allocation. Whether all is as it was."""
        if not self.fresh:
            return False
        try:
            async with asyncio.timeout(_KEPT_S):
                held = [*(self._hold(client) for client in self._clients()), *self._bindings()]
                return all(await asyncio.gather(*held))
        except (OSError, stun.TransactionError) as error:
            log.info("candidates lost", error=type(error).__name__)
            return False

    async def close(self) -> None:
        """Give its sockets and its allocation back. Not for one that a peer connection has."""
        if self._gathering is not None:
            await asyncio.wait((self._gathering,))
        try:
            async with asyncio.timeout(_FAREWELL_S):
                await self._connection.close()
        except TimeoutError:
            for client in self._clients():
                client.transport.close()

    def _clients(self) -> list[turn.TurnClientProtocol]:
        transports = [protocol.transport for protocol in self._connection._protocols]
        return [
            getattr(transport, "_TurnTransport__inner_protocol")  # noqa: B009
            for transport in transports
            if isinstance(transport, turn.TurnTransport)
        ]

    def _bindings(self) -> list[Any]:
        known = {
            (candidate.related_address, candidate.related_port): (candidate.host, candidate.port)
            for candidate in self._connection.local_candidates
            if candidate.type == "srflx"
        }
        return [
            self._same_address(protocol, known[local])
            for protocol in self._connection._protocols
            if (local := (protocol.local_candidate.host, protocol.local_candidate.port)) in known
        ]

    async def _same_address(self, protocol: ice.StunProtocol, before: tuple[str, int]) -> bool:
        assert self._connection.stun_server is not None  # noqa: S101 (who has told `before`)
        now, _ = await ice.server_reflexive_candidate(protocol, self._connection.stun_server)
        return (now.host, now.port) == before

    async def _hold(self, client: turn.TurnClientProtocol) -> bool:
        request = stun.Message(message_method=stun.Method.REFRESH, message_class=stun.Class.REQUEST)
        request.attributes["LIFETIME"] = client.lifetime
        await client.request_with_retry(request)
        return True


def gatherer_for(
    iceServers: list[RTCIceServer] | None = None,  # noqa: N803 (aiortc's name)
    iceTransportPolicy: RTCIceTransportPolicy = RTCIceTransportPolicy.ALL,  # noqa: N803
    local_username: str | None = None,
    local_password: str | None = None,
) -> RTCIceGatherer:
    """Stands where aiortc makes a gatherer. Only the first of a peer connection can be one that was made before."""
    if not isinstance(iceServers, Servers):
        return RTCIceGatherer(iceServers, iceTransportPolicy, local_username, local_password)
    ready = iceServers.take() if local_username is None else None
    if ready is not None:
        ready.hide()
    return ready or Gatherer(iceServers, iceTransportPolicy, local_username, local_password)


def addresses() -> frozenset[str]:
    """The machine's addresses that candidates can be gathered from."""
    return frozenset(ice.get_host_addresses(use_ipv4=True, use_ipv6=True))


class RelayStream(turn.TurnClientTcpProtocol):
    """A relay over TCP or TLS. What comes while the connection is full is dropped, as a full network would, so that
    bitrates follow and nothing grows."""

    dropped = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        sock = transport.get_extra_info("socket")
        if hasattr(socket, "TCP_NOTSENT_LOWAT"):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, _UNSENT_BYTES)

    def _send(self, data: bytes) -> None:
        if turn.is_channel_data(data) and self._waiting() > QUEUE_BYTES:
            self.dropped += 1
            return
        super()._send(data)

    def _waiting(self) -> int:
        """Bytes that asyncio holds; under TLS they lie in two places."""
        beneath: Any = getattr(getattr(self.transport, "_ssl_protocol", None), "_transport", None)
        return self.transport.get_write_buffer_size() + (beneath.get_write_buffer_size() if beneath else 0)
