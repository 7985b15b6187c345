"""What a Lambda@Edge function returned that is accepted, and may not be meant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from edgeware.messages import Response

_GZIP = b"\x1f\x8b"


def of_response(output: object, made: Response) -> Iterator[str]:
    """What is doubtful in a response that a function returned and that became ``made``.

    A body that takes the place of the origin's leaves the origin's Content-Encoding as it was.
    """
    if not isinstance(output, dict) or not made.body or "body" not in output:
        return
    coding = (made.headers.get("content-encoding") or "identity").strip().lower()
    plain = output.get("bodyEncoding", "text") == "text" or (coding == "gzip" and not made.body.startswith(_GZIP))
    if plain and coding != "identity":
        yield (
            f"headers['content-encoding'] says {coding!a}, and the body is not encoded: viewers cannot read it unless "
            "the function deletes the header"
        )


def by_key(output: object) -> tuple[object, tuple[str, ...]]:
    """A result whose headers stand under the names that their ``key`` says, and a line for each that did not.

    What is malformed stays where it is, for the validation to find.
    """
    if not isinstance(output, dict) or not isinstance(output.get("headers"), dict):
        return output, ()
    headers: dict[str, Any] = {}
    doubts: list[str] = []
    for name, entries in output["headers"].items():
        if not isinstance(entries, list):
            headers[name] = entries
            continue
        headers.setdefault(name, [])
        for entry in entries:
            key = entry.get("key", name) if isinstance(entry, dict) else name
            named = key.lower() if isinstance(key, str) and key.lower() != name.lower() else name
            if named != name:
                doubts.append(f"headers[{name!a}] has the key {key!a}, which is the name that counts")
            headers.setdefault(named, []).append(entry)
    return {**output, "headers": headers}, tuple(doubts)
