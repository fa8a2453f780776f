"""Lists that lead to pages: what is found in them, what is left out, and why."""

from __future__ import annotations

import gzip
import json
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.discovery import listed, xml_lists
from crawlers.discovery.ckan import is_search, read_ckan
from crawlers.discovery.dates import changed
from crawlers.discovery.documents import is_document
from crawlers.discovery.feed import read_feed
from crawlers.discovery.listed import Listed, NotAListError
from crawlers.discovery.listing import read_listing
from crawlers.discovery.sitemap import read_sitemap
from crawlers.source import CrawlSource

AT = "https://a.org/sitemap.xml"
FEED = "https://a.org/blog/feed"
API = "https://a.org/api/3/action/package_search?q=privacy&rows=100&start=0"


def urls(found: Listed, purpose: str = "page") -> list[str]:
    return [link.url for link in found.links if link.purpose == purpose]


# Sitemaps


def sitemap(inside: str, root: str = "urlset") -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} '
        'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:xhtml="http://www.w3.org/1999/xhtml" '
        'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1" '
        'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">'
        f"{inside}</{root}>"
    ).encode()


def entry(url: str, more: str = "") -> str:
    return f"<url><loc>{url}</loc>{more}</url>"


def test_a_sitemap_leads_to_its_pages_with_when_they_changed() -> None:
    found = read_sitemap(
        sitemap(
            entry("https://a.org/x", "<lastmod>2026-05</lastmod>") + entry(" https://a.org/y ")
        ),
        AT,
    )
    assert [(link.url, link.changed) for link in found.links] == [
        ("https://a.org/x", "2026-05"),
        ("https://a.org/y", None),
    ]
    assert found.notes == ()


def test_an_index_leads_to_further_sitemaps_and_not_to_itself() -> None:
    inside = "".join(
        f"<sitemap><loc>{url}</loc></sitemap>"
        for url in (
            "https://a.org/1.xml.gz",
            AT,
            "http://www.a.org/sitemap.xml#x",
            "https://a.org/2",
        )
    )
    found = read_sitemap(sitemap(inside, "sitemapindex"), AT)
    assert urls(found, "sitemap")[0] == "https://a.org/1.xml.gz"
    assert AT not in urls(found, "sitemap")
    assert "1 entry left out: the sitemap names itself." in found.notes


def test_languages_of_a_page_are_pages_and_its_pictures_are_not() -> None:
    more = (
        '<xhtml:link rel="alternate" hreflang="de" href="https://a.org/de/"/>'
        '<xhtml:link rel="stylesheet" href="https://a.org/style"/>'
        "<image:image><image:loc>https://a.org/picture.png</image:loc></image:image>"
        "<news:news><news:publication_date>2026-01-02</news:publication_date></news:news>"
    )
    found = read_sitemap(sitemap(entry("https://a.org/en/", more)), AT)
    assert urls(found) == ["https://a.org/en/", "https://a.org/de/"]
    assert found.links[0].changed == "2026-01-02"


def test_relative_and_foreign_entries_are_left_out_and_counted() -> None:
    inside = entry("/x") + entry("https://b.org/") + entry("https://c.org/") + "<url></url>"
    found = read_sitemap(sitemap(inside), AT)
    assert found.links == ()
    assert found.notes == (
        "2 entries left out: the address is on another host than the sitemap.",
        "1 entry left out: the address is not whole, as it must be in a sitemap.",
        "1 entry left out: without an address.",
    )


@pytest.mark.parametrize("times", [0, 1, 2])
def test_a_packed_sitemap_is_unpacked(times: int) -> None:
    data = sitemap(entry("https://a.org/x"))
    for _ in range(times):
        data = gzip.compress(data)
    assert urls(read_sitemap(data, AT)) == ["https://a.org/x"]


def test_a_sitemap_packed_again_and_again_is_refused() -> None:
    data = sitemap(entry("https://a.org/x"))
    for _ in range(3):
        data = gzip.compress(data)
    with pytest.raises(NotAListError, match="more than 2 times"):
        read_sitemap(data, AT)


def test_a_gzip_bomb_is_refused_before_it_goes_off() -> None:
    with pytest.raises(NotAListError, match="unpacks to more than 50 MiB"):
        read_sitemap(gzip.compress(b"<urlset>" + b" " * (51 * 1024 * 1024), 1), AT)


def test_what_was_packed_before_a_break_is_read() -> None:
    packer = zlib.compressobj(wbits=31)
    data = packer.compress(sitemap(entry("https://a.org/x"))) + packer.flush(zlib.Z_SYNC_FLUSH)
    assert urls(read_sitemap(data, AT)) == ["https://a.org/x"]


