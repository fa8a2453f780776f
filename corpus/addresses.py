"""Web addresses compared: two spellings of one address have one key."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit


def address_key(url: str) -> str:
    """What two addresses of one page have in common, for comparison only.

    `http` and `https`, the case of scheme and host, the port the scheme implies, a slash at
    the end, the fragment and percent-encoding make no difference (RFC 3986, section 6.2).
    An address that can't be taken apart is its own key.
    """
    text = url.strip()
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return text
    if parts.scheme not in ("http", "https") or not host:
        return text
    if port is not None and port != {"http": 80, "https": 443}[parts.scheme]:
        host += f":{port}"
    query = f"?{unquote(parts.query)}" if parts.query else ""
    return f"{host}{unquote(parts.path).rstrip('/')}{query}"
