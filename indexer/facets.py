"""What an initiative is counted and filtered by. Pure functions."""

from __future__ import annotations

from calendar import monthrange

from corpus.model import Corpus, Initiative


def facet_values(initiative: Initiative, corpus: Corpus) -> dict[str, tuple[str, ...]]:
    """The values of each facet of `engine.FACETS`, each once; none where nothing is known."""
    country = corpus.countries.get(initiative.country or "")
    languages = [initiative.language, *(p.language for p in initiative.passages if p.language)]
    return {
        "principle": initiative.principles,
        "kind": (initiative.kind,),
        "continent": (country.continent,) if country else (),
        "country": (initiative.country,) if initiative.country else (),
        "city": (initiative.city,) if initiative.city else (),
        "topic": tuple(id for id in initiative.concepts if id in corpus.concepts),
        "working_group": initiative.working_groups,
        "status": (initiative.status,),
        "level": (initiative.level,),
        "lang": tuple(dict.fromkeys(languages)),
        "year": (f"{initiative.year:04d}",) if initiative.year is not None else (),
    }


def date_span(initiative: Initiative) -> tuple[int, int] | None:
    """First and last day as yyyymmdd; None without a year.

    A `date` is the beginning, to `year_end` if there is one, else to the end of itself.
    """
    begin = initiative.date or (f"{initiative.year:04d}" if initiative.year else None)
    if begin is None:
        return None
    end = f"{initiative.year_end:04d}" if initiative.year_end else begin
    return first_day(begin), max(last_day(end), last_day(begin))


def first_day(date: str) -> int:
    """The first day (yyyymmdd) of a year, month or day as ISO 8601 writes it."""
    year, month, day = [*map(int, date.split("-")), 1, 1][:3]
    return year * 10000 + month * 100 + day


def last_day(date: str) -> int:
    """The last day (yyyymmdd) of a year, month or day as ISO 8601 writes it."""
    parts = [*map(int, date.split("-"))]
    year = parts[0]
    month = parts[1] if len(parts) > 1 else 12
    day = parts[2] if len(parts) > 2 else monthrange(year, month)[1]
    return year * 10000 + month * 100 + day
