"""What a person is told of a query that could not be read as it was written; with the limits."""

from __future__ import annotations

from typing import Final

LONGEST: Final = 2000
"""Characters of a query that are read."""
MOST_ATOMS: Final = 400
"""Words, phrases and filters of a query that are read."""
FARTHEST: Final = 100
"""Words between the words of a near, at most: what separates the values of a field."""

NOTES: Final = {
    "long": f"Only the first {LONGEST:,} characters of the query were read.",
    "many": f"Only the first {MOST_ATOMS} parts of the query were read.",
    "lone quote": "A quotation mark without its partner was left out.",
    "empty quotes": "Quotation marks with nothing between them were left out.",
    "signs": "Several signs before a word have no meaning here; the word was searched for.",
    "plus": "A plus sign has no meaning here; quotation marks around a word require it.",
    "letterless": "Signs without letters or figures were left out.",
    "brackets": "Brackets have no meaning here; the words in them were searched for.",
    "group": "A minus sign leaves out one word or one phrase, not all that brackets hold.",
    "star": "A star works at the end of a single word of three letters or more; "
    "elsewhere it was left out.",
    "near": 'A distance works after quoted words, as in "open data"~5; elsewhere it was left out.',
    "far": f"The distance between words was cut to {FARTHEST}.",
    "and": "AND was left out: results with more of the words come first, and the mode “all” "
    "asks for every word.",
    "or": "OR was read as a word where it does not stand between two words or phrases.",
    "or filter": "OR joins words and phrases only; filters and exclusions hold for the whole "
    "query.",
    "not": "NOT was read as a word where no word follows it.",
    "not twice": "NOT was written more than once before a word and read once.",
    "field": "Only title, city, country, continent, topic, kind, lang, year, status and "
    "principle can stand before a colon; the rest was read as words.",
    "value": "A value must follow the colon without a space (city:Lisbon); without one, the "
    "name was read as a word.",
    "year": "A year is written year:2019, year:2019..2021, year:2019.. or year:..2021; "
    "anything else was read as words.",
    "years": "Several years were read as one span, from the first to the last.",
}
"""What could not be read as it was written, by kind; each is said once."""
