"""The policy of a signed URL or of signed cookies: when, from where and for what it holds [private-content-*]."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from edgeware.core.selection import glob

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedPolicy:
    """The one statement of a policy. Times are seconds since the epoch."""

    resource: str | None
    """None: any URL."""
    before: int
    after: int | None = None
    source: Network | None = None

    def objection(self, url: str, address: str, now: float) -> str | None:
        """Why it does not let a request pass, for people; None where it does."""
        if now >= self.before:
            return f"it expired at {self.before}, and now it is {now:.0f}"
        if self.after is not None and now <= self.after:
            return f"it holds from {self.after} on, and now it is {now:.0f}"
        if self.source is not None and not _comes_from(self.source, address):
            return f"it is for viewers from {self.source}, and this one comes from {address}"
        if self.resource is not None and not matches(self.resource, url):
            return f"it is for {self.resource}, and the viewer asked for {url}"
        return None


def parsed(text: bytes) -> SignedPolicy:
    """A custom policy. Raises ValueError, with a reason for people, for what is none."""
    try:
        statement = _only(json.loads(text)["Statement"])
        condition = statement["Condition"]
        resource = statement.get("Resource")
        source = condition.get("IpAddress")
        policy = SignedPolicy(
            resource=None if resource is None else _text(resource),
            before=_time(condition["DateLessThan"]),
            after=_time(condition["DateGreaterThan"]) if "DateGreaterThan" in condition else None,
            source=None if source is None else ipaddress.ip_network(_text(source["AWS:SourceIp"]), strict=False),
        )
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError("the policy lacks a part or has one in the wrong place") from error
    return policy


def _only(statements: Any) -> Any:
    if not isinstance(statements, list) or len(statements) != 1:
        raise ValueError("a policy has one statement")
    return statements[0]


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("a text is something else")
    return value


def _time(condition: Any) -> int:
    value = condition["AWS:EpochTime"]
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("a time is no whole number of seconds")
    return value


def _comes_from(source: Network, address: str) -> bool:
    if source.prefixlen == 0:
        return True  # 0.0.0.0/0 means anybody, of IPv6 too
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    return (getattr(ip, "ipv4_mapped", None) or ip) in source


# --- resources ------------------------------------------------------------------------------------------------------


def matches(resource: str, url: str) -> bool:
    """Whether a policy's resource takes a URL: section by section, ``*`` and ``?`` wild inside each.

    ``*`` alone takes everything; a ``*`` in front stands for the protocol too; one at the end of the domain takes path
    and query string along, one at the end of the path the query string. The ``?`` before a query string may be escaped.
    """
    if resource == "*":
        return True
    scheme, _, rest = url.partition("://")
    domain, path, query = _sections(rest)
    wanted, separator, pattern = resource.partition("://")
    if not separator:
        wanted, pattern = "*", resource
        if not resource.startswith("*"):
            return False
    host, slash, tail = pattern.partition("/")
    if not glob(wanted.lower()).match(scheme.lower()) or not glob(host.lower()).match(domain.lower()):
        return False
    if not slash:
        return host.endswith("*") or (path == "/" and query is None)
    return any(_takes(*split, path, query) for split in _splits(slash + tail))


def _sections(rest: str) -> tuple[str, str, str | None]:
    before, question, query = rest.partition("?")
    domain, slash, path = before.partition("/")
    return domain, slash + path, query if question else None


def _splits(pattern: str) -> Iterator[tuple[str, str | None]]:
    """The ways to read a pattern as path and query string: a bare ``?`` may be wild, or what separates the two."""
    path, escaped, query = pattern.partition("\\?")
    if escaped:
        yield path, query
        return
    yield pattern, None
    for place, character in enumerate(pattern):
        if character == "?":
            yield pattern[:place], pattern[place + 1 :]


def _takes(path_pattern: str, query_pattern: str | None, path: str, query: str | None) -> bool:
    if not glob(path_pattern).match(path):
        return False
    if query_pattern is None:
        return query is None or path_pattern.endswith("*")
    return query is not None and glob(query_pattern).match(query) is not None
