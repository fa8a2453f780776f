"""Pages that say with status 200 that nothing is there: many sites answer so for what they took
away (Bar-Yossef, Broder, Kumar and Tomkins, "Sic transit gloria telae", WWW 2004).

They are told by what they say of themselves rather than by asking each site for an address that
can't exist. Pure functions.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

LONGEST: Final = 1_500
"""Characters of main text such a page may have: a document about pages that were not found is
longer, a notice with some links is not."""

_NUMBER: Final = re.compile(
    r"^404(?![\w/.]|-\d)|(?:error|erreur|erro|errore|fehler|fout|fejl|feil|virhe|blad|chyba|hiba|"
    r"hata|ошибка|помилка) 404(?!\w)"
)
"""Of the status, not of a law of that number."""
_SAYINGS: Final = (
    # In the languages of the catalogue and their neighbours, as the notices put it.
    "page not found|not found|page can(?: ?not|'t) be found|page could not be found",
    "page does ?n[o']t exist|page no longer exists|page is no longer available",
    "seite nicht gefunden|nicht gefunden|seite existiert nicht",
    "pagina niet gevonden|niet gevonden|pagina bestaat niet",
    "page non trouvee|page introuvable|page n'existe pas|page inexistante",
    "pagina no encontrada|no encontrada|pagina no existe|no se ha encontrado|no se encuentra la p",
    "pagina nao encontrada|nao encontrada|pagina nao existe|nao foi encontrada",
    "pagina non trovata|non trovata|pagina non esiste",
    "pagina no trobada|no s'ha trobat|pagina no existeix",
    "sidan hittades inte|hittades inte|sidan kunde inte hittas|sidan finns inte",
    "siden blev ikke fundet|ikke fundet|siden findes ikke",
    "siden ble ikke funnet|ikke funnet|siden finnes ikke",
    "sivua ei loytynyt|sivua ei loydy|ei loytynyt",
    "lehte ei leitud|ei leitud|lapa nav atrasta|nav atrasta|puslapis nerastas|nerastas",
    "strona nie zostala znaleziona|nie znaleziono|strony nie znaleziono|strona nie istnieje",
    "stranka nenalezena|stranka nebyla nalezena|nenalezena|stranka neexistuje",
    "stranka nenajdena|stranka sa nenasla|strani ni mogoce najti|stran ne obstaja",
    "stranica nije pronadena|nije pronadena|stranica ne postoji",
    "az oldal nem talalhato|nem talalhato|pagina nu a fost gasita|nu a fost gasita",
    "η σελιδα δεν βρεθηκε|δεν βρεθηκε",
    "страница не найдена|не найдена|страницата не е намерена|не е намерена",
    "сторінку не знайдено|не знайдено|страница није пронађена",
    "sayfa bulunamadi|bulunamadi",
    "ページが見つかりません|見つかりません",
    "페이지를 찾을 수 없|찾을 수 없",
    "找不到页面|页面不存在|找不到頁面|頁面不存在|找不到网页|无法找到",
    "khong tim thay",
    "الصفحة غير موجودة|غير موجودة|לא נמצא",
)


def _folded(text: str) -> str:
    """Small letters without accents, one space between words."""
    plain = unicodedata.normalize("NFKD", text.replace("’", "'").casefold())
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(letters.replace("ı", "i").replace("ł", "l").replace("đ", "d").split())


_SAID: Final = re.compile(
    "|".join(rf"(?<!\w)(?:{'|'.join(map(_folded, each.split('|')))})" for each in _SAYINGS)
)


def says_nothing_is_there(names: Iterable[str], text: str) -> str | None:
    """Which of the names of a page (its title, its first heading) says that nothing is there,
    None where none does or there is too much text for such a page."""
    if len(text) > LONGEST:
        return None
    return next((name for name in names if _says(_folded(name))), None)


def _says(name: str) -> bool:
    return bool(_SAID.search(name) or _NUMBER.search(name))
