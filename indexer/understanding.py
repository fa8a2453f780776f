"""A parsed query as what is looked for: words analysed, function words left out, concepts added.

Pure; every engine shares it, so that they can differ only in how they look things up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Final, NamedTuple

import msgspec

from indexer.concepts import Annotator, first_forms
from indexer.languages.analysis import Token, analyse, fold
from indexer.languages.detection import detect
from indexer.languages.function_words import function_words
from indexer.place_names import PlaceNames, find_places
from indexer.query import Atom, Clause, ConceptTerm, Near, Operator, Phrase, Prefix, Word
from indexer.weights import Weights

TELLING_WORDS: Final = 3
"""Plain words from which a query mostly shows its language; of fewer nothing is said."""
UNKNOWN_LANGUAGE: Final = (
    "The language of the query was not recognised, so its words were searched as they stand."
)
ONLY_SMALL_WORDS: Final = (
    "These are only small words, which stand nearly everywhere; add what it is about."
)

MOST_CLAUSES: Final = 100
"""Parts of a query that are looked for; what comes after is left out, with a note."""


class Sought(msgspec.Struct, frozen=True):
    """Something looked for in the index.

    `kind` is word, phrase, near, prefix, concept or place; `text` as typed; `surfaces` the
    folded words (of a prefix its beginning, of a concept or place none); `field` a field's name
    or None; `places` the keys of what a name stands for.
    """

    kind: str
    text: str
    surfaces: tuple[str, ...] = ()
    field: str | None = None
    distance: int = 0
    concept: str | None = None
    places: tuple[str, ...] = ()


class SoughtClause(msgspec.Struct, frozen=True):
    """Alternatives with one operator; `ignored` marks a function word that is left out,
    `called_up` a concept the words called up, `plain` an unquoted word without operator or
    field."""

    alternatives: tuple[Sought, ...]
    operator: Operator = "any"
    ignored: bool = False
    called_up: bool = False
    plain: bool = False


def factor_of(clause: SoughtClause, sought: Sought, weights: Weights) -> float:
    """What the score of one of a clause's alternatives is multiplied by."""
    if clause.called_up:
        return weights.place if sought.kind == "place" else weights.concept
    return weights.satisfied if sought.kind == "concept" else 1.0


def clause_text(clause: SoughtClause) -> str:
    """A clause as it was typed, without a concept that satisfies its word."""
    typed = [sought for sought in clause.alternatives if sought.kind != "concept"]
    return " OR ".join(dict.fromkeys(sought.text for sought in typed or clause.alternatives))


class Respelled(NamedTuple):
    """A word that nothing has: as typed, folded, and the word it is read as."""

    text: str
    surface: str
    read_as: str

    @property
    def id(self) -> str:
        """What takes the reading off."""
        return f"word:{self.surface}"


class Expander(NamedTuple):
    """What is known beside the words of a query: `nearest` takes a folded word and a language
    and gives the known word to read it as, None where it is known itself or nothing is near."""

    annotator: Annotator
    places: PlaceNames
    nearest: Callable[[str, str | None], str | None]


class Understood(msgspec.Struct, frozen=True, dict=True):
    """`expansions` are (concept, what in the query called it up), `respelled` (word as typed,
    folded, word it was read as), `places` (key, what in the query names it)."""

    clauses: tuple[SoughtClause, ...]
    language: str | None
    expansions: tuple[tuple[str, str], ...] = ()
    respelled: tuple[Respelled, ...] = ()
    places: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()

    @cached_property
    def ranking(self) -> tuple[SoughtClause, ...]:
        """The clauses that find and score."""
        return tuple(c for c in self.clauses if c.operator != "not" and not c.ignored)

    @cached_property
    def barring(self) -> tuple[SoughtClause, ...]:
        """The clauses that exclude."""
        return tuple(c for c in self.clauses if c.operator == "not")


