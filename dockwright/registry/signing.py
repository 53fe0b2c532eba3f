"""The keys that sign a registry's images: one on this machine, and those that hold besides.

The private one never leaves this machine. `dockwright.deploys.signing` says where it is; who pushes
has it written where it is new.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkstemp

from dockwright.errors import SiteError
from dockwright.registry.signature import new_key, public_key


@dataclass(frozen=True)
class SigningKeys:
    """What signs images, and what is to have signed them."""

    path: Path  # of the private key
    private: str = field(repr=False)  # PEM; of a file that is not there yet, what it will have
    public: tuple[str, ...]  # PEM, of those that may have signed, the present one first
    is_new: bool  # whether the file is still to be written
    others: tuple[Path, ...] = ()  # of the public keys that hold besides


def signing_keys(path: Path, others: Collection[Path] = ()) -> SigningKeys:
    """The keys as this machine has them; nothing is written.

    Args:
        path: of the private key; one that is not there is made, in memory alone.
        others: of public keys that hold besides.

    Raises:
        SiteError: a file that can't be read, that has no key, or that others may read.

    Example::

        signing_keys(Path("site.key")).public[0]  # '-----BEGIN PUBLIC KEY-----…'
    """
    is_new = not path.exists()
    if not is_new and path.stat().st_mode & 0o077:
        raise SiteError(f"{path}: others may read the key that signs images; chmod 600 {path}")
    private = new_key() if is_new else _read(path)
    own = public_key(private, str(path))
    known = [public_key(_read(one), str(one)) for one in others]
    return SigningKeys(path, private, tuple(dict.fromkeys([own, *known])), is_new, tuple(others))


def keep(keys: SigningKeys) -> SigningKeys:
    """Write a key that is new; the keys that hold then: another run may have made one meanwhile.

    Raises:
        SiteError: the file can't be written, or not read.

    Example::

        keep(signing_keys(Path("site.key")))
    """
    if not keys.is_new:
        return keys
    try:
        keys.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # whole at once: nobody ever reads half a key
        descriptor, aside = mkstemp(dir=keys.path.parent)
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(keys.private)
            os.link(aside, keys.path)
        finally:
            Path(aside).unlink()
        return keys
    except FileExistsError:
        return signing_keys(keys.path, keys.others)
    except OSError as error:
        raise SiteError(
            f"{keys.path}: the key that signs images can't be kept there ({error.strerror}); see "
            "who owns the folder"
        ) from error


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise SiteError(f"{path}: {error}; name a key in PEM form") from error
