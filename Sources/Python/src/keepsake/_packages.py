"""
Which installed distributions a program has imported.

A distribution is known by the files that it installed (its RECORD, PEP 376), not by its name:
PyYAML is imported as yaml, Pillow as PIL, and several share the package google. The folders that
say so are read directly, because importing importlib.metadata takes longer than all of this.
"""

from __future__ import annotations

import json
import os
import re
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Iterable, List, Optional, Set, Tuple

_INFORMATION = (".dist-info", ".egg-info")
_PACKAGE = os.sep + "__init__.py"

# Modules that .pth files import when Python starts, without anybody asking for them.
_AT_STARTUP = ("_distutils_hack" + os.sep, "__editable__")


def imported_packages() -> Dict[str, str]:
    """
    The version of every distribution from which at least one module has been imported.

    Names are in lower case, with hyphens: "scikit-learn". What cannot be read is left out.
    """
    imported = _imported_files()
    versions: Dict[str, str] = {}
    for folder in dict.fromkeys(sys.path):
        try:
            prefix = os.path.join(os.path.abspath(folder), "")
            names = [name for name in os.listdir(prefix) if name.endswith(_INFORMATION)]
        except OSError:
            continue
        local = {file[len(prefix) :] for file in imported if file.startswith(prefix)}
        unclaimed = _topmost({file for file in local if not file.startswith(_AT_STARTUP)})
        # Most distributions are called as what they install: those are looked into first, and most
        # others, whose RECORD may be long, not at all.
        names.sort(key=lambda name: _own_name(name) not in unclaimed)
        for name in names:
            try:
                _claim(os.path.join(prefix, name), unclaimed, imported, versions)
            except (OSError, ValueError):
                # A damaged installation must not keep anything from being recorded.
                pass
    return versions


def _imported_files() -> Set[str]:
    files = set()
    # A copy, because other threads may be importing.
    for module in list(sys.modules.values()):
        try:
            # Not getattr: a module that loads when it is first used would load now.
            file = vars(module).get("__file__")
        except Exception:
            continue
        if isinstance(file, str):
            files.add(file)
    return files


def _topmost(files: Set[str]) -> Dict[str, Set[str]]:
    """
    Those of the imported `files` that no imported package holds, by the first part of their path.

    They stand for all others: what installed the file that makes a folder a package installed what is
    in it. A namespace package has no such file; several distributions put packages into it.
    """
    packages = {file[: -len(_PACKAGE)] for file in files if file.endswith(_PACKAGE)}
    topmost = {file for file in files if file.partition(os.sep)[0] not in packages}
    topmost.update(package + _PACKAGE for package in packages if os.sep not in package)
    found: Dict[str, Set[str]] = {}
    for file in topmost:
        parts = file.split(os.sep)
        for depth in range(2, len(parts)):
            package = os.sep.join(parts[:depth])
            if package in packages:
                file = package + _PACKAGE
                break
        found.setdefault(parts[0].split(".")[0].lower(), set()).add(file)
    return found


def _claim(
    folder: str, unclaimed: Dict[str, Set[str]], imported: Set[str], versions: Dict[str, str]
) -> None:
    """
    Adds the distribution that `folder` describes to `versions` if it has been imported.

    Args:
        folder: A .dist-info folder, or an .egg-info folder or file.
        unclaimed: The imported files beside `folder` that stand for all, by the first part of their
            path; those that the distribution installed are removed.
        imported: All imported files.
        versions: The result.
    """
    if folder.endswith(".dist-info"):
        is_imported = _take_recorded(folder, unclaimed) or _is_edited(folder, imported)
        metadata = os.path.join(folder, "METADATA")
    else:
        is_imported = _take_top_level(folder, unclaimed)
        metadata = os.path.join(folder, "PKG-INFO") if os.path.isdir(folder) else folder
    if is_imported:
        named = _name_and_version(metadata)
        if named is not None:
            # What is first on the path is what was imported.
            versions.setdefault(*named)


def _take_recorded(folder: str, unclaimed: Dict[str, Set[str]]) -> bool:
    if not unclaimed:
        return False
    # Bytes: a RECORD can have megabytes, and there are many.
    with open(os.path.join(folder, "RECORD"), "rb") as stream:
        record = b"\n" + stream.read()

    def taken_from(candidates: Iterable[str]) -> bool:
        taken = [
            (first, file)
            for first in candidates
            for file in unclaimed[first]
            if b"\n" + file.replace(os.sep, "/").encode("utf-8", "replace") + b"," in record
        ]
        for first, file in taken:
            unclaimed[first].discard(file)
            if not unclaimed[first]:
                del unclaimed[first]
        return bool(taken)

    own_name = _own_name(folder)
    return (own_name in unclaimed and taken_from([own_name])) or taken_from(unclaimed)


def _is_edited(folder: str, imported: Set[str]) -> bool:
    """Whether the distribution was installed for editing, and imported from where it is edited."""
    try:
        installed = json.loads(_read(os.path.join(folder, "direct_url.json")))
    except FileNotFoundError:
        return False
    if not installed.get("dir_info", {}).get("editable"):
        return False
    from urllib.parse import unquote, urlsplit

    project = os.path.join(unquote(urlsplit(installed["url"]).path), "")
    return any(
        # A virtual environment may lie in the project.
        file.startswith(project) and "site-packages" not in file[len(project) :]
        for file in imported
    )


def _take_top_level(folder: str, unclaimed: Dict[str, Set[str]]) -> bool:
    try:
        names = _read(os.path.join(folder, "top_level.txt")).split()
    except OSError:
        # By distutils, which says no more than the name of the distribution.
        names = [_own_name(folder)]
    return any([unclaimed.pop(name.lower(), None) for name in names])


def _own_name(folder: str) -> str:
    return os.path.basename(folder).split("-")[0].lower()


def _name_and_version(metadata: str) -> Optional[Tuple[str, str]]:
    header = _read(metadata).split("\n\n", 1)[0]
    found: List[str] = []
    for field in ("Name", "Version"):
        match = re.search(r"^{}:\s*(\S+)".format(field), header, re.MULTILINE)
        if match is None:
            return None
        found.append(match.group(1))
    # As setuptools, and so Keepsake 0.4.2, writes names.
    return re.sub(r"[^A-Za-z0-9.]+", "-", found[0]).lower(), found[1]


def _read(path: str) -> str:
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()
