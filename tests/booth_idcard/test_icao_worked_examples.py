"""The worked examples of ICAO 9303-11: appendix D (3DES keys, MAC, secure messaging) and G.1 (PACE, generic mapping).

They judge this reader from outside, which its own emulator cannot.
"""

from __future__ import annotations

import hashlib

import pytest

from booth.idcard import pace
from booth.idcard.apdu import Command, Response
from booth.idcard.card_access import PaceParameters, choose_pace
from booth.idcard.ciphers import (
    DERIVE_AUTHENTICATION,
    DERIVE_ENCRYPTION,
    DERIVE_PASSWORD,
    CipherSuite,
    pad,
)
from booth.idcard.errors import CardError, WrongCardAccessNumber
from booth.idcard.secure_messaging import SecureChannel, SessionKeys

TDES = CipherSuite.TRIPLE_DES


def hexa(text: str) -> bytes:
    return bytes.fromhex(text)


def channel_of_appendix_d() -> SecureChannel:
    keys = SessionKeys(
        TDES,
        hexa("979EC13B1CBFE9DCD01AB0FED307EAE5"),
        hexa("F1CB1F1FB5ADF208806B89DC579DC1F8"),
        counter=0x887022120C06C226,
    )
    return SecureChannel(keys)


def test_keys_from_the_document_d2() -> None:
    seed = hashlib.sha1(b"L898902C<369080619406236").digest()[:16]
    assert seed == hexa("239AB9CB282DAF66231DC5A4DF6BFBAE")
    assert TDES.derive_key(seed, DERIVE_ENCRYPTION) == hexa("AB94FDECF2674FDFB9B391F85D7F76F2")
    assert TDES.derive_key(seed, DERIVE_AUTHENTICATION) == hexa("7962D9ECE03D1ACD4C76089DCE131543")


def test_encryption_and_retail_mac_d3() -> None:
    plain = hexa("781723860C06C2264608F919887022120B795240CB7049B01C19B33E32804F0B")
    secret = TDES.encrypt(hexa("AB94FDECF2674FDFB9B391F85D7F76F2"), plain)
    assert secret == hexa("72C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F2")
    assert TDES.mac(hexa("7962D9ECE03D1ACD4C76089DCE131543"), pad(secret, 8)) == hexa("5F1448EEA8AD90A7")


def test_secure_messaging_d4() -> None:
    channel = channel_of_appendix_d()
    select = channel.protect(Command(0, 0xA4, 2, 0x0C, hexa("011E")))
    assert select.encode() == hexa("0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800")
    assert channel.open(Response(hexa("990290008E08FA855A5D4C50A8ED"), 0x9000)) == Response(b"", 0x9000)
    first = channel.protect(Command(0, 0xB0, 0, 0, expected=4))
    assert first.encode() == hexa("0CB000000D9701048E08ED6705417E96BA5500")
    answer = hexa("8709019FF0EC34F9922651990290008E08AD55CC17140B2DED")
    assert channel.open(Response(answer, 0x9000)) == Response(hexa("60145F01"), 0x9000)
    second = channel.protect(Command(0, 0xB0, 0, 4, expected=0x12))
    assert second.encode() == hexa("0CB000040D9701128E082EA28A70F3C7B53500")
    answer = hexa("871901FB9235F4E4037F2327DCC8964F1F9B8C30F42C8E2FFF224A990290008E08C8B2787EAEA07D74")
    assert channel.open(Response(answer, 0x9000)).data == hexa("04303130365F36063034303030305C026175")


@pytest.mark.parametrize("position", [0, 2, 3, 8, 13])
def test_a_changed_bit_of_a_response_is_noticed(position: int) -> None:
    channel = channel_of_appendix_d()
    channel.protect(Command(0, 0xA4, 2, 0x0C, hexa("011E")))
    answer = bytearray(hexa("990290008E08FA855A5D4C50A8ED"))
    answer[position] ^= 1
    with pytest.raises(CardError):
        channel.open(Response(bytes(answer), 0x9000))


def test_a_plain_status_ends_the_channel() -> None:
    channel = channel_of_appendix_d()
    channel.protect(Command(0, 0xA4, 2, 0x0C, hexa("011E")))
    with pytest.raises(CardError, match="6988"):
        channel.open(Response(b"", 0x6988))


