"""The language of a document: what it says, unless its text says otherwise beyond doubt.

Programs write their own language into files: of the seven PDFs with /Lang among the test files,
three name the wrong one.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

SURE: Final = 0.99
"""The probability from which the text is believed rather than what it says of itself."""

SURE_EAST_ASIAN: Final = 0.7
EAST_ASIAN: Final = re.compile("[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]{4}")

FEWEST_LETTERS: Final = 100
SAMPLE: Final = 1_500
"""Characters looked at, from the middle: beginnings have names and addresses."""

_TAG: Final = re.compile(
    r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|\d{3}))?(?![A-Za-z0-9])"
)
_ALIKE: Final = {"nb": "no", "nn": "no", "iw": "he", "in": "id"}


def language_of(text: str, said: str | None) -> str | None:
    """A tag (BCP 47) for a text, None where neither text nor document tells."""
    tag = normal_tag(said)
    start = max(0, len(text) // 3 - SAMPLE // 2)
    sample = text[start : start + SAMPLE]
    if sum(map(str.isalpha, sample)) < FEWEST_LETTERS:
        return tag
    found, probability = _identifier().classify(sample.lower())
    # Few languages share these scripts; the model knows the characters, not how many.
    sure = SURE if sample.isascii() or not EAST_ASIAN.search(sample) else SURE_EAST_ASIAN
    if probability < sure or len(found) > 2:
        return tag
    primary = tag.partition("-")[0] if tag else ""
    same = _ALIKE.get(found, found) == _ALIKE.get(primary, primary)
    return tag if same else str(found)


def normal_tag(said: str | None) -> str | None:
    """A tag as BCP 47 writes it ("FR_ca" is "fr-CA"), None where it is none."""
    found = _TAG.match((said or "").strip())
    if found is None:
        return None
    language, script, region = found.groups()
    parts = (language.lower(), script and script.title(), region and region.upper())
    return "-".join(part for part in parts if part)


def prepare() -> None:
    """Load the model now: py3langid unpacks it into a temporary file, which a child may not."""
    _identifier()


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_DIR, MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_DIR / MODEL_FILE, norm_probs=True)
