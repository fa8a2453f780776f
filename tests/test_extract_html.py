"""Reading web pages: encodings, main text, headings, metadata, and pages that mean no good."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.extraction_html import page_bytes, read_gold, segment_score, whole_text_score
from crawlers.extract.characters import HAN, clean, clean_line
from crawlers.extract.charset import decode
from crawlers.extract.charset_labels import codec_of, encoding_named
from crawlers.extract.document import REASONS, Document, Refusal
from crawlers.extract.html import read_html
from crawlers.extract.markup import (
    _ATTRIBUTE,
    _LONG,
    _MOST_ATTRIBUTES,
    _START_TAG,
    _as_xml_allows,
    _with_fewer_attributes,
    parsed,
)
from crawlers.extract.page_links import _joined, absolute
from crawlers.extract.page_metadata import _NAMES, _meta, _robots, _stated

PROSE = (
    "The city council keeps a public register of every algorithm it uses, says who answers for "
    "it, and how a resident can ask for a decision to be looked at by a person."
)
NAVIGATION = "<nav><ul><li><a href='/'>Home</a></li><li><a href='/news'>News</a></li></ul></nav>"


def page(body: str, head: str = "", lang: str = "en") -> bytes:
    return (
        f"<!doctype html><html lang='{lang}'><head>{head}</head><body>{body}</body></html>".encode()
    )


def article(*parts: str) -> str:
    return f"<main><article>{''.join(parts)}</article></main>"


def paragraphs(count: int) -> str:
    return "".join(f"<p>{number}. {PROSE}</p>" for number in range(count))


def outcome(data: bytes, **given_: str) -> Document | Refusal:
    try:
        return read_html(data, **given_)
    except Refusal as refusal:
        return refusal


# Encodings.


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("ISO-8859-1", "windows-1252"),
        (" Latin1 ", "windows-1252"),
        ("windows-1250", "windows-1250"),
        ("ISO-8859-9", "windows-1254"),
        ("TIS-620", "windows-874"),
        ("gb2312", "gbk"),
        ("ks_c_5601-1987", "euc-kr"),
        ("x-sjis", "shift_jis"),
        ("utf-7", None),
        ("iso-2022-kr", None),
        ("cp037", None),
        ("nonsense", None),
        (None, None),
    ],
)
def test_labels_are_those_of_the_encoding_standard(label: str | None, name: str | None) -> None:
    assert encoding_named(label) == name
    if name is not None:
        assert "abc".encode(codec_of(name)).decode(codec_of(name)) == "abc"


def test_a_byte_order_mark_outweighs_the_header_and_the_header_the_meta() -> None:
    marked = b"\xef\xbb\xbf<meta charset=windows-1251><p>\xc3\xa9"
    assert decode(marked, "windows-1250") == ("<meta charset=windows-1251><p>é", "utf-8")
    declared = "<meta charset=windows-1252><p>zażółć gęślą jaźń".encode("windows-1250")
    assert decode(declared, "windows-1250")[1] == "windows-1250"
    assert decode(declared)[1] == "windows-1252"


@pytest.mark.parametrize(
    "meta",
    [
        "<meta charset='windows-1250'>",
        "<META CHARSET=windows-1250 />",
        "<meta http-equiv='Content-Type' content='text/html; charset=windows-1250'>",
        "<meta content='text/html;charset=windows-1250' http-equiv=content-type>",
        "<!-- <meta charset=koi8-r> --><meta charset=windows-1250>",
        "<?xml version='1.0' encoding='windows-1250'?>",
    ],
)
def test_an_encoding_is_declared_in_many_ways(meta: str) -> None:
    assert decode(f"{meta}<p>zażółć gęślą jaźń".encode("windows-1250")) == (
        f"{meta}<p>zażółć gęślą jaźń",
        "windows-1250",
    )


def test_a_page_in_utf_8_that_declares_latin_1_is_read_as_utf_8() -> None:
    assert decode("<meta charset=iso-8859-1><p>Bürgerbeteiligung".encode())[1] == "utf-8"


def test_a_declaration_in_which_most_bytes_mean_nothing_is_not_believed() -> None:
    arabic = "<meta charset=utf-8><p>" + "في قرية من القرى كان هناك رجل حكيم يعرف كل شيء " * 4
    text, name = decode(arabic.encode("windows-1256"))
    assert (text, name) == (arabic, "windows-1256")


def test_a_spoiled_byte_does_not_change_the_encoding() -> None:
    german = ("<p>Bürger, Straße, Größe, Prüfung, für, über, können, müssen" * 5).encode()
    text, name = decode(german + b"\xe4")
    assert name == "utf-8"
    assert text.count("\ufffd") == 1


def test_utf_16_is_found_without_a_mark() -> None:
    assert decode("<p>abc".encode("utf-16-le")) == ("<p>abc", "utf-16le")
    assert decode("<p>abc".encode("utf-16-be")) == ("<p>abc", "utf-16be")


def test_utf_7_hides_no_markup() -> None:
    found = read_html(
        b"<meta charset=utf-7><title>+ADw-script+AD4-alert</title>" + page(paragraphs(3)),
        charset="utf-7",
    )
    assert "<" not in (found.title or "")
    assert found.charset == "utf-8"


@given(st.binary(max_size=300), st.sampled_from(["", "utf-8", "utf-7", "big5", "utf-16", "x"]))
def test_any_bytes_have_a_text_and_a_named_encoding(data: bytes, charset: str) -> None:
    text, name = decode(data, charset)
    assert encoding_named(name) == name
    assert isinstance(text, str)


# Main text and structure.


def test_menus_banners_comments_and_teasers_are_left_out() -> None:
    found = read_html(
        page(
            "<div class='cookie-banner'>We use cookies to make this site better for you.</div>"
            + NAVIGATION
            + article(
                "<h1>Register of algorithms</h1>",
                paragraphs(4),
                "<p><a href='/other'>READ ALSO: Another city bans cameras in parks</a></p>",
                paragraphs(2),
                "<div class='share-buttons'>Share on all the networks</div>",
            )
            + "<div id='comments'><p>A comment by a reader who is rather cross about it.</p></div>"
            + "<footer>Imprint, privacy, jobs and so on, of the city of Example</footer>"
        )
    )
    assert found.text.count(PROSE) == 6
    for unwanted in ("cookies", "Home", "READ ALSO", "Share on", "rather cross", "Imprint"):
        assert unwanted not in found.text


def test_headings_give_sections_that_tile_the_text() -> None:
    found = read_html(
        page(
            article(
                "<h1>Policy</h1>",
                f"<p>{PROSE}</p>",
                "<h2>Aims</h2>",
                f"<p>{PROSE}</p>",
                "<h3>First <em>aim</em></h3>",
                f"<p>{PROSE}</p>",
                "<h2>References</h2>",
                f"<p>{PROSE}</p>",
            )
        )
    )
    assert [(s.heading, s.level) for s in found.sections] == [
        ("Policy", 1),
        ("Aims", 2),
        ("First aim", 3),
        ("References", 2),
    ]
    assert [s.role for s in found.sections] == ["body", "body", "body", "references"]
    assert_tiles(found)


def test_the_articles_of_a_law_keep_their_order_and_headings() -> None:
    articles = "".join(
        f"<article><h2>Article {n}</h2><p>{n}. {PROSE}</p></article>" for n in range(1, 8)
    )
    found = read_html(
        page(f"<h1>Ordinance</h1><header><h2>Preamble</h2><p>{PROSE}</p></header>{articles}")
    )
    assert [s.heading for s in found.sections] == [
        "Ordinance",
        "Preamble",
        *(f"Article {n}" for n in range(1, 8)),
    ]
    assert_tiles(found)


def test_the_lead_above_the_text_belongs_to_it() -> None:
    lead = "In spring the council decided to look at every system again, and to say what it found."
    found = read_html(
        page(
            f"<h1>Systems looked at again</h1><div class='intro'>{lead}</div>"
            f"<div class='article-body'>{paragraphs(6)}</div>",
            "<title>Systems looked at again</title>",
        )
    )
    assert found.text.index(lead) < found.text.index(PROSE)


def test_tables_are_rows_and_lists_are_items() -> None:
    found = read_html(
        page(
            article(
                paragraphs(3),
                "<table><tr><th>System</th><th>Risk</th></tr>"
                "<tr><td>Parking</td><td></td><td>low</td></tr></table>",
                "<ul><li>One thing to do</li><li>Another thing<ul><li>Its part</li></ul></li></ul>",
                paragraphs(1),
            )
        )
    )
    assert "System | Risk\nParking | low" in found.text
    assert "- One thing to do\n- Another thing\n- Its part" in found.text


def test_two_line_breaks_part_paragraphs_and_one_does_not() -> None:
    found = read_html(page(f"<main><div>{PROSE}<br>And more.<br><br>{PROSE} Twice.</div></main>"))
    assert f"{PROSE} And more.\n\n{PROSE} Twice." in found.text


def test_readings_beside_characters_do_not_stand_in_the_words() -> None:
    ruby = "<ruby>法律<rt>ほうりつ</rt></ruby>ができて、市は住民の権利を守ります。"
    found = read_html(page(article(*[f"<p>{ruby}{n}回目の説明です。</p>" for n in range(9)])))
    assert "法律ができて" in found.text


def test_a_text_under_a_misleading_name_is_not_lost() -> None:
    found = read_html(page(f"<h1>Title</h1><div class='loading'>{paragraphs(2)}</div>"))
    assert found.text.count(PROSE) == 2


def test_a_huge_page_is_read_without_the_slow_steps() -> None:
    rows = "".join(f"<p>{n}. {PROSE}</p>" for n in range(31_000))
    found = read_html(page(NAVIGATION + article("<h1>All of it</h1>", rows)))
    assert found.text.count(PROSE) == 31_000


# What a page says of itself.


def test_metadata_are_read_and_judged() -> None:
    ld = {
        "@type": "Article",
        "headline": "Register of algorithms",
        "datePublished": "2024-03",
        "publisher": {"@type": "Organization", "name": "City of Example"},
    }
    found = read_html(
        page(
            "<h1>City of Example</h1>"
            + article("<h1>Register of algorithms</h1>", paragraphs(4))
            + "<a rel='license' href='https://creativecommons.org/licenses/by/4.0/'>CC</a>"
            + "<a href='more.html#part'>More</a><a href='javascript:x()'>x</a>"
            + "<a href='mailto:a@example.org'>mail</a><a href='//other.example/x'>y</a>",
            "<title>Register of algorithms | City of Example</title>"
            "<link rel=canonical href='/register'><meta property='og:site_name' content='Example'>"
            f"<script type='application/ld+json'>{json.dumps(ld)}</script>",
            lang="en_gb",
        ),
        url="https://example.org/a/b",
    )
    assert found.title == "Register of algorithms"
    assert found.language == "en-GB"
    assert (found.published, found.published_precision) == ("2024-03", "month")
    assert found.published_origin == "JSON-LD datePublished"
    assert found.publisher == "City of Example"
    assert found.licence == "https://creativecommons.org/licenses/by/4.0/"
    assert found.canonical == "https://example.org/register"
    assert found.links == (
        "https://creativecommons.org/licenses/by/4.0/",
        "https://example.org/a/more.html",
        "https://other.example/x",
    )


def test_links_a_page_does_not_vouch_for_are_left_out() -> None:
    links = (
        "<a href='/1' rel='nofollow'>1</a><a href='/2' rel='noopener UGC'>2</a>"
        "<a href='/3' rel='sponsored external'>3</a><a href='/4' rel='noopener'>4</a>"
        "<a href='/5' rel='nofollow'>5</a><a href='/5'>5 again</a>"
    )
    found = read_html(page(article(paragraphs(4)) + links), url="https://city.example/")
    assert found.links == ("https://city.example/4", "https://city.example/5")


def test_what_a_page_says_to_crawlers_is_handed_on() -> None:
    found = read_html(
        page(
            article(paragraphs(4)) + "<meta name='Robots' content='noarchive'>",
            "<meta name='description' content='Cameras'><meta name='ROBOTS' content='index, all'>"
            "<meta name='CityRights' content=' NOINDEX '><meta content='noindex'>"
            f"<meta name='robots' content='{'x' * 100_000}'>",
        )
    )
    assert found.robots[0] == ("robots", "index, all")
    assert found.robots[1] == ("cityrights", "NOINDEX")
    assert {name for name, _ in found.robots} == {"robots", "cityrights"}
    assert ("robots", "noarchive") in found.robots
    assert all(len(content) <= 500 for _, content in found.robots)


def test_a_page_that_says_much_to_crawlers_is_heard_to_a_bound() -> None:
    metas = "".join(f"<meta name='robot{number}' content='none'>" for number in range(400))
    assert len(read_html(page(article(paragraphs(4)), metas)).robots) == 20


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("<title>Cameras in parks - City of Example</title>", "Cameras in parks"),
        ("<title>City of Example: Cameras in parks</title>", "Cameras in parks"),
        ("<title>Cameras: a risk - or not?</title>", "Cameras: a risk - or not?"),
        ("<title>City of Example</title>", None),
        ("<meta property='og:title' content='Cameras &amp; parks'>", "Cameras & parks"),
        ("<title>Untitled</title>", None),
    ],
)
def test_a_title_is_not_the_name_of_the_site(head: str, title: str | None) -> None:
    site = "<meta property='og:site_name' content='City of Example'>"
    assert read_html(page(article(paragraphs(4)), head + site)).title == title


@pytest.mark.parametrize(
    ("head", "published", "precision"),
    [
        (
            "<meta property='article:published_time' content='2021-05-04T10:00Z'>",
            "2021-05-04",
            "day",
        ),
        ("<meta name='dcterms.issued' content='2019'>", "2019", "year"),
        ("<meta name='DC.date' content='20200229'>", "2020-02-29", "day"),
        ("<meta name='date' content='2021-02-30'>", "2021-02", "month"),
        ("<meta name='date' content='2999-01-02'>", None, None),
        ("<meta name='date' content='soon'>", None, None),
    ],
)
def test_a_date_keeps_its_precision(
    head: str, published: str | None, precision: str | None
) -> None:
    found = read_html(page(article(paragraphs(4)), head))
    assert (found.published, found.published_precision) == (published, precision)


def test_marks_of_direction_and_controls_are_not_in_titles_or_text() -> None:
    found = read_html(
        page(
            article(
                "<h1>Cam\u202eeras in\u2069 parks</h1>", f"<p>a&#x202e;b&#0;c&#x1;d {PROSE}</p>"
            ),
            "<title>Cam\u202eeras in\u2069 parks</title>",
        )
    )
    assert found.title == "Cameras in parks"
    assert_clean(found)


# Pages that mean no good.

MANY = 100_000


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"\0" * 100, "empty"),
        (b"x", "not_a_document"),
        (b"plain words, nothing else", "not_a_document"),
        (b"<html></html>", "no_text"),
        (b"<!-- " * 1000, "no_text"),
        (b"<frameset><frame src=a></frameset>", "no_text"),
        (b"<div>" * MANY + b"deep" + b"</div>" * MANY, "too_deep"),
        (b"<ul><li>a" * 900, "too_deep"),
    ],
)
def test_what_can_not_be_read_has_one_reason(data: bytes, reason: str) -> None:
    refused = outcome(data)
    assert isinstance(refused, Refusal)
    assert refused.reason == reason
    assert refused.detail.endswith(".")


_ADDRESSES = st.lists(
    st.sampled_from(
        "http https :// // / . .. ? # ; : @ a b.test :80 [ ] %20 é = & mailto: \\".split()
    )
    | st.sampled_from((" ", "http://b.test/", "https://c.test", "/a/", "\n")),
    max_size=8,
).map("".join)


@given(_ADDRESSES, st.sampled_from((None, "https://a.test:8000/b/c?d", "http://b.test", "x/y")))
def test_addresses_known_to_be_plain_are_what_joining_them_gives(
    address: str, base: str | None
) -> None:
    assert absolute(address, base) == _joined(address, base)


@given(
    st.dictionaries(
        st.sampled_from(("property", "name", "itemprop")),
        st.sampled_from((*_NAMES, " OG:Title ", "robots", "viewport", "cityrights")),
    ),
    st.sampled_from(("", "Words", "noindex", "2020-01-01", "https://a.test/b")),
)
def test_only_what_is_never_asked_for_is_left_out_of_the_head(
    attributes: dict[str, str], content: str
) -> None:
    named = "".join(f' {name}="{value}"' for name, value in attributes.items())
    text = f'<html><head><title>x</title><meta{named} content="{content}"></head><p>y</html>'
    tree = parsed(text)
    whole, stated = BeautifulSoup(text, "lxml"), _stated(tree)
    assert list(_robots(stated)) == list(_robots(whole))
    asked = _meta(whole)
    assert _meta(stated).items() >= {n: asked[n] for n in asked if n in _NAMES}.items()


@given(st.text(st.characters() | st.sampled_from("\n\t\r\xa0\xad\x0c \u3000\u200b\ufb01中、가")))
def test_a_line_is_the_cleaned_text_with_single_spaces_and_none_in_chinese(text: str) -> None:
    line = clean_line(text)
    assert "".join(line.split()) == "".join(clean(text).split())
    assert "  " not in line
    assert line == clean_line(line) == line.strip()
    if not HAN.search(line):
        assert line == " ".join(clean(text).split())


_PIECES = (
    *'<p < > = " \' a é / </p> c="<q>" d=e =='.split(),
    *(" ", "\n", " b='>'", "<!-- x -->"),
    "<a href=/long/address/of/a/page?with=questions&more>",
    " f" * 600 + " " * 20_000,
    " g=1" * 600 + f" h='{'x' * 20_000}'",
)


@given(st.lists(st.sampled_from(_PIECES), max_size=12).map("".join))
def test_only_tags_that_are_long_lose_attributes_wherever_they_stand(markup: str) -> None:
    def cut(tag: re.Match[bytes]) -> bytes:
        attributes = _ATTRIBUTE.findall(tag[2])
        if len(tag[0]) < _LONG or len(attributes) <= _MOST_ATTRIBUTES:
            return tag[0]
        return b"<%b %b>" % (tag[1], b" ".join(attributes[:_MOST_ATTRIBUTES]))

    data = markup.encode()
    assert _with_fewer_attributes(data) == _START_TAG.sub(cut, data)


@given(st.text(st.characters(exclude_categories=())))
def test_what_xml_does_not_allow_is_left_out_and_nothing_else(text: str) -> None:
    kept = re.sub("[\x00-\x08\x0b\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]", "", text)
    assert _as_xml_allows(text) == kept.encode()


@pytest.mark.parametrize("value", ["", '="x"', '=">"', '="<"', "='\"'"])
def test_a_hundred_thousand_attributes_are_survived(value: str) -> None:
    attributes = " ".join(f"a{number}{value}" for number in range(MANY))
    found = read_html(page(article(f"<p {attributes}>First words.</p>", paragraphs(3))))
    assert found.text.count(PROSE) == 3


def test_tags_that_nobody_closed_are_survived() -> None:
    found = read_html(page(article("".join(f"<p><font>{n}. {PROSE}" for n in range(2_000)))))
    assert found.text.count(PROSE) == 2_000


def test_a_name_of_megabytes_is_survived() -> None:
    found = read_html(page(f"<div class='{'a-b ' * 300_000}'>{paragraphs(4)}</div>"))
    assert found.text.count(PROSE) == 4


def test_broken_linked_data_are_passed_over() -> None:
    broken = "<script type='application/ld+json'>" + "[" * MANY + "</script>"
    assert read_html(page(article(paragraphs(4)), broken)).text.count(PROSE) == 4


MARKUP = st.lists(
    st.one_of(
        st.sampled_from(
            """<p> </p> <div> </div> <h1> </h1> <h2> <ul> <li> </li> </ul> <table> <tr> <td> </td>
            </tr> </table> <br> <a\thref='/x'> </a> <b> <script> </script> <!-- --> &nbsp; &#0;
            &#x202e; <svg> <math> <title> </title> <head> <body> <article> </article> <pre>
            <meta\tname=date\tcontent=2020-01-01> <select> <template> <ruby> <rt> < > " '""".split(
                " "
            )
        ),
        st.text(max_size=60),
        st.just(PROSE),
    ),
    max_size=60,
)


