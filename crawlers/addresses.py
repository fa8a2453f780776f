"""One address for one page: what is visited, and under which name a host is asked.

As browsers read addresses (https://url.spec.whatwg.org), spelled as RFC 3986, section 6.2
says, without what says who asks (sessions) or where they came from (tracking).
"""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from typing import Final
from urllib.parse import SplitResult, urlsplit

import idna

from crawlers.percent_encoding import PercentEncoding

LONGEST: Final = 2_000
"""Characters of an address; longer ones are made by machines for machines."""

_PORTS: Final = {"http": 80, "https": 443}
_OTHER_TRADES: Final = frozenset(
    {
        *(1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95),
        *(101, 102, 103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161),
        *(179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563),
        *(587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060),
        *(5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080),
    }
)
"""Ports that browsers don't visit, as something else than a web server listens there
(https://fetch.spec.whatwg.org/#port-blocking)."""

_MOST_KNOWN: Final = 10_000
_LONGEST_KNOWN: Final = 300
"""Addresses whose canonical form is remembered, and how long they may be: the menus of a site
are on all its pages. Some 4 MB."""
_WHOLE: Final = re.compile(r"https?://[a-z0-9]", re.IGNORECASE)

_AROUND: Final = "".join(map(chr, range(0x21)))
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_AUTHORITY: Final = re.compile(r"(?:\[[^\[\]@]*\]|[^\[\]@:]+)(?::\d*)?")
"""Without a user name."""
_LABEL: Final = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_NUMBER: Final = re.compile(r"0x[0-9a-f]*|[0-9]+")
_PORT: Final = re.compile(r":[0-9]+\Z")
"""After a host; within brackets a colon stands for another thing."""
_DOTS: Final = re.compile(r"/\.{1,2}(?=/|$)")

_path: Final = PercentEncoding(b"/:@!$&'()*+,;=")
_parameter: Final = PercentEncoding(b"/?:@!$'()*+,;=")

_PATH_SESSION: Final = re.compile(
    r";(?:jsessionid|phpsessid|sessionid|sid|cfid|cftoken)=[^/;]*"
    # ASP.NET without cookies: /(S(lit3py55t21z5v55vlm25s55))/
    r"|/\([A-Z]\([A-Za-z0-9]{16,}\)\)(?=/)",
    re.IGNORECASE,
)
_SESSION: Final = re.compile(
    r"(?:phpsessid|jsessionid|aspsessionid\w*|cfid|cftoken|oscsid|zenid)(?:=.*)?"
    # Names that others use for their own: only with a value that looks like a session's.
    r"|(?:sid|session|sessid|sessionid|session_id)=(?=\D*\d)[a-z0-9,-]{16,}",
    re.IGNORECASE,
)
_TRACKING: Final = re.compile(
    r"(?:utm_\w+|mtm_\w+|matomo_\w+|pk_(?:campaign|kwd|source|medium|content|cid)|piwik_\w+"
    r"|at_(?:medium|campaign|custom\d?|link|format)|_t_(?:id|uuid|q|tags|ip|hit\.id|hit\.pos)"
    r"|fbclid|fb_(?:action_ids|action_types|ref|source)|mibextid|igshid|igsh|gclid|gclsrc|dclid"
    r"|gbraid|wbraid|gad_source|srsltid|_ga|_gl|msclkid|yclid|ysclid|_openstat|twclid|ttclid"
    r"|li_fat_id|epik|mc_[ce]id|mkt_tok|_hs(?:enc|mi)|hsctatracking|vero_(?:id|conv)"
    r"|oly_(?:enc|anon)_id|s_cid|wickedid|rb_clickid|xtor|wt\.mc_id|guccounter"
    r"|guce_referrer(?:_sig)?)(?:=.*)?",
    re.IGNORECASE,
)

_ASSET: Final = re.compile(
    r"\.(?:css|js|mjs|map|woff2?|ttf|otf|eot"
    r"|png|jpe?g|jpe|jfif|gif|webp|avif|heic|svgz?|ico|bmp|tiff?|psd|eps|ai"
    r"|mp[34]|m4[av]|aac|og[agv]|opus|wav|flac|wma|webm|mov|avi|mkv|mpe?g|wmv|flv|m3u8?"
    r"|zip|rar|7z|tar|tgz|tbz2?|txz|bz2|xz|zst|tar\.gz"
    r"|exe|msi|dmg|iso|apk|deb|rpm|jar|bin|swf|torrent|ics|vcf)\Z",
    re.IGNORECASE,
)


def canonical(url: str, base: str | None = None) -> str | None:
    """The one address of a page, of ASCII characters; None for what can't be visited.

    `url` may be relative where `base`, an absolute address, is given. Scheme and host come in
    small letters, names in other scripts as IDNA says, numbers of IPv4 in their usual form,
    without the usual port; without fragment, dot segments, session ids and tracking; parameters
    stay in their order. Refused are other schemes, user names, ports of other trades, control
    characters and more than `LONGEST` characters. The canonical form of one is itself.
    """
    if len(url) <= _LONGEST_KNOWN and _WHOLE.match(url):
        return _canonical_whole(url)
    return _canonical(url, base)


