"""What would change in a file, as values: a unified difference, and nothing of a secret."""

from __future__ import annotations

import difflib

from dockwright.facts.content import FileContent
from dockwright.run.planned import FileChange

_READ_BY_ALL = 0o004


def file_change(
    path: str, text: str, on_box: FileContent, mode: int | None, owner: str
) -> FileChange:
    """Compare what would be written with what is there.

    Args:
        path: absolute path on the box.
        text: the whole content to be.
        on_box: what the box has.
        mode: access bits to be; None where nobody says, and the file's own stay.
        owner: ``user:group`` to be, as names or numbers.

    Example:
        >>> file_change("/etc/motd", "hello", FileContent(), 0o600, "root:root").difference
        '(secret) is not there'
    """
    access = _access(on_box, mode, owner)
    # what either side keeps from others is shown on neither
    secret = not _READ_BY_ALL & (0o644 if mode is None else mode)
    unseen = on_box.kind not in ("absent", "folder", "other") and on_box.text is None
    if unseen and not secret and on_box.is_large:
        return FileChange(path, False, "\n".join(["differs (too large to be shown)", *access]))
    if secret or unseen:
        state = "is not there" if on_box.kind == "absent" else "differs"
        return FileChange(path, True, "\n".join([f"(secret) {state}", *access]))
    lines = difflib.unified_diff(
        _lines(on_box.text or ""),
        _lines(text),
        "/dev/null" if on_box.kind == "absent" else path,
        f"{path} (declared)",
        lineterm="",
    )
    return FileChange(path, False, "\n".join([*access, *lines]))


def _lines(text: str) -> list[str]:
    """As diff has them: a carriage return is shown, a missing last newline has its own line."""
    *lines, last = text.replace("\r", "\\r").split("\n")
    return [*lines, f"{last}\n\\ No newline at end of file"] if last else lines


def _access(on_box: FileContent, mode: int | None, owner: str) -> list[str]:
    if on_box.kind == "absent":
        return []
    lines = [] if on_box.kind == "file" else [f"is a {on_box.kind}, not a file"]
    if on_box.mode and mode is not None and on_box.mode != f"{mode:o}":
        lines.append(f"mode {on_box.mode} -> {mode:o}")
    if on_box.owners and owner and owner not in on_box.owners:
        lines.append(f"owner {on_box.owners[0]} -> {owner}")
    return lines
