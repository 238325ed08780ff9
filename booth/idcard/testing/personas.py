"""The people of the test documents, all invented. Their names try out what real ones do to forms and zones, their
documents what real chips do to readers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, NamedTuple

from booth.idcard.card_access import Mapping
from booth.idcard.testing.documents import Bearer
from booth.idcard.testing.portrait import Features
from booth.idcard.testing.security_infos import Style

TRIPLE_DES, AES_128, AES_192, AES_256 = 1, 2, 3, 4
MODP_2048, NIST_P256, BRAINPOOL_P256, NIST_P384, BRAINPOOL_P384 = 2, 12, 13, 15, 16
"""Suites and standardised domain parameters, by the numbers the protocols give them."""


class PaceOffer(NamedTuple):
    suite: int = AES_128
    parameter: int = BRAINPOOL_P256
    mapping: Mapping = "generic"


class ChipKeyMake(NamedTuple):
    """How the key of Chip Authentication is made. `key_id`: where DG14 numbers it."""

    suite: int = AES_128
    parameter: int = BRAINPOOL_P256
    style: Style = "standardised"
    key_id: int | None = None


USUAL_KEY: Final = ChipKeyMake()


class Details(NamedTuple):
    """DG11 and DG12. `full_name` in the state's own script; dates as YYYYMMDD."""

    full_name: str
    date_of_birth: str
    place_of_birth: str
    authority: str
    date_of_issue: str


@dataclass(frozen=True, slots=True)
class Make:
    """What kind of chip it is. Without `pace` only Basic Access Control opens it. `active`: which key it signs
    challenges with. `extensible_portrait`: by ISO/IEC 39794-5, as the newest documents have it."""

    pace: tuple[PaceOffer, ...] = (PaceOffer(),)
    basic: bool = False
    chip_key: ChipKeyMake | None = USUAL_KEY
    active: Literal["rsa", "ecdsa"] | None = None
    jpeg_2000: bool = False
    extensible_portrait: bool = False


@dataclass(frozen=True, slots=True)
class Persona:
    """`card_access_number`: printed on the front of a card, empty where there is none; `country`: the two letters of
    the state that signs."""

    bearer: Bearer
    features: Features
    card_access_number: str
    make: Make = Make()
    country: str = "DE"
    details: Details | None = None


