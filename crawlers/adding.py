"""Files into the store: each is read once, its text kept, and belongs to an initiative."""

from __future__ import annotations

import hashlib
from collections import Counter, deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from typing import Final

import msgspec

from corpus.documents import Document, document_id
from corpus.made_records import Given
from corpus.model import Corpus
from corpus.store import Outcome, Store, WithdrawnError
from crawlers.belonging import Belonging
from crawlers.extract import document as extracted
from crawlers.extract.limits import AT_ONCE, MEBIBYTE, MOST_BYTES
from crawlers.files import FoundFile
from crawlers.stored import Detect, as_stored

_SEEN_AT_ONCE: Final = 200
"""Unchanged documents noted in one transaction, which costs a sync of the disk."""

Read = Callable[[bytes, str | None], extracted.Document]
"""Reads a document, given its bytes and its address; raises Refusal, whatever it holds. Is
called from several threads."""


class Refused(msgspec.Struct, frozen=True):
    """A file that was not taken: `reason` is of the closed list of `crawlers.extract`, or
    `withdrawn` or `unreadable`; `detail` says more in a sentence."""

    file: str
    reason: str
    detail: str

    def __str__(self) -> str:
        return f"{self.file}: {self.reason}: {self.detail}"


class AddReport(msgspec.Struct, frozen=True):
    """How many documents were new, changed and as before, how many files were copies of one
    that is there, what was refused, and the initiatives the documents belong to."""

    new: int
    changed: int
    unchanged: int
    copies: int
    refused: tuple[Refused, ...]
    initiatives: tuple[str, ...]


