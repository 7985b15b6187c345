"""Directories that hold templates: cloud assemblies of the CDK, packages of the Serverless Framework, SAM's builds."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from edgeware.config.files import absolute, is_file
from edgeware.config.loading.candidates import Candidate
from edgeware.config.loading.cloudformation import candidates
from edgeware.config.loading.cloudformation.distributions import candidates as found
from edgeware.config.loading.cloudformation.reading import guarded
from edgeware.config.loading.cloudformation.world import World
from edgeware.config.loading.documents import Document, read
from edgeware.config.loading.inputs import Inputs
from edgeware.config.model import Notice
from edgeware.config.place import shown
from edgeware.config.reading import mapping
from edgeware.exceptions import ConfigurationError

MAX_STAGES = 10
MAX_FILES = 5000
_SOURCES = (".ts", ".js", ".mjs", ".py", ".java", ".go", ".cs", ".kt")
_NOT_SOURCES = frozenset({"cdk.out", "node_modules", "__pycache__", "venv", "target", "obj"})

STACK = "aws:cloudformation:stack"
STAGE = "cdk:cloud-assembly"
_PACKAGES = (
    ".serverless/cloudformation-template-update-stack.json",
    "cloudformation-template-update-stack.json",
    ".aws-sam/build/template.yaml",
    ".aws-sam/build/template.yml",
    ".aws-sam/build/template.json",
)
"""What tools leave of a template, before the template that a person wrote."""
_WRITTEN = ("template.yaml", "template.yml", "template.json")


# --- one template of a directory ------------------------------------------------------------------------------------


def template_in(folder: Path) -> Path | None:
    """The template that stands for a directory: what a tool has built, or else SAM's own name for one."""
    return next((path for name in (*_PACKAGES, *_WRITTEN) if is_file(path := folder / name)), None)


def sees_template(folder: Path) -> bool:
    """Whether a directory has such a template."""
    return template_in(folder) is not None


def template_candidates(folder: Path, source: str, inputs: Inputs) -> Sequence[Candidate]:
    """The distributions of that template."""
    path = template_in(folder)
    assert path is not None
    return candidates(_document(path, folder, source), inputs)


def _document(path: Path, folder: Path, source: str) -> Document:
    """A file of a directory, that messages name as the directory was named."""
    document = read(path)
    name = str(Path(source) / path.relative_to(folder))
    return Document(
        values=document.values, base=document.base, source=name, path=document.path, notices=document.notices
    )


# --- cloud assemblies -----------------------------------------------------------------------------------------------


def assembly_in(folder: Path) -> Path | None:
    """The cloud assembly that a directory is, or that a CDK app has beside its cdk.json."""
    if _is_assembly(folder):
        return folder
    built = folder / "cdk.out"
    return built if is_file(folder / "cdk.json") and _is_assembly(built) else None


def _is_assembly(folder: Path) -> bool:
    """Whether the manifest of a directory lists artifacts: that of a web app does not."""
    if not is_file(folder / "manifest.json"):
        return False
    try:
        return "artifacts" in read(folder / "manifest.json").values
    except ConfigurationError:
        # What is wrong with it is told when it is read.
        return True


def sees_assembly(folder: Path) -> bool:
    """Whether a directory is, or has, a cloud assembly."""
    return assembly_in(folder) is not None


def assembly_candidates(folder: Path, source: str, inputs: Inputs) -> Sequence[Candidate]:
    """The distributions of all stacks of an assembly, those of its stages too."""
    root = assembly_in(folder)
    assert root is not None
    shown_root = source if root == folder else str(Path(source) / root.name)
    world = World(inputs=inputs)
    if root != folder:
        world.notices.extend(_stale(folder, root, shown_root))

    def distributions() -> Sequence[Candidate]:
        for document, properties, artifact in _stacks(root, root, shown_root, 0):
            account, region = _environment(artifact)
            world.add(document, str(properties.get("stackName") or artifact["id"]), region, account)
        return found(world, shown_root)

    return guarded(shown_root, distributions)


