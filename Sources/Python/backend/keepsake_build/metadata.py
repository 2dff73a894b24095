"""What the wheel says about itself."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Dict

NAME = "keepsake"

_METADATA = """\
Metadata-Version: 2.1
Name: {name}
Version: {version}
Summary: Version control for machine learning
Requires-Python: >=3.9
Classifier: Intended Audience :: Science/Research
Classifier: Operating System :: MacOS
Classifier: Operating System :: POSIX :: Linux
Classifier: Programming Language :: Python :: 3
Classifier: Topic :: Scientific/Engineering :: Artificial Intelligence
Classifier: Typing :: Typed
"""

_WHEEL = """\
Wheel-Version: 1.0
Generator: keepsake_build
Root-Is-Purelib: false
Tag: {tag}
"""

_ENTRY_POINTS = """\
[console_scripts]
keepsake = keepsake._command:main
"""


def version(sources: Path) -> str:
    """The version in the sources, which are not imported for it."""
    text = (sources / NAME / "_version.py").read_text(encoding="utf-8")
    found = re.search(r'^version = "([^"]+)"$', text, re.MULTILINE)
    if found is None:
        raise ValueError("src/{}/_version.py has no line `version = \"…\"`".format(NAME))
    return found.group(1)


def metadata_files(version: str, tag: str) -> Dict[str, str]:
    """The files of a wheel's .dist-info folder but RECORD, by name."""
    return {
        "METADATA": _METADATA.format(name=NAME, version=version),
        "WHEEL": _WHEEL.format(tag=tag),
        "entry_points.txt": _ENTRY_POINTS,
        "top_level.txt": NAME + "\n",
    }
