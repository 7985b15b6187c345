"""The site in Django, for both worlds."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.handlers.asgi import ASGIRequest
from django.core.wsgi import get_wsgi_application
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect as redirect_to
from django.urls import path

from tests.transparency.sites import COOKIE, FILE, LATIN, PIECES, digest, seen

settings.configure(
    ALLOWED_HOSTS=["www.example.com"],
    LOGGING_CONFIG=None,
    MIDDLEWARE=["django.middleware.common.CommonMiddleware", "django.middleware.http.ConditionalGetMiddleware"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="only for this test",
)


def echo(request: HttpRequest, rest: str = "") -> HttpResponse:
    return JsonResponse(
        {
            "method": request.method,
            "path": [request.META["SCRIPT_NAME"], request.path, request.META.get("REQUEST_URI")],
            "url": request.build_absolute_uri(),
            "query": request.META["QUERY_STRING"],
            "headers": seen(request.headers.items()),
            "cookies": request.COOKIES,
            "client": request.META["REMOTE_ADDR"],
            "body": digest(request.body),
        }
    )


def cookies(request: HttpRequest) -> HttpResponse:
    response = HttpResponse("set")
    response.set_cookie("a", COOKIE)
    response.set_cookie("b", "2", path="/x", httponly=True)
    response["X-Latin"] = LATIN
    return response


def redirect(request: HttpRequest) -> HttpResponse:
    return redirect_to("echo", rest="there")


def upload(request: HttpRequest) -> HttpResponse:
    files = [(f.name, digest(f.read())) for name in request.FILES for f in request.FILES.getlist(name)]
    return JsonResponse([*request.POST.items(), *files], safe=False)


def stream(request: HttpRequest) -> StreamingHttpResponse:
    async def pieces() -> AsyncIterator[bytes]:
        for piece in PIECES:
            yield piece

    is_async = isinstance(request, ASGIRequest)
    return StreamingHttpResponse(pieces() if is_async else iter(PIECES), content_type="text/plain")


def file(request: HttpRequest) -> HttpResponse:
    return HttpResponse(FILE.read_bytes(), content_type="image/png")


def file_in_blocks(request: HttpRequest) -> Any:
    if isinstance(request, ASGIRequest):
        return file(request)
    return FileResponse(FILE.open("rb"))


def nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=204)


def broken(request: HttpRequest) -> HttpResponse:
    raise ValueError("broken before the head")


def half(request: HttpRequest) -> StreamingHttpResponse:
    async def async_pieces() -> AsyncIterator[bytes]:
        yield b"half"
        request._stream.close()  # Django leaves it open when a stream fails
        raise ValueError("broken after the head")

    def pieces() -> Iterator[bytes]:
        yield b"half"
        raise ValueError("broken after the head")

    is_async = isinstance(request, ASGIRequest)
    return StreamingHttpResponse(async_pieces() if is_async else pieces(), headers={"Cache-Control": "max-age=60"})


urlpatterns = [
    path("echo/<path:rest>", echo, name="echo"),
    path("folder/", echo),
    path("cookies", cookies),
    path("redirect", redirect),
    path("upload", upload),
    path("stream", stream),
    path("file", file),
    path("background", file_in_blocks),
    path("nothing", nothing),
    path("broken", broken),
    path("half", half),
]
app = get_wsgi_application()
asgi_app: Any = get_asgi_application()