def understand(
    clauses: Sequence[Clause],
    language: str | None,
    expander: Expander | None = None,
    off: Sequence[str] = (),
) -> Understood:
    """Read a query's clauses; `language` is the asker's word, else it is detected.

    With an expander, places that are named in the plain words are looked for by any of their
    names, words that nothing has are read as the nearest that is known, and each concept whose
    label stands in the plain words is looked for beside them, unless its id is in `off`.
    """
    notes: list[str] = []
    plain = [_plain_word(clause) for clause in clauses]
    language = language or detect(" ".join(word.text for word in plain if word))
    if language is None and sum(map(bool, plain)) >= TELLING_WORDS:
        notes.append(UNKNOWN_LANGUAGE)
    sought: list[SoughtClause] = []
    empty = 0
    for clause in clauses:
        read = _read(clause, language)
        empty += not read
        sought.extend(read)
    if empty:
        notes.append("Signs without letters or figures were left out.")
    if len(sought) > MOST_CLAUSES:
        notes.append(f"Only the first {MOST_CLAUSES} parts of the query are looked for.")
        sought = sought[:MOST_CLAUSES]
    respelled: tuple[Respelled, ...] = ()
    expansions: tuple[tuple[str, str], ...] = ()
    places: tuple[tuple[str, str], ...] = ()
    if expander is not None:
        in_places, places, named = _places(sought, expander, off)
        sought, respelled = _respell(sought, language, expander, off, named)
        sought, expansions = _expand(sought, language, expander.annotator, off)
        sought += in_places
    common = function_words(language)
    if sought and all(_is_common(clause, common) for clause in sought if not clause.called_up):
        notes.append(ONLY_SMALL_WORDS)
    kept = tuple(_ignore(sought, common) + _as_title(sought))
    return Understood(kept, language, expansions, respelled, places, tuple(notes))


def _plain_word(clause: Clause) -> Word | None:
    if clause.operator == "any" and len(clause.alternatives) == 1:
        only = clause.alternatives[0]
        if isinstance(only, Word) and only.field is None:
            return only
    return None


def _read(clause: Clause, language: str | None) -> list[SoughtClause]:
    """A clause as one or more; a word of a script without spaces is one for each bigram."""
    if len(clause.alternatives) == 1 and isinstance(clause.alternatives[0], Word):
        word = clause.alternatives[0]
        tokens = analyse(word.text, language)
        if clause.operator == "any" and _overlap(tokens):
            parts = [Sought("word", t.surface, (t.surface,), word.field) for t in tokens]
            return [SoughtClause((part,), plain=word.field is None) for part in parts]
        alternatives = tuple(_sought_words(word, tokens))
    else:
        alternatives = tuple(
            alternative for atom in clause.alternatives for alternative in _sought(atom, language)
        )
    if not alternatives:
        return []
    return [SoughtClause(alternatives, clause.operator, plain=_plain_word(clause) is not None)]


def _sought(atom: Atom, language: str | None) -> list[Sought]:
    if isinstance(atom, ConceptTerm):
        return [Sought("concept", atom.source, field=atom.field, concept=atom.id)]
    if isinstance(atom, Prefix):
        folded = fold(atom.text).strip()
        words = [token.surface for token in analyse(folded, language)]
        return [Sought("prefix", atom.text, (words[0],), atom.field)] if len(words) == 1 else []
    return _sought_words(atom, analyse(atom.text, language))


def _sought_words(atom: Word | Phrase | Near, tokens: Sequence[Token]) -> list[Sought]:
    surfaces = tuple(token.surface for token in first_forms(tokens))
    if not surfaces:
        return []
    if isinstance(atom, Near) and len(surfaces) > 1:
        return [Sought("near", atom.text, surfaces, atom.field, atom.distance)]
    if isinstance(atom, Phrase | Near):
        return [Sought("phrase", atom.text, surfaces, atom.field)]
    if len(surfaces) == 1:
        return [Sought("word", atom.text, surfaces, atom.field)]
    joined = [token.surface for token in tokens if token.surface not in surfaces]
    return [
        Sought("phrase", atom.text, surfaces, atom.field),
        *(Sought("word", atom.text, (surface,), atom.field) for surface in joined),
    ]


def _overlap(tokens: Sequence[Token]) -> bool:
    """Whether tokens share characters without being forms of one word, as bigrams do."""
    words = first_forms(tokens)
    return any(a.end > b.start for a, b in pairwise(words))


class _PlainWord(NamedTuple):
    """A folded word of a plain clause, what was typed, and the clause's number."""

    surface: str
    text: str
    clause: int


def _plain_words(sought: Sequence[SoughtClause]) -> list[_PlainWord]:
    """The words in which names and labels are looked for, in a row."""
    return [
        _PlainWord(surface, clause.alternatives[0].text, number)
        for number, clause in enumerate(sought)
        if clause.plain
        for surface in clause.alternatives[0].surfaces
    ]


def _typed(run: Sequence[_PlainWord]) -> str:
    """A run of words as it was typed."""
    return " ".join(dict.fromkeys(word.text for word in run))


