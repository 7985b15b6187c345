"""A stand-in for an S3 website endpoint: index and error documents, redirects by rules and to a folder.

Source: [WebsiteEndpoints], [how-to-page-redirect].
Status codes, headers and error names are S3's, the wording is ours. For the rest it is a bucket.
"""

from __future__ import annotations

from dataclasses import replace
from html import escape
from urllib.parse import quote, unquote_plus

from edgeware.config.model import READ_METHODS, Directory, RoutingRule, Website
from edgeware.messages import Headers, Request, Response
from edgeware.origins.bucket import Answer, Objects, printable, selected

KEY_SAFE = "/:@!$&'()*+,;=~-._"
REPLACEMENT_SAFE = KEY_SAFE + "?#%"


class WebsiteBucket:
    """The decisions: what a request is answered with."""

    def __init__(self, directory: Directory, website: Website) -> None:
        self._objects = Objects(directory)
        self._website = website
        self._not_found = directory.not_found

    def answer(self, request: Request) -> Answer:
        """The head and what follows it. Reads the file system."""
        if request.method not in READ_METHODS:
            return _page(405, "Method Not Allowed", "MethodNotAllowed", "")
        answer = self._redirected(request, None) or self._found(request)
        if answer.response.status >= 400 and (redirect := self._redirected(request, answer.response.status)):
            answer.without_body()  # which closes the error document
            answer = redirect
        return answer.without_body() if request.method == "HEAD" else answer

    def _redirected(self, request: Request, status: int | None) -> Answer | None:
        """The answer of the first routing rule for the key, and for the status of an error."""
        key = unquote_plus(request.path[1:])
        for rule in self._website.routing_rules:
            if rule.http_error_code_returned_equals == status and key.startswith(rule.key_prefix_equals):
                return _by_rule(rule, key, request.headers.get("host") or "")
        return None

    def _found(self, request: Request) -> Answer:
        key, asked = unquote_plus(request.path[1:]), request.headers
        folder = not key or key.endswith("/")
        found = self._objects.at(f"{key}{self._website.index}" if folder else key)
        if found is not None:
            return selected(found, asked)
        if not folder and (index := self._objects.at(f"{key}/{self._website.index}")) is not None:
            index.file.close()
            return _redirect(302, "/" + quote(f"{key}/", safe=KEY_SAFE))
        return self._missing(key)

    def _missing(self, key: str) -> Answer:
        status = self._not_found
        document = None if self._website.error is None else self._objects.at(self._website.error)
        if document is None:
            return _page(status, *REASONS[status], key)
        answer = selected(document, Headers())
        return replace(answer, response=replace(answer.response, status=status))


REASONS = {403: ("Forbidden", "AccessDenied"), 404: ("Not Found", "NoSuchKey")}


def _by_rule(rule: RoutingRule, key: str, host: str) -> Answer:
    """The query string is not kept (unconfirmed); ``?`` and ``#`` in what replaces a key mean themselves."""
    if rule.replace_key_with is not None:
        path = quote(rule.replace_key_with, safe=REPLACEMENT_SAFE)
    elif rule.replace_key_prefix_with is not None:
        rest = key[len(rule.key_prefix_equals) :]
        path = quote(rule.replace_key_prefix_with, safe=REPLACEMENT_SAFE) + quote(rest, safe=KEY_SAFE)
    else:
        path = quote(key, safe=KEY_SAFE)
    return _redirect(rule.http_redirect_code, f"{rule.protocol or 'http'}://{rule.host_name or host}/{path}")


def _redirect(status: int, location: str) -> Answer:
    lines = [("Location", location), ("Content-Length", "0"), ("Content-Type", "text/html"), ("Server", "AmazonS3")]
    return Answer(Response(status=status, headers=Headers(lines), body=b""))


def _page(status: int, reason: str, code: str, key: str) -> Answer:
    title = f"{status} {reason}"
    page = (
        f"<html>\n<head><title>{title}</title></head>\n<body>\n<h1>{title}</h1>\n<ul>\n<li>Code: {code}</li>\n"
        f"<li>Key: {escape(printable(key))}</li>\n</ul>\n</body>\n</html>\n"
    )
    body = page.encode()
    lines = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body))), ("Server", "AmazonS3")]
    return Answer(Response(status=status, headers=Headers(lines), body=body))
