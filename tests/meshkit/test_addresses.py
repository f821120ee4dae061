"""Which addresses are public."""

from ipaddress import ip_address

import pytest

from meshkit.addresses import is_public, is_this_host, looks_numeric

PUBLIC = [
    "1.1.1.1",
    "93.184.216.34",
    "2606:4700::1111",
    "::ffff:1.1.1.1",
    "64:ff9b::101:101",
    "2002:101:101::1",
]
PRIVATE = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "192.0.0.1",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:a9fe:a9fe",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
    "64:ff9b:1::1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "2001:0:7f00:1::",
    "2001:0:4136:e378:8000:63bf:80ff:fffe",
    "2001:db8::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%1",
    "2606:4700::1111%1",
    "fec0::1",
    "ff02::1",
    "100::1",
    "5f00::1",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_public(address: str) -> None:
    """Globally reachable unicast, plain or embedded."""
    assert is_public(ip_address(address))


@pytest.mark.parametrize("address", PRIVATE)
def test_not_public(address: str) -> None:
    """Everything else, however it is wrapped."""
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "host", ["127.1", "2130706433", "0x7f000001", "0x7f.1", "017700000001", "1.2.3.0x", "1."]
)
def test_numbers(host: str) -> None:
    """Hosts that some resolvers read as IPv4 numbers."""
    assert looks_numeric(host)


@pytest.mark.parametrize("host", ["example.org", "1.example", "0x7f.example", "a1", "xn--0x7f"])
def test_names(host: str) -> None:
    """Ordinary names."""
    assert not looks_numeric(host)


@pytest.mark.parametrize(
    "target", ["127.0.0.1:8101", "127.9.9.9:1", "localhost:8101", "LOCALHOST:1", "[::1]:8101"]
)
def test_this_host(target: str) -> None:
    """Loopback addresses, and the one name for them."""
    assert is_this_host(target)


@pytest.mark.parametrize(
    "target", ["triton:8001", "10.0.0.1:8001", "[fd00::1]:8001", "localhost.example:1", "", ":1"]
)
def test_another_host(target: str) -> None:
    """Everything else, what is no target included."""
    assert not is_this_host(target)
