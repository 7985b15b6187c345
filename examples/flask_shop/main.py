"""A small Flask shop behind a CloudFront edge.

flask --app main run  the shop behind the edge, on the development server
gunicorn main:app     the same, on gunicorn
"""

from pathlib import Path

from flask import Flask, Response, jsonify, send_from_directory

from edgeware import WSGIEdge

HERE = Path(__file__).resolve().parent

app = Flask(__name__)


@app.get("/")
def home() -> str:
    return '<!doctype html><title>Shop</title><h1>Mug</h1><img src="/images/product.png" alt="A mug">'


@app.get("/api/products")
def products() -> Response:
    return jsonify([{"id": "mug", "name": "Mug", "price": 9.5, "image": "/images/product.png"}])


@app.get("/images/<path:name>")
def image(name: str) -> Response:
    # Without max_age Flask says `Cache-Control: no-cache`, and the edge keeps the picture for one second only.
    return send_from_directory(HERE.parent / "shared" / "images", name, max_age=3600)


# Flask's own way to put a middleware round an app: `app` stays a Flask object, with its commands and test client.
app.wsgi_app = WSGIEdge(app.wsgi_app, distribution=HERE / "edge.yaml")  # type: ignore[method-assign]
