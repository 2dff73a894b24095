"""
The exceptions, and what they are called on the wire.

    Exception
     └─ KeepsakeError                      everything below; has `code`, `what`, `why` and `fix`
         ├─ ConfigNotFound                 no keepsake.yaml in the folder or above it
         ├─ RepositoryConfigurationError   keepsake.yaml or the repository's URL makes no sense
         ├─ IncompatibleRepositoryVersion  a newer Keepsake wrote the repository
         ├─ CorruptedRepositorySpec        repository.json makes no sense
         ├─ DoesNotExist                   no experiment, checkpoint or file is called that
         ├─ ReadError                      something cannot be read
         ├─ WriteError                     something cannot be written
         │   └─ AlreadyRecording           another process records the experiment
         ├─ InvalidQuery (also ValueError) a filter or an option makes no sense
         ├─ RecorderError                  the recorder process cannot be started, or ended
         └─ RepositoryError                any other answer of the recorder; `code` says which
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Mapping


class KeepsakeError(Exception):
    """
    Something that Keepsake could not do.

    Attributes:
        code: What kind of error it is, as the recorder calls it.
        what: The fact.
        why: The cause; may be empty.
        fix: What to do about it, as a sentence; may be empty.
    """

    def __init__(self, what: str, why: str = "", fix: str = "", code: str = "") -> None:
        super().__init__(sentence(what, why, fix))
        self.code = code
        self.what = what
        self.why = why
        self.fix = fix

    def __reduce__(self) -> Any:
        return type(self), (self.what, self.why, self.fix, self.code)


class ConfigNotFound(KeepsakeError):
    """There is no keepsake.yaml in the folder or above it."""


class RepositoryConfigurationError(KeepsakeError):
    """keepsake.yaml or the URL of the repository makes no sense."""


class IncompatibleRepositoryVersion(KeepsakeError):
    """A newer Keepsake wrote the repository."""


class CorruptedRepositorySpec(KeepsakeError):
    """The repository's repository.json makes no sense."""


class DoesNotExist(KeepsakeError):
    """No experiment, checkpoint or file is called that, or several are."""


class ReadError(KeepsakeError):
    """Something in the repository cannot be read."""


class WriteError(KeepsakeError):
    """Something in the repository, or the place of a checkout, cannot be written."""


class AlreadyRecording(WriteError):
    """Another process is recording the experiment."""


class InvalidQuery(KeepsakeError, ValueError):
    """A filter or an option makes no sense."""


class RecorderError(KeepsakeError):
    """The recorder process cannot be started, or has ended."""


class RepositoryError(KeepsakeError):
    """Any other error that the recorder answers with; `code` says which."""


_BY_CODE = {
    "config_not_found": ConfigNotFound,
    "invalid_config": RepositoryConfigurationError,
    "invalid_repository_url": RepositoryConfigurationError,
    "newer_version": IncompatibleRepositoryVersion,
    "corrupt_repository": CorruptedRepositorySpec,
    "not_found": DoesNotExist,
    "ambiguous": DoesNotExist,
    "no_files": DoesNotExist,
    "corrupt": ReadError,
    "read": ReadError,
    "write": WriteError,
    "invalid_path": WriteError,
    "not_recording": WriteError,
    "would_overwrite": WriteError,
    "already_recording": AlreadyRecording,
    "invalid_query": InvalidQuery,
    "protocol": RecorderError,
}


# Instead of the recorder's advice, where that names options of the command.
_ADVICE = {
    "config_not_found": (
        "Run `keepsake init` in the project's folder to make one, or name repository and folder: "
        'keepsake.init(repository="file://.keepsake", directory="."), keepsake.Project(…).'
    ),
}


def error_of(answer: Mapping[str, Any]) -> KeepsakeError:
    """The exception for the `error` of an answer."""
    code = str(answer.get("code") or "")
    kind = _BY_CODE.get(code, RepositoryError)
    what, why, fix = (str(answer.get(part) or "") for part in ("what", "why", "fix"))
    what = what or code or "an error without a description"
    return kind(what, why, _ADVICE.get(code, fix), code)


def sentence(what: str, why: str, fix: str) -> str:
    """The parts of an error as one text."""
    text = what if not why else "{}: {}".format(what, why)
    if not fix:
        return text
    return "{}{} {}".format(text, "" if text.endswith((".", "!", "?", "\n")) else ".", fix)


def sentence_of(message: Mapping[str, Any]) -> str:
    """What a loss, or another message with the parts of an error, says."""
    text = sentence(*(str(message.get(part) or "") for part in ("what", "why", "fix")))
    checkpoint = message.get("checkpoint")
    return "checkpoint {}: {}".format(checkpoint[:7], text) if checkpoint else text


# Where 0.4.2 has them, and where tracebacks say they are.
for _kind in {KeepsakeError, RepositoryError, RecorderError, *_BY_CODE.values()}:
    _kind.__module__ = "keepsake.exceptions"
