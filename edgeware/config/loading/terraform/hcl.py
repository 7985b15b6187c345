"""Terraform's own language, with the extra `hcl`: what is plain is read, and the rest is not to be had.

The output of `terraform show -json` says more, and is taken where there is a choice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from edgeware.config.files import is_directory, is_file
from edgeware.config.loading import terraform
from edgeware.config.loading.candidates import Candidate
from edgeware.config.loading.documents import Document, read
from edgeware.config.loading.inputs import Inputs
from edgeware.config.loading.terraform.hcl_expressions import evaluated
from edgeware.config.loading.terraform.hcl_files import is_hcl, is_json, read_beside, read_file, read_folder
from edgeware.config.loading.terraform.hcl_module import Module
from edgeware.config.loading.terraform.hcl_syntax import installed
from edgeware.config.loading.terraform.resources import Resource
from edgeware.config.model import Notice
from edgeware.config.place import plain, shown
from edgeware.config.reading import Unresolved
from edgeware.exceptions import ConfigurationError

_READ = ("aws_cloudfront", "aws_lambda_function", "aws_s3_bucket", "archive_file")
"""The types of resources that a distribution may be made of, by how they begin."""


def sees(path: Path) -> bool:
    """Whether a path is such a file, or a directory of them; the extra has to be there where one is not JSON."""
    files = path.iterdir() if is_directory(path) else (path,)
    found = [one for one in files if is_hcl(one)]
    return bool(found) and (installed() or all(map(is_json, found)))


def candidates(path: Path, source: str, inputs: Inputs) -> Sequence[Candidate]:
    """The distributions of a file, or of the files of a directory and of the local modules that they call."""
    try:
        return _candidates(path, source, inputs)
    except RecursionError:
        raise ConfigurationError([f"{source}: is nested too deeply."]) from None


def _candidates(path: Path, source: str, inputs: Inputs) -> Sequence[Candidate]:
    folder = path if is_directory(path) else path.parent
    files = read_folder(folder, source) if path == folder else read_beside(path, source)
    name = source if path == folder else str(Path(source).parent)
    root = Module(folder=folder, root=folder, inputs=inputs, source=name, files=files)
    root.given = {name: value for name, value in _settings(folder, root).items() if name not in inputs.parameters}
    found: dict[str, Resource] = {}
    for module in (root, *root.children()):
        for resource in module.resources(_READ):
            found.setdefault(resource.address, resource)
    document = Document(values={}, base=folder, source=source, path=path, notices=tuple(_unused(root, inputs, source)))
    # What lies beside a file that is named may be used, and is not meant.
    beside = {file.source for file in files[1:]} if path != folder else set()
    listed = terraform.candidates(document, [one for one in found.values() if not _other(one, beside)])
    if not listed:
        raise ConfigurationError([f"{source}: holds no distribution. {_elsewhere(root)}".rstrip()])
    return listed


def _other(resource: Resource, beside: set[str]) -> bool:
    return resource.type == terraform.DISTRIBUTION and resource.place.source in beside


def _settings(folder: Path, root: Module) -> dict[str, object]:
    """What `terraform.tfvars` and `*.auto.tfvars` beside the files say, or JSON of that name, in Terraform's order."""
    found: dict[str, object] = {}
    fixed = (folder / "terraform.tfvars", folder / "terraform.tfvars.json")
    for path in (*fixed, *sorted((*folder.glob("*.auto.tfvars"), *folder.glob("*.auto.tfvars.json")))):
        if is_file(path) and is_json(path):
            found.update(read(path).values)
        elif is_file(path):
            block = read_file(path, str(path))
            found.update({name: evaluated(node, root, {}) for name, node in block.attributes.items()})
    return found


def _unused(root: Module, inputs: Inputs, source: str) -> Iterator[Notice]:
    for name in inputs.parameters:
        if name not in root.variables():
            text = f"the parameter {shown(name)} was given, and there is no such variable."
            yield Notice(code="N-parameter", severity="warn", where=source, text=text)


def _elsewhere(root: Module) -> str:
    """A word on modules that are not here: the distribution may be in one of them."""
    called = [root.child(block.labels[0]) for file in root.files for block in file.named("module") if block.labels]
    absent = next((one for one in called if isinstance(one, Unresolved)), None)
    return "" if absent is None else f"{plain(absent.why)} {absent.hint}"
