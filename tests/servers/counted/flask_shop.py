from flask import request

from examples.flask_shop.main import app
from tests.servers.counted import count


@app.before_request
def count_run() -> None:
    count(request.path)
