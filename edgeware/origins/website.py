"""A stand-in for an S3 website endpoint: index and error documents, and the redirect to a folder [WebsiteEndpoints].

Status codes, headers and error names are S3's, the wording is ours. For the rest it is a bucket.
"""

from __future__ import annotations

from dataclasses import replace
from html import escape
from urllib.parse import quote, unquote_plus

from edgeware.config.model import READ_METHODS, Directory, Website
from edgeware.messages import Headers, Request, Response
from edgeware.origins.bucket import Answer, Objects, printable, selected


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
        answer = self._answer(unquote_plus(request.path[1:]), request.headers)
        return answer.without_body() if request.method == "HEAD" else answer

    def _answer(self, key: str, asked: Headers) -> Answer:
        folder = not key or key.endswith("/")
        found = self._objects.at(f"{key}{self._website.index}" if folder else key)
        if found is not None:
            return selected(found, asked)
        if not folder and (index := self._objects.at(f"{key}/{self._website.index}")) is not None:
            index.file.close()
            return _redirect(key)
        return self._missing(key)

    def _missing(self, key: str) -> Answer:
        status = self._not_found
        document = None if self._website.error is None else self._objects.at(self._website.error)
        if document is None:
            return _page(status, *REASONS[status], key)
        answer = selected(document, Headers())
        return replace(answer, response=replace(answer.response, status=status))


REASONS = {403: ("Forbidden", "AccessDenied"), 404: ("Not Found", "NoSuchKey")}


def _redirect(key: str) -> Answer:
    location = quote(f"/{key}/", safe="/:@!$&'()*+,;=~-._")
    lines = [("Location", location), ("Content-Length", "0"), ("Content-Type", "text/html"), ("Server", "AmazonS3")]
    return Answer(Response(status=302, headers=Headers(lines), body=b""))


def _page(status: int, reason: str, code: str, key: str) -> Answer:
    title = f"{status} {reason}"
    page = (
        f"<html>\n<head><title>{title}</title></head>\n<body>\n<h1>{title}</h1>\n<ul>\n<li>Code: {code}</li>\n"
        f"<li>Key: {escape(printable(key))}</li>\n</ul>\n</body>\n</html>\n"
    )
    body = page.encode()
    lines = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body))), ("Server", "AmazonS3")]
    return Answer(Response(status=status, headers=Headers(lines), body=body))
