"""Whole texts are shown under open licences alone: which those are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.licences import is_open, name_of


@pytest.mark.parametrize(
    "licence",
    [
        "CC BY 4.0",
        "CC-BY-4.0",
        "cc-by-sa-4.0",
        "CC BY-SA 3.0 ES",
        "CC BY-SA 4.0 International",
        "Creative Commons Attribution 4.0 International",
        "Creative Commons Attribution-ShareAlike 4.0 International License",
        "CC0",
        "CC0-1.0",
        "CC0 1.0 Universal",
        "US public domain / CC0 1.0",
        "Public Domain",
        "ODbL-1.0",
        "PDDL-1.0",
        "OGL v3.0",
        "OGL-UK-3.0",
        "Open Government Licence v3.0",
        "Open Government Licence - Canada",
        "Licence Ouverte 2.0",
        "Licence Ouverte / Open Licence 2.0",
        "etalab-2.0",
        "NLOD 2.0",
        "IODL 2.0",
        "dl-de/by-2-0",
        "Datenlizenz Deutschland – Namensnennung – Version 2.0",
        "Licencia de Datos Abiertos Uruguay",
        "Commission Decision 2011/833/EU",
        "EUPL-1.2",
        "MIT",
        "https://creativecommons.org/licenses/by/4.0/",
        "http://creativecommons.org/licenses/by-sa/3.0/es/deed.ca",
        "https://creativecommons.org/publicdomain/zero/1.0/",
        "http://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
    ],
)
def test_an_open_licence_is_known_by_name_and_address(licence: str) -> None:
    assert is_open(licence)


@pytest.mark.parametrize(
    "licence",
    [
        None,
        "",
        " / ",
        "all rights reserved",
        "CC BY-NC 4.0",
        "CC BY-ND 4.0",
        "CC-BY-NC-SA-4.0",
        "CC BY-SA-NC",
        "Creative Commons",
        "Creative Commons Attribution-NonCommercial 4.0",
        "https://creativecommons.org/licenses/by-nc/4.0/",
        "https://creativecommons.org/licenses/by-nd/4.0/",
        "https://example.org/creativecommons.org/licenses/by/4.0/",
        "not CC BY 4.0",
        "no licence file; site states CC BY",
        "CC BY 4.0 / all rights reserved",
        "not in the public domain",
        "OGL, except logos",
        "Crown copyright",
        "KOGL Type 4",
    ],
)
def test_what_is_not_on_the_list_is_closed(licence: str | None) -> None:
    assert not is_open(licence)


@given(st.text())
def test_any_text_is_open_or_closed(text: str) -> None:
    assert is_open(text) in (True, False)
    assert not is_open(f"{text} non-commercial use only")


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("https://creativecommons.org/licenses/by/4.0/", "CC BY 4.0"),
        ("http://creativecommons.org/licenses/by-nc-sa/3.0/nl/", "CC BY-NC-SA 3.0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0 1.0"),
        ("https://creativecommons.org/publicdomain/mark/1.0/deed.de", "Public Domain Mark 1.0"),
        ("https://example.org/licenses/by/4.0/", "https://example.org/licenses/by/4.0/"),
        ("OGL v3.0", "OGL v3.0"),
    ],
)
def test_a_licence_is_called_by_its_name(given: str, name: str) -> None:
    assert name_of(given) == name
