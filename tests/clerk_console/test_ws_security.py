"""Signed messages between console and eID-Server: what is believed, what is not, and what else says so."""

from __future__ import annotations

import asyncio
import copy
import ssl
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import HealthCheck, given
from hypothesis import settings as bounds
from hypothesis import strategies as st
from lxml import etree
from lxml.etree import _Element as Element
from xmlsec import Transform
from zeep.wsse.signature import BinarySignature
from zeep.wsse.utils import get_security_header

from clerk_console.eid.attributes import Attribute
from clerk_console.eid.errors import AnswerMalformed, EidServerError, FaultAnswered, SignatureRefused, Unreachable
from clerk_console.eid.settings import load
from clerk_console.eid.soap import SOAP, body_of, document, envelope, parse
from clerk_console.eid.testing.pki import Files, answer_files, console_files, message_keys, tls_files
from clerk_console.eid.testing.server import Double, _config
from clerk_console.eid.tr03130 import SoapEidServer
from clerk_console.eid.ws_security import DS, WSSE, WSU, MessageKeys, WsSecurity, running_out
from clerk_console.errors import SetupError

ANSWER = "<eid:getResultResponse>Erika</eid:getResultResponse>"
names = iter(f"n{number}" for number in range(10**6))


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keys are made once."""
    return tmp_path_factory.mktemp("signing")


@pytest.fixture(scope="session")
def console(folder: Path) -> MessageKeys:
    return message_keys(console_files(folder), answer_files(folder))


@pytest.fixture(scope="session")
def provider(folder: Path) -> MessageKeys:
    return message_keys(answer_files(folder), console_files(folder))


def end(keys: MessageKeys, at: datetime | None = None) -> WsSecurity:
    return WsSecurity(keys, lambda: (at or datetime.now(UTC)).timestamp(), lambda: next(names))


def signed(keys: MessageKeys, at: datetime | None = None, body: str = ANSWER) -> Element:
    made = envelope(body)
    end(keys, at).sign(made)
    return parse(document(made))


def security_of(message: Element) -> Element:
    (found,) = message.iter(f"{{{WSSE}}}Security")
    return found


def self_signed(name: str, days: int = 30) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(who).issuer_name(who).public_key(key.public_key())
    builder = builder.serial_number(7).not_valid_before(now - timedelta(days=60))
    return key, builder.not_valid_after(now + timedelta(days=days)).sign(key, hashes.SHA256())


def test_what_the_other_end_has_signed_is_read(console: MessageKeys, provider: MessageKeys) -> None:
    body = end(console).verified_body(signed(provider))
    assert [one.text for one in body] == ["Erika"]
    assert "Erika" not in repr(body)


def test_an_elliptic_curve_and_the_next_certificate(console: MessageKeys, provider: MessageKeys) -> None:
    key, certificate = self_signed("new")
    both = replace(console, peers=(*console.peers, certificate))
    assert len(end(both).verified_body(signed(replace(provider, key=key, certificate=certificate)))) == 1
    assert len(end(both).verified_body(signed(provider))) == 1


def test_another_implementation_takes_our_signature(folder: Path, console: MessageKeys) -> None:
    files = console_files(folder)
    BinarySignature(str(files.key), str(files.certificate)).verify(signed(console))


@pytest.mark.parametrize("method", [Transform.RSA_SHA256, Transform.RSA_SHA512])
def test_we_take_another_implementations_signature(folder: Path, console: MessageKeys, method: object) -> None:
    files, made = answer_files(folder), envelope(ANSWER)
    stamp = etree.SubElement(get_security_header(made), f"{{{WSU}}}Timestamp")
    etree.SubElement(stamp, f"{{{WSU}}}Created").text = datetime.now(UTC).isoformat()
    other = BinarySignature(str(files.key), str(files.certificate), None, method, Transform.SHA256)
    other.apply(made, {})
    assert [one.text for one in end(console).verified_body(parse(document(made)))] == ["Erika"]


def unsigned(message: Element) -> None:
    header = message[0]
    header.clear()


def without_signature(message: Element) -> None:
    security = security_of(message)
    security.remove(security.find(f"{{{DS}}}Signature"))


def changed(message: Element) -> None:
    body_of(message)[0].text = "Max"


def with_other_time(message: Element) -> None:
    (created,) = message.iter(f"{{{WSU}}}Created")
    created.text = "2099-01-01T00:00:00Z"


def wrapped(message: Element) -> None:
    """The signed body hides in the header; another stands in its place, under the same name."""
    body = body_of(message)
    hidden = copy.deepcopy(body)
    etree.SubElement(message[0], "wrapper").append(hidden)
    body[0].text = "Max"


def wrapped_under_another_name(message: Element) -> None:
    wrapped(message)
    body_of(message).set(f"{{{WSU}}}Id", "other")


def wrapped_under_another_attribute(message: Element) -> None:
    wrapped(message)
    body = body_of(message)
    name = body.attrib.pop(f"{{{WSU}}}Id")
    body.set("ID", name)


def with_second_body(message: Element) -> None:
    message.append(copy.deepcopy(body_of(message)))


def with_second_header(message: Element) -> None:
    message[0].append(copy.deepcopy(security_of(message)))


def with_second_time(message: Element) -> None:
    security_of(message).append(copy.deepcopy(next(message.iter(f"{{{WSU}}}Timestamp"))))


def without_the_bodys_reference(message: Element) -> None:
    info = next(message.iter(f"{{{DS}}}SignedInfo"))
    info.remove(info.findall(f"{{{DS}}}Reference")[1])


def of_sha_1(message: Element) -> None:
    next(message.iter(f"{{{DS}}}SignatureMethod")).set("Algorithm", f"{DS}rsa-sha1")


def of_a_shared_secret(message: Element) -> None:
    method = "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"
    next(message.iter(f"{{{DS}}}SignatureMethod")).set("Algorithm", method)


def without_value(message: Element) -> None:
    next(message.iter(f"{{{DS}}}SignatureValue")).text = None


def of_many_references(message: Element) -> None:
    info = next(message.iter(f"{{{DS}}}SignedInfo"))
    for _ in range(20):
        info.append(copy.deepcopy(info.findall(f"{{{DS}}}Reference")[1]))


@pytest.mark.parametrize(
    ("tamper", "told"),
    [
        (unsigned, "is not signed: have the provider sign"),
        (without_signature, "is not signed"),
        (changed, "changed after it was signed"),
        (with_other_time, "changed after it was signed"),
        (wrapped, "same name"),
        (wrapped_under_another_name, "Body is not what is signed"),
        (wrapped_under_another_attribute, "Body is not what is signed"),
        (with_second_header, "more than one"),
        (with_second_time, "more than one"),
        (without_the_bodys_reference, "Body is not what is signed"),
        (of_sha_1, "rsa-sha1"),
        (of_a_shared_secret, "hmac-sha256"),
        (without_value, "cannot be verified"),
        (of_many_references, "too many"),
    ],
)
def test_what_is_not_believed(
    console: MessageKeys, provider: MessageKeys, tamper: Callable[[Element], None], told: str
) -> None:
    message = signed(provider)
    tamper(message)
    with pytest.raises(SignatureRefused, match=told):
        end(console).verified_body(message)


def test_two_bodies_are_no_envelope(console: MessageKeys, provider: MessageKeys) -> None:
    message = signed(provider)
    with_second_body(message)
    with pytest.raises(AnswerMalformed, match="one body"):
        end(console).verified_body(message)


def test_somebody_elses_signature_is_named(console: MessageKeys, provider: MessageKeys) -> None:
    key, certificate = self_signed("somebody else")
    with pytest.raises(SignatureRefused, match="server_certificate"):
        end(console).verified_body(signed(replace(provider, key=key, certificate=certificate)))
    # Our own request, sent back to us
    with pytest.raises(SignatureRefused, match=r"it carries the certificate 'CN=Console \(Test\)"):
        end(console).verified_body(signed(console))


def test_a_certificate_that_has_run_out_is_named(console: MessageKeys, provider: MessageKeys) -> None:
    key, certificate = self_signed("old", days=-1)
    with pytest.raises(SignatureRefused, match=r"CN=old.*put the provider's new one"):
        end(replace(console, peers=(certificate,))).verified_body(
            signed(replace(provider, key=key, certificate=certificate))
        )


def test_a_certificate_that_runs_out_soon_is_told(console: MessageKeys) -> None:
    _, soon = self_signed("soon", days=29)
    _, later = self_signed("later", days=31)
    keys, now = replace(console, peers=(soon, later)), datetime.now(UTC).timestamp()
    (told,) = running_out(keys, now)
    assert told.startswith("'CN=soon'") and f"{soon.not_valid_after_utc:%Y-%m-%d}" in told


@pytest.mark.parametrize(("seconds", "told"), [(301, "301 s ago"), (-62, "62 s ahead")])
def test_another_time_is_not_believed(console: MessageKeys, provider: MessageKeys, seconds: int, told: str) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    with pytest.raises(SignatureRefused, match=told):
        end(console, now).verified_body(signed(provider, now - timedelta(seconds=seconds)))


def test_an_answer_is_believed_once(console: MessageKeys, provider: MessageKeys) -> None:
    moment = [datetime.now(UTC)]
    here = WsSecurity(console, lambda: moment[0].timestamp(), lambda: next(names))
    message = document(signed(provider, moment[0]))
    here.verified_body(parse(message))
    with pytest.raises(SignatureRefused, match="plays it again"):
        here.verified_body(parse(message))
    for _ in range(3):
        moment[0] += timedelta(minutes=4)
        here.verified_body(signed(provider, moment[0]))
    assert len(here._seen) == 2, "what is too old to be believed is not remembered"


def test_a_comment_does_not_cut_a_text(console: MessageKeys, provider: MessageKeys) -> None:
    """Canonicalisation leaves comments out: one that is put in later does not break the signature, nor the name."""
    message = document(signed(provider)).replace(b"Erika", b"Er<!-- x -->ika")
    assert [one.text for one in end(console).verified_body(parse(message))] == ["Erika"]


@bounds(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(st.data())
def test_only_typed_errors_come_of_any_answer(
    console: MessageKeys, provider: MessageKeys, data: st.DataObject
) -> None:
    """Some element is emptied, renamed, or given another text or attribute: refused, or read as it was signed."""
    message = signed(provider)
    elements = list(message.iter(etree.Element))
    element = data.draw(st.sampled_from(elements))
    match data.draw(st.sampled_from(["text", "attribute", "remove", "twice"])):
        case "text":
            element.text = data.draw(st.sampled_from(["", "A", "ö", "AAAA", "1"]))
        case "attribute":
            for name in element.attrib:
                element.set(name, data.draw(st.sampled_from(["", "#", "#x", "urn:x"])))
        case "remove" if element.getparent() is not None:
            element.getparent().remove(element)
        case "twice" if element.getparent() is not None:
            element.addnext(copy.deepcopy(element))
    try:
        body = end(console).verified_body(message)
    except EidServerError:
        return
    assert [one.text for one in body] == ["Erika"]


@pytest.fixture
async def signing_double(folder: Path, provider: MessageKeys) -> AsyncIterator[httpx.AsyncClient]:
    double = Double(folder, "https://localhost:1", end(provider))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(double.for_authorities())) as client:
        yield client


async def test_both_ends_sign(signing_double: httpx.AsyncClient, console: MessageKeys) -> None:
    server = SoapEidServer(signing_double, "https://localhost:1/eid-server", end(console))
    assert (await server.open({Attribute.FAMILY_NAMES: "required"})).number


async def test_an_eid_server_that_wants_signatures_says_so(signing_double: httpx.AsyncClient) -> None:
    with pytest.raises(FaultAnswered, match=r"InvalidSecurity: .*signing_certificate"):
        await SoapEidServer(signing_double, "https://localhost:1/eid-server").open({})


async def test_a_fault_says_no_more_than_its_code() -> None:
    fault = f'<s:Fault xmlns:s="{SOAP}"><faultcode>s:Server</faultcode><faultstring>Erika</faultstring></s:Fault>'
    transport = httpx.MockTransport(lambda _: httpx.Response(500, content=document(envelope(fault))))
    with pytest.raises(FaultAnswered, match="fault Server") as refused:
        await SoapEidServer(httpx.AsyncClient(transport=transport), "https://localhost:1").open({})
    assert "Erika" not in str(refused.value)


async def test_an_alert_of_tls_says_what_to_set() -> None:
    def refuse(_request: httpx.Request) -> httpx.Response:
        alert = ssl.SSLError(1, "[SSL: TLSV13_ALERT_CERTIFICATE_REQUIRED] tlsv13 alert certificate required")
        alert.reason = "TLSV13_ALERT_CERTIFICATE_REQUIRED"
        raise httpx.ConnectError("no") from alert

    client = httpx.AsyncClient(transport=httpx.MockTransport(refuse))
    with pytest.raises(Unreachable, match=r"CERTIFICATE_REQUIRED.*`certificate`, `key`"):
        await SoapEidServer(client, "https://localhost:1").open({})


class _Listening(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        await super().startup(sockets)  # type: ignore[arg-type]
        self.up.set()


async def test_tls_wants_the_consoles_certificate(folder: Path, provider: MessageKeys, console: MessageKeys) -> None:
    tls, own = tls_files(folder), console_files(folder)
    double = Double(folder, "https://localhost:1", end(provider))
    server = _Listening(_config(double.for_authorities(), 0, tls, own))
    running = asyncio.create_task(server.serve(), name="eid-server")
    try:
        await server.up.wait()
        port = server.servers[0].sockets[0].getsockname()[1]

        async def ask(context: ssl.SSLContext) -> str:
            async with httpx.AsyncClient(verify=context) as client:
                asked = SoapEidServer(client, f"https://localhost:{port}/eid-server", end(console))
                return (await asked.open({Attribute.FAMILY_NAMES: "required"})).number

        known = ssl.create_default_context(cafile=str(tls.certificate))
        with pytest.raises(Unreachable, match="`certificate`, `key`"):
            await ask(known)
        known.load_cert_chain(own.certificate, own.key)
        assert await ask(known)
        with pytest.raises(Unreachable, match="`authorities`"):
            await ask(ssl.create_default_context())
    finally:
        server.should_exit = True
        await running


def told_by(file: Path, lines: str) -> str:
    file.write_text(f'address = "https://e.example"\npublic = "https://c.example"\n{lines}')
    with pytest.raises(SetupError) as refused:
        load(file, "")
    return str(refused.value)


def test_settings_say_what_is_wrong(folder: Path, tmp_path: Path) -> None:
    own, other = console_files(folder), answer_files(folder)

    def lines(files: Files, key: Path, server: Path) -> str:
        paths = {"signing_certificate": files.certificate, "signing_key": key, "server_certificate": server}
        return "".join(f'{name} = "{path}"\n' for name, path in paths.items())

    file, odd = tmp_path / "eid.toml", tmp_path / "odd.key"
    file.write_text(
        f'address = "https://e.example"\npublic = "https://c.example"\n{lines(own, own.key, other.certificate)}'
    )
    messages = load(file, "").messages
    assert messages is not None
    assert (len(messages.peers), repr(messages)) == (1, "MessageKeys(…)")
    half = told_by(file, f'signing_key = "{own.key}"\n')
    assert "needs server_certificate, signing_certificate beside signing_key: both ends sign" in half
    assert "is not the key of signing_certificate" in told_by(file, lines(own, other.key, other.certificate))
    assert "server_certificate cannot be used" in told_by(file, lines(own, own.key, tmp_path / "none"))
    assert "signing_key cannot be used" in told_by(file, lines(own, own.certificate, other.certificate))
    key = serialization.load_pem_private_key(own.key.read_bytes(), None)
    secret = serialization.BestAvailableEncryption(b"secret")
    odd.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, secret))
    assert "signing_key cannot be used" in told_by(file, lines(own, odd, other.certificate))