def _stale(app: Path, assembly: Path, source: str) -> Iterator[Notice]:
    """A word where a source of the app has changed since the assembly was made."""
    made = (assembly / "manifest.json").stat().st_mtime
    for path in _sources(app):
        # Files that were checked out together are not a minute apart.
        if path.stat().st_mtime > made + 60:
            text = f"{path.relative_to(app)} is newer than what was synthesised."
            hint = "Run: npx cdk synth -q"
            yield Notice(code="N-stale", severity="note", where=source, text=text, hint=hint)
            return


def _sources(folder: Path) -> Iterator[Path]:
    """The sources of an app, as far as a few thousand files go."""
    found = 0
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in _NOT_SOURCES and not name.startswith("."))
        for name in sorted(files):
            found += 1
            if found > MAX_FILES:
                return
            if name.endswith(_SOURCES) and is_file(Path(parent, name)):
                yield Path(parent, name)


def _stacks(
    root: Path, folder: Path, source: str, level: int
) -> Iterator[tuple[Document, Mapping[str, object], Mapping[str, object]]]:
    """Every stack of an assembly and of the assemblies inside it: template, properties and the artifact."""
    if level > MAX_STAGES:
        raise ConfigurationError([f"{source}: stages are nested more than {MAX_STAGES} deep."])
    manifest = read(folder / "manifest.json").values
    for name, artifact in _mappings(manifest, "artifacts"):
        properties = dict(mapping(artifact.get("properties")))
        if artifact.get("type") == STACK:
            path = _inside(root, folder, properties.get("templateFile"), source)
            document = _document(path, folder, source)
            _tell_paths(document, artifact, folder)
            yield document, properties, {**artifact, "id": name}
        elif artifact.get("type") == STAGE:
            stage = _inside(root, folder, properties.get("directoryName"), source)
            yield from _stacks(root, stage, str(Path(source) / stage.relative_to(folder)), level + 1)


def _tell_paths(document: Document, artifact: Mapping[str, object], folder: Path) -> None:
    """Put the paths of constructs into a template that was made without them: the assembly knows them too."""
    resources = document.values.get("Resources")
    for path, entries in _metadata(artifact, folder).items():
        for entry in entries if isinstance(entries, list) else ():
            told = isinstance(entry, Mapping) and entry.get("type") == "aws:cdk:logicalId"
            body = resources.get(entry.get("data")) if told and isinstance(resources, Mapping) else None
            about = body.setdefault("Metadata", {}) if isinstance(body, dict) else None
            if isinstance(about, dict):
                about.setdefault("aws:cdk:path", str(path).removeprefix("/"))


def _metadata(artifact: Mapping[str, object], folder: Path) -> Mapping[str, object]:
    """What an artifact says of its constructs, itself or in a file of its own."""
    name = artifact.get("additionalMetadataFile")
    path = folder / name if isinstance(name, str) and name.isprintable() else folder
    try:
        more = read(path).values if path.parent == folder and is_file(path) else {}
    except ConfigurationError:  # only names are lost
        more = {}
    return {**mapping(artifact.get("metadata")), **more}


def _inside(root: Path, folder: Path, name: object, source: str) -> Path:
    """A path of the manifest's, which may not lead out of the assembly."""
    path = absolute(folder / name) if isinstance(name, str) and name.isprintable() else root
    if path == root or not path.is_relative_to(folder):
        where = f"{source}/manifest.json"
        raise ConfigurationError([f"{where}: {shown(str(name))} is no file or directory of the assembly."])
    return path


def _environment(artifact: Mapping[str, object]) -> tuple[str, str]:
    """Account and region of `aws://ACCOUNT/REGION`; empty where only the deployment knows them."""
    words = str(artifact.get("environment", "")).removeprefix("aws://").split("/")
    account, region = (*words, "")[:2]
    return account if account.isdigit() else "", "" if region.startswith("unknown") else region


def _mappings(values: Mapping[str, object], key: str) -> Iterator[tuple[str, Mapping[str, object]]]:
    for name, inner in mapping(values.get(key)).items():
        if isinstance(inner, Mapping):
            yield str(name), inner
