"""The exceptions that the package raises, all of them a `KeepsakeError`."""

from ._errors import (
    AlreadyRecording,
    ConfigNotFound,
    CorruptedRepositorySpec,
    DoesNotExist,
    IncompatibleRepositoryVersion,
    InvalidQuery,
    KeepsakeError,
    ReadError,
    RecorderError,
    RepositoryConfigurationError,
    RepositoryError,
    WriteError,
)

__all__ = [
    "AlreadyRecording",
    "ConfigNotFound",
    "CorruptedRepositorySpec",
    "DoesNotExist",
    "IncompatibleRepositoryVersion",
    "InvalidQuery",
    "KeepsakeError",
    "ReadError",
    "RecorderError",
    "RepositoryConfigurationError",
    "RepositoryError",
    "WriteError",
]