PERSONAS: Final = {
    # Residence permits: PACE with the number on the card, Chip Authentication.
    "erika": Persona(
        Bearer("Mustermann", "Erika", date(1964, 8, 12), "F", "D", "C01X0006H", date(2033, 10, 31)),
        Features((236, 196, 168), (122, 78, 46), (52, 92, 138), long_hair=True),
        "938471",
    ),
    # Umlauts, a double name and an apostrophe.
    "juergen": Persona(
        Bearer("Groß-Öztürk", "Jürgen O'Neil", date(1951, 2, 28), "M", "TUR", "L01X00T47", date(2031, 3, 1)),
        Features((222, 178, 142), (150, 150, 152), (70, 84, 72), glasses=True, beard=True),
        "500540",
    ),
    # Longer than the thirty places of the zone: both names are cut.
    "anantha": Persona(
        Bearer(
            "Venkatanarasimharajuvaripeta Rao",
            "Anantha Lakshmi Subrahmanyeswari",
            date(1989, 12, 31),
            "F",
            "IND",
            "Y0AB12CD3",
            date(2029, 6, 30),
        ),
        Features((176, 122, 86), (36, 28, 28), (168, 64, 92), long_hair=True, glasses=True),
        "000000",
    ),
    # A single name, and a birthday in this century.
    "amina": Persona(
        Bearer("Amina", "", date(2004, 1, 1), "F", "SYR", "YZ6311T19", date(2028, 2, 29)),
        Features((206, 160, 126), (58, 110, 116), (44, 60, 66), headscarf=True),
        "271828",
    ),
    # No entry for the sex, and an old card number that begins with a digit.
    "kim": Persona(
        Bearer("Nguyễn", "Kim", date(1998, 5, 17), "X", "VNM", "T22000129", date(2030, 1, 15)),
        Features((232, 190, 150), (30, 26, 30), (210, 160, 60)),
        "314159",
    ),
    # An identity card of the Union, its key with 3DES as older chips have it.
    "giulia": Persona(
        Bearer(
            "D'Amico-Rossetti",
            "Giulia Immacolata",
            date(1979, 6, 2),
            "F",
            "ITA",
            "CA12345AB",
            date(2032, 6, 2),
            "C",
            "ITA",
        ),
        Features((228, 184, 150), (66, 42, 30), (120, 40, 60), long_hair=True),
        "664902",
        Make(pace=(PaceOffer(AES_128, NIST_P256),), chip_key=ChipKeyMake(TRIPLE_DES, NIST_P256, "named")),
        "IT",
    ),
    # An identity card whose chip knows the year of birth only.
    "jose": Persona(
        Bearer("Muñoz Nuñez", "José María", "55<<<<", "M", "ESP", "BAA000589", date(2031, 9, 9), "ID", "ESP"),
        Features((214, 168, 132), (60, 50, 46), (40, 70, 60), beard=True),
        "120655",
        Make(pace=(PaceOffer(AES_256, BRAINPOOL_P384),), chip_key=ChipKeyMake(AES_256, BRAINPOOL_P384, "explicit", 7)),
        "ES",
    ),
    # Passports: PACE with the zone.
    "annelie": Persona(
        Bearer("Weiß-Schröder", "Annelie", date(1992, 2, 29), "F", "D", "C01X00T47", date(2033, 1, 2), "P", "D"),
        Features((240, 204, 178), (196, 150, 84), (90, 60, 120)),
        "",
        Make(basic=True, chip_key=ChipKeyMake(AES_128, BRAINPOOL_P256, "explicit", 1)),
        "DE",
        Details("Weiß-Schröder, Annelie", "19920229", "Görlitz", "Stadt Görlitz", "20230103"),
    ),
    "soren": Persona(
        Bearer(
            "Ærøskøbing-Ødegård",
            "Søren Åge",
            date(1968, 11, 30),
            "M",
            "DNK",
            "209812345",
            date(2030, 4, 5),
            "P",
            "DNK",
        ),
        Features((238, 200, 174), (206, 176, 120), (40, 60, 110), glasses=True),
        "",
        Make(pace=(PaceOffer(AES_256, NIST_P384),), chip_key=None, active="ecdsa"),
        "DK",
        Details("Ærøskøbing-Ødegård, Søren Åge", "19681130", "Ærøskøbing", "Kongens Nytorv", "20200406"),
    ),
    # Chip Authentication within PACE, and a portrait in JPEG 2000.
    "ioana": Persona(
        Bearer(
            "Ștefănescu-Țurcanu",
            "Ioana Măriuca",
            date(1985, 3, 8),
            "F",
            "ROU",
            "056789012",
            date(2029, 8, 1),
            "P",
            "ROU",
        ),
        Features((230, 188, 156), (84, 40, 36), (30, 90, 100), long_hair=True),
        "",
        Make(
            pace=(PaceOffer(), PaceOffer(mapping="chip_authentication")),
            chip_key=ChipKeyMake(AES_128, BRAINPOOL_P256, "standardised", 13),
            jpeg_2000=True,
        ),
        "RO",
    ),
    # PACE modulo a prime, an RSA key, and the newer form of the portrait.
    "wei": Persona(
        Bearer("Ouyang", "Wei", date(1990, 10, 1), "M", "CHN", "EA0000001", date(2032, 12, 31), "PO", "CHN"),
        Features((232, 192, 154), (26, 24, 26), (150, 40, 40)),
        "",
        Make(pace=(PaceOffer(AES_128, MODP_2048),), chip_key=None, active="rsa", extensible_portrait=True),
        "CN",
        Details("欧阳伟", "19901001", "北京", "出入境管理局", "20230101"),
    ),
    # Basic Access Control only: a name of another script, transliterated.
    "olena": Persona(
        Bearer(
            "Shevchenko-Hryshchuk", "Olena", date(1973, 7, 24), "F", "UKR", "FA000000", date(2027, 5, 6), "P", "UKR"
        ),
        Features((238, 202, 176), (176, 120, 60), (60, 90, 150), long_hair=True),
        "",
        Make(pace=(), basic=True, chip_key=None, active="rsa", jpeg_2000=True),
        "UA",
        Details("Шевченко-Грищук Олена", "19730724", "Чернівці", "8001", "20170507"),
    ),
    # Date of birth unknown, and nothing that could prove the chip.
    "mohammad": Persona(
        Bearer("Rahimi", "Mohammad", "<<<<<<", "M", "AFG", "O00123456", date(2028, 10, 10), "P", "AFG"),
        Features((196, 148, 112), (34, 30, 28), (110, 100, 80), beard=True),
        "",
        Make(pace=(), basic=True, chip_key=None),
        "AF",
        Details("محمد رحیمی", "00000000", "هرات", "Kabul", "20181011"),
    ),
    # Longer than the thirty-nine places of a passport.
    "eleni": Persona(
        Bearer(
            "Papadimitrakopoulou-Konstantinidou",
            "Eleni Anastasia Theodora",
            date(2001, 4, 15),
            "F",
            "GRC",
            "AP0000017",
            date(2031, 2, 14),
            "P",
            "GRC",
        ),
        Features((224, 178, 142), (40, 32, 34), (180, 120, 60), long_hair=True, glasses=True),
        "",
        Make(
            pace=(PaceOffer(TRIPLE_DES, NIST_P256),),
            basic=True,
            chip_key=ChipKeyMake(AES_192, NIST_P256, "named"),
            active="ecdsa",
        ),
        "GR",
        Details("Παπαδημητρακοπούλου-Κωνσταντινίδου Ελένη", "20010415", "Θεσσαλονίκη", "Α.Ε.Α.", "20210215"),
    ),
}
