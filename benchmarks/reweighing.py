"""An open engine under other weights: field norms are made again, nothing else is."""

from __future__ import annotations

import msgspec
import numpy as np

from indexer.columns import Columns, postings
from indexer.embedded import EmbeddedEngine
from indexer.engine import Status
from indexer.snapshot import Snapshot
from indexer.weights import FieldWeight, Weights


def reweighed(snapshot: Snapshot, weights: Weights) -> EmbeddedEngine:
    """The engine a build with these weights would give, over the same texts."""
    columns = _renormed(snapshot.columns, snapshot.frame.weights.fields, weights.fields)
    frame = msgspec.structs.replace(snapshot.frame, weights=weights)
    status = Status("reweighed", "1970-01-01T00:00:00Z", {}, {})
    return EmbeddedEngine(snapshot._replace(columns=columns, frame=frame), status)


def _renormed(
    columns: Columns, before: tuple[FieldWeight, ...], after: tuple[FieldWeight, ...]
) -> Columns:
    norms = np.empty(columns.norms.shape)
    for f, (old, new) in enumerate(zip(before, after, strict=True)):
        # The share of a field's length in the mean length, from the norm it was given.
        ratio = (old.weight / columns.norms[:, f].astype(np.float64) - (1 - old.b)) / old.b
        norms[:, f] = new.weight / (1 - new.b + new.b * ratio)
    single = norms.astype(np.float32)
    terms = np.repeat(np.arange(len(columns.terms), dtype=np.uint32), columns.pend - columns.pstart)
    _, freqs, _, _ = postings(terms, columns.positions, columns.bases, single, len(columns.terms))
    return columns._replace(norms=single, freqs=freqs)
