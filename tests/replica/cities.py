"""Sites of made-up cities, one of each kind of source, all their pages about the subject."""

from __future__ import annotations

from typing import Final

from crawlers.source import CrawlSource
from replica import lists
from replica.answers import Resource, gzipped, html, page
from replica.web import Host, Web

ABOUT: Final = (
    "The city council protects the digital rights of residents: every algorithm that decides "
    "about people stands in a public register, with its purpose, its data and whom to ask."
)
OFF_TOPIC: Final = "The swimming pool is closed on Monday while the showers are repaired."


def policy(number: int | str, city: str, *, links: tuple[str, ...] = (), head: str = "") -> str:
    """The text of a page about digital rights, unlike that of any other number or city."""
    return html(
        f"Rule {number} of {city}",
        f"{ABOUT} This is rule {number} of {city}.",
        f"Whoever is affected in {city} may ask why, and rule {number} says how to object.",
        links=links,
        head=head,
    )


def put_policies(host: Host, *names: str) -> tuple[str, ...]:
    """Serve policies at /policy/NAME; their paths."""
    paths = tuple(f"/policy/{name}" for name in names)
    host.serve({path: page(policy(path[8:], host.name)) for path in paths})
    return paths


def source(host: Host, kind: str, *starts: str, **more: object) -> CrawlSource:
    """A source of paths of a host, which may be on loopback."""
    facts = {
        "id": f"{host.name.removesuffix('.test')}-{kind}",
        "name": host.name,
        "kind": kind,
        "start": tuple(host.url(start) if start.startswith("/") else start for start in starts),
        "private": (host.name,),
    }
    return CrawlSource(**(facts | more))  # type: ignore[arg-type]  # facts of a source


def pages_city(web: Web, name: str, count: int = 4) -> CrawlSource:
    """Fixed addresses, and a page that nothing leads to."""
    host = web.host(name).robots("User-agent: *\nDisallow: /private\nAllow: /private/open$\n")
    paths = put_policies(host, *map(str, range(count)))
    host.serve({"/private/plan": page(policy("secret", name))})
    host.serve({"/private/open": page(policy("open", name))})
    return source(host, "pages", *paths, "/private/plan", "/private/open", depth=0)


def sitemap_city(web: Web, name: str, count: int = 6) -> CrawlSource:
    """An index of two sitemaps, one of them a gzip file, one of news."""
    host = web.host(name)
    paths = put_policies(host, *map(str, range(count)))
    host.serve({"/private/plan": page(policy("secret", name))})
    first = [(host.url(path), "2026-11-01") for path in [*paths[: count // 2], "/private/plan"]]
    rest = [(host.url(path), "News", "2026-11-20") for path in paths[count // 2 :]]
    inner = [host.url("/sitemap-1.xml.gz"), host.url("/sitemap-news.xml")]
    host.serve(
        {
            "/sitemap.xml": lists.xml(lists.sitemap_index(inner)),
            "/sitemap-1.xml.gz": lists.gzip_file(lists.sitemap(first)),
            "/sitemap-news.xml": gzipped(lists.xml(lists.news_sitemap(rest))),
        }
    )
    host.robots(f"User-agent: *\nDisallow: /private\n\nSitemap: {host.url('/sitemap.xml')}\n")
    return source(host, "sitemap", "/sitemap.xml")


def listing_city(web: Web, name: str, count: int = 6) -> CrawlSource:
    """Three pages of a list, each with a link to the next."""
    host = web.host(name).robots("User-agent: *\nDisallow: /private\n")
    paths = put_policies(host, *map(str, range(count)))
    at = ["/list", "/list?page=2", "/list?page=3"]
    for number, path in enumerate(at):
        shown = [*paths[number::3], "/private/plan"]
        following = at[number + 1] if number + 1 < len(at) else None
        host.serve({path: page(lists.listing(shown, following))})
    return source(host, "listing", "/list", next="/list?page=*", allow=("/policy/",))


def feed_city(web: Web, name: str, count: int = 4, kind: str = "rss") -> CrawlSource:
    """A feed."""
    host = web.host(name).robots("")
    paths = put_policies(host, *map(str, range(count)))
    urls = [host.url(path) for path in paths]
    text = lists.rss(urls) if kind == "rss" else lists.atom(urls)
    host.serve({"/feed": lists.xml(text)})
    return source(host, "feed", "/feed")


def ckan_city(web: Web, name: str, count: int = 5, says: int | None = None) -> CrawlSource:
    """An open-data portal, asked for two data sets at a time."""
    host = web.host(name).robots("User-agent: *\nDisallow: /private\n")
    packages = []
    for number in range(count):
        name_of = f"set-{number}"
        host.serve({f"/dataset/{name_of}": page(policy(name_of, name))})
        (document,) = put_policies(host, f"document-{number}")
        packages.append(lists.package(name_of, (host.url(document), "HTML")))
    search = "/api/3/action/package_search"
    host.serve({search: lists.ckan(packages, says)})
    return source(host, "ckan", f"{search}?q=rights&rows=2")


REGISTER: Final = [
    {"nummer": str(n), "naam": f"Scan {n}", "doel": f"{ABOUT} Scan {n} looks at parked cars."}
    for n in range(3)
]


def register_city(web: Web, name: str, form: str = "csv") -> CrawlSource:
    """A register of algorithms."""
    host = web.host(name).robots("")
    served: dict[str, Resource] = {
        "csv": page(lists.csv_register(REGISTER, ";"), "text/csv"),
        "json": page(lists.json_register(REGISTER, "rows"), "application/json"),
    }
    host.serve({f"/register.{form}": served[form]})
    columns = {"id": "nummer", "title": "naam", "text": ("doel",)}
    rows = "rows" if form == "json" else None
    return source(host, "register", f"/register.{form}", columns=columns, rows=rows)


def all_kinds(web: Web) -> list[CrawlSource]:
    """A web of cities with a source of each kind."""
    return [
        pages_city(web, "amsterdam.test"),
        sitemap_city(web, "barcelona.test"),
        listing_city(web, "lisbon.test"),
        feed_city(web, "milan.test"),
        feed_city(web, "nantes.test", kind="atom"),
        ckan_city(web, "zurich.test", says=1_000_000),
        register_city(web, "helsinki.test"),
        register_city(web, "antibes.test", "json"),
    ]
