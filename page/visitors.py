"""Who a visitor is: a cookie that only the page makes, an address, and the sessions that are this visitor's."""

import hmac
import ipaddress
import re
import secrets
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

SESSIONS = 16
"""Sessions (tabs, reloads) that are kept of one visitor; the one unused for longest is forgotten for a new one."""
SESSIONS_OF_ADDRESS = 640
SESSIONS_OF_ALL = 1_900
"""Fewer than the 2,000 for which gradio keeps messages, so that it never drops those of a session that is in use."""

_SESSION = re.compile(r"[A-Za-z0-9]{1,64}")


class Cookies:
    """Makes the values of visitors' cookies and knows them again, without keeping any: each carries its own seal."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def new(self) -> str:
        """A value for a visitor who has none."""
        visitor = secrets.token_hex(16)
        return f"{visitor}.{self._seal(visitor)}"

    def visitor(self, value: str) -> str:
        """The visitor whose cookie this is, or an empty string when it was not made here."""
        visitor, _, seal = value.partition(".")
        return visitor if hmac.compare_digest(seal.encode(), self._seal(visitor).encode()) else ""

    def _seal(self, visitor: str) -> str:
        return hmac.new(self._key, visitor.encode(), "sha256").hexdigest()


def visitor_of(request: Any) -> str:
    """The visitor who made a request that the page's functions are given, or an empty string when nobody is known."""
    return str(getattr(getattr(request, "state", None), "visitor", "") or "")


def network(address: str) -> str:
    """What counts as one address: an IPv4 address, or the /64 that one household or machine has of IPv6.

    `"2001:db8::1"` → `"2001:db8::/64"`. What loopback has (16 million) is one: `"127.9.9.9"` → `"127.0.0.1"`.
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    plain = getattr(found, "ipv4_mapped", None) or found
    if plain.is_loopback:
        return "127.0.0.1"
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    return str(found.ipv4_mapped or ipaddress.ip_network((found, 64), strict=False))


@dataclass(frozen=True)
class Owner:
    """Whose a session is, and from where it was begun."""

    visitor: str
    address: str


class Sessions:
    """Which session is whose: it belongs to the visitor who named it first."""

    def __init__(self, forget: Callable[[str], None]) -> None:
        self._forget = forget
        self._owners: OrderedDict[str, Owner] = OrderedDict()
        self._of: defaultdict[str, OrderedDict[str, Owner]] = defaultdict(OrderedDict)

    def __len__(self) -> int:
        return len(self._owners)

    def owner(self, session: str) -> Owner | None:
        """Whose it is, or None."""
        return self._owners.get(session)

    def belongs(self, session: str, owner: Owner, busy: Collection[str] = ()) -> bool:
        """Whether the session is this visitor's; one that nobody has becomes so. Busy ones are never forgotten."""
        if not _SESSION.fullmatch(session):
            return False
        known = self._owners.get(session)
        if known and known.visitor != owner.visitor:
            return False
        if not known:
            self._make_room(owner, busy)
            known = self._owners[session] = owner
        for kept in (self._owners, self._of[f"visitor {known.visitor}"], self._of[f"address {known.address}"]):
            kept.setdefault(session, known)
            kept.move_to_end(session)
        return True

    def _make_room(self, owner: Owner, busy: Collection[str]) -> None:
        mine, shared = self._of[f"visitor {owner.visitor}"], self._of[f"address {owner.address}"]
        for kept, most in ((mine, SESSIONS), (shared, SESSIONS_OF_ADDRESS), (self._owners, SESSIONS_OF_ALL)):
            idle = next((session for session in kept if session not in busy), None) if len(kept) >= most else None
            if idle is not None:
                self._drop(idle)

    def _drop(self, session: str) -> None:
        owner = self._owners.pop(session)
        for name in (f"visitor {owner.visitor}", f"address {owner.address}"):
            self._of[name].pop(session, None)
            if not self._of[name]:
                del self._of[name]
        self._forget(session)
