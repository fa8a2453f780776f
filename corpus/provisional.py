"""A record as a file for import holds it, made a provisional initiative."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

import msgspec

from corpus.addresses import address_key
from corpus.cleaning import clean_line, clean_text
from corpus.faults import Report, did_you_mean, shown
from corpus.import_notes import Notes
from corpus.languages import language_code
from corpus.model import KINDS, PRINCIPLES, Corpus, Initiative, Source
from corpus.passages import split
from corpus.places import Gazetteer
from corpus.shapes import check_address
from corpus.summaries import summary
from corpus.thesaurus import label_index

REQUIRED: Final = ("id", "title", "text", "language", "url")
FIELDS: Final = (*REQUIRED, "city", "country", "kind", "topics", "date", "licence", "publisher")
"""What a record may hold; all texts but `topics`, a list of them."""

DEFAULT_KIND: Final = "report"
"""What a record without `kind` is taken for: the kind that claims least, a text about something.
Its page says that it was assumed."""

LONGEST_ID: Final = 100
LONGEST_LINE_OF_TEXT: Final = 500
LONGEST_ADDRESS: Final = 2_000
MOST_TOPICS: Final = 50
EARLIEST_YEAR: Final = 1000
YEARS_AHEAD: Final = 15

_ID: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_DATE: Final = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[T ][0-9:.,]+(?:Z|[+-][0-9:]+)?)?)?)?")


class RecordReader:
    """Makes initiatives of lines; knows the catalogue, what was withdrawn, and the day.

    `withdrawn` maps ids, `withdrawn_urls` keys of addresses, to the reason.
    """

    def __init__(
        self,
        corpus: Corpus,
        withdrawn: Mapping[str, str],
        withdrawn_urls: Mapping[str, str],
        today: date,
    ) -> None:
        self._gazetteer = Gazetteer(corpus.cities, corpus.countries)
        self._corpus = corpus
        self._country_names = [country.name for country in corpus.countries.values()]
        self._labels = label_index(corpus.concepts)
        self._taken = {i for each in corpus.initiatives for i in (each.id, *each.aliases)}
        self._withdrawn = withdrawn
        self._withdrawn_urls = withdrawn_urls
        self._today = today
        self._lines: dict[str, int] = {}
        self.notes = Notes(FIELDS)

    def read(self, line: bytes, number: int, report: Report) -> Initiative | None:
        """The initiative of a line; None, and every fault told to `report`, if it has any."""
        found: list[tuple[str, str, str]] = []

        def fault(field: str, problem: str, remedy: str) -> None:
            found.append((field, problem, remedy))

        record = self._fields(line, fault)
        initiative = self._initiative(record, number, fault) if record is not None else None
        for each in found:
            report(*each)
        return None if found else initiative

    def _fields(self, line: bytes, fault: Report) -> dict[str, Any] | None:
        """The known fields of a line, each of its type; None where it is no JSON object."""
        try:
            raw = msgspec.json.decode(line, type=dict[str, msgspec.Raw])
        except msgspec.ValidationError:
            fault("", "The line is not a JSON object.", 'Write one {"id": …} record a line.')
            return None
        except UnicodeDecodeError:
            fault("", "The line is not UTF-8 text.", "Save the file as UTF-8.")
            return None
        except RecursionError:
            fault("", "The line is nested too deeply.", "Leave out what is not a field.")
            return None
        except ValueError as error:
            why = str(error).removesuffix(".")
            fault("", f"The line is not valid JSON: {why}.", "Look for a missing quote or comma.")
            return None
        record: dict[str, Any] = {}
        for key, value in raw.items():
            if key in FIELDS:
                record[key] = _typed(key, value, fault)
            else:
                self.notes.unknown_key(key)
        for key in REQUIRED:
            if key not in record:
                fault(key, "The field is missing.", "Fill it in.")
        return record

    def _initiative(self, record: dict[str, Any], number: int, fault: Report) -> Initiative | None:
        """None where a required field can't be used; other faults leave a value out."""
        doubt: list[str] = []
        keywords: list[str] = []
        id = self._id(record.get("id"), number, fault)
        title = _line(record, "title", fault)
        text = clean_text(record.get("text") or "")
        if record.get("text") is not None and not text.strip():
            fault("text", "The text is empty.", "Leave records without text out of the file.")
        language = self._language(record.get("language"), fault)
        publisher = _line(record, "publisher", fault)
        url = self._url(record.get("url"), publisher, doubt, fault)
        country = self._country(_line(record, "country", fault), fault)
        city_name = _line(record, "city", fault)
        city = self._gazetteer.find(city_name, country) if city_name else None
        if city_name and city is None:
            self.notes.unknown_city(city_name)
            doubt.append(f"The city is given as '{city_name}', which is not known here.")
            keywords.append(city_name)
        if city is not None:
            country = self._corpus.cities[city].country
        if not city_name and country is None:
            doubt.append("No city and no country was given; it is listed as international.")
        kind = self._kind(_line(record, "kind", fault), doubt, fault)
        concepts, loose = self._topics(record.get("topics") or [], language, fault)
        year, day = self._date(record.get("date"), fault)
        licence = _line(record, "licence", fault)
        if not (id and title and language and text.strip()):
            return None
        passages = split(text, language, url)
        today = self._today.isoformat()
        return Initiative(
            id=id,
            title=title,
            language=language,
            summary=summary(passages, title),
            kind=kind,
            level="city" if city_name else "nation" if country else "international",
            sources=(Source(url, title, publisher, language),) if url else (),
            recorded=today,
            changed=today,
            city=city,
            country=country,
            year=year,
            date=day,
            principles=self._principles(concepts),
            concepts=concepts,
            keywords=tuple(dict.fromkeys([*loose, *keywords])),
            doubt=tuple(doubt),
            provisional=True,
            licence=licence,
            passages=passages,
        )

    def _id(self, id: str | None, number: int, fault: Report) -> str | None:
        if id is None:
            return None
        if not _ID.fullmatch(id) or len(id) > LONGEST_ID:
            fault(
                "id",
                f"{shown(id)} is not an id.",
                f"Use letters a-z, digits, '.', '_' and '-', at most {LONGEST_ID} in all.",
            )
        elif id in self._taken:
            fault("id", f"{shown(id)} is a record of the catalogue.", "Choose another id.")
        elif id in self._withdrawn:
            fault("id", f"{shown(id)} was withdrawn ({self._withdrawn[id]}).", "Leave it out.")
        elif (before := self._lines.setdefault(id, number)) != number:
            fault("id", f"{shown(id)} is already the id of line {before}.", "Keep one of them.")
        return id

    def _language(self, code: str | None, fault: Report) -> str | None:
        if code is None:
            return None
        base = language_code(code)
        if base is None:
            fault(
                "language",
                f"{shown(code)} is not a language code.",
                "Use the two letters of ISO 639-1, such as 'en'.",
            )
        return base

    def _url(
        self, url: str | None, publisher: str | None, doubt: list[str], fault: Report
    ) -> str | None:
        """The address; None for a placeholder, of which the record's page then tells."""
        if url is None:
            return None
        url = url.strip()
        if not url:
            fault("url", "The address is empty.", "Write where the text was read.")
        elif not any(map(str.isalnum, url)):
            self.notes.no_address(url[:100])
            by = f" It names its publisher: {publisher}." if publisher else ""
            doubt.append(f"The imported file gives no address for this text.{by}")
            return None
        elif len(url) > LONGEST_ADDRESS:
            fault("url", f"The address is longer than {LONGEST_ADDRESS:,} signs.", "Shorten it.")
        else:
            check_address(url, "url", fault)
            if reason := self._withdrawn_urls.get(address_key(url)):
                fault("url", f"{shown(url)} was withdrawn ({reason}).", "Leave the record out.")
        return url

    def _country(self, name: str | None, fault: Report) -> str | None:
        if name is None:
            return None
        code = self._gazetteer.find_country(name)
        if code is None:
            near = did_you_mean(name, self._country_names)
            remedy = near or "Use the two letters of ISO 3166-1, such as 'FI'."
            fault("country", f"{shown(name)} is not a country.", remedy)
        return code

    def _kind(self, kind: str | None, doubt: list[str], fault: Report) -> str:
        if kind is None:
            doubt.append(f"What kind of text this is was not given; '{DEFAULT_KIND}' is assumed.")
            return DEFAULT_KIND
        if kind not in KINDS:
            fault("kind", f"{shown(kind)} is not a kind.", did_you_mean(kind, KINDS))
        return kind

    def _topics(
        self, topics: list[str], language: str | None, fault: Report
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Ids of the concepts the topics name, and the topics that name none."""
        if len(topics) > MOST_TOPICS:
            fault("topics", f"There are more than {MOST_TOPICS} topics.", "Keep those that matter.")
            return (), ()
        concepts: list[str] = []
        loose: list[str] = []
        for position, topic in enumerate(topics):
            label = clean_line(topic)
            if len(label) > LONGEST_LINE_OF_TEXT:
                fault(f"topics[{position}]", "The topic is too long.", "Name it in a few words.")
            elif found := self._concepts(label, language):
                concepts += found
            elif label:
                loose.append(label)
        return tuple(dict.fromkeys(concepts)), tuple(dict.fromkeys(loose))

    def _concepts(self, label: str, language: str | None) -> list[str]:
        """What a label means: in the record's language, else in English, else in any it is
        unmistakable in."""
        if label in self._corpus.concepts:
            return [label]
        meant = self._labels.get(label.casefold(), [])
        for own in (language, "en"):
            if found := [id for id, spoken in meant if spoken == own]:
                return found
        ids = list(dict.fromkeys(id for id, _ in meant))
        return ids if len(ids) == 1 else []

    def _principles(self, concepts: Iterable[str]) -> tuple[str, ...]:
        named = {self._corpus.concepts[id].principle for id in concepts}
        return tuple(principle for principle in PRINCIPLES if principle in named)

    def _date(self, given: str | int | None, fault: Report) -> tuple[int | None, str | None]:
        """Year and, where month or day are given, the date."""
        if given is None or given == "":
            return None, None
        match = _DATE.fullmatch(str(given).strip())
        year, month, day = (
            (int(part) if part else None for part in match.groups())
            if match
            else (
                0,
                None,
                None,
            )
        )
        try:
            date(year or 0, month or 1, day or 1)
        except ValueError:
            year = 0
        if not year or not EARLIEST_YEAR <= year <= self._today.year + YEARS_AHEAD:
            fault(
                "date",
                f"{shown(given)} is no date a text can have.",
                "Write a year, year-month or year-month-day: 2021, 2021-06, 2021-06-30.",
            )
            return None, None
        parts = [f"{year:04}", *(f"{part:02}" for part in (month, day) if part)]
        return year, "-".join(parts) if month else None


def _typed(key: str, value: msgspec.Raw, fault: Report) -> Any:
    """The value of a field, None (and a fault) where it is of another type."""
    kind: Any = str | None
    wanted = "a text in quotes"
    if key == "topics":
        kind, wanted = list[str] | None, "a list of texts in square brackets"
    elif key == "date":
        kind = str | int | None
    elif key in REQUIRED:
        kind = str
    try:
        return msgspec.json.decode(value, type=kind)
    except UnicodeDecodeError:
        fault(key, "The text is not UTF-8.", "Save the file as UTF-8.")
    except (ValueError, RecursionError):
        fault(
            key,
            f"{shown(bytes(value).decode('utf-8', 'replace'))} won't do here.",
            f"Write {wanted}.",
        )
    return None


def _line(record: dict[str, Any], key: str, fault: Report) -> str | None:
    """A text of one line, cleaned; None where there is none."""
    given = record.get(key)
    if given is None:
        return None
    text = clean_line(given)
    if not text and key in REQUIRED:
        fault(key, "The text is empty.", "Fill it in.")
    if len(text) > LONGEST_LINE_OF_TEXT:
        fault(key, f"The text is longer than {LONGEST_LINE_OF_TEXT} signs.", "Shorten it.")
    return text or None
