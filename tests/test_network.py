"""No request goes to a private network."""

from __future__ import annotations

import asyncio
import ipaddress
import socket

import aiohttp
import pytest
import yarl
from aiohttp.abc import AbstractResolver, ResolveResult
from hypothesis import given
from hypothesis import strategies as st

from crawlers.network import GuardedResolver, PrivateAddress, check_literal, is_public


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8",
        "1.1.1.1",
        "100.63.255.255",
        "172.32.0.1",
        "192.169.0.1",
        "223.255.255.254",
        "2606:4700:4700::1111",
        "2001:4860:4860::8888",
        "2a01:4f8::1",
        "::ffff:8.8.8.8",
        "64:ff9b::8.8.8.8",
        "2002:808:808::1",
    ],
)
def test_public_addresses(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        *("0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.255.255.254"),  # noqa: S104
        *("169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.9", "192.0.2.1"),
        *("192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1"),
        *("224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255"),
        *("::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:0:127.0.0.1"),
        *("64:ff9b::127.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b:1::8.8.8.8", "100::1"),
        *("2001::1", "2001:db8::1", "2002:7f00:1::1", "2002:a00:1::1", "3fff::1", "4000::1"),
        *("fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1"),
        *("2606:4700::1%eth0", "", "localhost", "8.8.8", "08.8.8.8", "0x8.8.8.8", "8.8.8.8 "),
    ],
)
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(address)


@given(st.ip_addresses(v=4))
def test_wrapping_an_address_does_not_make_it_public(address: ipaddress.IPv4Address) -> None:
    number = int(address)
    public = is_public(str(address))
    for wrapped in (0xFFFF << 32 | number, 0x64FF9B << 96 | number, (0x2002 << 32 | number) << 80):
        assert is_public(str(ipaddress.IPv6Address(wrapped))) is public
    assert not (public and address.is_private)


@given(st.text() | st.ip_addresses().map(str))
def test_nothing_makes_it_fail(text: str) -> None:
    assert is_public(text) in (True, False)


class Names(AbstractResolver):
    """Names and their addresses, as a test gives them; asked one after the other."""

    def __init__(self, **addresses: list[str]) -> None:
        self.addresses = addresses
        self.closed = False

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=0)
            for address in self.addresses[host.partition(".")[0].lower()]
        ]

    async def close(self) -> None:
        self.closed = True


def resolved(resolver: GuardedResolver, host: str) -> list[str]:
    found = asyncio.run(resolver.resolve(host, 443, socket.AF_UNSPEC))
    assert all(result["port"] == 443 for result in found)
    return [result["host"] for result in found]


def test_private_addresses_are_left_out() -> None:
    resolver = GuardedResolver(inner=Names(city=["10.0.0.1", "8.8.8.8", "::1", "2606:4700::1"]))
    assert resolved(resolver, "city.example") == ["8.8.8.8", "2606:4700::1"]


def test_a_host_with_private_addresses_only_is_named() -> None:
    resolver = GuardedResolver(inner=Names(city=["192.168.1.1", "127.0.0.1"]))
    with pytest.raises(PrivateAddress, match=r"city\.example is at 192\.168\.1\.1") as caught:
        resolved(resolver, "city.example")
    assert caught.value.host == "city.example"
    assert caught.value.address == "192.168.1.1"
    assert isinstance(caught.value, OSError)


def test_a_host_may_be_private_by_name() -> None:
    names = Names(inside=["10.0.0.1"], www=["10.0.0.2"])
    resolver = GuardedResolver(["Inside.example"], names)
    assert resolved(resolver, "inside.example.") == ["10.0.0.1"]
    with pytest.raises(PrivateAddress):
        resolved(resolver, "www.inside.example")


def test_each_answer_is_checked_anew() -> None:
    names = Names(city=["8.8.8.8"])
    resolver = GuardedResolver(inner=names)
    assert resolved(resolver, "city.example") == ["8.8.8.8"]
    names.addresses["city"] = ["127.0.0.1"]
    with pytest.raises(PrivateAddress):
        resolved(resolver, "city.example")


def test_closing_closes_the_inner_one() -> None:
    names = Names()
    asyncio.run(GuardedResolver(inner=names).close())
    assert names.closed
    asyncio.run(GuardedResolver().close())


def test_the_system_is_asked_where_no_other_is_given() -> None:
    with pytest.raises(PrivateAddress):
        asyncio.run(GuardedResolver().resolve("localhost", 80))


def asked(host: str) -> None:
    """Have aiohttp ask a host whose name, whatever it is, resolves to loopback."""
    names = Names(**{host.partition(".")[0]: ["127.0.0.1"]})

    async def ask() -> None:
        connector = aiohttp.TCPConnector(resolver=GuardedResolver(inner=names))
        async with aiohttp.ClientSession(connector=connector) as session:
            await session.get(yarl.URL(f"http://{host}:8110/", encoded=True))

    asyncio.run(ask())


@pytest.mark.parametrize("host", ["city.example", "0x7f.1"])
def test_aiohttp_connects_to_nothing_else_than_the_resolver_gave(host: str) -> None:
    with pytest.raises(aiohttp.ClientConnectorDNSError) as caught:
        asked(host)
    assert isinstance(caught.value.os_error, PrivateAddress)


@pytest.mark.parametrize("host", ["2130706433", "0177.1", "127.1"])
def test_aiohttp_refuses_numbers_in_other_forms_than_the_usual(host: str) -> None:
    with pytest.raises(aiohttp.InvalidUrlClientError):
        asked(host)


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "::1", "10.0.0.1", "[::ffff:10.0.0.1]"])
def test_a_literal_private_address_is_refused(host: str) -> None:
    with pytest.raises(PrivateAddress):
        check_literal(host)
    check_literal(host, [host])
    check_literal(host, [host.strip("[]")])


@pytest.mark.parametrize("host", ["8.8.8.8", "[2606:4700::1]", "city.example", "localhost"])
def test_public_literals_and_names_pass(host: str) -> None:
    check_literal(host)
