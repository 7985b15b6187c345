"""How a bucket answers as a website, as its WebsiteConfiguration says in S3's own words [WebsiteHosting]."""

from __future__ import annotations

from collections.abc import Mapping

from edgeware.config.model import RoutingRule, Website
from edgeware.config.reading import Unresolved, is_list, mapping


def configured(values: Mapping[str, object]) -> Website | None:
    """The website of a configuration; None where it says of none."""
    elsewhere = mapping(values.get("RedirectAllRequestsTo"))
    if elsewhere:
        return Website(routing_rules=(_rule({"RedirectRule": elsewhere}),))
    if not values.get("IndexDocument"):
        return None
    rules = values.get("RoutingRules")
    listed = [mapping(rule) for rule in rules] if is_list(rules) else []
    return Website(
        index=_said(values["IndexDocument"]),
        error=_said(values.get("ErrorDocument")) or None,
        routing_rules=tuple(_rule(rule) for rule in listed if mapping(rule.get("RedirectRule"))),
    )


def _rule(values: Mapping[str, object]) -> RoutingRule:
    """A routing rule; what only S3 itself could refuse in it counts as not said."""
    condition, redirect = mapping(values.get("RoutingRuleCondition")), mapping(values.get("RedirectRule"))
    code = _code(redirect.get("HttpRedirectCode"))
    return RoutingRule(
        key_prefix_equals=_said(condition.get("KeyPrefixEquals")),
        http_error_code_returned_equals=_code(condition.get("HttpErrorCodeReturnedEquals")),
        host_name=_said(redirect.get("HostName")) or None,
        protocol="https" if redirect.get("Protocol") == "https" else None,
        http_redirect_code=code if code is not None and 301 <= code <= 399 else 301,
        replace_key_prefix_with=_text(redirect.get("ReplaceKeyPrefixWith")),
        replace_key_with=_text(redirect.get("ReplaceKeyWith")),
    )


def _said(value: object) -> str:
    """A scalar as text, and of a value that is not to be had what stands in for it."""
    if isinstance(value, Unresolved):
        return value.stand_in
    return str(value) if isinstance(value, str | int) else ""


def _text(value: object) -> str | None:
    return None if value is None else _said(value)


def _code(value: object) -> int | None:
    text = _said(value)
    return int(text) if len(text) == 3 and text.isdecimal() else None
