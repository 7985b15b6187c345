"""Where API output is found: a file with its sisters, or a directory of files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from edgeware.config.loading import api
from edgeware.config.loading.api_bundle import SUFFIXES, Bundle, Part, gather, readable
from edgeware.config.loading.candidates import Candidate
from edgeware.config.loading.documents import Document
from edgeware.config.loading.draft import Draft
from edgeware.config.loading.inputs import Inputs
from edgeware.config.loading.unreadable import INSTEAD
from edgeware.config.model import Notice
from edgeware.config.place import API, Place
from edgeware.config.reading import Section
from edgeware.exceptions import ConfigurationError


def candidates(document: Document, inputs: Inputs) -> Sequence[Candidate]:
    """The distribution of a file, with its sisters of the same format in the same directory."""
    if "DistributionList" in document.values:
        text = f"{document.where}: is a list of summaries, which lack half of the settings. {INSTEAD}"
        raise ConfigurationError([text])
    bundle = gather([document], document.base)
    if not bundle.distributions:
        raise ConfigurationError([f"{document.where}: holds a distribution that is no mapping."])
    chosen, part = bundle.distributions[0]
    if document.path is not None:
        folder, suffixes = document.path.parent, (document.path.suffix.lower(),)
        sisters = readable(folder, suffixes, str(Path(document.source).parent), skip=document.path)
        bundle = gather([document, *sisters], folder)
    return (_candidate(chosen, part, bundle),)


def sees_directory(path: Path) -> bool:
    """Whether a file of a directory holds a distribution."""
    return bool(gather(readable(path, SUFFIXES, ""), path).distributions)


def directory_candidates(path: Path, source: str, inputs: Inputs) -> Sequence[Candidate]:
    """The distributions of a directory; get-distribution says more of one than get-distribution-config."""
    bundle = gather(readable(path, SUFFIXES, source), path)
    found: dict[str, tuple[Document, Part]] = {}
    for document, part in bundle.distributions:
        reference = str(part.inner("DistributionConfig").get("CallerReference"))
        if reference not in found or "Id" in part.values:
            found[reference] = (document, part)
    return [_candidate(document, part, bundle) for document, part in found.values()]


def _candidate(document: Document, part: Part, bundle: Bundle) -> Candidate:
    config = part.inner("DistributionConfig")
    names = (str(part.values.get("Id", "")), Path(document.source).name)
    return candidate(document.where, config, names, lambda: api.read(document, part, bundle))


def candidate(
    address: str, config: Mapping[str, object], names: tuple[str, ...], read: Callable[[], Draft]
) -> Candidate:
    """A candidate with what its DistributionConfig says of it."""
    ignored: list[Notice] = []
    section = Section(values=config, place=Place(), notices=ignored, dialect=API)
    return Candidate(
        address=address,
        comment=section.text("Comment"),
        origins=tuple(origin.text("DomainName") for origin in section.sections("Origins")),
        aliases=section.texts("Aliases"),
        names=names,
        read=read,
    )
