"""A small Django shop behind a CloudFront edge, in one file.

gunicorn main:edge                              the shop behind the edge, by WSGI
uvicorn main:asgi_edge                          the same, by ASGI
edgeware run main:app --distribution edge.yaml  the unchanged app behind the edge

In a project of the usual layout, the last lines belong into ``wsgi.py`` or ``asgi.py``.
"""

from pathlib import Path

from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

from edgeware import ASGIEdge, WSGIEdge

HERE = Path(__file__).resolve().parent
PRODUCT_IMAGE = HERE.parent / "shared" / "images" / "product.png"

settings.configure(
    # The edge names the origin's domain in Host where no policy forwards the viewer's own: "app.local" in edge.yaml.
    ALLOWED_HOSTS=["app.local", "127.0.0.1", "localhost"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="only for this example",
)


def home(request: HttpRequest) -> HttpResponse:
    return HttpResponse('<!doctype html><title>Shop</title><h1>Mug</h1><img src="/images/product.png" alt="A mug">')


def products(request: HttpRequest) -> JsonResponse:
    return JsonResponse([{"id": "mug", "name": "Mug", "price": 9.5, "image": "/images/product.png"}], safe=False)


def product_image(request: HttpRequest) -> HttpResponse:
    return HttpResponse(PRODUCT_IMAGE.read_bytes(), content_type="image/png")


urlpatterns = [
    path("", home),
    path("api/products", products),
    path("images/product.png", product_image),
]

app = get_wsgi_application()
edge = WSGIEdge(app, distribution=HERE / "edge.yaml")

asgi_app = get_asgi_application()
asgi_edge = ASGIEdge(asgi_app, distribution=HERE / "edge.yaml")  # type: ignore[arg-type]  # Django's types say less
