"""Security headers on every response of a Flask app, set at the edge by a CloudFront Function.

flask --app main run   the app behind the edge, on the development server
gunicorn main:app      the same, on gunicorn
"""

from pathlib import Path

from flask import Flask, Response

from edgeware import WSGIEdge

HERE = Path(__file__).resolve().parent

app = Flask(__name__)


@app.get("/")
def home() -> Response:
    return Response("<h1>Home</h1>", headers={"Cache-Control": "public, max-age=60", "X-Powered-By": "Flask"})


@app.get("/widget")
def widget() -> Response:
    return Response("<h1>Widget</h1>", headers={"X-Frame-Options": "SAMEORIGIN"})


app.wsgi_app = WSGIEdge(app.wsgi_app, distribution=HERE / "edge.yaml")  # type: ignore[method-assign]
