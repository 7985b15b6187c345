"""Cache-Control and HTTP dates, as an origin writes them (RFC 9111 section 5.2, RFC 9110 section 5.6.7)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from werkzeug.http import parse_date

from edgeware.messages import Headers

_QUOTED = r'"(?:[^"\\]|\\.)*"'
_DIRECTIVE = re.compile(rf'{_QUOTED}|([^\s,;="]+)\s*(?:=\s*({_QUOTED}|[^\s,]*))?')


# werkzeug.http.parse_cache_control_header keeps the last of duplicates, minds case and gives up on an open quote.
def cache_control(headers: Headers) -> Mapping[str, str | None]:
    """The directives of all Cache-Control lines, names in lower case, values without quotes, the first of duplicates.

    None is the value of a directive that has none.
    """
    directives: dict[str, str | None] = {}
    for found in _DIRECTIVE.finditer(headers.joined("cache-control") or ""):
        if found[1] is None:  # text in quotes where a name should be
            continue
        name, value = found[1].lower(), found[2]
        directives.setdefault(name, value.strip('"') if value else None)
    return directives


def http_date(value: str | None) -> float | None:
    """An HTTP date (RFC 9110 section 5.6.7) in seconds since the epoch, or None for what is none."""
    try:
        date = parse_date(value)
    except OverflowError:  # werkzeug lets this one through, for a time zone of very many digits
        return None
    return None if date is None else date.timestamp()
