"""The native file: CloudFront's terms in snake_case, ids as keys, strict."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Literal, get_args

from edgeware.config.loading.candidates import Candidate
from edgeware.config.loading.documents import Document
from edgeware.config.loading.draft import Draft, made_up_ids
from edgeware.config.loading.functions import Functions, function
from edgeware.config.loading.inputs import Inputs, inputs
from edgeware.config.loading.key_value_stores import store
from edgeware.config.loading.keys import key_groups
from edgeware.config.loading.native_origins import origin_groups, origins
from edgeware.config.loading.native_policies import Policies
from edgeware.config.loading.native_spelling import spelling
from edgeware.config.loading.rules import refuse
from edgeware.config.loading.settings import disable, store_name, viewer
from edgeware.config.loading.switches import switches
from edgeware.config.model import (
    ALL_METHODS,
    READ_AND_OPTIONS,
    READ_METHODS,
    CacheBehavior,
    CustomErrorResponse,
    Distribution,
    GeoRestriction,
    Notice,
    ViewerProtocolPolicy,
)
from edgeware.config.place import NATIVE, Place, guess, shown
from edgeware.config.reading import Section

VERSION = 1
VIEWER_PROTOCOL_POLICIES: tuple[ViewerProtocolPolicy, ...] = get_args(ViewerProtocolPolicy)
GEO_TYPES: tuple[Literal["none", "whitelist", "blacklist"], ...] = ("none", "whitelist", "blacklist")
HTTP_VERSIONS = ("http1.1", "http2", "http3", "http2and3")
_METHODS = {"read": READ_METHODS, "read+options": READ_AND_OPTIONS, "all": ALL_METHODS}


def candidates(document: Document, inputs: Inputs) -> tuple[Candidate]:
    """The one distribution of a native file."""
    values = document.values
    names = tuple(str(values[key]) for key in ("id", "name") if values.get(key))
    return (Candidate(address=document.where, names=names, read=lambda: read(document)),)


def read(document: Document) -> Draft:
    """A native file, or the same as a dict."""
    notices: list[Notice] = list(document.notices)
    top = Section(values=document.values, place=Place(source=document.source), notices=notices, dialect=NATIVE)
    _check_version(top)
    distribution = _distribution(top, document)
    draft = Draft(
        distribution=replace(
            distribution,
            viewer=viewer(top, distribution.viewer),
            store=store_name(top, distribution.store, document.base),
            switches=switches(top, distribution.switches),
        ),
        notices=notices,
        spelling=spelling(document),
        native=True,
        disable=disable(top),
        strict=top.flag("strict"),
    )
    _refuse_inputs(top)
    top.close()
    return draft


def _refuse_inputs(top: Section) -> None:
    """What is meant for the file that `import` names has no effect in a file that imports none."""
    if inputs(top) != Inputs():
        for key in ("distribution", "parameters", "outputs", "region", "account_id"):
            if top.has(key):
                top.complain(key, f"'{key}' is for the file that `import` names, and there is none.", "Leave it out.")


def _check_version(top: Section) -> None:
    if top.raw("version") is None:
        top.complain("version", "is missing.", f"Add version: {VERSION}.", code="N-version")
    elif top.number("version", VERSION) != VERSION:
        top.complain("version", f"is not {VERSION}, the only one there is.", code="N-version")


def _distribution(top: Section, document: Document) -> Distribution:
    name = top.text("name")
    made_up_id, made_up_domain = made_up_ids(name or str(document.path or document.base))
    known = origins(top, document.base)
    functions = _functions(top, document.base)
    return Distribution(
        id=top.text("id") or made_up_id,
        domain_name=top.text("domain_name") or made_up_domain,
        name=name,
        enabled=top.flag("enabled", True),
        aliases=top.texts("aliases"),
        default_root_object=top.text("default_root_object"),
        cache_tag_header=top.optional_text("cache_tag_header"),
        http_version=top.choice("http_version", "http2", HTTP_VERSIONS),
        origins=known,
        origin_groups=origin_groups(top),
        behaviors=_behaviors(top, functions, only=next(iter(known)) if len(known) == 1 else None),
        functions=functions.known,
        key_value_stores={
            name: store(name, section, document.base) for name, section in top.entries("key_value_stores", "file")
        },
        key_groups=key_groups(top, document.base),
        custom_error_responses=_custom_error_responses(top),
        geo_restriction=_geo_restriction(top.section("geo_restriction")),
    )


def _functions(top: Section, base: Path) -> Functions:
    known = {name: function(name, section, base) for name, section in top.entries("functions", "file")}
    return Functions(base=base, known=known, listed=frozenset(known))


# --- behaviors ------------------------------------------------------------------------------------------------------


def _behaviors(top: Section, functions: Functions, only: str | None) -> tuple[CacheBehavior, ...]:
    policies = Policies.read(top)
    listed = [_listed(section, policies, functions, only) for section in top.sections("behaviors")]
    if not top.has("default_behavior"):
        top.complain("default_behavior", "is missing.", "Add default_behavior: {origin: app}.", code="V10")
    default = top.section("default_behavior")
    if default.has("path_pattern"):
        refuse(default, "path_pattern", "V10", "the default behavior takes every path that no other takes.")
    return (*listed, _behavior(default, None, policies, functions, only))


def _listed(section: Section, policies: Policies, functions: Functions, only: str | None) -> CacheBehavior:
    pattern = section.text("path_pattern")
    if not pattern:
        refuse(section, "path_pattern", "V10", "the path pattern is missing.")
    return _behavior(section, pattern, policies, functions, only)


def _behavior(
    section: Section, pattern: str | None, policies: Policies, functions: Functions, only: str | None
) -> CacheBehavior:
    compress = section.flag("compress")
    cache_policy, origin_request_policy = policies.for_requests(section, compress)
    behavior = CacheBehavior(
        path_pattern=pattern,
        target_origin_id=section.text("origin", only) if only else section.required_text("origin"),
        cache_policy=cache_policy,
        viewer_protocol_policy=section.choice("viewer_protocol_policy", "allow-all", VIEWER_PROTOCOL_POLICIES),
        allowed_methods=_methods(section, "allowed_methods"),
        cached_methods=_methods(section, "cached_methods"),
        compress=compress,
        origin_request_policy=origin_request_policy,
        response_headers_policy=policies.for_responses(section),
        associations=functions.associations(section),
        trusted_key_groups=section.texts("trusted_key_groups"),
        trusted_signers=section.texts("trusted_signers"),
    )
    section.close()
    return behavior


def _methods(section: Section, key: str) -> frozenset[str]:
    value = section.raw(key)
    if value is None:
        return READ_METHODS
    if isinstance(value, str):
        if value not in _METHODS:
            section.complain(key, f"cannot be '{shown(value)}'.", guess(value, tuple(_METHODS)))
        return _METHODS.get(value, READ_METHODS)
    return frozenset(section.texts(key))


# --- errors and countries -------------------------------------------------------------------------------------------


def _custom_error_responses(top: Section) -> dict[int, CustomErrorResponse]:
    found: dict[int, CustomErrorResponse] = {}
    for section in top.sections("custom_error_responses"):
        if not section.has("error_code"):
            section.complain("error_code", "is missing.")
        response = CustomErrorResponse(
            error_code=section.number("error_code", 404),
            response_page_path=section.optional_text("response_page_path"),
            response_code=section.optional_number("response_code"),
            error_caching_min_ttl=section.number("error_caching_min_ttl", 10),
        )
        if response.error_code in found:
            refuse(section, "error_code", "V29", f"{response.error_code} has a custom error response already.")
        section.close()
        found[response.error_code] = response
    return found


def _geo_restriction(section: Section) -> GeoRestriction:
    restriction = GeoRestriction(
        type=section.choice("type", "none", GEO_TYPES), locations=frozenset(section.texts("locations"))
    )
    section.close()
    return restriction
