from typing import Any

from django.core.signals import request_started

from examples.django_shop import main
from tests.servers.counted import count

app = main.edge
asgi_app = main.asgi_edge


def count_run(**signal: Any) -> None:
    """WSGI tells the environ, ASGI the scope."""
    count(signal["environ"]["PATH_INFO"] if "environ" in signal else signal["scope"]["path"])


request_started.connect(count_run)
