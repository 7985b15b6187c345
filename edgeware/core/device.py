"""What kind of device a viewer has, by its User-Agent [adding-cloudfront-headers]."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ua_parser import PartialResult

LONGEST = 1024
"""Characters of a User-Agent that are looked at: what comes later says nothing, and costs time."""

_TV = re.compile(
    r"smart-?tv|hbbtv|(apple|google|android|opera) ?tv|\btv\b|web0s|netcast|viera|bravia|aquos|roku|crkey|"
    r"\baft[a-z0-9]",
    re.IGNORECASE,
)
_TABLET = re.compile(r"tablet|ipad|playbook|kindle|\bsilk/", re.IGNORECASE)
_MOBILE = re.compile(
    r"mobile|phone|ipod|blackberry|\bbb10\b|opera mini|opera mobi|symbian|kaios|\bmidp\b", re.IGNORECASE
)
_SYSTEMS: Mapping[str, str] = {"Android": "android", "iOS": "ios"}


class _Found(NamedTuple):
    system: str
    device: str


def devices(user_agent: str) -> frozenset[str]:
    """The kinds that are true of a viewer: of ``android``, ``desktop``, ``ios``, ``mobile``, ``smarttv``, ``tablet``.

    Several may be: an Android phone is ``android`` and ``mobile``, a tablet that calls itself mobile is both. Who is
    none of the others, such as a program or a robot, is taken for a desktop (unconfirmed).
    """
    return _devices(user_agent[:LONGEST])


@lru_cache(maxsize=1024)
def _devices(user_agent: str) -> frozenset[str]:
    found = _parsed(user_agent)
    text = f"{user_agent}\n{found.device}"
    kinds = {_SYSTEMS[found.system]} if found.system in _SYSTEMS else set()
    mobile = _MOBILE.search(text) is not None
    if _TV.search(text):
        return frozenset(kinds | {"smarttv"})
    # Android's browsers say Mobile on telephones and leave it out on tablets.
    if _TABLET.search(text) or (found.system == "Android" and not mobile):
        kinds.add("tablet")
    elif found.system == "iOS":
        kinds.add("mobile")  # an application's own User-Agent does not say more
    if mobile:
        kinds.add("mobile")
    return frozenset(kinds or {"desktop"})


def _parsed(user_agent: str) -> _Found:
    result = _parser()(user_agent)
    return _Found(result.os.family if result.os else "", result.device.family if result.device else "")


@lru_cache(maxsize=1)
def _parser() -> Callable[[str], PartialResult]:
    # A fifth of a second to import, and only where a behavior asks for a device.
    from ua_parser import Domain, Parser
    from ua_parser.basic import Resolver
    from ua_parser.loaders import load_lazy_builtins

    parse = Parser(Resolver(load_lazy_builtins()))
    return lambda user_agent: parse(user_agent, Domain.OS | Domain.DEVICE)
