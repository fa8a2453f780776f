"""Open-data portals: answers of `package_search` of CKAN's Action API, version 3.

https://docs.ckan.org/en/latest/api/ describes it. A data set leads to its page, and to those of
its resources that are documents. What the portal says of its count is not believed: the next
part is asked for from where this one ended, until one is empty.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from corpus.addresses import address_key
from corpus.pages import Link
from crawlers.addresses import canonical
from crawlers.discovery.dates import changed
from crawlers.discovery.documents import is_document
from crawlers.discovery.json_lists import decoded
from crawlers.discovery.listed import (
    MOST_ENTRIES,
    Gathering,
    Listed,
    NotAListError,
)
from crawlers.discovery.xml_lists import text_of

ACTION: Final = "/action/package_search"
MOST_BYTES: Final = 20 * 1024 * 1024
"""Of one answer; a hundred data sets with all their resources take 1 to 3 MB."""


def is_search(url: str) -> bool:
    """Whether an address is one of `package_search`."""
    try:
        path = urlsplit(url).path
    except ValueError:
        return False
    return path.rstrip("/").endswith(ACTION) and "/api/" in path


def read_ckan(data: bytes, url: str, charset: str | None = None) -> Listed:
    """Where an answer leads: to data sets, documents among their resources, the next answer.

    `url` is the address that was asked (`.../api/3/action/package_search?q=...&rows=100`).
    Raises NotAListError, with what the portal said if it refused.
    """
    packages = _packages(text_of(data, charset, MOST_BYTES))
    found = Gathering(url)
    portal = _portal(url)
    for package in packages:
        if not isinstance(package, dict):
            found.leave_out("not a data set")
        else:
            _read_package(package, portal, found)
        if found.full:
            break
    if packages and (following := _next(url, len(packages), found)) is not None:
        found.add(Link(following, "ckan"))
    return found.listed()


def _packages(text: str) -> list[Any]:
    try:
        answer = decoded(text)
    except ValueError:
        raise NotAListError("It is no answer of a data portal: it is not whole JSON.") from None
    if not isinstance(answer, dict):
        raise NotAListError("It is no answer of a data portal: its JSON is not an object.")
    if answer.get("success") is False:
        raise NotAListError(f"The portal refused: {_refusal(answer.get('error'))}")
    result = answer.get("result")
    packages = result.get("results") if isinstance(result, dict) else None
    if not isinstance(packages, list):
        raise NotAListError("It is no answer of package_search: there is no list of results.")
    return packages


def _refusal(error: object) -> str:
    said = error.get("message") or error.get("__type") if isinstance(error, dict) else error
    text = " ".join(str(said).split())[:200] if isinstance(said, str) else ""
    return text if text.endswith((".", "!")) else f"{text or 'it does not say why'}."


def _portal(url: str) -> str:
    """The address of the portal under which its API stands."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, parts.path.rpartition("/api/")[0], "", ""))


def _read_package(package: dict[str, Any], portal: str, found: Gathering) -> None:
    if package.get("private") is True or package.get("state") not in (None, "active"):
        found.leave_out("a data set that is private or deleted")
        return
    name = package.get("name") or package.get("id")
    if not isinstance(name, str) or not name:
        found.leave_out("a data set without a name")
        return
    when = _when(package, "metadata_modified")
    page = canonical(f"{portal}/dataset/{quote(name, safe='', errors='replace')}")
    if page is None:
        found.leave_out("the name of the data set makes no address")
        return
    found.add(Link(page, "page", when))
    resources = package.get("resources")
    for resource in resources if isinstance(resources, list) else ():
        if isinstance(resource, dict):
            _read_resource(resource, portal, when, found)


def _read_resource(
    resource: dict[str, Any], portal: str, when: str | None, found: Gathering
) -> None:
    written = resource.get("url")
    said = [resource.get(key) for key in ("mimetype", "format")]
    stated = [one for one in said if isinstance(one, str) and one.strip()]
    if not isinstance(written, str) or not any(is_document(one, written) for one in stated or [""]):
        return
    address = canonical(written, f"{portal}/")
    if address is None:
        found.leave_out("the address of a document can't be followed")
        return
    found.add(Link(address, "page", _when(resource, "last_modified", "created") or when))


def _when(described: dict[str, Any], *keys: str) -> str | None:
    values = (described.get(key) for key in keys)
    return next((date for one in values if isinstance(one, str) and (date := changed(one))), None)


def _next(url: str, came: int, found: Gathering) -> str | None:
    """The address of what follows the `came` data sets of this answer."""
    parts = urlsplit(url)
    asked = parse_qsl(parts.query, keep_blank_values=True)
    said = next((value for key, value in asked if key == "start"), "0")
    start = (int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0) + came
    if start >= MOST_ENTRIES:
        found.say(f"Only the first {MOST_ENTRIES:,} data sets of the portal were read.")
        return None
    query = urlencode(
        [(key, value) for key, value in asked if key != "start"] + [("start", str(start))]
    )
    following = canonical(urlunsplit((parts.scheme, parts.netloc, parts.path, query, "")))
    return following if following and address_key(following) != address_key(url) else None
