"""Django's client in a process of its own: settings are configured once in one."""

from __future__ import annotations

import subprocess
import sys

import pytest

SHOP = """
import django
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import path
from edgeware.testing import Site

settings.configure(ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, SECRET_KEY="test", DEBUG_PROPAGATE_EXCEPTIONS=False)

def page(request):
    response = HttpResponse("seen " + request.COOKIES.get("basket", "nothing") + " " + request.GET.get("q", ""))
    response.headers["Cache-Control"] = "max-age=60"
    return response

def basket(request):
    response = HttpResponseRedirect("/")
    response.set_cookie("basket", request.POST["item"], max_age=60, httponly=True)
    response.set_cookie("other", "1")
    return response

def broken(request):
    raise LookupError("a view that fails")

urlpatterns = [path("", page, name="home"), path("basket", basket), path("broken", broken)]
app = get_{world}_application()
all_of_it = {{"origin": "app", "cache_policy": "CachingDisabled", "allowed_methods": "all",
             "origin_request_policy": "AllViewer"}}
by_basket = {{"min_ttl": 0, "default_ttl": 60, "cookies": {{"include": ["basket"]}}, "query_strings": "all"}}
distribution = {{
    "version": 1,
    "behaviors": [{{"path_pattern": "/b*", **all_of_it}}],
    "default_behavior": {{"origin": "app", "cache_policy": "shop"}},
    "cache_policies": {{"shop": by_basket}},
}}

with Site(app, distribution) as site:
    client = site.django_client(raise_request_exception={raises})
    first, second = client.get("/?q=%C3%A9"), client.get("/?q=%C3%A9")
    assert (first.status_code, first.headers["X-Cache"]) == (200, "Miss from cloudfront"), first.content
    assert second.headers["X-Cache"] == "Hit from cloudfront" and second.content.decode() == "seen nothing \\u00e9"
    assert second.headers["Content-Type"] == "text/html; charset=utf-8"
    assert site.outcome(second).origin_request is None
    assert second.resolver_match.url_name == "home"
    added = client.post("/basket", {{"item": "mug"}}, follow=True)
    assert added.redirect_chain == [("/", 302)] and added.content == b"seen mug "
    assert client.cookies["basket"]["max-age"] == "60" and client.cookies["other"].value == "1"
    assert client.get("/none").headers["X-Cache"] == "Error from cloudfront"
    {broken}
"""
BROKEN = {
    True: """
    try:
        client.get("/broken")
    except LookupError:
        print("raised", end="")
""",
    False: """
    print("answered", client.get("/broken").status_code, end="")
""",
}


@pytest.mark.parametrize(("world", "raises", "said"), [("wsgi", True, "raised"), ("asgi", False, "answered 500")])
def test_djangos_client_goes_through_the_edge(world: str, raises: bool, said: str) -> None:
    code = SHOP.format(world=world, raises=raises, broken=BROKEN[raises])
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout == said, done.stderr
