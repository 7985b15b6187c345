"""The site in Flask."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Flask, Response, jsonify, redirect, request, send_file, stream_with_context, url_for
from werkzeug.debug import DebuggedApplication

from tests.transparency.sites import COOKIE, FILE, LATIN, PIECES, digest, seen

app = Flask(__name__)


@app.route("/echo/<path:rest>", methods=["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
@app.route("/folder/", endpoint="folder")
def echo(rest: str = "") -> Any:
    return jsonify(
        method=request.method,
        path=[request.environ["SCRIPT_NAME"], request.path, request.environ["REQUEST_URI"]],
        url=request.url,
        query=request.query_string.decode("latin-1"),
        headers=seen(request.headers.items()),
        cookies=request.cookies,
        client=request.remote_addr,
        body=digest(request.get_data()),
    )


@app.route("/cookies")
def cookies() -> Response:
    response = Response("set", headers={"X-Latin": LATIN})
    response.set_cookie("a", COOKIE, max_age=60)
    response.set_cookie("b", "2", path="/x", httponly=True)
    del response.headers["Set-Cookie"]  # the expiry is of this second
    response.headers.add("Set-Cookie", "a=1; Max-Age=60")
    response.headers.add("Set-Cookie", "b=2; Path=/x; HttpOnly")
    return response


@app.route("/redirect", endpoint="redirect")
def redirected() -> Any:
    return redirect(url_for("echo", rest="there", _external=True))


@app.route("/upload", methods=["POST"])
def upload() -> Any:
    files = [(f.filename, digest(f.read())) for f in request.files.values()]
    return jsonify([*request.form.items(multi=True), *files])


@app.route("/stream")
def stream() -> Response:
    def pieces() -> Iterator[bytes]:
        yield from PIECES
        yield request.path.encode()  # the request is still there

    return Response(stream_with_context(pieces()), mimetype="text/plain")


@app.route("/file")
def file() -> Response:
    return send_file(FILE, conditional=True)


@app.route("/nothing")
def nothing() -> tuple[str, int]:
    return "", 204


@app.route("/background")
def background() -> Response:
    response = Response("done")
    response.call_on_close(lambda: None)
    return response


@app.route("/broken")
def broken() -> Response:
    raise ValueError("broken before the head")


@app.route("/half")
def half() -> Response:
    def pieces() -> Iterator[bytes]:
        yield b"half"
        raise ValueError("broken after the head")

    return Response(pieces(), headers={"Cache-Control": "max-age=60"})


def debugged(environ: Any, start_response: Any) -> Any:
    """As `flask run --debug` has it: the exception leaves Flask, and werkzeug's debugger makes a page of it."""
    app.config["PROPAGATE_EXCEPTIONS"] = True
    try:
        return list(DebuggedApplication(app)(environ, start_response))
    finally:
        app.config["PROPAGATE_EXCEPTIONS"] = None
