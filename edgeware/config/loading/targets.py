"""What stands for an origin on this machine: the app, another server, a directory."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from edgeware.config.files import is_directory
from edgeware.config.loading.draft import NOT_GIVEN
from edgeware.config.loading.servers import address, server
from edgeware.config.model import App, Directory, Layer, OtherApp, RoutingRule, Static, Target, Unmapped, Url, Website
from edgeware.config.reading import Section

FORMS = (
    "Say app, none, an http:// address, {url: ..., preserve_host: false, headers: {...}, verify: false}, "
    "{app: module:attribute}, {status: 200, body: ...} or "
    "{directory: ..., not_found: 403, website: {index: index.html}}."
)
_IMPORT_STRING = re.compile(r"\w+(\.\w+)*:\w+(\.\w+)*")
MAX_ROUTING_RULES = 50


def target(parent: Section, key: str, base: Path) -> Target:
    """The target at a key of a section; NOT_GIVEN, with a complaint, where it is none."""
    value = parent.raw(key)
    if value == "app":
        return App()
    if value == "none":
        return Unmapped(why="the configuration says that nothing stands for it")
    if isinstance(value, str) and "://" in value:
        found = address(parent, key, value)
        return NOT_GIVEN if found is None else Url(url=found)
    if isinstance(value, str) or value is None:
        parent.complain(key, "names nothing that can stand for an origin.", FORMS)
        return NOT_GIVEN
    section = parent.section(key)
    return _mapped(section, base) if section.values else NOT_GIVEN


def _mapped(section: Section, base: Path) -> Target:
    if section.has("url"):
        found = server(section, base)
    elif section.has("app"):
        found = _app(section)
    elif section.has("directory"):
        found = _directory(section, base)
    elif section.has("status") or section.has("body"):
        found = _static(section)
    else:
        section.complain(None, "names nothing that can stand for an origin.", FORMS)
        found = NOT_GIVEN
    section.ignore("app", "url", "preserve_host", "headers", "verify", "status", "body")
    section.ignore("directory", "not_found", "website", "prefix", "index", "beneath")
    section.close()
    return found


def _app(section: Section) -> Target:
    """Another application. It is not imported here: reading a distribution runs nobody's code."""
    import_string = section.text("app")
    if not _IMPORT_STRING.fullmatch(import_string):
        section.complain("app", "is no import string.", "Write module:attribute, such as shop.main:app.")
        return NOT_GIVEN
    return OtherApp(import_string=import_string)


def _directory(section: Section, base: Path) -> Target:
    number = section.number("not_found", 403)
    not_found: Literal[403, 404] = 404 if number == 404 else 403
    if number not in (403, 404):
        section.complain("not_found", "must be 403 or 404.")
    website = _website(section.section("website")) if section.has("website") else None
    beneath = tuple(_layer(one, base) for one in section.sections("beneath"))
    for one in section.sections("beneath"):
        one.ignore("directory", "prefix")
        one.close()
    top = _layer(section, base)
    return Directory(
        path=top.path,
        prefix=top.prefix,
        beneath=beneath,
        index=_file_name(section, section.text("index")) or None,
        not_found=not_found,
        website=website,
    )


def _layer(section: Section, base: Path) -> Layer:
    path, prefix = base / section.required_text("directory"), section.text("prefix").strip("/")
    if not is_directory(path):
        section.complain("directory", f"there is no directory {path}.", "Build the site, or correct the path.")
    return Layer(path=path.resolve() if is_directory(path) else path, prefix=f"{prefix}/" if prefix else "")


def _static(section: Section) -> Static:
    status = section.number("status", 200)
    if not 200 <= status <= 599:
        section.complain("status", f"{status} is no status of an answer.", "Say 200 to 599.")
        status = 200
    return Static(status=status, body=section.text("body"))


def _website(section: Section) -> Website:
    index = section.text("index", "index.html")
    if not index:
        section.complain("index", "must be a file name, without a slash.", "Say index.html, for example.")
    rules = tuple(_routing_rule(rule) for rule in section.sections("routing_rules"))
    if len(rules) > MAX_ROUTING_RULES:
        section.complain("routing_rules", f"S3 takes {MAX_ROUTING_RULES} at most.")
    website = Website(index=_file_name(section, index), error=section.text("error") or None, routing_rules=rules)
    section.close()
    return website


def _file_name(section: Section, name: str) -> str:
    if "/" in name:
        section.complain("index", "must be a file name, without a slash.", "Say index.html, for example.")
    return name


def _routing_rule(section: Section) -> RoutingRule:
    rule = RoutingRule(
        key_prefix_equals=section.text("key_prefix_equals"),
        http_error_code_returned_equals=section.optional_number("http_error_code_returned_equals"),
        host_name=section.text("host_name") or None,
        protocol="https" if section.choice("protocol", "http", ("http", "https")) == "https" else None,
        http_redirect_code=section.number("http_redirect_code", 301),
        replace_key_prefix_with=section.optional_text("replace_key_prefix_with"),
        replace_key_with=section.optional_text("replace_key_with"),
    )
    if not 301 <= rule.http_redirect_code <= 399 or rule.http_redirect_code == 304:
        section.complain("http_redirect_code", "must be that of a redirect, 301 to 399.")
    if rule.replace_key_with is not None and rule.replace_key_prefix_with is not None:
        section.complain("replace_key_with", "stands beside replace_key_prefix_with: S3 takes one of them.")
    section.close()
    return rule
