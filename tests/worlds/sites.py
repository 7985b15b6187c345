"""Distributions for tests, in few words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from edgeware.config.model import (
    ALL_METHODS,
    CacheBehavior,
    CachePolicy,
    CloudFrontFunction,
    Code,
    Distribution,
    FunctionAssociation,
    LambdaFunction,
    LambdaFunctionAssociation,
    Origin,
    OriginRequestPolicy,
    Selection,
    ViewerDefaults,
)

SECURITY_HEADERS = """
function handler(event) {
  var response = event.response;
  var headers = response.headers;
  headers['strict-transport-security'] = { value: 'max-age=63072000; includeSubdomains; preload'};
  headers['content-security-policy'] = { value: "default-src 'self';" };
  return response;
}
"""

DAY = CachePolicy(name="a-day")
DISABLED = CachePolicy(name="Managed-CachingDisabled", min_ttl=0, default_ttl=0, max_ttl=0)
ALL_VIEWER = OriginRequestPolicy(
    name="Managed-AllViewer",
    headers=Selection(mode="allViewer"),
    cookies=Selection(mode="all"),
    query_strings=Selection(mode="all"),
)


def js(text: str, name: str = "fn") -> CloudFrontFunction:
    """A CloudFront Function from its source."""
    return CloudFrontFunction(name=name, code=Code(text=text))


def py(text: str, name: str = "fn", **more: Any) -> LambdaFunction:
    """A Lambda@Edge function from its source."""
    return LambdaFunction(name=name, code=Code(text=text), runtime="python3.13", handler="index.handler", **more)


def node(text: str, name: str = "fn", **more: Any) -> LambdaFunction:
    """A Lambda@Edge function in Node.js from its source."""
    return LambdaFunction(name=name, code=Code(text=text), runtime="nodejs22.x", handler="index.handler", **more)


def site(
    functions: Mapping[str, CloudFrontFunction | LambdaFunction] | None = None,
    *,
    path_pattern: str | None = None,
    include_body: bool = False,
    behaviors: tuple[CacheBehavior, ...] = (),
    viewer: ViewerDefaults | None = None,
    origin: Origin | None = None,
    distribution: Mapping[str, Any] | None = None,
    **behavior: Any,
) -> Distribution:
    """A distribution with one app and one behavior; ``functions`` maps an event type to what runs there.

    With a ``path_pattern`` the behavior is a listed one, before a default behavior without functions.
    """
    functions = functions or {}
    known = {f"{event_type}-{function.name}": function for event_type, function in functions.items()}
    associations: dict[Any, Any] = {}
    for event_type, function in functions.items():
        key = f"{event_type}-{function.name}"
        if isinstance(function, CloudFrontFunction):
            associations[event_type] = FunctionAssociation(event_type=event_type, function=key)  # type: ignore[arg-type]
        else:
            associations[event_type] = LambdaFunctionAssociation(
                event_type=event_type,  # type: ignore[arg-type]
                function=key,
                include_body=include_body and event_type.endswith("-request"),
            )
    settings: dict[str, Any] = {"cache_policy": DAY, "allowed_methods": ALL_METHODS, "target_origin_id": "app"}
    main = CacheBehavior(path_pattern=path_pattern, associations=associations, **(settings | behavior))
    default = () if path_pattern is None else (CacheBehavior(path_pattern=None, **settings),)
    return Distribution(
        id="EDFDVBD6EXAMPLE",
        domain_name="d111111abcdef8.cloudfront.net",
        origins={"app": origin or Origin(id="app", domain_name="app.example.com")},
        behaviors=(*behaviors, main, *default),
        functions=known,
        viewer=viewer or ViewerDefaults(),
        **(distribution or {}),
    )


class TurnableClock:
    """Seconds since the epoch, that go on only when told."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds
