"""The words of the interface in the reader's language.

English is the source. Another language is a folder `<code>/LC_MESSAGES/messages.po` here,
read once when it is first asked for; `messages.pot` is what it is translated from
(`pybabel extract -F search_app/translations/babel.cfg -k N_ --omit-header
--add-location=file --sort-output -o search_app/translations/messages.pot .`).
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from contextvars import ContextVar
from functools import cache
from gettext import NullTranslations
from pathlib import Path
from typing import Final

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

SOURCE: Final = "en"
_FOLDER: Final = Path(__file__).parent
_spoken: ContextVar[str] = ContextVar("_spoken", default=SOURCE)


@cache
def languages() -> tuple[str, ...]:
    """Codes of the languages the interface speaks, English first."""
    others = sorted(po.parent.parent.name for po in _FOLDER.glob("*/LC_MESSAGES/messages.po"))
    return (SOURCE, *(code for code in others if code != SOURCE))


@cache
def catalogue(language: str) -> NullTranslations:
    """The messages of a language; a missing one is answered in English."""
    if language == SOURCE:
        return NullTranslations()
    with (_FOLDER / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        messages = read_po(file, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return Translations(compiled)


def negotiate(wanted: str | None, accepted: Sequence[str]) -> str:
    """The interface's language: the one asked for by name, else the first accepted we speak.

    `accepted` are the values of Accept-Language, most wanted first (RFC 9110, 12.5.4); a
    regional variant (`pt-BR`) is served by its language.
    """
    for tag in (wanted or "", *accepted):
        code = tag.replace("_", "-").split("-")[0].lower()
        if code in languages():
            return code
    return SOURCE


def speak(language: str) -> None:
    """Use a language for the rest of this request."""
    _spoken.set(language)


def spoken() -> str:
    """The code of the language in use."""
    return _spoken.get()


def locale() -> Locale:
    """How the language in use writes numbers, dates and names of languages."""
    return Locale.parse(spoken())


def gettext(message: str) -> str:
    """A message in the language in use."""
    return catalogue(spoken()).gettext(message)


def ngettext(one: str, many: str, count: int) -> str:
    """A message in the plural form that `count` asks for."""
    return catalogue(spoken()).ngettext(one, many, count)


def N_(message: str) -> str:  # noqa: N802 - the name gettext's own documentation gives it
    """Marks a message for the catalogue; it is translated where it is shown."""
    return message
