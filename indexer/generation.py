"""Generations of the index: built aside, published by one atomic pointer, checked when opened.

    index/20241124T031600Z-1f2e3d4c/   a generation: the engine's files and manifest.json
    index/current                      the name of the one in use, then of the one before
    index/lock                         held while a build runs

Whatever moment a build dies at, `current` names a whole generation: the old or the new one.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shlex
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

T = TypeVar("T")

FORMAT: Final = 2
"""Version of what the files of a generation hold; raised with every change to it."""

MANIFEST: Final = "manifest.json"
POINTER: Final = "current"
_NAME: Final = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}")
_POINTER_BYTES: Final = 200


class IndexFault(Exception):  # noqa: N818 - a fault is what all that follows are
    """Something about the index is wrong: what, where, and the command that mends it."""


class IndexMissing(IndexFault):
    """No index was built yet."""


class IndexOutdated(IndexFault):
    """The index was built by a version of this program whose format is another."""


class FileFacts(msgspec.Struct, frozen=True):
    """`size` in bytes; `digest` is BLAKE2b-256 in hexadecimal."""

    size: int
    digest: str


class Manifest(msgspec.Struct, frozen=True):
    """What a generation is made of.

    `built` is ISO 8601 in UTC, `facts` what the builder wants known of it (JSON values),
    `files` map paths inside the folder; `digest` is of the manifest without it.
    """

    format: int
    built: str
    facts: dict[str, Any]
    files: dict[str, FileFacts]
    digest: str = ""


class _Format(msgspec.Struct):
    format: int


def build_command(index: Path) -> str:
    """The command that builds this index and no other, as it can be pasted into a shell."""
    return f"cityrights index --data {shlex.quote(str(index.parent))}"


def _anew(index: Path) -> str:
    return f"Build it anew with: {build_command(index)}"


def new_generation(index: Path) -> Path:
    """A fresh folder in `index` to build into, named by the time in UTC and a random end."""
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
    with said(f"The folder {index / name} can't be made", index):
        (index / name).mkdir(parents=True)
    return index / name


def publish(
    index: Path,
    folder: Path,
    facts: Mapping[str, Any],
    *,
    keep: int = 2,
    taken: Mapping[str, FileFacts] | None = None,
) -> Manifest:
    """Make a built folder the index in use, then remove generations older than the last `keep`.

    The files are synced and listed in a manifest, read back and checked, and only then named
    by the pointer. Call it under `indexer.build_lock.BuildLock`. With `keep=1` the generation
    before goes at once, as it must when something in it was withdrawn. `taken` are facts of
    files that are those of another generation, by their path inside the folder: one that was
    damaged since it was written there is not published. Raises IndexFault for that and if the
    disk refuses; the index in use stays as it is.
    """
    with said("The new index can't be written", index):
        files = {}
        folders = [folder]
        for path in sorted(folder.rglob("*")):
            if path.is_dir() and not path.is_symlink():
                folders.append(path)
            elif path != folder / MANIFEST:
                name = path.relative_to(folder).as_posix()
                known = (taken or {}).get(name)
                files[name] = known if known is not None else _synced(path)
        manifest = Manifest(FORMAT, f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", dict(facts), files)
        manifest = msgspec.structs.replace(manifest, digest=_digest(manifest))
        _write(folder / MANIFEST, msgspec.json.encode(manifest))
        for inside in reversed(folders):
            _sync_folder(inside)
        _sync_folder(index)
        open_manifest(folder)
        names = [folder.name, *(_pointed(index) or [])][:keep]
        _write(index / f"{POINTER}.new", "".join(f"{name}\n" for name in names).encode())
        (index / f"{POINTER}.new").replace(index / POINTER)
        _sync_folder(index)
    remove_leftovers(index)
    return manifest


def current(index: Path) -> Path | None:
    """The folder in use, None where none was ever published: one small read, nothing checked.

    Raises IndexFault where the pointer itself can't be made sense of.
    """
    pointer = index / POINTER
    try:
        with pointer.open("rb") as file:
            written = file.read(_POINTER_BYTES)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise IndexFault(f"{pointer} can't be read: {_why(error)}. {_anew(index)}") from None
    name = written.partition(b"\n")[0].decode("ascii", "replace")
    if not _NAME.fullmatch(name):
        raise IndexFault(
            f"{pointer} is damaged: it names no generation of the index. {_anew(index)}"
        )
    return index / name


def open_manifest(folder: Path, *, digests: bool = True) -> Manifest:
    """The manifest of a generation, every file it lists being there, whole and unchanged.

    `digests=False` compares sizes only, which reads no file. Raises IndexOutdated for another
    format, else IndexFault naming what is missing or damaged.
    """
    path = folder / MANIFEST
    try:
        written = path.read_bytes()
    except FileNotFoundError:
        missing = path if folder.is_dir() else folder
        raise IndexFault(
            f"The index is damaged: {missing} is missing. {_anew(folder.parent)}"
        ) from None
    except OSError as error:
        raise IndexFault(f"{path} can't be read: {_why(error)}. {_anew(folder.parent)}") from None
    manifest = _decoded(path, written)
    faults = [
        f"{folder / name} {wrong}"
        for name, facts in manifest.files.items()
        if (wrong := _wrong(folder / name, facts, digests))
    ]
    if faults:
        more = f"; and {len(faults) - 5} more files" if len(faults) > 5 else ""
        raise IndexFault(
            f"The index is damaged: {'; '.join(faults[:5])}{more}. {_anew(folder.parent)}"
        )
    return manifest


def open_current(index: Path, opener: Callable[[Path, Manifest], T], *, digests: bool = True) -> T:
    """What `opener` makes of the generation in use, its manifest checked.

    A generation may be replaced twice and removed while it is being opened: then the newer
    one is opened instead. Raises IndexMissing, IndexOutdated or IndexFault.
    """
    folder = current(index)
    while folder is not None:
        try:
            return opener(folder, open_manifest(folder, digests=digests))
        except (IndexFault, OSError) as error:
            newer = current(index)
            if newer == folder:
                if isinstance(error, IndexFault):
                    raise
                raise IndexFault(
                    f"{folder} can't be opened: {_why(error)}. {_anew(index)}"
                ) from error
            folder = newer
    raise IndexMissing(f"There is no index in {index} yet. Build it with: {build_command(index)}")


def remove_leftovers(index: Path) -> None:
    """Remove what the pointer does not name: older generations and those of builds that died.

    Only under the build lock. What can't be removed now is left for the next build; files
    that are not ours are never touched, and nothing is while the pointer can't be read.
    """
    try:
        kept = _pointed(index)
        entries = list(index.iterdir())
    except OSError:
        return
    if kept is None:
        return
    for entry in entries:
        if _NAME.fullmatch(entry.name) and entry.name not in kept:
            shutil.rmtree(entry, ignore_errors=True)
    (index / f"{POINTER}.new").unlink(missing_ok=True)


def _pointed(index: Path) -> list[str] | None:
    """Names in the pointer, newest first; empty where there is none, None where it is damaged."""
    try:
        written = (index / POINTER).read_bytes()[:_POINTER_BYTES]
    except FileNotFoundError:
        return []
    names = written.decode("ascii", "replace").split()
    return names if names and all(map(_NAME.fullmatch, names)) else None


def _decoded(path: Path, written: bytes) -> Manifest:
    try:
        format = msgspec.json.decode(written, type=_Format).format
        if format != FORMAT:
            raise IndexOutdated(
                f"The index in {path.parent} has format {format}; this version of cityrights "
                f"reads format {FORMAT}. {_anew(path.parent.parent)}"
            )
        manifest = msgspec.json.decode(written, type=Manifest)
    except ValueError:  # msgspec's own errors and those of UTF-8
        manifest = None
    if manifest is None or manifest.digest != _digest(manifest):
        raise IndexFault(
            f"The index is damaged: {path} is not as it was written. {_anew(path.parent.parent)}"
        )
    return manifest


def _digest(manifest: Manifest) -> str:
    bare = msgspec.json.encode(msgspec.structs.replace(manifest, digest=""))
    return hashlib.blake2b(bare, digest_size=32).hexdigest()


def _wrong(path: Path, facts: FileFacts, digests: bool) -> str | None:
    try:
        size = path.stat().st_size
        if size != facts.size:
            return f"has {size:,} bytes instead of {facts.size:,}"
        if digests and _file_digest(path) != facts.digest:
            return "is not as it was written"
    except FileNotFoundError:
        return "is missing"
    except OSError as error:
        return f"can't be read ({_why(error)})"
    return None


def _synced(path: Path) -> FileFacts:
    """Size and digest of a file, brought to the disk first."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        os.fsync(descriptor)
        size = os.fstat(descriptor).st_size
    finally:
        os.close(descriptor)
    return FileFacts(size, _file_digest(path))


def _file_digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=32)).hexdigest()


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk: a synced file may still lack its name."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def said(what: str, index: Path) -> Iterator[None]:
    """What the system refuses inside, said to a person as IndexFault."""
    try:
        yield
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        raise IndexFault(
            f"{what}: {_why(error)}{where}. The index in use is unchanged; "
            f"mend this, then run: {build_command(index)}"
        ) from error


def _why(error: OSError) -> str:
    return error.strerror or type(error).__name__