@settings(max_examples=150)
@given(
    st.one_of(
        st.binary(max_size=400), MARKUP.map(lambda parts: "".join(parts).encode("utf-8", "replace"))
    )
)
def test_any_bytes_give_a_sound_document_or_a_refusal(data: bytes) -> None:
    found = outcome(data, url="https://example.org/")
    if isinstance(found, Refusal):
        assert found.reason in REASONS
        return
    assert found.text.strip()
    assert_clean(found)
    assert_tiles(found)
    assert all(link.startswith(("http://", "https://")) for link in found.links)


def assert_tiles(found: Document) -> None:
    """Sections cover the text, one after the other, each beginning with its heading."""
    ends = [0]
    for section in found.sections:
        assert section.start < section.end
        assert not found.text[ends[-1] : section.start].strip()
        assert found.text[section.start :].startswith(section.heading)
        ends.append(section.end)
    assert ends[-1] == len(found.text)


def assert_clean(found: Document) -> None:
    """No controls and no marks of direction, save line ends."""
    for text in (found.text, found.title or "", found.publisher or ""):
        assert not re.search("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u200b\ufeff\u00ad]", text)
        assert not any(unicodedata.category(c) in ("Cc", "Cs") and c != "\n" for c in text)


def test_word_lists_of_unknown_origin_are_never_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    import trafilatura.external

    def opened(*_: object) -> None:
        pytest.fail("a word list of jusText was opened")

    for name in ("get_stoplist", "get_stoplists", "try_justext"):
        monkeypatch.setattr(trafilatura.external, name, opened)
    read_html(page("<p>Too little.</p>"))
    read_html(page(article(paragraphs(9))))


