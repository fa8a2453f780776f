"""Pages that say with status 200 that nothing is there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.soft_404 import LONGEST, says_nothing_is_there


@pytest.mark.parametrize(
    "title",
    [
        "Page not found",
        "404",
        "404 - Not Found | City of Example",
        "Error 404",
        "The page can’t be found",
        "This page no longer exists",
        "Seite nicht gefunden",
        "Fehler 404",
        "Pagina niet gevonden",
        "Page introuvable",
        "La page n’existe pas",
        "Página no encontrada",
        "Página não encontrada",
        "Pagina non trovata",
        "No s’ha trobat la pàgina",
        "Sidan hittades inte",
        "Siden blev ikke fundet",
        "Siden ble ikke funnet",
        "Sivua ei löytynyt",
        "Strona nie została znaleziona",
        "Stránka nenalezena",
        "Stranica nije pronađena",
        "Az oldal nem található",
        "Pagina nu a fost găsită",
        "Η σελίδα δεν βρέθηκε",
        "Страница не найдена",
        "Сторінку не знайдено",
        "Sayfa bulunamadı",
        "ページが見つかりません",
        "페이지를 찾을 수 없습니다",
        "頁面不存在",
        "Không tìm thấy trang",
    ],
)
def test_a_short_page_that_is_called_so_says_that_nothing_is_there(title: str) -> None:
    assert says_nothing_is_there([title], "Try the search, or go to the front page.") == title
    assert says_nothing_is_there(["City of Example", title.upper()], "Sorry.") == title.upper()


@pytest.mark.parametrize(
    "title",
    [
        "404/2021 Ordinance on cameras",
        "404-2021 Ordinance on cameras",
        "Decree 404",
        "Ordinance 404 on data",
        "Algorithm register",
        "Funding for lost and found offices",
        "Digitale rechten",
        "",
    ],
)
def test_other_short_pages_do_not(title: str) -> None:
    assert says_nothing_is_there([title], "In force since May.") is None


def test_a_text_about_pages_that_are_not_found_is_a_text() -> None:
    assert says_nothing_is_there(["Page not found"], "How links rot. " * 200) is None


@given(st.lists(st.text()), st.text(max_size=LONGEST + 5))
def test_what_says_so_is_one_of_the_names(names: list[str], text: str) -> None:
    found = says_nothing_is_there(names, text)
    assert found is None or found in names
