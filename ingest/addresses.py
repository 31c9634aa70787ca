"""Which network addresses are public. Pure."""

import ipaddress

_PUBLIC_6 = ipaddress.IPv6Network("2000::/3")
_SPECIAL_6 = tuple(
    ipaddress.IPv6Network(block)
    for block in (
        "2001::/23",  # assigned to protocols: Teredo, which carries an IPv4 address, benchmarks, ORCHID
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4, which carries an IPv4 address
        "2620:4f:8000::/48",  # answers to look-ups of private addresses
        "3fff::/20",  # documentation
    )
)
_SPECIAL_4 = tuple(
    ipaddress.IPv4Network(block)
    for block in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # behind a provider's translation
        "127.0.0.0/8",  # this machine
        "169.254.0.0/16",  # link-local, and the metadata of clouds
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # assigned to protocols
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # answers to look-ups of private addresses
        "192.52.193.0/24",  # multicast relays
        "192.88.99.0/24",  # relays of 6to4
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # answers to look-ups of private addresses
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/3",  # multicast, reserved, broadcast
    )
)


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public network: `"8.8.8.8"` → True, `"::1"` → False.

    What is not known to be public is not: of IPv6 only the blocks that are given to users, and an IPv4 address that is
    carried in an IPv6 one is judged where it is mapped (`::ffff:8.8.8.8`), refused where it is translated or tunnelled.
    The blocks are those of the IANA special-purpose address registries.
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        if found.scope_id:
            return False
        if found.ipv4_mapped is None:
            return found in _PUBLIC_6 and not any(found in block for block in _SPECIAL_6)
        found = found.ipv4_mapped
    return not any(found in block for block in _SPECIAL_4)