# Real pages.


@pytest.mark.shared
def test_the_main_text_of_real_pages_is_found_as_well_as_measured(shared: Path) -> None:
    """Floors a little under what `benchmarks.extraction_html` measured."""
    folder = shared / "data" / "extract"
    pages = read_gold(folder)
    documents = [read_html(page_bytes(folder, page)) for page in pages]
    texts = [document.text for document in documents]
    segments, whole = segment_score(pages, texts), whole_text_score(pages, texts)
    assert segments.f1 >= 0.945
    assert segments.precision >= 0.93
    assert whole.f1 >= 0.962
    for half in (0, 1):
        chosen = [number for number, page in enumerate(pages) if page.half == half]
        assert segment_score([pages[n] for n in chosen], [texts[n] for n in chosen]).f1 >= 0.94
    for document in documents:
        assert_tiles(document)
        assert_clean(document)


@pytest.mark.shared
def test_what_must_stand_in_real_files_is_found(shared: Path) -> None:
    def bare(text: str) -> str:
        text = re.sub("[\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", text)
        return "".join(unicodedata.normalize("NFKC", text).split())

    folder = shared / "data" / "files"
    read = 0
    for line in (folder / "manifest.jsonl").read_text().splitlines():
        entry = json.loads(line)
        if not entry["file"].endswith(".html"):
            continue
        text = bare(read_html((folder / entry["file"]).read_bytes()).text)
        missing = [phrase for phrase in entry["expect"]["contains"] if bare(phrase) not in text]
        assert not missing, f"{entry['file']}: {missing}"
        read += 1
    assert read == 22
