"""Which network addresses an outsider may make us connect to."""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address

# RFC 4291: the only IPv6 block from which global unicast addresses are assigned.
GLOBAL_UNICAST = IPv6Network("2000::/3")
# RFC 6052: an IPv4 address behind a translator lies in the last four bytes.
NAT64 = IPv6Network("64:ff9b::/96")
# RFC 7526: deprecated relay anycast, routed to whoever announces it.
RELAY_6TO4 = IPv4Network("192.88.99.0/24")


def parse_address(host: str) -> Address | None:
    """The address that a host literally is, or None for a name."""
    try:
        return ip_address(host)
    except ValueError:
        return None


def looks_numeric(host: str) -> bool:
    """True for a host that resolvers may read as an IPv4 number (`127.1`, `0x7f000001`, `2130706433`).

    The rule is the WHATWG URL standard's "ends in a number" check.
    """
    last = host.rstrip(".").rpartition(".")[2].lower()
    hexadecimal = last.startswith("0x") and all(digit in "0123456789abcdef" for digit in last[2:])
    return last.isdigit() or hexadecimal


def embedded(address: IPv6Address) -> Iterator[IPv4Address]:
    """The IPv4 addresses that packets to an IPv6 address may reach."""
    if address.ipv4_mapped:
        yield address.ipv4_mapped
    if address.sixtofour:
        yield address.sixtofour
    if address.teredo:
        yield from address.teredo
    if address in NAT64:
        yield IPv4Address(int(address) & 0xFFFFFFFF)


def is_public(address: Address) -> bool:
    """True when an address, and every address embedded in it, is globally reachable unicast."""
    if isinstance(address, IPv4Address):
        special = address.is_multicast or address.is_reserved or address in RELAY_6TO4
        return address.is_global and not special
    if address.scope_id is not None:
        return False
    inner = list(embedded(address))
    if inner:
        return all(is_public(one) for one in inner)
    return address in GLOBAL_UNICAST and address.is_global


def is_this_host(target: str) -> bool:
    """True when the host of a `host:port` (`[host]:port` for IPv6) is a loopback address or `localhost`."""
    host = target.rpartition(":")[0].strip("[]").lower()
    address = parse_address(host)
    return host == "localhost" if address is None else address.is_loopback