def _places(
    sought: Sequence[SoughtClause], expander: Expander, off: Sequence[str]
) -> tuple[list[SoughtClause], tuple[tuple[str, str], ...], frozenset[str]]:
    """One clause of all places named, (key, name as typed) of each, and the words in names."""
    words = _plain_words(sought)
    surfaces, written = [word.surface for word in words], [word.text for word in words]
    mentions = find_places(expander.places, surfaces, written)
    called: dict[str, str] = {}
    named: set[str] = set()
    alternatives = []
    for mention in mentions:
        run = words[mention.first : mention.last]
        text = _typed(run)
        named.update(word.surface for word in run)
        for key in mention.keys:
            called.setdefault(key, text)
        keys = tuple(key for key in mention.keys if key not in off)
        if keys:
            alternatives.append(Sought("place", text, places=keys))
    clauses = [SoughtClause(tuple(alternatives), called_up=True)] if alternatives else []
    return clauses, tuple(called.items()), frozenset(named)


def _respell(
    sought: list[SoughtClause],
    language: str | None,
    expander: Expander,
    off: Sequence[str],
    named: frozenset[str],
) -> tuple[list[SoughtClause], tuple[Respelled, ...]]:
    common = function_words(language) | named
    changed: dict[str, Respelled] = {}
    read = []
    for clause in sought:
        only = clause.alternatives[0]
        surface = only.surfaces[0] if clause.plain and only.kind == "word" else ""
        if surface and len(clause.alternatives) == 1 and surface not in common:
            near = expander.nearest(surface, language)
            if near is not None:
                one = changed.setdefault(surface, Respelled(only.text, surface, near))
                if one.id not in off:
                    only = msgspec.structs.replace(only, surfaces=(near,))
                    clause = msgspec.structs.replace(clause, alternatives=(only,))
        read.append(clause)
    return read, tuple(changed.values())


def _expand(
    sought: list[SoughtClause],
    language: str | None,
    annotator: Annotator,
    off: Sequence[str],
) -> tuple[list[SoughtClause], tuple[tuple[str, str], ...]]:
    """Concepts called up, each a clause; and a word that helped to call one up is satisfied by
    the concept, too, or texts in the query's own language would count twice for having both."""
    common = function_words(language)
    words = _plain_words(sought)
    languages = tuple(dict.fromkeys([language, "en"]))
    called: dict[str, str] = {}
    read = list(sought)
    for mention in annotator.find([word.surface for word in words], languages):
        run = words[mention.first : mention.last]
        source = _typed(run)
        called.setdefault(mention.concept, source)
        if mention.concept in off:
            continue
        for word in run:
            clause = read[word.clause]
            if word.surface not in common and len(clause.alternatives) == 1:
                concept = Sought("concept", source, concept=mention.concept)
                alternatives = (*clause.alternatives, concept)
                read[word.clause] = msgspec.structs.replace(clause, alternatives=alternatives)
    added = [
        SoughtClause((Sought("concept", text, concept=concept),), called_up=True)
        for concept, text in called.items()
        if concept not in off
    ]
    return read + added, tuple(called.items())


def _as_title(sought: Sequence[SoughtClause]) -> list[SoughtClause]:
    """All words in a row in a title, where the query is plain words alone: who types a title
    wants the record of that title first."""
    asked = [clause for clause in sought if not clause.called_up]
    words = [c.alternatives[0] for c in asked if c.plain and c.alternatives[0].kind == "word"]
    if len(words) < 2 or len(words) < len(asked):
        return []
    surfaces = tuple(word.surfaces[0] for word in words)
    text = " ".join(word.text for word in words)
    return [SoughtClause((Sought("phrase", text, surfaces, "title"),), called_up=True)]


def _is_common(clause: SoughtClause, common: frozenset[str]) -> bool:
    """Whether a clause is a plain word among `common`, the function words of the language."""
    only = clause.alternatives[0]
    return clause.plain and only.kind == "word" and only.surfaces[0] in common


def _ignore(sought: list[SoughtClause], common: frozenset[str]) -> list[SoughtClause]:
    """Mark function words where another word, phrase or prefix ranks."""
    ranks = any(
        clause.operator != "not" and not clause.called_up and not _is_common(clause, common)
        for clause in sought
    )
    if not ranks:
        return sought
    return [
        msgspec.structs.replace(clause, ignored=True) if _is_common(clause, common) else clause
        for clause in sought
    ]
