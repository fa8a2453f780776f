"""A new generation of the index from the bundled catalogue and the store."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from search_app.settings import Settings

if TYPE_CHECKING:
    from indexer.generation import Manifest

Progress = Callable[[str, int, int | None], None]


def rebuild(settings: Settings, progress: Progress, said: Callable[[str], object]) -> Manifest:
    """Build and publish an index; the one in use serves until the new one is whole.

    `said` gets sentences for people. Raises CatalogueError, StoreError or IndexFault, whose
    texts are for people, too.
    """
    from corpus.catalogue import load_bundled
    from corpus.store import Store
    from indexer.build import build_generation
    from indexer.build_lock import BuildLock
    from indexer.generation import new_generation, publish

    with BuildLock(settings.index) as lock, Store.open(settings.store, create=False) as store:
        if lock.note:
            said(lock.note)
        withdrawn = {id: one.reason for id, one in store.withdrawn().items()}
        corpus = load_bundled()
        corpus = msgspec.structs.replace(corpus, withdrawn={**corpus.withdrawn, **withdrawn})
        folder = new_generation(settings.index)
        built = build_generation(corpus, folder, store.initiatives(), progress=progress)
        facts = {"counts": built.counts, "versions": built.versions}
        # What was withdrawn must not stay on the disk in the generation before.
        return publish(settings.index, folder, facts, keep=1 if withdrawn else 2)
