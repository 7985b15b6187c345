from examples.fastapi_shop import main
from tests.servers.counted import CountRuns

main.app.add_middleware(CountRuns)
app = main.edge
