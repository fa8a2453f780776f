"""Answers as text for a terminal: what the API says, in the order a person reads it."""

from __future__ import annotations

import shutil
from collections.abc import Sequence

import click

from corpus.line_breaks import on_one_line
from corpus.model import Initiative
from search_app.api import models
from search_app.citations import line
from search_app.pages import labels

WIDEST = 96
"""Columns; longer lines are hard to read."""


def print_search(answer: models.SearchAnswer) -> None:
    """Hits with title, place, year, kind, the passage found and why."""
    said = line(answer.query.text)
    click.echo(
        f"{_count(answer.total, 'initiative')} in {_count(answer.cities, 'city', 'cities')}"
        + (f" for: {said}" if said else "")
    )
    for expansion in answer.expansions:
        if expansion.kind == "place":
            click.echo(f"preferred: {expansion.label}")
            continue
        if expansion.kind == "spelling":
            click.echo(f"nothing has {expansion.source}, so it is read as {expansion.label}")
            continue
        terms = ", ".join(f"{t.term} ({t.language})" for t in expansion.terms[:6])
        more = ", ..." if len(expansion.terms) > 6 else ""
        click.echo(
            folded(f"also searched: {expansion.label}" + (f": {terms}{more}" if terms else ""), "")
        )
    for note in answer.notes:
        click.echo(folded(f"note: {note}", ""))
    if answer.did_you_mean and not any(e.kind == "spelling" for e in answer.expansions):
        click.echo(f"did you mean: {answer.did_you_mean}")
    first = (answer.page - 1) * answer.size + 1
    for number, hit in enumerate(answer.hits, start=first):
        click.echo()
        click.echo(_title(number, hit))
        click.echo(f"     {_facts(hit)}")
        for passage in hit.passages:
            click.echo(folded(_marked(passage), "     "))
            if where := _where(passage):
                click.echo(folded(where, "     "))
        why = _why(hit.why or ())
        if why:
            click.echo(folded(f"why: {why}", "     "))
        click.echo(click.style(f"     {hit.id}", dim=True))
    if answer.total == 0:
        missing = [t.text for t in answer.query.terms if t.hits == 0 and t.operator != "not"]
        if missing:
            click.echo(f"not found anywhere: {', '.join(missing)}")


def print_similar(record: Initiative, answer: models.SimilarAnswer) -> None:
    """Neighbours with what they share."""
    click.echo(f"Similar to {line(record.title)} ({record.id}), {answer.scope}:")
    for number, found in enumerate(answer.similar, start=1):
        click.echo()
        click.echo(_title(number, found))
        click.echo(f"     {_facts(found)} · likeness {found.score:.2f}")
        shared = ", ".join(f"{line(term.term)} {term.share:.0%}" for term in found.terms)
        if shared:
            click.echo(folded(f"shared: {shared}", "     "))
        click.echo(click.style(f"     {found.id}", dim=True))
    if not answer.similar:
        click.echo("Nothing like it was found.")


def print_initiative(found: models.InitiativeAnswer) -> None:
    """A record whole: facts, texts, doubts, sources."""
    click.echo(click.style(line(found.title), bold=True))
    if found.title_original:
        click.echo(line(found.title_original))
    click.echo(found.id)
    if found.provisional:
        click.echo("provisional: no editor has reviewed it")
    click.echo()
    where = [place.label for place in (found.city, found.country) if place]
    for name, value in (
        ("where", ", ".join(where)),
        ("when", found.date or _years(found)),
        ("kind", labels.KINDS.get(found.kind, found.kind)),
        ("status", labels.STATUSES.get(found.status, found.status)),
        ("level", labels.LEVELS.get(found.level, found.level)),
        ("language", labels.language_name(found.language)),
        ("principles", ", ".join(labels.PRINCIPLES.get(id, id) for id in found.principles)),
        ("topics", ", ".join(topic.label for topic in found.topics)),
    ):
        if value:
            click.echo(folded(f"{name + ':':12}{value}", "", 12))
    _paragraph(found.summary)
    _paragraph(found.summary_original)
    if found.details:
        click.echo()
    for detail in found.details:
        click.echo(folded(f"- {line(detail)}", "", 2))
    if found.outcome:
        _paragraph(f"Outcome: {found.outcome}")
    for doubt in found.doubt:
        _paragraph(f"Doubt: {doubt}")
    if found.learned_from or found.taken_up_by or found.related:
        click.echo()
    for name, named in (
        ("Learned from", found.learned_from),
        ("Taken up by", found.taken_up_by),
        ("Related", found.related),
    ):
        for other in named:
            click.echo(f"{name}: {line(other.label)} ({other.id})")
    if found.documents:
        listed, count = len(found.documents), found.document_count
        of = f" (the first {listed:,} of {count:,})" if count > listed else ""
        click.echo(f"\nDocuments{of}:")
    for document in found.documents:
        newest = document.versions[-1]
        facts = (
            labels.MEDIA_TYPES.get(document.media_type, document.media_type),
            f"seen {newest.last_seen}",
            _count(len(document.versions), "version") if len(document.versions) > 1 else "",
            _gone(document.gone),
            f"change seen {document.change.day}" if document.change else "",
            "proposed, not confirmed" if document.attached == "proposed" else "",
        )
        said = ", ".join(fact for fact in facts if fact)
        click.echo(folded(f"- {line(document.title)} ({said})", "", 2))
        click.echo(f"  {line(document.source or document.id)}")
    click.echo("\nSources:")
    for source in found.sources:
        seen = f"seen {source.seen}" if source.seen else "date not recorded"
        by = f", {line(source.publisher)}" if source.publisher else ""
        click.echo(folded(f"- {line(source.title)}{by} ({seen})", "", 2))
        click.echo(f"  {line(source.url)}")
    click.echo(f"\nRecorded {found.recorded}, changed {found.changed}, licence {found.licence}")


