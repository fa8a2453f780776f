"""A new generation of the index from the bundled catalogue and the store."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from importlib.resources import as_file, files
from typing import TYPE_CHECKING

import msgspec

from search_app.settings import Settings

if TYPE_CHECKING:
    from corpus.documents import Document
    from corpus.model import Corpus, Initiative
    from corpus.store import Store
    from indexer.generation import Manifest

Progress = Callable[[str, int, int | None], None]


def rebuild(
    settings: Settings, progress: Progress | None, said: Callable[[str], object]
) -> Manifest:
    """Build and publish an index; the one in use serves until the new one is whole.

    `said` gets sentences for people. Raises CatalogueError, StoreError or IndexFault, whose
    texts are for people, too.
    """
    from corpus.catalogue import load_bundled
    from indexer.build import build_generation
    from indexer.generation import new_generation, publish
    from indexer.generation import said as said_of_disk

    digest = catalogue_digest()
    with _building(settings, said) as store:
        withdrawn = {id: one.reason for id, one in store.withdrawn().items()}
        corpus = load_bundled()
        corpus = msgspec.structs.replace(corpus, withdrawn={**corpus.withdrawn, **withdrawn})
        folder = new_generation(settings.index)
        added = _not_in(corpus, store.initiatives(), said)
        documents = _Documents(store)
        with said_of_disk("The new index can't be written", settings.index):
            built = build_generation(
                corpus, folder, added, documents.of, seen=store.days_seen(), progress=progress
            )
        documents.tell_of_the_others(said)
        facts = {
            "counts": built.counts,
            "versions": built.versions,
            "catalogue": digest,
            "store": store.fingerprint(),
        }
        # What was withdrawn must not stay on the disk in the generation before.
        return publish(settings.index, folder, facts, keep=1 if withdrawn else 2)


def redate(settings: Settings, said: Callable[[str], object]) -> bool:
    """Publish the index in use with the newest days on which sources were seen, where days are
    all that it lacks; whether that was so and any had moved.

    Takes seconds where a build takes minutes. Raises as `rebuild` does.
    """
    from indexer import redating
    from indexer.generation import new_generation, open_current, publish
    from indexer.generation import said as said_of_disk

    with _building(settings, said) as store:
        old, manifest = open_current(settings.index, lambda *opened: opened, digests=False)
        if manifest.facts.get("store") != store.fingerprint():
            return False
        new = new_generation(settings.index)
        with said_of_disk("The new days can't be written", settings.index):
            moved = redating.redate(old, new, store.days_seen(), store.days_of_documents())
        if moved:
            taken = {k: v for k, v in manifest.files.items() if k not in redating.REWRITTEN}
            keep = 1 if store.withdrawn() else 2
            publish(settings.index, new, manifest.facts, keep=keep, taken=taken)
        return bool(moved)


@contextmanager
def _building(settings: Settings, said: Callable[[str], object]) -> Iterator[Store]:
    """The store as it is at one moment, while nobody else builds."""
    from corpus.store import Store
    from indexer.build_lock import BuildLock

    with (
        BuildLock(settings.index) as lock,
        Store.open(settings.store, create=False) as opened,
        opened.one_moment() as store,
    ):
        if lock.note:
            said(lock.note)
        yield store


def _not_in(
    corpus: Corpus, added: Iterable[Initiative], said: Callable[[str], object]
) -> Iterator[Initiative]:
    """Imported records but those whose id the catalogue has come to use since."""
    taken = {id for own in corpus.initiatives for id in (own.id, *own.aliases)}
    for initiative in added:
        if initiative.id in taken:
            said(
                f"The imported record {initiative.id} is left out: the catalogue now has one of "
                f"that id. Import yours under another, or withdraw it."
            )
        else:
            yield initiative


class _Documents:
    """The documents of the store by initiative; remembers whose were asked for."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._left = set(store.initiatives_with_documents())

    def of(self, initiative: Initiative) -> list[Document]:
        """Those of an initiative, those attached to a former id of it too."""
        ids = self._left.intersection((initiative.id, *initiative.aliases))
        self._left -= ids
        return self._store.documents_of(ids) if ids else []

    def tell_of_the_others(self, said: Callable[[str], object]) -> None:
        """Name the initiatives nobody has, whose documents were left out."""
        for id in sorted(self._left):
            said(
                f"The documents of {id} are left out: there is no initiative of that id. "
                "Add them again with another: cityrights add FILE --initiative ID"
            )


def why_stale(settings: Settings) -> str | None:
    """Why the index must be built before it can serve, a sentence; None where it is sound.

    Every file is read and compared with its digest (30 MB, about 50 ms).
    """
    from indexer.generation import IndexFault, IndexMissing, open_current

    try:
        facts = open_current(settings.index, lambda _, manifest: manifest.facts)
    except IndexMissing:
        return "There is no index yet."
    except IndexFault as fault:
        return str(fault).split(" Build it anew with:")[0]
    built_by = facts.get("versions", {}).get("cityrights")
    if built_by != version("cityrights"):
        return f"The index was built by cityrights {built_by}, this is {version('cityrights')}."
    if facts.get("catalogue") != catalogue_digest():
        return "The catalogue that comes with cityrights has changed since the index was built."
    return None


def is_behind(settings: Settings) -> bool:
    """Whether the store holds anything the index in use was not built from."""
    from corpus.store import Store
    from indexer.generation import IndexFault, open_current

    try:
        facts = open_current(settings.index, lambda _, manifest: manifest.facts)
    except IndexFault:
        return True
    with Store.open(settings.store, create=False) as store:
        return bool(facts.get("store") != store.fingerprint())


def catalogue_digest() -> str:
    """BLAKE2b of all files of the bundled catalogue, names and contents."""
    digest = hashlib.blake2b(digest_size=16)
    with as_file(files("corpus") / "data") as folder:
        for path in sorted(folder.rglob("*.jsonl")):
            digest.update(f"{path.relative_to(folder).as_posix()}\0".encode())
            digest.update(hashlib.blake2b(path.read_bytes()).digest())
    return digest.hexdigest()
