"""Header lines as somebody types them."""

from __future__ import annotations

from edgeware.messages import Headers


def lines(text: str) -> Headers:
    """One ``Name: value`` a line; what is none is passed over, and so is what is not of ISO-8859-1."""
    pairs = (line.partition(":") for line in text.splitlines())
    named = ((name.strip(), value.strip()) for name, colon, value in pairs if colon and name.strip())
    return Headers(pair for pair in named if max(map(ord, "".join(pair))) < 256)
