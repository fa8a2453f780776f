"""No request goes to a private network: addresses are checked after names are resolved.

What the resolver returns is what is connected to, so that a name that resolves to something
else a moment later (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Collection
from typing import Final

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
_UNICAST: Final = ipaddress.IPv6Network("2000::/3")
"""All IPv6 addresses that are given to hosts of the internet (IANA)."""
_KEPT_BACK: Final = tuple(
    map(
        ipaddress.ip_network,
        # Not of everybody's, whatever a version of Python holds: IANA's registries of
        # special-purpose addresses.
        (
            *("100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "240.0.0.0/4"),
            *("2001::/23", "2001:db8::/32", "3fff::/20"),
        ),
    )
)


class PrivateAddress(OSError):  # noqa: N818 - says what was met
    """A host is, or resolves to, an address of a private network."""

    def __init__(self, host: str, address: str) -> None:
        super().__init__(
            f"{host} is at {address}, which is no public address. If it is meant to be crawled, "
            "name it under `private` in its source file."
        )
        self.host = host
        self.address = address


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet.

    Private, loopback, link-local, multicast, shared (RFC 6598), reserved and documentation
    addresses are not, nor IPv6 addresses that wrap one of these (IPv4-mapped, 6to4, NAT64), nor
    what is no address.
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        if found.scope_id is not None:
            return False
        if (wrapped := _wrapped(found)) is not None:
            return is_public(str(wrapped))
        if found not in _UNICAST:
            return False
    return (
        found.is_global
        and not found.is_multicast
        and not found.is_reserved
        and not any(found in kept for kept in _KEPT_BACK if kept.version == found.version)
    )


def _wrapped(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour


def check_literal(host: str, private: Collection[str] = ()) -> None:
    """Refuse an IP address as a host: those never reach a resolver.

    `host` is the host of an address, with brackets or without; names pass. `private` are hosts
    that may be in a private network. Raises PrivateAddress.
    """
    address = host.removeprefix("[").removesuffix("]")
    try:
        ipaddress.ip_address(address)
    except ValueError:
        return
    if not is_public(address) and not {host, address} & set(private):
        raise PrivateAddress(host, address)


class GuardedResolver(AbstractResolver):
    """A resolver that leaves out private addresses, but for the hosts named in `private`.

    `inner` resolves names, that of the system where none is given.
    """

    def __init__(
        self, private: Collection[str] = (), inner: AbstractResolver | None = None
    ) -> None:
        self._private = frozenset(map(_name, private))
        self._inner = inner

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The public addresses of a host; raises PrivateAddress where it has no other."""
        if self._inner is None:
            self._inner = ThreadedResolver()
        found = await self._inner.resolve(host, port, family)
        if _name(host) in self._private:
            return found
        public = [result for result in found if is_public(result["host"])]
        if found and not public:
            raise PrivateAddress(host, found[0]["host"])
        return public

    async def close(self) -> None:
        """Close the resolver this one asks."""
        if self._inner is not None:
            await self._inner.close()


def _name(host: str) -> str:
    return host.lower().removesuffix(".")
