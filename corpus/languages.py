"""Languages by their ISO 639-1 codes."""

from __future__ import annotations

import re
from typing import Final

LANGUAGES: Final = frozenset(
    (
        "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv "
        "cy da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr "
        "ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw "
        "ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv "
        "ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr "
        "ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi "
        "yo za zh zu"
    ).split()
)
"""The two-letter codes of ISO 639-1; a language without one is written with its nearest kin."""

# The catalogue writes Norwegian as `no`; the other three are withdrawn codes of ISO 639-1.
_SPELLED_OTHERWISE: Final = {"nb": "no", "nn": "no", "iw": "he", "in": "id", "ji": "yi"}


def language_code(tag: str) -> str | None:
    """The ISO 639-1 code of a language tag (`pt-BR`, `nb_NO`), None where it has none."""
    base = re.split("[-_]", tag.strip().lower())[0]
    base = _SPELLED_OTHERWISE.get(base, base)
    return base if base in LANGUAGES else None
