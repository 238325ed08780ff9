"""A real coturn for one test, with a certificate of a CA made for it. Never the machine's service."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import ipaddress
import shutil
import socket
import ssl
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from signaling.protocol.messages import IceServer
from signaling.relays import credentials

SECRET = "north-wind-and-sun"
PATIENCE_S = 30.0


@dataclass(frozen=True)
class Certificates:
    """`ca` is what a client must trust."""

    ca: Path
    certificate: Path
    key: Path


def make_certificates(folder: Path, *addresses: str) -> Certificates:
    """A CA and a server certificate for `localhost` and these addresses."""
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test CA")])
    now = datetime.datetime.now(datetime.UTC)
    names = [x509.DNSName("localhost"), *(x509.IPAddress(ipaddress.ip_address(address)) for address in addresses)]

    def builder(subject: x509.Name, public: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        made = x509.CertificateBuilder().subject_name(subject).issuer_name(ca_name).public_key(public)
        made = made.serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(hours=1))
        return made.not_valid_after(now + datetime.timedelta(days=1))

    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key())
    usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    ca = builder(ca_name, ca_key.public_key()).add_extension(x509.BasicConstraints(True, 0), critical=True)
    ca = ca.add_extension(x509.SubjectKeyIdentifier.from_public_key(ca_key.public_key()), critical=False)
    ca = ca.add_extension(usage, critical=True)
    server = builder(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "turn")]), key.public_key())
    server = server.add_extension(x509.SubjectAlternativeName(names), critical=False)
    server = server.add_extension(authority, critical=False)
    found = Certificates(folder / "ca.pem", folder / "turn.pem", folder / "turn.key")
    pem = serialization.Encoding.PEM
    found.ca.write_bytes(ca.sign(ca_key, hashes.SHA256()).public_bytes(pem))
    found.certificate.write_bytes(server.sign(ca_key, hashes.SHA256()).public_bytes(pem))
    found.key.write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    return found


def free_port(address: str = "127.0.0.1") -> int:
    """A port that is free for UDP and TCP alike."""
    while True:
        with socket.socket() as stream, socket.socket(type=socket.SOCK_DGRAM) as datagrams:
            stream.bind((address, 0))
            port = int(stream.getsockname()[1])
            with contextlib.suppress(OSError):
                datagrams.bind((address, port))
                return port


@dataclass
class Coturn:
    """A running relay. `port` for UDP and TCP, `tls_port` for TLS."""

    address: str
    port: int
    tls_port: int
    certificates: Certificates
    process: asyncio.subprocess.Process
    log: Path

    @property
    def udp(self) -> str:
        return f"turn:{self.address}:{self.port}?transport=udp"

    @property
    def tcp(self) -> str:
        return f"turn:{self.address}:{self.port}?transport=tcp"

    @property
    def tls(self) -> str:
        return f"turns:{self.address}:{self.tls_port}?transport=tcp"

    @property
    def stun(self) -> str:
        return f"stun:{self.address}:{self.port}"

    def server(self, *urls: str, lasts_s: float = 600, secret: str = SECRET) -> IceServer:
        """As the switchboard would tell it."""
        username, password = credentials(secret, "line-1", time.time() + lasts_s)
        return IceServer(urls=list(urls), username=username, credential=password)

    def trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.certificates.ca))

    async def stop(self) -> None:
        if self.process.returncode is None:
            self.process.kill()
            await self.process.wait()


@contextlib.asynccontextmanager
async def coturn(
    folder: Path,
    *options: str,
    address: str = "127.0.0.1",
    tls_port: int = 0,
    settings: Path | None = None,
    names: Sequence[str] = (),
) -> AsyncIterator[Coturn]:
    """A relay on `address` that takes time-limited credentials; `options` are further flags of turnserver, which count
    more than what the file of `settings` says. `names`: further addresses its certificate is for."""
    program = shutil.which("turnserver")
    if program is None:
        pytest.skip("turnserver is missing; scripts/setup installs Debian's coturn.")
    certificates = make_certificates(folder, address, *names)
    port = free_port(address)
    tls_port = tls_port or free_port(address)
    log = folder / "coturn.log"
    # Its own database, or it would open the machine's.
    database = tempfile.NamedTemporaryFile(dir=folder, suffix=".db")  # noqa: SIM115
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *(
                program,
                *(("-c", str(settings)) if settings else ("-n",)),
                "--listening-ip",
                address,
                "--relay-ip",
                address,
                "--realm",
                "fernamt.example",
            ),
            *("--listening-port", str(port), "--tls-listening-port", str(tls_port), "--no-dtls", "--no-cli"),
            *(
                "--use-auth-secret",
                "--static-auth-secret",
                SECRET,
                "--fingerprint",
                "--allow-loopback-peers",
                "--verbose",
            ),
            *("--cert", str(certificates.certificate), "--pkey", str(certificates.key), "--no-stdout-log"),
            *("--log-file", str(folder / "turn.log"), "--simple-log", "--pidfile", str(folder / "turn.pid")),
            *("--userdb", database.name, "--relay-threads", "1", *options),
            stdout=output,
            stderr=output,
        )
    running = Coturn(address, port, tls_port, certificates, process, folder / "turn.log")
    try:
        await _until_listens(running)
        yield running
    finally:
        await running.stop()
        database.close()


async def _until_listens(running: Coturn) -> None:
    for port in (running.port, running.tls_port):
        async with asyncio.timeout(PATIENCE_S):
            while True:
                try:
                    _, writer = await asyncio.open_connection(running.address, port)
                except OSError:
                    if running.process.returncode is not None:
                        raise OSError(f"coturn ended: {running.log.read_text()}") from None
                    await asyncio.sleep(0.02)
                    continue
                writer.close()
                break
