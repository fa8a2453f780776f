"""Builds one index from a written stream of words and says what it took, as JSON.

`benchmarks.engines` runs this in a process for each build, so that memory is the build's own:

    python -m benchmarks.engine_builds ENGINE STREAM TIMES FOLDER

Nothing but ids and three facet values is kept beside the index; no engine stores the text.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final
from unittest import mock

import msgspec
import numpy as np

from benchmarks.contenders import register_whitespace
from benchmarks.reporting import peak_memory, size_of
from benchmarks.token_stream import FACET_SIZES, Stream, value_name
from indexer import similar
from indexer.columns import Columns

WHOOSH_MB: Final = 256
"""What Whoosh's writer holds before it writes a run; ours gives it the same."""
TANTIVY_BYTES: Final = 1_000_000_000


class BuildCost(msgspec.Struct, frozen=True):
    """`seconds` of reading the stream and building, `cpu` those the processor worked for it on
    all threads; `base` and `peak` bytes resident before it and at the most, `size` bytes on
    disk."""

    engine: str
    passages: int
    seconds: float
    cpu: float
    base: int
    peak: int
    size: int


def _rows(stream: Stream) -> Iterator[tuple[int, list[str], dict[str, str]]]:
    """Number, words and facet values of each passage."""
    names = {
        facet: [value_name(facet, code) for code in range(size)]
        for facet, size in FACET_SIZES.items()
    }
    codes = {facet: own.tolist() for facet, own in stream.codes().items()}
    for number, words in enumerate(stream):
        yield number, words, {facet: names[facet][codes[facet][number]] for facet in FACET_SIZES}


def build_ours(stream: Stream, folder: Path) -> None:
    """`build_generation` and `publish` over records that have nothing but an id, the facet
    values and one field of text.

    Two things are put in its place: the words of the stream for the analysis, which no other
    engine does either, and no neighbours, which no other engine has.
    """
    from corpus.model import Coalition, Corpus, Initiative
    from indexer import build
    from indexer.columns import AnalysedValue
    from indexer.generation import new_generation, publish
    from indexer.weights import FIELDS

    text = FIELDS.index("text")
    current: list[str] = []

    def records() -> Iterator[Initiative]:
        nonlocal current
        for number, given, values in _rows(stream):
            current = given
            kind, country, lang = (values[facet] for facet in ("kind", "country", "lang"))
            yield Initiative(f"p{number:07d}", "", lang, "", kind, "", (), "", "", country=country)

    def words(*_: Any) -> list[list[AnalysedValue]]:
        fields: list[list[AnalysedValue]] = [[] for _ in FIELDS]
        fields[text] = [AnalysedValue(current, range(len(current)), None)]
        return fields

    target = new_generation(folder)
    nothing = Corpus((), {}, {}, {}, Coalition((), (), (), (), ()))
    with (
        mock.patch.object(build, "analyse_unit", words),
        mock.patch.object(similar, "neighbours", _no_neighbours),
    ):
        built = build.build_generation(nothing, target, records())
    publish(folder, target, {"counts": built.counts, "versions": built.versions})


def _no_neighbours(columns: Columns, *_: Any) -> similar.Neighbours:
    passages = len(columns.first) - 1
    near = np.empty((passages, 0), np.int32)
    return similar.Neighbours(
        near,
        near.astype(np.float32),
        near,
        np.zeros(passages + 1, np.int64),
        np.empty(0, np.int32),
        np.empty(0, np.float32),
        [],
    )


def build_whoosh(stream: Stream, folder: Path) -> None:
    """Whoosh as it comes: a TEXT field given lists of words, and three sortable ID fields."""
    from whoosh import fields, index

    facets = {facet: fields.ID(sortable=True) for facet in FACET_SIZES}
    schema = fields.Schema(text=fields.TEXT(), **facets)
    folder.mkdir()
    writer = index.create_in(str(folder), schema).writer(limitmb=WHOOSH_MB)
    for _, words, values in _rows(stream):
        writer.add_document(text=words, **values)
    writer.commit()


def build_whoosh_alone(stream: Stream, folder: Path) -> None:
    """The Whoosh half of ours and nothing else: no facets, no columns, nothing synced."""
    from indexer.columns import AnalysedValue
    from indexer.weights import FIELDS
    from indexer.whoosh_index import WhooshWriter

    text = FIELDS.index("text")
    writer = WhooshWriter(folder)
    for words in stream:
        fields: list[list[AnalysedValue]] = [[] for _ in FIELDS]
        fields[text] = [AnalysedValue(words, range(len(words)), None)]
        writer.add(fields, None)
    writer.finish()


def build_tantivy(stream: Stream, folder: Path) -> None:
    """One thread, as ours; one segment, as the heap holds the whole stream."""
    from tantivy import Document, Index, SchemaBuilder

    builder = SchemaBuilder()
    builder.add_text_field("text", tokenizer_name="whitespace", index_option="position")
    builder.add_unsigned_field("number", fast=True)
    for facet in FACET_SIZES:
        builder.add_text_field(facet, fast=True, tokenizer_name="raw", index_option="basic")
    folder.mkdir()
    index = Index(builder.build(), str(folder))
    register_whitespace(index)
    writer = index.writer(TANTIVY_BYTES, 1)
    for number, words, values in _rows(stream):
        document = Document()
        document.add_text("text", " ".join(words))
        document.add_unsigned("number", number)
        for facet, value in values.items():
            document.add_text(facet, value)
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()


def build_bm25s(stream: Stream, folder: Path) -> None:
    """Lucene's BM25 with the k1 and b of the others; words as numbers, its quickest input."""
    import bm25s
    from bm25s.tokenization import Tokenized

    vocabulary: dict[str, int] = {}
    ids = [[vocabulary.setdefault(word, len(vocabulary)) for word in words] for words in stream]
    engine = bm25s.BM25(k1=1.2, b=0.75, method="lucene", backend="numpy")
    engine.index(Tokenized(ids, vocabulary), show_progress=False)
    engine.save(str(folder), show_progress=False)


BUILDERS: Final[dict[str, Callable[[Stream, Path], None]]] = {
    "ours": build_ours,
    "whoosh": build_whoosh,
    "whoosh-alone": build_whoosh_alone,
    "tantivy": build_tantivy,
    "bm25s": build_bm25s,
}


def main(engine: str, stream: str, times: str, folder: str) -> None:
    given = Stream(Path(stream), int(times))
    target = Path(folder)
    base = peak_memory()
    began, worked = time.perf_counter(), time.process_time()
    BUILDERS[engine](given, target)
    seconds, cpu = time.perf_counter() - began, time.process_time() - worked
    cost = BuildCost(engine, len(given), seconds, cpu, base, peak_memory(), size_of(target))
    print(msgspec.json.encode(cost).decode())


if __name__ == "__main__":
    if len(sys.argv) != 5 or sys.argv[1] not in BUILDERS:
        sys.exit(__doc__)
    main(*sys.argv[1:])
