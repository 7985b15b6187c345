"""The files of Terraform's own language, and of the same as JSON: a module is a directory of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from edgeware.config.files import absolute, is_file
from edgeware.config.loading.documents import read, read_text
from edgeware.config.loading.terraform import hcl_json
from edgeware.config.loading.terraform.hcl_syntax import Block, parse
from edgeware.exceptions import ConfigurationError

SUFFIXES = (".tf", ".tofu")
JSON = (".tf.json", ".tofu.json")


def is_hcl(path: Path) -> bool:
    """Whether a file is one of Terraform's own."""
    return path.name.endswith((*SUFFIXES, *JSON)) and is_file(path)


def is_json(path: Path) -> bool:
    """Whether a file of Terraform's is JSON, which is read without a parser of the language."""
    return path.suffix == ".json"


def read_folder(folder: Path, source: str) -> list[Block]:
    """The files of a module. Raises ConfigurationError for one that is broken."""
    return [read_file(path, str(Path(source) / path.name)) for path in sorted(folder.iterdir()) if is_hcl(path)]


def installed_at(root: Path, names: Sequence[str]) -> Path | None:
    """Where `terraform init` has put a module that comes from elsewhere, by its names from the root module on."""
    path = root / ".terraform/modules/modules.json"
    try:
        listed = read(path).values.get("Modules") if is_file(path) else None
    except ConfigurationError:
        return None
    for one in listed if isinstance(listed, list) else ():
        if isinstance(one, Mapping) and one.get("Key") == ".".join(names) and isinstance(one.get("Dir"), str):
            return absolute(root / str(one["Dir"]))
    return None


def read_file(path: Path, source: str) -> Block:
    """One file. Raises ConfigurationError where it is broken."""
    return hcl_json.parse(path, source) if is_json(path) else parse(read_text(path, source), source)


def read_beside(path: Path, source: str) -> list[Block]:
    """A file, and then those beside it that can be read: what it refers to may stand there."""
    files = [read_file(path, source)]
    for other in sorted(one for one in path.parent.iterdir() if is_hcl(one) and one != path):
        with suppress(ConfigurationError):
            files.append(read_file(other, str(Path(source).parent / other.name)))
    return files
