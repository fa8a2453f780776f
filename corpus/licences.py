"""Which licences let anybody publish a text again: a closed list; what is not on it is closed.

The list is that of the Open Definition 2.1 (opendefinition.org/licenses) as far as texts of
public bodies use it, the open licences of governments, and the European Commission's decision
on reuse. A licence with a condition on use (NC) or change (ND) is not on it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_VERSION: Final = r"(?:,? ?(?:version |versión |v\.? ?)?\d(?:[. ]\d){0,2})?"
_PORT: Final = (
    r"(?:,? ?(?:international|internacional|unported|generic|universal|deed|license|licence))*"
    r"(?: (?!nc|nd|sa)[a-z]{2})?"
)

_NAMES: Final = re.compile(
    "|".join(
        (
            # Creative Commons
            rf"cc ?by(?: sa)?{_VERSION}{_PORT}",
            rf"creative commons attribution(?: share ?alike)?{_VERSION}{_PORT}",
            rf"cc ?0{_VERSION}{_PORT}",
            rf"(?:cc ?)?(?:public domain mark|pdm){_VERSION}",
            r"(?:us |u s )?public domain(?: ?cc ?0(?: 1[. ]0)?)?",
            # Open Data Commons
            r"(?:odc by|odbl|pddl|odc odbl|odc pddl)" + _VERSION,
            # Governments
            rf"(?:ogl|uk ogl|ogl uk){_VERSION}",
            rf"open gov(?:ernment)? licen[cs]e(?: (?:uk|canada|alberta|ontario|toronto|vancouver|bc))?{_VERSION}",
            rf"(?:etalab )?licence ouverte(?: ?open licen[cs]e)?(?: etalab)?{_VERSION}(?: etalab)?",
            rf"etalab{_VERSION}",
            r"open licen[cs]e 2[. ]0",
            rf"(?:nlod|norwegian licen[cs]e for open government data|norsk lisens for offentlige data){_VERSION}",
            rf"(?:iodl|italian open data licen[cs]e){_VERSION}",
            r"dl de (?:by|zero) (?:de )?2[. ]0",
            r"datenlizenz deutschland (?:namensnennung|zero)(?: version)? 2[. ]0",
            r"licencia de datos abiertos (?:de )?uruguay",
            rf"(?:kogl|korea open government licen[cs]e) type ?1{_VERSION}",
            rf"(?:godl|government open data licen[cs]e)(?: india)?{_VERSION}",
            # Institutions of the European Union
            r"(?:commission )?(?:decision )?2011 833 eu",
            r"(?:eu|european commission) reuse(?: policy| decision| notice)?(?: 2011 833 eu)?",
            # Of programs, which cities also give their texts
            rf"(?:eupl|european union public licen[cs]e){_VERSION}",
            r"mit(?: licen[cs]e)?|apache(?: licen[cs]e)? ?2[. ]0",
        )
    )
)

_ADDRESSES: Final = re.compile(
    "|".join(
        (
            r"creativecommons\.org/licen[cs]es/by(?:-sa)?/\d.*",
            r"creativecommons\.org/publicdomain/(?:zero|mark)/\d.*",
            r"opendatacommons\.org/licen[cs]es/(?:by|odbl|pddl)/.*",
            r"(?:www\.)?nationalarchives\.gov\.uk/doc/open-government-licence/.*",
            r"open\.canada\.ca/(?:en/open-government-licence-canada|fr/licence-du-gouvernement-ouvert-canada).*",
            r"(?:www\.)?etalab\.gouv\.fr/(?:wp-content/.*/)?(?:etalab-)?licence-ouverte.*",
            r"data\.norge\.no/nlod/.*",
            r"(?:www\.)?govdata\.de/dl-de/(?:by|zero)-2-0.*",
            r"data\.europa\.eu/eli/dec/2011/833.*",
        )
    )
)


_CREATIVE_COMMONS: Final = re.compile(
    r"https?://(?:www\.)?creativecommons\.org/"
    r"(?:licen[cs]es/(?P<kind>[a-z]+(?:-[a-z]+)*)|publicdomain/(?P<free>zero|mark))"
    r"/(?P<version>\d\.\d)(?:/.*)?",
    re.IGNORECASE,
)


def name_of(licence: str) -> str:
    """A licence as people call it: that of Creative Commons by its short name, not its address."""
    found = _CREATIVE_COMMONS.fullmatch(licence.strip())
    if found is None:
        return licence
    if found["free"]:
        name = "CC0" if found["free"].casefold() == "zero" else "Public Domain Mark"
    else:
        name = f"CC {found['kind'].upper()}"
    return f"{name} {found['version']}"


@lru_cache(maxsize=1024)
def is_open(licence: str | None) -> bool:
    """Whether a licence, by its name, SPDX id or address, is one of the list.

    The whole of what is written must be a name of the list: "site states CC BY" is not. Two
    names parted by a slash are two licences, both of which must be open.
    """
    if licence is None or len(licence) > 300:
        return False
    text = licence.strip().casefold()
    address = re.fullmatch(r"https?://(.*)", text)
    if address:
        return _ADDRESSES.fullmatch(address[1]) is not None
    parts = [_plain(part) for part in re.split(r"\s/\s", text)]
    return all(_NAMES.fullmatch(part) for part in parts)


def _plain(name: str) -> str:
    """A name with single spaces for all punctuation but the points of versions."""
    spaced = re.sub(r"(?<!\d)\.|\.(?!\d)|[^\w.]+|_", " ", name)
    return " ".join(spaced.removeprefix("the ").split())
