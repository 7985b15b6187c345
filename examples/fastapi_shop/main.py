"""A small FastAPI shop behind a CloudFront edge.

python main.py                                  the shop behind the edge, on http://127.0.0.1:8000
uvicorn main:edge                               the same, by uvicorn's own command
edgeware run main:app --distribution edge.yaml  the unchanged app behind the edge
"""

import argparse
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

from edgeware import ASGIEdge

HERE = Path(__file__).resolve().parent

app = FastAPI(title="Shop")
app.mount("/images", StaticFiles(directory=HERE.parent / "shared" / "images"))


@app.get("/", response_class=HTMLResponse)
async def home() -> str:
    return '<!doctype html><title>Shop</title><h1>Mug</h1><img src="/images/product.png" alt="A mug">'


@app.get("/api/products")
async def products() -> list[dict[str, str | float]]:
    return [{"id": "mug", "name": "Mug", "price": 9.5, "image": "/images/product.png"}]


edge = ASGIEdge(app, distribution=HERE / "edge.yaml")


def main() -> None:
    parser = argparse.ArgumentParser(description="A small shop behind a CloudFront edge.")
    parser.add_argument("--port", type=int, default=8000)
    port: int = parser.parse_args().port
    print("The shop is behind the edge. Ask for the picture twice (a Miss, then a Hit), and for the API:")
    print(f"curl -i http://127.0.0.1:{port}/images/product.png")
    print(f"curl -i http://127.0.0.1:{port}/api/products", flush=True)
    # The edge puts Server and Date on each response itself: without these two, both would stand there twice.
    uvicorn.run(edge, host="127.0.0.1", port=port, server_header=False, date_header=False)


if __name__ == "__main__":
    main()
