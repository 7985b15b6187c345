"""The distributions of a source, and which of them is taken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from edgeware.config.loading.draft import Draft
from edgeware.config.place import guess, shown
from edgeware.exceptions import ConfigurationError


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A distribution that a source holds, not read yet."""

    address: str
    """What the source calls it: a logical id, an address, an id, a file."""
    comment: str = ""
    origins: tuple[str, ...] = ()
    """The domain names of its origins."""
    aliases: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    """What else it may be called by: its id, its name, a construct's path."""
    read: Callable[[], Draft]

    def called(self) -> tuple[str, ...]:
        """Everything it may be called by."""
        given = (self.address, *self.names, *self.aliases, self.comment)
        return tuple(dict.fromkeys(name for name in given if name))

    def __str__(self) -> str:
        columns = (self.address, self.comment, ", ".join(self.origins), ", ".join(self.aliases))
        return "  ".join(shown(column) for column in columns if column)


def chosen(candidates: Sequence[Candidate], wanted: str | None, source: str) -> Draft:
    """The one distribution, or the one that is wanted. Raises ConfigurationError with the list of them."""
    if not candidates:
        raise ConfigurationError([f"{source}: holds no distribution."])
    found = candidates if wanted is None else _called(candidates, wanted)
    if len(found) == 1:
        return found[0].read()
    raise ConfigurationError(
        [_question(candidates, found, wanted, source), *(f"  {one}" for one in found or candidates)]
    )


def _called(candidates: Sequence[Candidate], wanted: str) -> list[Candidate]:
    exact = [one for one in candidates if wanted in one.called()]
    return exact or [one for one in candidates if any(fnmatchcase(name, wanted) for name in one.called())]


def _question(candidates: Sequence[Candidate], found: Sequence[Candidate], wanted: str | None, source: str) -> str:
    if wanted is None:
        name = shown(candidates[0].address)
        ways = f"in an overlay distribution: {name}, on the command line --named {name}"
        return f"{source}: holds {len(candidates)} distributions; say which one, {ways}."
    if found:
        return f"{source}: '{shown(wanted)}' means {len(found)} distributions; say it more exactly."
    names = [shown(name) for one in candidates for name in one.called()]
    hint = guess(wanted, names) if len(candidates) > 1 else "There is one, and it needs no name."
    return f"{source}: holds no distribution '{shown(wanted)}'. {hint}".rstrip()