def test_a_plain_list_of_addresses_is_a_sitemap() -> None:
    found = read_sitemap(b"\xef\xbb\xbfhttps://a.org/x\r\n\r\nhttps://a.org/y\nnonsense\n", AT)
    assert urls(found) == ["https://a.org/x", "https://a.org/y"]
    assert len(found.notes) == 1


def test_a_feed_is_a_sitemap_too() -> None:
    data = b"<rss><channel><item><link>https://a.org/x</link></item></channel></rss>"
    assert urls(read_sitemap(data, AT)) == ["https://a.org/x"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "neither XML nor a list"),
        (b"\x00" * 100, "neither XML nor a list"),
        (b"Not found", "neither XML nor a list"),
        (b"<!DOCTYPE html><html><body>Not found</body></html>", "It is a web page, not a sitemap."),
        (b"<kml/>", "its XML begins with <kml>"),
        (b"<<<<", "its XML can't be read"),
        (b"\x1f\x8b\x08rubbish", "gzip stream is damaged"),
    ],
)
def test_what_is_no_sitemap_is_said_to_be_none(data: bytes, said: str) -> None:
    with pytest.raises(NotAListError, match=said.replace("(", r"\(")):
        read_sitemap(data, AT)


def test_a_sitemap_that_breaks_off_is_read_up_to_there() -> None:
    whole = sitemap(entry("https://a.org/x") + entry("https://a.org/y"))
    found = read_sitemap(whole[: whole.index(b"org/y")], AT)
    assert urls(found)[0] == "https://a.org/x"
    assert "It breaks off; what came before was read." in found.notes


def test_ampersands_that_begin_nothing_are_mended() -> None:
    found = read_sitemap(sitemap(entry("https://a.org/?a=1&b=2&amp;c=3&copy=4")), AT)
    assert urls(found) == ["https://a.org/?a=1&b=2&c=3&copy=4"]


def test_no_more_entries_are_read_than_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    data = sitemap("".join(entry(f"https://a.org/{number}") for number in range(50_010)))
    found = read_sitemap(data, AT)
    assert len(found.links) == 50_000
    assert found.notes == ("Only the first 50,000 entries were read.",)


