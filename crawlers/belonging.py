"""Which initiative a document belongs to: by its address, by what was said, else its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import msgspec

from corpus.addresses import address_key
from corpus.documents import Attached, Document
from corpus.made_records import FOUND_BY_CRAWL, Given, made_id, made_of
from corpus.model import Corpus, Initiative
from corpus.pages import Keeping, Proposal
from corpus.store import Store
from crawlers.addresses import canonical


class Belonging:
    """Says what documents of a store belong to; `corpus` is the bundled catalogue."""

    def __init__(self, store: Store, corpus: Corpus) -> None:
        self._store = store
        self._cities = corpus.cities
        self._sources = _source_owners(corpus.initiatives)
        self._taken = {i for each in corpus.initiatives for i in (each.id, *each.aliases)}

    def owner(self, *urls: str | None) -> str | None:
        """The one initiative of the catalogue that has one of these addresses as a source."""
        found = (self._sources.get(_key(url)) for url in urls if url)
        return next((owner for owner in found if owner is not None), None)

    def settle(
        self,
        document: Document,
        given: Given,
        today: date,
        *,
        proposal: Proposal | None = None,
        crawled: bool = False,
    ) -> Keeping:
        """A document with what it belongs to, and the provisional record made of it if any.

        What it belonged to before stays; else the initiative of its address, else the one
        proposed, else a record of its own, of which `given` says what the document does not.
        """
        replace = msgspec.structs.replace
        made = self._store.record_of(document.id)
        before = self._store.document(document.id)
        if made is None and before is not None and before.initiative is not None:
            return Keeping(
                replace(document, initiative=before.initiative, attached=before.attached)
            )
        if made is None:
            owner = self.owner(document.url, document.final_url)
            if owner is not None:
                return Keeping(replace(document, initiative=owner, attached="address"))
            if proposal is not None:
                return Keeping(
                    replace(document, initiative=proposal.initiative, attached="proposed")
                )
        else:
            given = given.over(_given_of(made))
        id = made.id if made is not None else made_id(document)
        if id in self._taken:
            id = f"{id}-{document.id}"
        # What a person added stays theirs when a crawl reads it again.
        by_crawl = crawled and (made is None or FOUND_BY_CRAWL in made.doubt)
        record = made_of(
            document, id, given, self._cities, today, found_by="crawl" if by_crawl else "person"
        )
        licence = given.licence or document.licence
        # No person has said it: a record a crawl made has the address for its source.
        attached: Attached = "address" if by_crawl else "confirmed"
        document = replace(document, initiative=id, attached=attached, licence=licence)
        return Keeping(document, record)


def _given_of(record: Initiative) -> Given:
    doubted = any(sentence.startswith("What kind of text") for sentence in record.doubt)
    return Given(record.city, record.country, None if doubted else record.kind, record.licence)


def _source_owners(initiatives: Iterable[Initiative]) -> Mapping[str, str]:
    """The one initiative whose source each address is, by its key."""
    owners: dict[str, str | None] = {}
    for initiative in initiatives:
        for source in initiative.sources:
            key = _key(source.url)
            owners[key] = initiative.id if owners.get(key, initiative.id) == initiative.id else None
    return {key: owner for key, owner in owners.items() if owner is not None}


def _key(url: str) -> str:
    """What an address of the catalogue and that of the page a crawl read there have in common:
    a person copied the one with its tracking, a crawl asks for the other."""
    return address_key(canonical(url) or url)
