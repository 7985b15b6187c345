"""What a source is, by what it holds, and the distribution that is taken from it."""

from __future__ import annotations

from os import PathLike, fspath
from pathlib import Path

from edgeware.config.files import is_directory
from edgeware.config.loading.candidates import chosen
from edgeware.config.loading.documents import Document, read
from edgeware.config.loading.draft import Draft
from edgeware.config.loading.formats import DIRECTORIES, FILES, DirectoryFormat, FileFormat, is_hcl
from edgeware.config.loading.inputs import Inputs, inputs_of
from edgeware.config.loading.overlay import overlaid
from edgeware.config.loading.unreadable import INSTEAD, refuse_directory, refuse_file, refuse_values
from edgeware.config.model import Notice
from edgeware.config.place import shown
from edgeware.exceptions import ConfigurationError

MAX_IMPORTS = 5

_DEFINITIONS = (
    "default_behavior",
    "behaviors",
    "origin_groups",
    "cache_policies",
    "origin_request_policies",
    "response_headers_policies",
    "custom_error_responses",
    "geo_restriction",
    "key_groups",
    "name",
    "enabled",
    "aliases",
    "default_root_object",
    "cache_tag_header",
    "http_version",
    "id",
    "domain_name",
)
"""Keys that say what a distribution is: beside `import` they would contradict the imported file."""

_NO_INPUTS = Inputs()


def draft_of(source: str | PathLike[str] | Document, inputs: Inputs = _NO_INPUTS, depth: int = 0) -> Draft:
    """The distribution of a file, a directory or a mapping, before any overlay, default or check."""
    if isinstance(source, Document):
        return _from_document(source, inputs, depth)
    path = Path(source)
    if is_directory(path) or is_hcl(path):
        return _from_directory(path, fspath(source), inputs)
    refuse_file(path, fspath(source))
    return _from_document(read(source), inputs, depth)


def _from_document(document: Document, inputs: Inputs, depth: int) -> Draft:
    values = document.values
    if values.get("import") is not None:
        return _imported(document, inputs, depth)
    refuse_values(values, document.where)
    form = next(form for form in FILES if form.sees(values))
    draft = chosen(form.read(document, inputs), inputs.distribution, document.where)
    return _with_inputs_told(draft, form, inputs, document.where)


def _from_directory(path: Path, source: str, inputs: Inputs) -> Draft:
    form = next((form for form in DIRECTORIES if form.sees(path)), None)
    if form is None:
        refuse_directory(path, source)
        raise ConfigurationError([f"{source}: no file in it holds a distribution. {INSTEAD}"])
    draft = chosen(form.read(path.resolve(), source, inputs), inputs.distribution, source)
    return _with_inputs_told(draft, form, inputs, source)


def _with_inputs_told(draft: Draft, form: FileFormat | DirectoryFormat, inputs: Inputs, where: str) -> Draft:
    """The draft, with a warning where parameters were given that nothing takes."""
    given = [*inputs.parameters, *inputs.outputs]
    if given and not form.parameters:
        text = f"{form.name} takes no parameters and no outputs: {', '.join(map(shown, given))} changes nothing."
        draft.notices.append(Notice(code="N-inputs", severity="warn", where=where, text=text))
    return draft


def _imported(document: Document, inputs: Inputs, depth: int) -> Draft:
    """A file that names another by `import` and is itself the overlay over it."""
    where = document.where
    target = document.values["import"]
    if depth >= MAX_IMPORTS:
        raise ConfigurationError([f"{where}: more than {MAX_IMPORTS} files import each other."])
    if not isinstance(target, str) or not target:
        raise ConfigurationError([f"{where} import: must be the path of a file or a directory."])
    defined = [key for key in _DEFINITIONS if key in document.values]
    if defined:
        text = f"{where} {defined[0]}: comes from the imported {shown(target)}; beside import it would contradict it."
        raise ConfigurationError([text])
    wanted = inputs.over(inputs_of(document))
    return overlaid(draft_of(document.base / target, wanted, depth + 1), document)
