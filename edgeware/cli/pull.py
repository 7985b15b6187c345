"""``edgeware pull``: a live distribution as a folder that ``edgeware run`` takes as it is. It only reads from AWS."""

from __future__ import annotations

import argparse
import io
import os
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from edgeware.cli.live import Live
from edgeware.exceptions import MissingDependencyError, UsageError

MAX_ARCHIVE = 64 * 1024 * 1024
"""Bytes; Lambda@Edge allows 50 MB at the origin's side [lambda-at-edge-function-restrictions]."""


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's arguments."""
    parser = commands.add_parser("pull", help="download a live distribution, with policies, functions and their code")
    parser.add_argument("distribution_id", metavar="DISTRIBUTION_ID", help="such as E2EXAMPLE")
    parser.add_argument("--out", metavar="DIR", type=Path, help="the folder to make (default: the distribution's id)")
    parser.set_defaults(main=main)


def main(arguments: argparse.Namespace) -> int:
    """Download everything, and say how to run it."""
    folder: Path = arguments.out or Path(arguments.distribution_id)
    boto3, progress = _required("boto3"), _required("tqdm").tqdm
    _make(folder)
    exceptions = import_module("botocore.exceptions")
    try:
        live = Live(clients(boto3), folder, download)
        with progress(live.steps(arguments.distribution_id), desc="edgeware pull", disable=None) as steps:
            for step in steps:
                steps.total = live.total
                step()
    except (exceptions.ClientError, exceptions.BotoCoreError) as error:
        raise UsageError(f"AWS says: {error}") from error
    print(f"{folder} holds the distribution; to run it: edgeware run main:app --distribution {folder}")
    return 0


def _required(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        raise MissingDependencyError(f"edgeware pull needs {name}: pip install 'edgeware[aws]'") from error


def clients(boto3: Any) -> Callable[[str], Any]:
    """Clients by service. CloudFront and the functions of Lambda@Edge live in us-east-1."""
    return lambda service: boto3.client(service, region_name="us-east-1")


def _make(folder: Path) -> None:
    """The folder, for its owner alone: custom headers of origins are secrets. UsageError where it holds something."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.listdir(folder):  # noqa: PTH208 - only whether there is anything
            raise UsageError(f"{folder} is not empty: name another folder with --out")
    except OSError as error:
        raise UsageError(f"{folder} cannot be made: {error.strerror}") from error


def download(url: str, opened: Callable[[str], Any] = urlopen) -> bytes:
    """What lies at an address that Lambda gave for a function's code. UsageError for anything but HTTPS."""
    if not url.startswith("https://"):
        raise UsageError("the address of a function's code is not https://, so it is not followed")
    with opened(url) as response:
        content: bytes = io.BytesIO(response.read(MAX_ARCHIVE + 1)).getvalue()
    if len(content) > MAX_ARCHIVE:
        raise UsageError(f"a function's code is larger than {MAX_ARCHIVE >> 20} MB")
    return content
