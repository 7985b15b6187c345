"""What an invalidation may name: paths, and the tags that an origin gives its objects [Invalidation]."""

from __future__ import annotations

import re
from collections.abc import Sequence

from edgeware.exceptions import UsageError
from edgeware.messages import Headers

MAX_PATH_LENGTH = 4000
MAX_TAG_LENGTH = 256
MAX_TAGS = 50
"""Tags of one object; those after the fiftieth count for nothing (unconfirmed)."""

# What has to be percent-encoded in a path: all that is not ASCII, and RFC 1738's unsafe characters.
_UNSAFE = re.compile(r'[^!-~]|[<>"{}|\\^`\[\]]')
_TAG = re.compile(r"[!-+\--~]{1,256}")  # printable, without the comma that separates them


def checked(items: Sequence[str]) -> tuple[str, ...]:
    """Paths as they are, tags in lower case. UsageError names what CloudFront refuses."""
    if not items:
        raise UsageError("an invalidation names no path: CloudFront wants one at least (InvalidArgument)")
    return tuple(_tag(item) if item.startswith("#") else _path(item) for item in items)


def cache_tags(header: str | None, headers: Headers) -> tuple[str, ...]:
    """The tags that a response carries in the distribution's tag header; what is no tag is left out."""
    value = None if header is None else headers.joined(header)
    if value is None:
        return ()
    named = dict.fromkeys(tag.strip().lower() for tag in value.split(","))
    return tuple(tag for tag in named if _TAG.fullmatch(tag))[:MAX_TAGS]


def _path(path: str) -> str:
    why = _refusal(path)
    if why is not None:
        raise UsageError(f"invalidation path {path[:80]!r}: {why} (InvalidArgument)")
    return path


def _refusal(path: str) -> str | None:
    if not path.startswith("/"):
        return "CloudFront wants a path that begins with /, or # and a cache tag"
    if len(path) > MAX_PATH_LENGTH:
        return f"it has {len(path)} characters, and CloudFront takes {MAX_PATH_LENGTH} at most"
    if "~" in path or "%7e" in path.lower():
        return "CloudFront does not take ~ in one, encoded or not; end the path with * before it"
    unsafe = _UNSAFE.search(path)
    return f"{unsafe[0]!r} has to be percent-encoded, as in the request" if unsafe else None


def _tag(item: str) -> str:
    tag = item[1:].strip()
    if not _TAG.fullmatch(tag):
        raise UsageError(
            f"cache tag {tag[:80]!r}: CloudFront takes 1 to {MAX_TAG_LENGTH} printable characters of ASCII, "
            "no space and no comma (InvalidArgument)"
        )
    if tag.endswith("*"):
        raise UsageError(f"cache tag {tag!r}: a tag has no wildcard; name each tag (InvalidArgument)")
    return f"#{tag.lower()}"
