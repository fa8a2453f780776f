"""Postings packed before Whoosh writes them: all of them, in its order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from indexer.whoosh_index import PackedPostings

POSTINGS = st.dictionaries(
    st.tuples(
        st.sampled_from(["text", "title", "überschrift"]),
        st.binary(max_size=4),
        st.integers(0, 2**32 - 1),
    ),
    st.tuples(st.integers(1, 2**20).map(float), st.binary(max_size=300)),
    max_size=40,
).map(lambda found: [(*key, *value) for key, value in found.items()])


@given(POSTINGS)
def test_what_was_added_by_rising_document_comes_out_by_field_and_term(
    postings: list[tuple[str, bytes, int, float, bytes]],
) -> None:
    packed = PackedPostings()
    for posting in sorted(postings, key=lambda posting: posting[2]):
        packed.add(posting)
    assert list(packed.iter_postings()) == sorted(postings)
    assert list(packed.iter_postings()) == []
