"""Rules about custom error responses and response headers policies."""

from __future__ import annotations

import re
from collections.abc import Iterator

from edgeware.config.model import CacheBehavior, Distribution, Origin, ResponseHeadersPolicy, Unmapped
from edgeware.config.place import shown
from edgeware.config.policies import CORS_METHODS
from edgeware.config.rules import Finding, Rule
from edgeware.config.validation import places, quotas
from edgeware.config.validation.behaviors import matches

ERROR_CODES = frozenset({400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504})
RESPONSE_CODES = ERROR_CODES | {200}
KEPT_HEADERS = re.compile(
    r"connection|content-encoding|content-length|expect|host|keep-alive|proxy-(authenticate|authorization|connection)|"
    r"trailer|transfer-encoding|upgrade|via|warning|x-accel-(buffering|charset|limit-rate|redirect)|x-amz-cf-.*|"
    r"x-amzn-(auth|cf-billing|cf-id|cf-xff|errortype|fle-profile|header-count|header-order|lambda-integration-tag|"
    r"requestid)|x-cache|x-edge-.*|x-forwarded-proto|x-real-ip"
)
"""Headers that a policy cannot remove, in lower case."""


# --- custom error responses -----------------------------------------------------------------------------------------


def _error_codes(distribution: Distribution) -> Iterator[Finding]:
    for code in distribution.custom_error_responses:
        if code not in ERROR_CODES:
            yield Finding(("custom_error_responses", code, "error_code"), f"{code} is none of them.")


def _error_pages(distribution: Distribution) -> Iterator[Finding]:
    for code, response in distribution.custom_error_responses.items():
        page, status = response.response_page_path, response.response_code
        if status is not None and status not in RESPONSE_CODES:
            yield Finding(("custom_error_responses", code, "response_code"), f"{status} is none of them.")
        if (page is None) != (status is None):
            text = "a page and a response code go together; one is missing."
            yield Finding(("custom_error_responses", code), text)
        if page is not None and not page.startswith("/"):
            yield Finding(("custom_error_responses", code, "response_page_path"), "it does not start with a slash.")


def _error_lifetimes(distribution: Distribution) -> Iterator[Finding]:
    for code, response in distribution.custom_error_responses.items():
        if response.error_caching_min_ttl < 0:
            where = ("custom_error_responses", code, "error_caching_min_ttl")
            yield Finding(where, f"{response.error_caching_min_ttl} is below 0.")


def _error_pages_served(distribution: Distribution) -> Iterator[Finding]:
    for code, response in distribution.custom_error_responses.items():
        page = response.response_page_path
        if page is None:
            continue
        for origin in _origins_of(distribution, _behavior_for(distribution, page)):
            if isinstance(origin.target, Unmapped):
                text = f"the page comes from origin '{origin.id}', and nothing local stands for it."
                yield Finding(("custom_error_responses", code, "response_page_path"), text)


def _behavior_for(distribution: Distribution, path: str) -> CacheBehavior:
    for behavior in distribution.behaviors[:-1]:
        if behavior.path_pattern is not None and matches(behavior.path_pattern, path):
            return behavior
    return distribution.default_behavior


def _origins_of(distribution: Distribution, behavior: CacheBehavior) -> list[Origin]:
    group = distribution.origin_groups.get(behavior.target_origin_id)
    names = (behavior.target_origin_id,) if group is None else group.members
    return [distribution.origins[name] for name in names if name in distribution.origins]


# --- response headers policies --------------------------------------------------------------------------------------


def _response_headers(distribution: Distribution) -> Iterator[Finding]:
    for words, policy in places.response_headers_policies(distribution):
        for field, text in (*_cors_faults(policy), *_security_faults(policy), *_other_faults(policy)):
            yield Finding((*words, field), text)


def _cors_faults(policy: ResponseHeadersPolicy) -> Iterator[tuple[str, str]]:
    if policy.cors is None:
        return
    methods = policy.cors.allow_methods
    if "ALL" in methods and len(methods) > 1:
        yield "cors", "ALL stands alone or not at all."
    for method in methods:
        if method not in CORS_METHODS:
            yield "cors", f"'{shown(method)}' is no method that can be allowed."
    if not policy.cors.allow_origins:
        yield "cors", "no origin is allowed."


def _security_faults(policy: ResponseHeadersPolicy) -> Iterator[tuple[str, str]]:
    for header in policy.security_headers:
        if header.name == "X-XSS-Protection" and "mode=block" in header.value and "report=" in header.value:
            yield "security_headers", "mode_block and report_uri exclude each other."
        if header.name == "Content-Security-Policy" and len(header.value) > quotas.CSP_CHARACTERS:
            yield "security_headers", f"the content security policy has {len(header.value)} characters."


def _other_faults(policy: ResponseHeadersPolicy) -> Iterator[tuple[str, str]]:
    for name in policy.remove_headers:
        if KEPT_HEADERS.fullmatch(name.lower()):
            yield "remove_headers", f"'{shown(name)}' cannot be removed."
    rate = policy.server_timing
    if rate is not None and not (0 <= rate <= 100 and round(rate, 4) == rate):
        yield "server_timing", f"{rate} is not a rate from 0 to 100 with four decimals."


def _custom_headers(distribution: Distribution) -> Iterator[Finding]:
    for words, policy in places.response_headers_policies(distribution):
        if len(policy.custom_headers) > quotas.RESPONSE_CUSTOM_HEADERS:
            yield Finding((*words, "custom_headers"), f"there are {len(policy.custom_headers)} headers.")


_ERRORS = "GeneratingCustomErrorResponses"

RULES = (
    Rule(
        id="V29",
        page=_ERRORS,
        error="InvalidErrorCode",
        sentence=f"An error code is one of {', '.join(map(str, sorted(ERROR_CODES)))}.",
        check=_error_codes,
    ),
    Rule(
        id="V30",
        page=_ERRORS,
        error="InvalidResponseCode or InvalidArgument",
        sentence="A custom error page has a path and a response code: 200 or one of the error codes.",
        check=_error_pages,
    ),
    Rule(
        id="V30",
        page=_ERRORS,
        error="InvalidArgument",
        sentence="An error is cached for 0 seconds or more.",
        check=_error_lifetimes,
    ),
    Rule(
        id="V31",
        severity="warn",
        page=_ERRORS,
        sentence="An error page is fetched through the first behavior that matches its path.",
        check=_error_pages_served,
    ),
    Rule(
        id="V34",
        page="understanding-response-headers-policies",
        error="InvalidArgument or TooLongCSPInResponseHeadersPolicy",
        sentence="A response headers policy keeps to CloudFront's values, and leaves CloudFront's own headers alone.",
        relaxable=True,
        check=_response_headers,
    ),
    Rule(
        id="V37",
        severity="warn",
        page="cloudfront-limits",
        error="TooManyCustomHeadersInResponseHeadersPolicy",
        sentence=(
            f"A response headers policy has {quotas.RESPONSE_CUSTOM_HEADERS} custom headers, unless AWS has raised the "
            "quota."
        ),
        check=_custom_headers,
    ),
)
