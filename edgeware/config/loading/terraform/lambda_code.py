"""Where the code of a Lambda function lies: in the directory that is zipped, better than in the zip."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from edgeware.config.files import absolute, is_file
from edgeware.config.loading.functions import archived
from edgeware.config.loading.terraform.resources import Resource, Values, items
from edgeware.config.model import Code, Notice
from edgeware.config.place import shown
from edgeware.config.reading import mapping

ADD = 'add to the overlay: functions: {{"{address}": {{directory: ..., handler: {handler}}}}}'


def code_of(function: Resource, resources: Sequence[Resource], base: Path, notices: list[Notice]) -> Code:
    """The code of an `aws_lambda_function`: what `archive_file` zips, else the zip itself."""
    own = function.values.get("code_path")
    if isinstance(own, str):
        return _archive(function, Path(own), notices) if own.endswith(".zip") else Code(path=Path(own))
    filename = function.values.get("filename")
    if isinstance(filename, str) and filename:
        for archive in resources:
            if archive.type == "archive_file" and _same(archive.values.get("output_path"), filename):
                return _source(archive.values, function, base)
        return _archive(function, absolute(base / filename), notices)
    handler = str(function.values.get("handler") or "index.handler")
    add = ADD.format(address=function.address, handler=handler)
    if function.values.get("s3_key"):
        where = f"s3://{function.values.get('s3_bucket')}/{function.values.get('s3_key')}"
        return Code(missing=f"its code is {shown(where)}; {add}")
    return Code(missing=f"the state does not say where its code is; {add}")


def _same(one: object, other: str) -> bool:
    return isinstance(one, str) and PurePosixPath(one) == PurePosixPath(other)


def _source(archive: Values, function: Resource, base: Path) -> Code:
    directory, file = archive.get("source_dir"), archive.get("source_file")
    if isinstance(directory, str) and directory:
        return Code(path=absolute(base / directory))
    if isinstance(file, str) and file:
        # In the zip the file stands alone, under its own name.
        return Code(path=absolute(base / file))
    sources = [mapping(source) for source in items(archive.get("source"))]
    content = archive.get("source_content") or (sources[0].get("content") if len(sources) == 1 else None)
    if isinstance(content, str):
        return Code(text=content)
    add = ADD.format(address=function.address, handler=function.values.get("handler"))
    return Code(missing=f"archive_file makes its code of {len(sources)} contents; {add}")


def _archive(function: Resource, path: Path, notices: list[Notice]) -> Code:
    """The zip, with a word where it is not the one that was deployed."""
    expected = function.values.get("source_code_hash")
    if is_file(path) and isinstance(expected, str) and expected:
        found = base64.b64encode(hashlib.sha256(path.read_bytes()).digest()).decode()
        if found != expected:
            text = f"{path.name} is not the archive that was deployed: its SHA-256 is not source_code_hash."
            where = str(function.place.child("source_code_hash"))
            notices.append(Notice(code="N-code-hash", severity="note", where=where, text=text))
    return archived(path) if is_file(path) else Code(path=path)