def test_elements_without_end_are_read_up_to_half_a_million(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(xml_lists, "_MOST_ELEMENTS", 1_000)
    found = read_sitemap(sitemap(entry("https://a.org/x") + "<a/>" * 2_000), AT)
    assert urls(found) == ["https://a.org/x"]
    assert "half a million elements" in found.notes[0]


def test_attributes_without_end_are_not_read() -> None:
    data = sitemap(entry("https://a.org/x") + "<a " + "b='c>' " * 20_000 + "/>")
    found = read_sitemap(data, AT)
    assert urls(found) == ["https://a.org/x"]
    assert found.notes == ("It breaks off; what came before was read.",)


OPEN_TAGS = ["<b x='", '<b x="', "<b ", "< x='", "<!x='", '<"', "<b x='y' z=\""]


@pytest.mark.parametrize("opened", OPEN_TAGS)
def test_p13_a_tag_without_end_has_no_parser_gather_all_that_follows(opened: str) -> None:
    xml = xml_lists.prepared(f"<urlset>{opened}{'<a/>' * 100_000}</urlset>")
    events = xml_lists.elements(xml, ())
    _, root = next(events)
    next(events)
    assert len(root) < 10_000  # as many as are read at a time


@pytest.mark.parametrize("opened", OPEN_TAGS)
def test_entries_around_a_tag_without_end_are_read(opened: str) -> None:
    both = entry("https://a.org/1") + opened + entry("https://a.org/2")
    assert urls(read_sitemap(sitemap(both), AT)) == ["https://a.org/1", "https://a.org/2"]


@pytest.mark.parametrize("opened", ["<!-- ", "<![CDATA[", "<?a "])
def test_p13_what_follows_a_section_without_end_is_not_read(opened: str) -> None:
    found = read_sitemap(sitemap(entry("https://a.org/1") + opened + "<a/>" * 1_000), AT)
    assert urls(found) == ["https://a.org/1"]
    assert found.notes == ("It breaks off; what came before was read.",)
    assert xml_lists.prepared(f"<urlset>{opened}<a/>") == b"<urlset>"


def test_p13_tags_without_end_are_read_up_to_a_thousand() -> None:
    data = sitemap(entry("https://a.org/1") + "<a " * 2_000 + entry("https://a.org/2"))
    found = read_sitemap(data, AT)
    assert urls(found) == ["https://a.org/1"]
    assert found.notes == ("It breaks off; what came before was read.",)


def test_sections_and_values_may_hold_what_looks_like_tags() -> None:
    sound = (
        "<urlset><!-- <a --><?b <c ?><![CDATA[ x ]]><url><loc a=\"x>'y\" b='>'>"
        "https://a.org/1</loc></url></urlset>"
    )
    assert urls(read_sitemap(sound.encode(), AT)) == ["https://a.org/1"]


BOMB = (
    '<!DOCTYPE x [<!-- it\'s --><!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY e SYSTEM "file:///etc/passwd">'
    "<!ENTITY % p SYSTEM 'http://b.org/dtd'> %p;]>"
)


def test_entities_expand_to_nothing_and_fetch_nothing() -> None:
    for name in "abcep":
        data = (BOMB + f"<urlset><url><loc>https://a.org/&{name};x</loc></url></urlset>").encode()
        assert urls(read_sitemap(data, AT)) == [f"https://a.org/&{name};x"]
        text = f"{BOMB}<rss><item><link a='&{name};'>https://a.org/&{name};x</link></item></rss>"
        assert urls(read_feed(text.encode(), FEED)) == [f"https://a.org/&{name};x"]


# Feeds


def test_rss_leads_to_pages_with_their_dates_and_to_documents() -> None:
    data = b"""<?xml version="1.0" encoding="ISO-8859-1"?>
    <rss version="2.0"><channel><title>N\xe4he</title><link>https://a.org/</link>
    <item><title>A &nbsp; &rarr; B</title><link>/x?a=1&b=2</link>
      <pubDate>Mon, 04 May 2026 10:00:00 +0200</pubDate>
      <enclosure url="https://a.org/x.pdf" type="application/pdf" length="1"/>
      <enclosure url="https://a.org/x.mp3" type="audio/mpeg" length="1"/></item>
    <item><guid>https://a.org/y</guid></item>
    <item><guid isPermaLink="false">https://a.org/no</guid></item>
    <item><link><![CDATA[https://a.org/z?a=1&b=2]]></link></item>
    </channel></rss>"""
    found = read_feed(data, FEED)
    assert [(link.url, link.changed) for link in found.links] == [
        ("https://a.org/x?a=1&b=2", "2026-05-04T08:00:00Z"),
        ("https://a.org/x.pdf", "2026-05-04T08:00:00Z"),
        ("https://a.org/y", None),
        ("https://a.org/z?a=1&b=2", None),
    ]
    assert found.notes == ("1 entry left out: without an address.",)


def test_rss_1_is_read() -> None:
    data = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
      xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
      <channel rdf:about="https://a.org/"/><item rdf:about="https://a.org/x">
      <link>https://a.org/x</link><dc:date>2026-05-04T10:00:00+02:00</dc:date></item>
      <item rdf:about="https://a.org/y"/></rdf:RDF>"""
    found = read_feed(data, FEED)
    assert urls(found) == ["https://a.org/x", "https://a.org/y"]
    assert found.links[0].changed == "2026-05-04T08:00:00Z"


def test_rss_0_91_with_its_document_type_is_read() -> None:
    data = b"""<?xml version="1.0"?><!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN"
      "http://my.netscape.com/publish/formats/rss-0.91.dtd"><rss version="0.91"><channel>
      <item><link>https://a.org/x</link></item></channel></rss>"""
    assert urls(read_feed(data, FEED)) == ["https://a.org/x"]


def test_atom_leads_to_the_page_people_read_from_its_own_base() -> None:
    data = b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:base="/blog/">
      <link rel="self" href="https://a.org/blog/feed"/><link rel="next" href="?page=2"/>
      <entry xml:base="2026/"><id>urn:x</id>
        <link rel="edit" href="edit"/><link rel="alternate" type="application/json" href="x.json"/>
        <link type="text/html" href="x"/><link rel="enclosure" href="x.docx"/>
        <published>2025-01-01T00:00:00Z</published><updated>2026-01-01T00:00:00.5Z</updated></entry>
      <entry><id>https://a.org/y</id></entry>
      <entry><content src="z" type="text/html"/></entry></feed>"""
    found = read_feed(data, FEED)
    assert urls(found) == [
        "https://a.org/blog/2026/x",
        "https://a.org/blog/2026/x.docx",
        "https://a.org/y",
        "https://a.org/blog/z",
    ]
    assert urls(found, "feed") == ["https://a.org/blog/?page=2"]
    assert found.links[1].changed == "2026-01-01T00:00:00Z"


def test_a_next_part_on_another_host_is_not_followed() -> None:
    data = b'<feed><link rel="next" href="https://b.org/"/></feed>'
    found = read_feed(data, FEED)
    assert found.links == ()
    assert "not on its host" in found.notes[0]


def test_a_feed_in_json_is_read() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "next_url": "https://a.org/feed?page=2",
        "items": [
            {"url": "/x", "date_modified": "2026-05-04T10:00:00Z", "attachments": [
                {"url": "/x.pdf", "mime_type": "application/pdf"}, {"url": 7}, 7]},
            {"external_url": "https://b.org/"},
            {"id": 1},
            7,
        ],
    }  # fmt: skip
    found = read_feed(json.dumps(feed).encode(), FEED)
    assert urls(found) == ["https://a.org/x", "https://a.org/x.pdf", "https://b.org/"]
    assert urls(found, "feed") == ["https://a.org/feed?page=2"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "can't be read"),
        (b"{", "neither XML nor whole JSON"),
        (b'{"items": 7}', "no list of items"),
        (b"<html></html>", "It is a web page, not a feed."),
        (b"<rss>" + b" " * (11 * 1024 * 1024), "larger than 10 MiB"),
        (b'{"items":' + b"[" * 100_000, "neither XML nor whole JSON"),
    ],
)
def test_what_is_no_feed_is_said_to_be_none(data: bytes, said: str) -> None:
    with pytest.raises(NotAListError, match=said):
        read_feed(data, FEED)


# Listings

LISTING = CrawlSource(
    id="a",
    name="A",
    kind="listing",
    start=("https://a.org/news",),
    allow=("/news/*",),
    deny=("/news/archive/",),
    next="/news?page=*",
)


def test_a_listing_leads_to_what_its_source_admits_and_to_more_of_itself() -> None:
    links = ["/news/1", "/news/1#top", "/about", "https://b.org/news/2", "/news?page=2",
             "/news/archive/3", "https://a.org/news", "mailto:x@a.org"]  # fmt: skip
    found = read_listing(links, "https://a.org/news", LISTING)
    assert urls(found) == ["https://a.org/news/1"]
    assert urls(found, "listing") == ["https://a.org/news?page=2"]


def test_the_page_that_a_listing_calls_next_is_more_of_it_on_its_host_alone() -> None:
    at = "https://a.org/news"
    assert urls(read_listing([], at, LISTING, "/more"), "listing") == ["https://a.org/more"]
    for away in ("https://b.org/more", "/news/archive/", at):
        assert read_listing([], at, LISTING, away).links == ()


def test_a_further_page_of_a_listing_does_not_lead_to_its_start_as_a_page() -> None:
    found = read_listing(["/news/", "/news/4"], "https://a.org/news?page=2", LISTING)
    assert urls(found) == ["https://a.org/news/4"]


# Data portals


def answer(*packages: object, count: object = 1) -> bytes:
    result = {"success": True, "result": {"count": count, "results": packages}}
    return json.dumps(result).encode()


def test_a_portal_leads_to_data_sets_and_their_documents() -> None:
    package = {
        "name": "règles",
        "metadata_modified": "2026-05-04T10:00:00.123456",
        "resources": [
            {"url": "https://b.org/x.pdf", "format": "PDF"},
            {"url": "y.odt", "format": "", "last_modified": "2026-06-01"},
            {"url": "https://b.org/x.csv", "format": "CSV"},
            {"url": "https://b.org/x", "mimetype": "text/html"},
            {"url": 7, "format": "PDF"},
            7,
        ],
    }
    found = read_ckan(answer(package), API)
    assert [(link.url, link.changed) for link in found.links if link.purpose == "page"] == [
        ("https://a.org/dataset/r%C3%A8gles", "2026-05-04T10:00:00Z"),
        ("https://b.org/x.pdf", "2026-05-04T10:00:00Z"),
        ("https://a.org/y.odt", "2026-06-01"),
        ("https://b.org/x", "2026-05-04T10:00:00Z"),
    ]


@pytest.mark.parametrize("count", [0, 1, 10**9, -5, None, "many"])
def test_what_a_portal_says_of_its_count_is_not_believed(count: object) -> None:
    three = [{"name": str(number)} for number in range(3)]
    found = read_ckan(answer(*three, count=count), API)
    assert urls(found, "ckan") == [API.replace("start=0", "start=3")]
    assert urls(read_ckan(answer(count=count), API), "ckan") == []


def test_a_portal_without_end_comes_to_one() -> None:
    found = read_ckan(answer({"name": "x"}), API.replace("start=0", "start=49999"))
    assert urls(found, "ckan") == []
    assert found.notes == ("Only the first 50,000 data sets of the portal were read.",)


def test_private_and_deleted_data_sets_are_left_out() -> None:
    found = read_ckan(
        answer({"name": "x", "private": True}, {"name": "y", "state": "deleted"}, 7), API
    )
    assert urls(found) == []
    assert len(found.notes) == 2


def test_a_portal_under_a_path_keeps_it() -> None:
    found = read_ckan(answer({"name": "x"}), "https://a.org/de/api/3/action/package_search")
    assert urls(found) == ["https://a.org/de/dataset/x"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "not whole JSON"),
        (b"<html>", "not whole JSON"),
        (b"[]", "not an object"),
        (b'{"success": true, "result": {"results": {}}}', "no list of results"),
        (b'{"success": false, "error": {"message": "Access denied"}}', "refused: Access denied."),
        (b'{"success": false}', "does not say why"),
    ],
)
def test_what_is_no_answer_of_a_portal_is_said_to_be_none(data: bytes, said: str) -> None:
    with pytest.raises(NotAListError, match=said):
        read_ckan(data, API)


def test_a_search_of_a_portal_is_told_by_its_address() -> None:
    assert is_search(API)
    assert is_search("https://a.org/de/api/action/package_search")
    assert not is_search("https://a.org/dataset?q=x")
    assert not is_search("https://[/")


# Dates and documents


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("2026", "2026"),
        ("2026-05", "2026-05"),
        ("2026-05-04", "2026-05-04"),
        ("2026-05-04T10:00Z", "2026-05-04T10:00:00Z"),
        ("2026-05-04T10:00:00.123+0200", "2026-05-04T08:00:00Z"),
        ("Mon, 04 May 2026 10:00:00 GMT", "2026-05-04T10:00:00Z"),
        ("2026-13", None),
        ("2026-02-30", None),
        ("0001-01-01T00:00:00+23:00", None),
        ("yesterday", None),
        ("", None),
        (None, None),
    ],
)
def test_dates_are_read_as_precisely_as_they_were_written(
    written: str | None, iso: str | None
) -> None:
    assert changed(written) == iso


def test_documents_are_told_by_what_is_said_of_them() -> None:
    assert is_document("application/pdf; q=1", "")
    assert is_document(".DOCX", "")
    assert is_document("", "https://a.org/x.PDF?y")
    assert is_document("application/octet-stream", "https://a.org/x.odt")
    assert not is_document("CSV", "https://a.org/x.pdf")
    assert not is_document("", "https://a.org/x")


# Whatever comes

PIECES = st.lists(
    st.sampled_from(
        "<urlset> </urlset> <url> </url> <loc> </loc> https://a.org/ & &amp; &#0; &nbsp; <![CDATA[ "
        "]]> <!-- --> <rss> <item> </item> <link> </link> <feed> <entry> </entry> <!DOCTYPE [ ] > "
        "<?xml <sitemapindex> <sitemap> xml:base= ' \" < { } [] \x00 \ufffe é".split(" ")
    ),
    max_size=30,
).map("".join)
BYTES = st.one_of(
    st.binary(max_size=300),
    PIECES.map(lambda text: text.encode()),
    PIECES.map(lambda text: text.encode("utf-16")),
    PIECES.map(lambda text: gzip.compress(text.encode())),
)


@given(BYTES, st.sampled_from([AT, "https://[", "", "http://a.org:99999/"]))
def test_no_bytes_break_a_reader_of_xml(data: bytes, url: str) -> None:
    for read in (read_sitemap, read_feed):
        try:
            found = read(data, url)
        except NotAListError as error:
            assert str(error).endswith(".")
        else:
            assert all(link.url.startswith("http") for link in found.links)


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=10)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                "success result results name resources url format items next_url attachments".split()
            ),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=15,
)


@given(JSON)
def test_no_json_breaks_a_reader(value: object) -> None:
    data = json.dumps(value).encode()
    whole = json.dumps({"success": True, "items": value, "result": {"results": value}}).encode()
    for read, url in ((read_ckan, API), (read_feed, FEED)):
        for one in (data, whole):
            try:
                read(one, url)
            except NotAListError as error:
                assert str(error)


def test_links_are_gathered_once() -> None:
    found = read_sitemap(sitemap(entry("https://a.org/x") + entry("http://a.org/x/")), AT)
    assert len(found.links) == 1
    assert listed.MOST_ENTRIES == 50_000