class Adding:
    """Adds files to a store; `corpus` is the bundled catalogue.

    With `initiative` they belong to that one. Else a document belongs to the initiative of the
    catalogue whose source its address is, else to a provisional record made of it, of which
    `given` says what the document does not.
    """

    def __init__(
        self,
        store: Store,
        corpus: Corpus,
        read: Read,
        detect: Detect,
        *,
        initiative: str | None = None,
        given: Given | None = None,
        today: date,
        refuse: Callable[[Refused], object] = lambda refused: None,
        progress: Callable[[int], object] = lambda done: None,
    ) -> None:
        self._store = store
        self._read = read
        self._detect = detect
        self._initiative = initiative
        self._given = given or Given()
        self._today = today
        self._tell_refused = refuse
        self._progress = progress
        self._belonging = Belonging(store, corpus)
        self._bytes = dict(store.newest_bytes())
        self._with_bytes = {digest: id for id, digest in self._bytes.items()}
        self._outcomes: Counter[str] = Counter()
        self._refused: list[Refused] = []
        self._belong: dict[str, None] = {}
        self._as_before: list[str] = []
        self._done = 0

    def add(self, files: Iterable[FoundFile]) -> AddReport:
        """Read and keep files, each in a transaction of its own.

        Stopped in between, what was read is kept; a later run skips it by its digest.
        """
        waiting: deque[tuple[FoundFile, str, Future[extracted.Document]]] = deque()
        threads = ThreadPoolExecutor(AT_ONCE)
        try:
            for file in files:
                content = self._content(file)
                digest = hashlib.sha256(content or b"").hexdigest()
                if content is None or self._know(file, digest):
                    self._step()
                    continue
                waiting.append((file, digest, threads.submit(self._read, content, file.url)))
                # One more than is read at once: no reader waits, and few files are held.
                if len(waiting) > AT_ONCE:
                    self._take(*waiting.popleft())
            while waiting:
                self._take(*waiting.popleft())
        finally:
            threads.shutdown(cancel_futures=True)
            self._note_as_before()
        return AddReport(
            self._outcomes["new"],
            self._outcomes["changed"],
            self._outcomes["unchanged"],
            self._outcomes["copy"],
            tuple(self._refused),
            tuple(self._belong),
        )

    def _step(self) -> None:
        self._done += 1
        self._progress(self._done)

    def _content(self, file: FoundFile) -> bytes | None:
        """The bytes of a file; None, and said, where they can't be had."""
        try:
            with file.path.open("rb") as opened:
                content = opened.read(MOST_BYTES + 1)
        except OSError as error:
            why = error.strerror or type(error).__name__
            self._refuse(file, "unreadable", f"{why}. Check path and rights.")
            return None
        if len(content) > MOST_BYTES:
            self._refuse(
                file,
                "too_large",
                f"It has more than {MOST_BYTES // MEBIBYTE} MiB. Split it into parts.",
            )
            return None
        return content

    def _refuse(self, file: FoundFile, reason: str, detail: str) -> None:
        # A path that is no text is shown as text all the same.
        name = str(file.path).encode("utf-8", "backslashreplace").decode()
        refused = Refused(name, reason, detail)
        self._refused.append(refused)
        self._tell_refused(refused)

    def _know(self, file: FoundFile, digest: str) -> bool:
        """Whether a file need not be read: its own document has these bytes already, or it is
        a copy of another. What is said of it now is applied all the same."""
        own = document_id(file.key)
        if own in self._bytes:
            if self._bytes[own] != digest:
                return False
            self._outcomes["unchanged"] += 1
            self._as_before.append(own)
            if len(self._as_before) >= _SEEN_AT_ONCE:
                self._note_as_before()
        elif digest in self._with_bytes:
            own = self._with_bytes[digest]
            self._outcomes["copy"] += 1
        else:
            return False
        document = self._store.document(own)
        if document is None:
            return False
        said = self._initiative or self._given != Given()
        if said or document.initiative is None:
            self._keep(file, msgspec.structs.replace(document, versions=document.versions[-1:]))
        else:
            self._belong[document.initiative] = None
        return True

    def _note_as_before(self) -> None:
        if self._as_before:
            self._store.see_again(self._as_before, self._today.isoformat())
            self._as_before.clear()

    def _take(self, file: FoundFile, digest: str, reading: Future[extracted.Document]) -> None:
        """Keep what was read of a file, or say why not."""
        try:
            found = reading.result()
        except extracted.Refusal as refusal:
            self._refuse(file, refusal.reason, refusal.detail)
        else:
            # The file before it may have been the same.
            if not self._know(file, digest):
                self._keep_new(
                    file,
                    digest,
                    as_stored(
                        found,
                        key=file.key,
                        name=file.name,
                        url=file.url,
                        digest=digest,
                        day=self._today,
                        detect=self._detect,
                    ),
                )
        self._step()

    def _keep_new(self, file: FoundFile, digest: str, document: Document) -> None:
        if not document.newest.text.strip():
            self._refuse(file, "no_text", "Nothing in it can be read as text.")
            return
        outcome = self._keep(file, document)
        if outcome is not None:
            self._outcomes[outcome] += 1
            self._bytes[document.id] = digest
            self._with_bytes[digest] = document.id

    def _keep(self, file: FoundFile, document: Document) -> Outcome | None:
        """Store a document with what it belongs to; None, and said, if it was withdrawn."""
        try:
            return self._see(document)
        except WithdrawnError as error:
            self._refuse(file, "withdrawn", str(error))
            return None

    def _see(self, document: Document) -> Outcome:
        replace = msgspec.structs.replace
        given = self._given
        made = self._store.record_of(document.id)
        if self._initiative is not None:
            document = replace(document, initiative=self._initiative, attached="confirmed")
            outcome = self._store.see(replace(document, licence=given.licence or document.licence))
            if made is not None and made.id != self._initiative:
                self._store.attach(document.id, self._initiative, "confirmed")
            self._belong[self._initiative] = None
            return outcome
        keeping = self._belonging.settle(document, given, self._today)
        if keeping.document.initiative is not None:
            self._belong[keeping.document.initiative] = None
        return self._store.see(keeping.document, keeping.made)
