"""Zip archives of code or of a site, unpacked where only this user can write.

An archive is untrusted: nothing of it may land outside of its folder, and it may not fill the disk.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import tempfile
import zipfile
from pathlib import Path, PurePosixPath, PureWindowsPath

from edgeware.config.files import is_directory
from edgeware.config.loading.documents import MAX_BYTES
from edgeware.exceptions import ConfigurationError

MAX_UNPACKED = 4 * MAX_BYTES
"""Lambda takes 250 MB unpacked."""
MAX_MEMBERS = 20_000


def unpacked(archive: Path) -> Path:
    """The folder that an archive has been unpacked into; the same for the same bytes.

    Raises ConfigurationError: no archive, too large, or a member that leads out of the folder.
    """
    try:
        if archive.stat().st_size > MAX_BYTES:
            raise ConfigurationError([f"{archive}: is larger than {MAX_BYTES >> 20} MB."])
        digest = hashlib.sha256(archive.read_bytes()).hexdigest()
        folder = _private() / digest[:32]
        if not is_directory(folder):
            _unpack(archive, folder)
        return folder
    except (OSError, RuntimeError, zipfile.BadZipFile, NotImplementedError) as error:
        raise ConfigurationError([f"{archive}: cannot be unpacked: {error}."]) from None


def _private() -> Path:
    """A folder of this user's, in the system's place for what may be lost."""
    user = os.getuid() if hasattr(os, "getuid") else 0
    folder = Path(tempfile.gettempdir()) / f"edgeware-{user}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or (hasattr(os, "getuid") and found.st_uid != user) or found.st_mode & 0o022:
        raise ConfigurationError([f"{folder}: must be a folder that only you can write to, to unpack archives there."])
    return folder


def _unpack(archive: Path, folder: Path) -> None:
    """Into a folder beside it first: another process sees all of it or nothing."""
    fresh = Path(tempfile.mkdtemp(dir=folder.parent))
    try:
        with zipfile.ZipFile(archive) as opened:
            for member in _members(opened, archive):
                _write(opened, member, fresh)
        fresh.rename(folder)
    except OSError:
        if not is_directory(folder):
            raise
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _members(opened: zipfile.ZipFile, archive: Path) -> list[zipfile.ZipInfo]:
    members = opened.infolist()
    if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED:
        raise ConfigurationError([f"{archive}: unpacks to more than {MAX_UNPACKED >> 20} MB or {MAX_MEMBERS} files."])
    for member in members:
        path = PurePosixPath(member.filename.replace("\\", "/"))
        outside = path.is_absolute() or ".." in path.parts or PureWindowsPath(member.filename).drive
        if outside or _is_link(member):
            raise ConfigurationError([f"{archive}: its member {member.filename!r} leads out of it."])
    return members


def _is_link(member: zipfile.ZipInfo) -> bool:
    return stat.S_ISLNK(member.external_attr >> 16)


def _write(opened: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path) -> None:
    """One member. Its head may lie about its size, so no more than that is read."""
    target = folder.joinpath(*PurePosixPath(member.filename.replace("\\", "/")).parts)
    if member.is_dir():
        target.mkdir(parents=True, exist_ok=True)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with opened.open(member) as source, target.open("wb") as sink:
        sink.write(source.read(member.file_size))
