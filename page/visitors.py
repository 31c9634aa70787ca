"""Who a visitor is: a cookie that only the page makes, an address, and the sessions that are this visitor's."""

import hmac
import ipaddress
import re
import secrets
from collections import OrderedDict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

SESSIONS = 16
"""Sessions (tabs, reloads) that are kept of one visitor; what is at work in others is let end, and then forgotten."""
ALL_SESSIONS = 4_000

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

    `"2001:db8::1"` → `"2001:db8::/64"`
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
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
        self._of: dict[str, OrderedDict[str, None]] = {}

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
            self._make_room(owner.visitor, busy)
            self._owners[session] = owner
        self._owners.move_to_end(session)
        mine = self._of.setdefault(owner.visitor, OrderedDict())
        mine[session] = None
        mine.move_to_end(session)
        return True

    def _make_room(self, visitor: str, busy: Collection[str]) -> None:
        mine = self._of.get(visitor, ())
        if len(mine) >= SESSIONS:
            self._drop(mine, busy)
        if len(self._owners) >= ALL_SESSIONS:
            self._drop(self._owners, busy)

    def _drop(self, among: Collection[str], busy: Collection[str]) -> None:
        session = next((session for session in among if session not in busy), None)
        if session is None:
            return
        visitor = self._owners.pop(session).visitor
        self._of[visitor].pop(session, None)
        if not self._of[visitor]:
            del self._of[visitor]
        self._forget(session)