def _gone(days: Sequence[str]) -> str:
    """That a document is no longer available, after two misses in a row, or one miss alone."""
    if not days:
        return ""
    return f"no longer available since {days[0]}" if len(days) > 1 else f"not found {days[0]}"


def _title(number: int, found: models.Summary) -> str:
    original = f" ({line(found.title_original)})" if found.title_original else ""
    lines = folded(line(found.title) + original, "     ").split("\n")
    bold = "\n     ".join(click.style(part.strip(), bold=True) for part in lines)
    return f"{number:3}. {bold}"


def _facts(found: models.Summary) -> str:
    where = ", ".join(place.label for place in (found.city, found.country) if place)
    facts = (
        where or "international",
        str(found.year or ""),
        labels.KINDS.get(found.kind, found.kind),
        "" if found.status == "unknown" else labels.STATUSES.get(found.status, found.status),
        "provisional" if found.provisional else "",
    )
    return " · ".join(fact for fact in facts if fact)


def _marked(passage: models.PassageAnswer) -> str:
    """The passage with what was found in bold, which only a terminal shows."""
    text, marks = on_one_line(passage.text, passage.marks)
    parts, at = [], 0
    for start, end in marks:
        parts += [text[at:start], click.style(text[start:end], bold=True)]
        at = end
    return " ".join("".join((*parts, text[at:])).split())


def _where(passage: models.PassageAnswer) -> str:
    """Heading, page and address of a passage of a document."""
    if passage.document is None:
        return ""
    page = f"page {passage.page}" if passage.page else ""
    parts = (line(passage.heading or ""), page, line(passage.source or ""))
    return " · ".join(part for part in parts if part)


def _why(parts: Sequence[models.PartAnswer]) -> str:
    best = sorted(parts, key=lambda part: -part.weight)
    shown = [f"{_found(part)} {part.weight:.2f}" for part in best[:4]]
    rest = sum(part.weight for part in best[4:])
    return " + ".join((*shown, f"other {rest:.2f}") if len(best) > 4 else shown)


def _found(part: models.PartAnswer) -> str:
    term = line(part.term)
    match part.field:
        case "feedback":
            return f"{term}, as the best results"
        case "preference":
            return f"in {term}, as asked"
        case "coverage":
            return f"{term} parts of the query"
        case _:
            return f"{term} {labels.FIELDS.get(part.field, part.field)}"


def _years(found: models.InitiativeAnswer) -> str:
    if not found.year:
        return ""
    return f"{found.year}-{found.year_end}" if found.year_end else str(found.year)


def _paragraph(text: str | None) -> None:
    if text:
        click.echo("\n" + folded(line(text), ""))


def folded(text: str, indent: str, hanging: int = 0) -> str:
    """The text in lines of the terminal's width; what styles it takes no room."""
    width = max(40, min(shutil.get_terminal_size().columns, WIDEST))
    lines, room = [indent], width - len(indent)
    for word in text.split():
        length = len(click.unstyle(word))
        if lines[-1].strip() and length >= room:
            lines.append(indent + " " * hanging)
            room = width - len(lines[-1])
        lines[-1] += word if not lines[-1].strip() else f" {word}"
        room -= length + 1
    return "\n".join(lines)


def _count(number: int, one: str, many: str | None = None) -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
