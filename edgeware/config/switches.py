"""What AWS's pages leave open, each with what edgeware does, and a switch for who knows better."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

KeyPath: TypeAlias = Literal["raw", "normalized"]
StaleCap: TypeAlias = Literal["both", "window"]
PolicyOn: TypeAlias = Literal["redirects", "generated", "errors"]
LambdaProfile: TypeAlias = Literal["current", "2023"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Switches:
    """One field for each question that no page settles and that can be answered either way."""

    root_object_first: bool = True
    """The default root object takes the place of ``/`` before a behavior is matched; else after viewer-request."""
    normalize_paths: bool = True
    """Path patterns see the path normalised by RFC 3986; else as it came."""
    key_path: KeyPath = "raw"
    """The path in the cache key."""
    share_encoded_variants: bool = False
    """The first encoding that is stored answers every viewer who accepts it; else each has its own key."""
    legacy_forward_rows: bool = False
    """Origin, Cache-Control, Pragma, Date, From, Max-Forwards and Warning go to the origin under policies too."""
    no_store_revalidates: bool = False
    """A no-store or private answer that is kept for an outage is asked for with its validators, as no-cache is."""
    cache_403_family: bool = False
    """400, 403, 405, 412 and 415 are cached for the error caching minimum TTL even without max-age."""
    store_head: bool = False
    """The answer to a HEAD that missed is stored, for other HEADs."""
    cache_ranges: bool = False
    """A 206 from the origin is kept, and answers later requests for that part."""
    stale_cap: StaleCap = "both"
    """``window``: N seconds after expiry, N up to the maximum TTL. ``both``: nor ever older than the maximum TTL."""
    collapse_with_cookies: bool = False
    """Requests for one key wait for one another also while cookies are forwarded."""
    honor_no_transform: bool = False
    """An answer with ``Cache-Control: no-transform`` is not compressed."""
    rhp_on: frozenset[PolicyOn] = frozenset({"generated", "errors"})
    """Answers of the edge's and of functions' own that the response headers policy has a say in."""
    honor_must_revalidate: bool = False
    """``must-revalidate`` and ``proxy-revalidate`` keep an expired object from standing in."""
    serve_private_fallback: bool = True
    """A no-cache, no-store or private answer stands in for an origin that fails."""
    lambda_limits: LambdaProfile = "current"
    """Whose limits Lambda@Edge has: those of June 2023 were stricter."""
    refuse_header_key: bool = True
    """A header's ``key`` from Lambda@Edge that is not the name of its entry is a validation error; else it counts."""
    refuse_viewer_status: bool = True
    """Another status from Lambda@Edge at viewer-response is a validation error; else it counts for nothing."""
