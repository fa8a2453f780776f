"""The engines that are measured, each built from one stream of words and asked the same.

What is parsed, made into a query object or looked up by name before the clock starts is in
`prepare`; what counts is `ask`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np

from benchmarks.query_sample import Query
from benchmarks.token_stream import FACET_SIZES, Stream, value_name

HITS = 10
MEMORY_MB = 256
"""What Whoosh's writer may hold before it writes a run; ours gives it the same."""


class Answer(NamedTuple):
    """`hits` are passage numbers with scores, best first; `total` None where it is not counted."""

    total: int | None
    hits: Sequence[tuple[int, float]]


class Contender(Protocol):
    """An open index. `ask` with facets counts three facets over all hits, too."""

    name: str
    facets: bool

    def prepare(self, query: Query) -> Any:
        """The query as the engine takes it, None where it has no such query."""
        ...

    def ask(self, prepared: Any, facets: bool) -> Any:
        """The measured part."""
        ...

    def answer(self, asked: Any) -> Answer:
        """What `ask` gave, in common terms."""
        ...


# --- ours ---------------------------------------------------------------------------------


def build_ours(stream: Stream, folder: Path) -> None:
    """A generation as `indexer.build` writes it, of records whose only field is `text`.

    Left out, as no other engine has them: neighbours and suggestions.
    """
    import msgspec

    from corpus.model import Coalition, Corpus, Initiative
    from indexer import arrays, similar, suggest
    from indexer.build import Frame, save_columns
    from indexer.columns import AnalysedValue, ColumnBuilder
    from indexer.engine import FACETS
    from indexer.facet_columns import make_column
    from indexer.generation import new_generation, publish
    from indexer.records import RecordWriter
    from indexer.weights import DEFAULT, FIELDS
    from indexer.whoosh_index import WhooshWriter

    target = new_generation(folder)
    columns, whoosh = ColumnBuilder(), WhooshWriter(target / "whoosh")
    records = RecordWriter(target / "records")
    text = FIELDS.index("text")
    codes = {facet: own.tolist() for facet, own in stream.codes().items()}
    for number, words in enumerate(stream):
        fields: list[list[AnalysedValue]] = [[] for _ in FIELDS]
        fields[text] = [AnalysedValue(words, range(len(words)), None)]
        columns.add(number, fields)
        whoosh.add(fields, None)
        kind, country, lang = (
            value_name(facet, codes[facet][number]) for facet in ("kind", "country", "lang")
        )
        records.add(
            Initiative(f"p{number:07d}", "", lang, "", kind, "", (), "", "", country=country)
        )
    whoosh.finish()
    records.finish()
    save_columns(columns.finish(DEFAULT), target / "columns")
    values = {}
    facets = {}
    for facet in FACETS:
        of = [
            (value_name(facet, code),) if facet in codes else ()
            for code in codes.get(facet, [0] * len(stream))
        ]
        column = make_column(of)
        values[facet], facets[f"{facet}_codes"] = list(column.values), column.codes
    order = np.arange(len(stream))
    facets |= {f"rank_{sort}": order for sort in ("newest", "oldest", "city", "title")}
    facets |= {"date_from": np.full(len(stream), -1), "date_to": np.full(len(stream), -1)}
    arrays.save(target / "facets", facets)
    (target / "facets" / "values.json").write_bytes(msgspec.json.encode(values))
    none = np.empty((len(stream), 0), np.int32)
    empty = np.empty(0, np.int32)
    begin = np.zeros(len(stream) + 1, np.int64)
    near = similar.Neighbours(none, none.astype(np.float32), none, begin, empty, empty)
    similar.save(near, target / "similar")
    suggest.save(suggest.make_index([]), target / "suggestions.json")
    nothing = Corpus((), {}, {}, {}, Coalition((), (), (), (), ()))
    frame = Frame(nothing, {}, (), DEFAULT)
    (target / "frame.json").write_bytes(msgspec.json.encode(frame))
    publish(folder, target, {"counts": {}, "versions": {}})
