"""Public keys and key groups as a native file gives them [private-content-trusted-signers]."""

from __future__ import annotations

from pathlib import Path

from edgeware.config.files import is_file
from edgeware.config.model import KeyGroup
from edgeware.config.place import guess, shown
from edgeware.config.reading import Section

_PEM = "-----BEGIN"


def key_groups(top: Section, base: Path) -> dict[str, KeyGroup]:
    """The key groups of a file: each the list of the ids of its public keys."""
    keys = public_keys(top.section("public_keys"), base)
    groups = top.section("key_groups")
    return {str(name): _group(groups, name, keys) for name in groups.values}


def public_keys(section: Section, base: Path) -> dict[str, str]:
    """PEM texts by the ids of the keys."""
    return {str(name): _pem(section, name, base) for name in section.values}


def _pem(section: Section, name: str, base: Path) -> str:
    """A PEM text, or the file that holds one."""
    if section.raw(name) is None:
        section.remark("warn", name, "N-public-keys", "nothing says what this public key is; it verifies nothing.")
        return ""
    text = section.text(name)
    if text.lstrip().startswith(_PEM):
        return text
    path = base / text
    if not text or not is_file(path):
        section.complain(str(name), f"there is no file {shown(text)}.", "Give a PEM file, or the PEM text itself.")
        return ""
    content = path.read_bytes().decode("ascii", "replace")
    if not content.lstrip().startswith(_PEM):
        section.complain(str(name), f"{shown(text)} holds no PEM.", "A public key starts with -----BEGIN PUBLIC KEY.")
    return content


def _group(groups: Section, name: str, keys: dict[str, str]) -> KeyGroup:
    members = groups.texts(name)
    for member in members:
        if member not in keys:
            groups.complain(str(name), f"there is no public key '{shown(member)}'.", guess(member, tuple(keys)))
    return KeyGroup(name=str(name), public_keys={member: keys[member] for member in members if member in keys})