def _canonical(url: str, base: str | None) -> str | None:
    text = url.strip(_AROUND)
    if len(text) > 4 * LONGEST:
        return None
    text = re.sub(r"[\t\r\n]", "", text)
    if _CONTROL.search(text):
        return None
    text = text.partition("#")[0]
    place, mark, query = text.partition("?")
    text = place.replace("\\", "/") + mark + query
    try:
        parts = urlsplit(text) if base is None else _resolved(text, urlsplit(base))
        port = parts.port
        host = _host(parts.hostname or "") if _AUTHORITY.fullmatch(parts.netloc) else None
        path = _path(parts.path.encode())
        query = "&".join(_parameter(one.encode()) for one in parts.query.split("&") if one)
    except (ValueError, UnicodeError):
        return None
    scheme = parts.scheme
    if scheme not in _PORTS or host is None:
        return None
    if port is not None and (port == 0 or port in _OTHER_TRADES):
        return None
    authority = host if port in (None, _PORTS[scheme]) else f"{host}:{port}"
    path = _without_dots(_PATH_SESSION.sub("", path))
    query = "&".join(one for one in query.split("&") if not _is_of_the_asker(one))
    found = f"{scheme}://{authority}{path}{'?' if query else ''}{query}"
    return found if len(found) <= LONGEST else None


@lru_cache(maxsize=_MOST_KNOWN)
def _canonical_whole(url: str) -> str | None:
    """Of an address that has scheme and host, which is the same wherever it stands."""
    return _canonical(url, None)


def host_of(url: str) -> str:
    """The host of a canonical address, whatever its port: what is asked one thing at a time.

    Else a page that redirects to all ports of a host would have us ask it on all of them at once.
    Raises ValueError for an address without host.
    """
    host = urlsplit(url).netloc
    if not host:
        raise ValueError(f"{url!r} has no host")
    return _PORT.sub("", host)


def origin_of(url: str) -> str:
    """Scheme, host and port if unusual of a canonical address: what one robots.txt is for.

    Raises ValueError for an address without host.
    """
    parts = urlsplit(url)
    if not parts.netloc:
        raise ValueError(f"{url!r} has no host")
    return f"{parts.scheme}://{parts.netloc}"


def is_asset(url: str) -> bool:
    """Whether a path ends as those of pictures, scripts, archives, sound and programs do: no
    documents to read."""
    return _ASSET.search(urlsplit(url).path) is not None


def _resolved(text: str, base: SplitResult) -> SplitResult:
    """An address from where it stands (RFC 3986, section 5.2.2), dot segments left in;
    `urljoin` loses a `;` at the end."""
    parts = urlsplit(text)
    if parts.netloc or parts.scheme not in ("", base.scheme):
        return parts._replace(scheme=parts.scheme or base.scheme)
    if parts.path.startswith("/"):
        path = parts.path
    elif parts.path:
        path = f"{base.path.rpartition('/')[0]}/{parts.path}"
    else:
        path = base.path
    query = parts.query if parts.path or "?" in text else base.query
    return SplitResult(base.scheme, base.netloc, path, query, "")


def _is_of_the_asker(parameter: str) -> bool:
    return bool(_TRACKING.fullmatch(parameter) or _SESSION.fullmatch(parameter))


def _without_dots(path: str) -> str:
    """RFC 3986, section 5.2.4."""
    if not _DOTS.search(path):
        return path or "/"
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            kept = kept[:-1]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def _host(name: str) -> str | None:
    """A host in the one form it has, None for what is none."""
    if ":" in name:
        return f"[{ipaddress.IPv6Address(name).compressed}]" if "%" not in name else None
    if len(name) > 253:
        return None
    if not name.isascii():
        # IDNAError is a UnicodeError.
        name = idna.encode(name, uts46=True).decode("ascii")
    name = name.lower().removesuffix(".")
    labels = name.split(".")
    if len(name) > 253 or not all(map(_LABEL.fullmatch, labels)):
        return None
    return _ipv4(labels) if _NUMBER.fullmatch(labels[-1]) else name


def _ipv4(labels: list[str]) -> str | None:
    """Numbers as browsers read them: 1 to 4, hexadecimal and octal too, the last filling up
    (https://url.spec.whatwg.org/#concept-ipv4-parser)."""
    if len(labels) > 4 or not all(map(_NUMBER.fullmatch, labels)):
        return None
    numbers = [_number(label) for label in labels]
    *first, last = numbers
    if any(number > 255 for number in first) or last >= 256 ** (5 - len(numbers)):
        return None
    whole = last
    for place, number in enumerate(first):
        whole += number * 256 ** (3 - place)
    return str(ipaddress.IPv4Address(whole))


def _number(label: str) -> int:
    """Raises ValueError for a 9 in an octal number."""
    if label.startswith("0x"):
        return int(label[2:] or "0", 16)
    return int(label, 8 if label.startswith("0") else 10)
