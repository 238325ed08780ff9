"""The zone's fields and check digits, by the specimens of ICAO 9303."""

from __future__ import annotations

import pytest

from booth.mrz.zone import LAYOUTS, Format, ZoneKey, check_digit, fits, is_birth, is_expiry, key_of

TD1 = "I<UTOD231458907<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6ERIKSSON<<ANNA<MARIA<<<<<<<<<<"
TD1_LONG = "I<UTOD23145890<7349<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<1ERIKSSON<<ANNA<MARIA<<<<<<<<<<"
TD2 = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<D231458907UTO7408122F1204159<<<<<<<6"
TD3 = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10"


@pytest.mark.parametrize(
    ("kind", "text", "number"),
    [
        (Format.TD1, TD1, "D23145890"),
        (Format.TD2, TD2, "D23145890"),
        (Format.TD3, TD3, "L898902C3"),
    ],
)
def test_the_specimens_of_icao(kind: Format, text: str, number: str) -> None:
    assert fits(text, LAYOUTS[kind])
    assert key_of(text, LAYOUTS[kind]) == ZoneKey(number, "740812", "120415")
    assert all(character in allowed for character, allowed in zip(text, LAYOUTS[kind].allowed, strict=True))


def test_a_long_number_goes_on_in_the_optional_data() -> None:
    """ICAO 9303-11, appendix D.2: nine places and three more."""
    composite = TD1_LONG[5:30] + TD1_LONG[30:37] + TD1_LONG[38:45] + TD1_LONG[48:59]
    text = TD1_LONG[:59] + check_digit(composite) + TD1_LONG[60:]
    assert fits(text, LAYOUTS[Format.TD1])
    assert key_of(text, LAYOUTS[Format.TD1]).number == "D23145890734"


@pytest.mark.parametrize("text", [TD1, TD2, TD3])
def test_every_changed_character_of_the_key_is_noticed(text: str) -> None:
    kind = {90: Format.TD1, 72: Format.TD2, 88: Format.TD3}[len(text)]
    layout = LAYOUTS[kind]
    for places, digit in (layout.number, layout.birth, layout.expiry):
        for place in (*places, digit):
            other = "0" if text[place] != "0" else "1"
            assert not fits(text[:place] + other + text[place + 1 :], layout)


@pytest.mark.parametrize(
    ("text", "valid"),
    [("640812", True), ("6408<<", True), ("64<<<<", True), ("<<<<<<", True), ("641312", False), ("640230", False),
     ("64081", False), ("6<0812", False), ("64 812", False), ("٦٤٠٨١٢", False)],
)  # fmt: skip
def test_a_date_of_birth_may_be_known_in_part(text: str, valid: bool) -> None:
    assert is_birth(text) is valid


def test_a_date_of_expiry_is_whole() -> None:
    assert is_expiry("310229")
    assert not is_expiry("3102<<")
    assert not is_expiry("310431")


def test_a_key_is_not_told_by_its_representation() -> None:
    assert "L898902C3" not in repr(ZoneKey("L898902C3", "740812", "120415"))


@pytest.mark.parametrize("lines", [[], ["A" * 30], ["A" * 44] * 3, ["A" * 43] * 2])
def test_no_document_has_other_lines(lines: list[str]) -> None:
    with pytest.raises(ValueError, match="machine-readable zone"):
        Format.of(lines)