CARD_ACCESS = hexa("31143012060A04007F0007020204020202010202010D")
PASSWORD = hexa("7E2D2A41C74EA0B38CD36F863939BFA8E9032AAD")
TERMINAL_MAPPING = int("7F4EF07B9EA82FD78AD689B38D0BC78CF21F249D953BC46F4C6E19259C010F99", 16)
TERMINAL_AGREEMENT = int("A73FB703AC1436A18E0CFA5ABB3F7BEC7A070E7A6788486BEE230C4A22762595", 16)
TRANSCRIPT = [
    ("0022C1A40F800A04007F00070202040202830101", "9000"),
    ("10860000027C0000", "7C12801095A3A016522EE98D01E76CB6B98B42C39000"),
    (
        "10860000457C438141047ACF3EFC982EC45565A4B155129EFBC74650DCBFA6362D896FC70262E0C2CC5E"
        "544552DCB6725218799115B55C9BAA6D9F6BC3A9618E70C25AF71777A9C4922D00",
        "7C43824104824FBA91C9CBE26BEF53A0EBE7342A3BF178CEA9F45DE0B70AA601651FBA3F57"
        "30D8C879AAA9C9F73991E61B58F4D52EB87A0A0C709A49DC63719363CCD13C549000",
    ),
    (
        "10860000457C438341042DB7A64C0355044EC9DF190514C625CBA2CEA48754887122F3A5EF0D5EDD301C"
        "3556F3B3B186DF10B857B58F6A7EB80F20BA5DC7BE1D43D9BF850149FBB3646200",
        "7C438441049E880F842905B8B3181F7AF7CAA9F0EFB743847F44A306D2D28C1D9EC65DF6DB"
        "7764B22277A2EDDC3C265A9F018F9CB852E111B768B326904B59A0193776F0949000",
    ),
    ("008600000C7C0A8508C2B0BD78D94BA86600", "7C0A86083ABB9674BCE93C089000"),
]


class ScriptedChip:
    """Answers as in the example, and insists on being asked as in the example."""

    def __init__(self, transcript: list[tuple[str, str]]) -> None:
        self._transcript = iter(transcript)

    def exchange(self, command: Command) -> Response:
        asked, answer = next(self._transcript)
        assert command.encode().hex().upper() == asked
        return Response.decode(hexa(answer))


class ScriptedRandom:
    """Random bytes from which the curve draws exactly the scalars of the example."""

    def __init__(self, *scalars: int) -> None:
        self._scalars = iter(scalars)

    def __call__(self, count: int) -> bytes:
        return (next(self._scalars) - 1).to_bytes(count, "big")


def establish(transcript: list[tuple[str, str]]) -> SessionKeys:
    return pace.establish(
        ScriptedChip(transcript).exchange,
        PASSWORD,
        choose_pace(CARD_ACCESS),
        reference=pace.PASSWORD_MRZ,
        random_bytes=ScriptedRandom(TERMINAL_MAPPING, TERMINAL_AGREEMENT),
    )


def test_card_access_g1() -> None:
    assert choose_pace(CARD_ACCESS) == PaceParameters(hexa("04007F00070202040202"), CipherSuite.AES_128, 13)


def test_password_key_g1() -> None:
    assert hashlib.sha1(b"T22000129364081251010318").digest() == PASSWORD
    key = CipherSuite.AES_128.derive_key(PASSWORD, DERIVE_PASSWORD)
    assert key == hexa("89DED1B26624EC1E634C1989302849DD")
    nonce = CipherSuite.AES_128.decrypt(key, hexa("95A3A016522EE98D01E76CB6B98B42C3"))
    assert nonce == hexa("3F00C4D39D153F2B2A214A078D899B22")


def test_whole_run_g1() -> None:
    """Mapped generator, both key agreements and both tokens: any slip would change what is sent."""
    keys = establish(TRANSCRIPT)
    expected = SessionKeys(
        CipherSuite.AES_128, hexa("F5F0E35C0D7161EE6724EE513A0D9A7F"), hexa("FE251C7858B356B24514B3BD5F4297D1")
    )
    assert keys.encrypt(b"the same keys") == expected.encrypt(b"the same keys")
    assert keys.mac(bytes(16)) == expected.mac(bytes(16))


def test_a_chip_with_another_token_is_not_believed() -> None:
    with pytest.raises(CardError, match="prove"):
        establish([*TRANSCRIPT[:-1], (TRANSCRIPT[-1][0], "7C0A86083ABB9674BCE93C099000")])


@pytest.mark.parametrize("status", ["6300", "63C2"])
def test_a_refused_token_is_a_wrong_number(status: str) -> None:
    with pytest.raises(WrongCardAccessNumber):
        establish([*TRANSCRIPT[:-1], (TRANSCRIPT[-1][0], status)])


def test_a_reflected_key_is_refused() -> None:
    mine = TRANSCRIPT[3][0][len("10860000457C438341") : -2]
    with pytest.raises(CardError, match="own public key"):
        establish([*TRANSCRIPT[:3], (TRANSCRIPT[3][0], f"7C438441{mine}9000")])


@pytest.mark.parametrize("point", ["04" + "11" * 64, "00", "02" + "11" * 32, "04" + "00" * 64, "04" + "FF" * 64])
def test_a_point_off_the_curve_is_refused(point: str) -> None:
    value = f"82{len(point) // 2:02X}{point}"
    answer = f"7C{len(value) // 2:02X}{value}9000"
    with pytest.raises(CardError, match=r"point"):
        establish([*TRANSCRIPT[:2], (TRANSCRIPT[2][0], answer)])
