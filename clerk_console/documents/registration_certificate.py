"""The letter of the registration certificate ("Meldebescheinigung", section 18 BMG): a case's values as facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from clerk_console.documents.authority import Authority
from clerk_console.documents.letter import Fact, Letter, Paragraph, german_date
from clerk_console.documents.names import may_be_cut, same
from clerk_console.documents.words import OFFICIAL, Words, second_language, words
from clerk_console.services.catalogue import Service

NAMES: Final = ("family_name", "given_names")
PLAIN: Final = ("family_name", "birth_name", "given_names", "date_of_birth")
EXTENDED: Final = ("place_of_birth", "nationality")
"""Only the extended certificate says these; the simple one is to reveal no more than its purpose needs."""
ADDRESS: Final = ("street", "house_number", "postal_code", "municipality")
"""Said as one."""


@dataclass(frozen=True)
class Matter:
    """What a document is made from. `holder`: the verified card's data; None unless the identity was verified.
    `by_pin`: the holder identified with the card's PIN at the eID-Server."""

    service: Service
    values: Mapping[str, str]
    holder: Mapping[str, str] | None
    language: str
    case_number: str
    day: date
    clerk: str
    office: str
    authority: Authority
    by_pin: bool = False


class _Speech:
    """German, and the second language if there is one."""

    def __init__(self, service: str, language: str) -> None:
        self.language = second_language(language)
        self.german = words(OFFICIAL, service)
        self.second: Words | None = words(self.language, service) if self.language else None

    def say(self, message: str) -> Paragraph:
        return Paragraph(self.german(message), self.second(message) if self.second else "")


def title(matter: Matter) -> str:
    """The document's title in the citizen's language."""
    speech = _Speech(matter.service.id, matter.language)
    return (speech.second or speech.german)("title")


def letter(matter: Matter) -> Letter:
    """The certificate. The values have to fit the service's form."""
    speech = _Speech(matter.service.id, matter.language)
    values = matter.values
    return Letter(
        authority=matter.authority,
        clerk=matter.clerk,
        office=matter.office,
        case_number=matter.case_number,
        day=matter.day,
        recipient=_recipient(values),
        subject=speech.say(f"subject-{values['extent']}"),
        legal_basis=speech.say("legal-basis"),
        statement=speech.say("statement"),
        facts=_facts(matter, speech),
        identity=_identity(matter, speech),
        identity_verified=matter.holder is not None,
        german=speech.german,
        second=speech.second,
        second_language=speech.language,
    )


def _recipient(values: Mapping[str, str]) -> list[str]:
    return [f"{values['given_names']} {values['family_name']}", _street(values), _town(values)]


def _street(values: Mapping[str, str]) -> str:
    return f"{values['street']} {values['house_number']}"


def _town(values: Mapping[str, str]) -> str:
    return f"{values['postal_code']} {values['municipality']}"


def _facts(matter: Matter, speech: _Speech) -> list[Fact]:
    values, extended = matter.values, matter.values["extent"] == "extended"
    names = PLAIN + (EXTENDED if extended else ())
    facts = [_fact(name, matter, speech) for name in names if name in values]
    facts.append(Fact("address", f"{_street(values)}, {_town(values)}"))
    if extended:
        facts.append(_fact("registered_since", matter, speech))
    if "purpose" in values:
        facts.append(_fact("purpose", matter, speech))
    return facts


def _fact(name: str, matter: Matter, speech: _Speech) -> Fact:
    value = matter.values[name]
    if choices := matter.service.options.get(name):
        explained = choices[value][speech.language] if speech.language else ""
        german = choices[value][OFFICIAL]
        return Fact(name, german, explained if explained != german else "")
    if matter.service.form.schema["properties"][name].get("format") == "date":
        return Fact(name, german_date(date.fromisoformat(value)))
    return Fact(name, value)


def _identity(matter: Matter, speech: _Speech) -> list[Paragraph]:
    """What is vouched for is only what the chip says too: a name the clerk typed otherwise is named as differing."""
    if matter.holder is None:
        return [speech.say("identity-not-verified")]
    matching, differing = _compared(matter, matter.holder)
    paragraphs = [_verified(matter, speech, matching)]
    if differing:
        second = speech.second("identity-differs", different=_list(speech.second, differing)) if speech.second else ""
        paragraphs.append(
            Paragraph(speech.german("identity-differs", different=_list(speech.german, differing)), second)
        )
    return paragraphs


def _verified(matter: Matter, speech: _Speech, matching: Sequence[str]) -> Paragraph:
    def say(words_: Words) -> str:
        if matter.by_pin:
            same_ = _list(words_, matching) or "–"
            return words_("identity-by-pin", date=german_date(matter.day), same=same_)
        return words_(
            "identity-verified",
            date=german_date(matter.day),
            document=words_(_document_message(matter.holder or {}, words_)),
            same=_list(words_, matching) or "–",
        )

    return Paragraph(say(speech.german), say(speech.second) if speech.second else "")


def _compared(matter: Matter, holder: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """The fields that say the same as the chip, and those that do not. A chip may know a name's beginning only, or of
    a birthday only the year."""
    found: dict[str, bool] = {}
    cut = may_be_cut(holder.get("family_name", ""), holder.get("given_names", ""))
    for field in matter.service.order:
        read = holder.get(matter.service.sources.get(field, ""))
        if read and field in matter.values:
            beginning = cut if field in NAMES else field == "date_of_birth"
            alike = same(matter.values[field], read, cut=beginning)
            name = "address" if field in ADDRESS else field
            found[name] = found.get(name, True) and alike
    return [name for name, alike in found.items() if alike], [name for name, alike in found.items() if not alike]


def _document_message(holder: Mapping[str, str], words_: Words) -> str:
    message = f"document-{holder.get('document_type', '')[:1].upper()}"
    return message if message in words_ else "document-other"


def _list(words_: Words, fields: Sequence[str]) -> str:
    return ", ".join(words_(field) for field in fields)
