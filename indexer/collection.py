"""A judged collection of its own: documents built into a temporary index and asked there.

`documents.jsonl.gz` has {id, title, text} a line, `queries.jsonl` and `qrels.tsv` are as in
`indexer.evaluate`. A document is a record with a title and the passages of its text; nothing
else of it is known, so it ranks as an imported text does.
"""

from __future__ import annotations

import gzip
import tempfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import msgspec

from corpus.model import Coalition, Concept, Corpus, Initiative
from corpus.passages import split
from indexer.build import build_generation
from indexer.embedded import EmbeddedEngine
from indexer.engine import Status
from indexer.evaluate import Evaluation, EvaluationError, evaluate_queries
from indexer.languages.detection import detect
from indexer.snapshot import open_snapshot
from indexer.weights import DEFAULT, Weights

DOCUMENTS: Final = "documents.jsonl.gz"
_TELL_EVERY: Final = 500

Progress = Callable[[str, int, int | None], None]


class JudgedDocument(msgspec.Struct, frozen=True):
    """A document of a collection."""

    id: str
    title: str
    text: str


def read_documents(folder: Path) -> Iterator[JudgedDocument]:
    """The documents of a collection in their order; EvaluationError names file and row."""
    file = folder / DOCUMENTS
    decoder = msgspec.json.Decoder(JudgedDocument)
    row = 1
    try:
        with gzip.open(file, "rb") as lines:
            for line in lines:
                if line.strip():
                    yield decoder.decode(line)
                row += 1
    except FileNotFoundError:
        raise EvaluationError(f"{file} is missing; a judged collection has it") from None
    except msgspec.MsgspecError as error:
        raise EvaluationError(f"{file}, row {row}: {error}") from None
    except (OSError, EOFError, UnicodeDecodeError, zlib.error) as error:
        raise EvaluationError(f"{file}, row {row}, can't be read: {error}") from None


def as_initiative(document: JudgedDocument) -> Initiative:
    """A document as an imported text is read, its language detected."""
    language = detect(f"{document.title} {document.text}") or "en"
    return Initiative(
        id=document.id,
        title=document.title,
        language=language,
        summary="",
        kind="report",
        level="city",
        sources=(),
        recorded="1970-01-01",
        changed="1970-01-01",
        provisional=True,
        passages=split(document.text, language),
    )


def build_collection(
    folder: Path,
    into: Path,
    concepts: dict[str, Concept],
    *,
    weights: Weights = DEFAULT,
    progress: Progress | None = None,
) -> EmbeddedEngine:
    """An engine over the documents of a collection, its files in the empty folder `into`."""
    documents: dict[str, JudgedDocument] = {}
    for number, document in enumerate(read_documents(folder)):
        documents[document.id] = document
        if progress and number % _TELL_EVERY == 0:
            progress("reading documents", number, None)
    corpus = Corpus((), {}, {}, concepts, Coalition((), (), (), (), ()))
    rising = (as_initiative(documents[id]) for id in sorted(documents))
    built = build_generation(corpus, into, rising, weights=weights, progress=progress)
    status = Status(into.name, "1970-01-01T00:00:00Z", built.counts, built.versions)
    return EmbeddedEngine(open_snapshot(into), status)


def evaluate_collection(
    folder: Path,
    concepts: dict[str, Concept],
    *,
    expand: bool = True,
    weights: Weights = DEFAULT,
    progress: Progress | None = None,
) -> Evaluation:
    """Build a collection in a temporary folder and measure the default search over it.

    A query's text is read as plain words, its language as the file gives it, else detected.
    """
    with tempfile.TemporaryDirectory(prefix="cityrights-") as temporary:
        engine = build_collection(
            folder, Path(temporary), concepts, weights=weights, progress=progress
        )

        def tell(done: int, of: int) -> None:
            if progress:
                progress("asking", done, of)

        return evaluate_queries(
            folder, engine, use_language=True, plain=True, expand=expand, progress=tell
        )
