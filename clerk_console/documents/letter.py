"""A letter: what it says, and its HTML. Every word from outside is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from importlib import resources
from string import Template

from clerk_console.documents.authority import Authority
from clerk_console.documents.words import Words


@dataclass(frozen=True)
class Fact:
    """One row of the letter: its message id and its value in German; `explained`: the value in the second language,
    where it differs."""

    message: str
    value: str
    explained: str = ""


@dataclass(frozen=True)
class Paragraph:
    """A paragraph in German and, where there is a second language, in that."""

    german: str
    explained: str = ""


@dataclass(frozen=True)
class Letter:
    """Everything a letter says. `recipient`: the lines of the address field."""

    authority: Authority
    clerk: str
    office: str
    case_number: str
    day: date
    recipient: Sequence[str]
    subject: Paragraph
    legal_basis: Paragraph
    statement: Paragraph
    facts: Sequence[Fact]
    identity: Sequence[Paragraph]
    identity_verified: bool
    german: Words
    second: Words | None
    second_language: str | None


def german_date(day: date) -> str:
    return f"{day.day:02}.{day.month:02}.{day.year:04}"


def _read(name: str) -> str:
    return resources.files("clerk_console").joinpath("templates", name).read_text(encoding="utf-8")


def _both(letter: Letter, message: str) -> str:
    """A label in German, with the second language small beneath."""
    german = escape(letter.german(message))
    return german + (_explained(letter, letter.second(message)) if letter.second else "")


def _explained(letter: Letter, text: str, tag: str = "span") -> str:
    if not text or not letter.second_language:
        return ""
    return f'<{tag} class="second" lang="{letter.second_language}">{escape(text)}</{tag}>'


def _lines(lines: Sequence[str]) -> str:
    return "<br>".join(escape(line) for line in lines)


def _facts(letter: Letter) -> str:
    return "".join(
        f'<tr><th scope="row">{_both(letter, fact.message)}</th>'
        f"<td>{escape(fact.value)}{_explained(letter, fact.explained)}</td></tr>"
        for fact in letter.facts
    )


def _particulars(letter: Letter) -> str:
    """The block beside the address: case number, date, who and how."""
    rows = {
        "case-number": letter.case_number,
        "date": german_date(letter.day),
        "clerk": letter.clerk,
        "channel": letter.german("channel-value"),
    }
    return "".join(f"<dt>{_both(letter, name)}</dt><dd>{escape(value)}</dd>" for name, value in rows.items())


def _contact(letter: Letter) -> str:
    authority = letter.authority
    reach = {"telephone": authority.telephone, "email": authority.email, "website": authority.website}
    lines = [letter.office, authority.street, f"{authority.postal_code} {authority.city}"]
    return _lines(lines + [f"{letter.german(name)} {value}" for name, value in reach.items() if value])


def _identity(letter: Letter) -> str:
    return "".join(
        f"<p>{escape(paragraph.german)}</p>{_explained(letter, paragraph.explained, 'p')}"
        for paragraph in letter.identity
    )


def _specimen(letter: Letter) -> str:
    if not letter.authority.specimen:
        return ""
    return (
        f'<p class="specimen" aria-hidden="true">{escape(letter.german("specimen"))}</p>'
        f'<p class="specimen-note">{_both(letter, "specimen-note")}</p>'
    )


def html(letter: Letter, fonts: str = "") -> str:
    """The letter as one HTML text. `fonts`: `@font-face` rules with data URLs, if any."""
    authority = letter.authority
    return Template(_read("letter.html")).substitute(
        style=fonts + Template(_read("letter.css")).substitute(_running_words(letter)),
        title=escape(f"{letter.subject.german} {letter.case_number}"),
        authority=escape(authority.name),
        office=escape(authority.office),
        contact=_contact(letter),
        sender=escape(f"{authority.name} · {authority.street} · {authority.postal_code} {authority.city}"),
        recipient=_lines(letter.recipient),
        particulars=_particulars(letter),
        subject=escape(letter.subject.german) + _explained(letter, letter.subject.explained),
        legal_basis=escape(letter.legal_basis.german) + _explained(letter, letter.legal_basis.explained),
        statement=escape(letter.statement.german),
        statement_second=_explained(letter, letter.statement.explained, "p"),
        facts=_facts(letter),
        identity_title=_both(letter, "identity-title"),
        identity_class="verified" if letter.identity_verified else "unverified",
        identity=_identity(letter),
        on_behalf=_both(letter, "on-behalf"),
        clerk=escape(letter.clerk),
        electronic=_both(letter, "electronic"),
        specimen=_specimen(letter),
    )


def _running_words(letter: Letter) -> dict[str, str]:
    """The words of the page's foot, as CSS strings."""
    return {
        "case_number": _css_string(f"{letter.german('case-short')} {letter.case_number}"),
        "page": _css_string(letter.german("page")),
        "authority": _css_string(letter.authority.name),
    }


def _css_string(text: str) -> str:
    """A CSS string that cannot end early or leave the style element."""
    return '"' + "".join(c if c.isalnum() or c in " .·-" else f"\\{ord(c):06x} " for c in text) + '"'
