"""Projects, under the name that Keepsake 0.4.2 has for the module."""

from . import init
from ._project import Project

__all__ = ["Project", "init"]
