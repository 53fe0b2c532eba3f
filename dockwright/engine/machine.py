"""Which images a box's processor runs: told before the switch, not by `exec format error`; pure."""

from __future__ import annotations

# What `uname -m` says, and what images call it (GOARCH).
# Source: https://github.com/opencontainers/image-spec/blob/main/config.md, and go's own list.
_ARCHITECTURES = {
    "x86_64": ("amd64", "386"),
    "i686": ("386",),
    "aarch64": ("arm64", "arm"),
    "armv7l": ("arm",),
    "armv6l": ("arm",),
    "ppc64le": ("ppc64le",),
    "s390x": ("s390x",),
    "riscv64": ("riscv64",),
}


def runs(machine: str, architecture: str) -> bool:
    """Whether a box runs an image; True where either is not known.

    Args:
        machine: the box's, as ``uname -m`` says it.
        architecture: the image's, such as ``amd64``; empty where it says none.

    Example:
        >>> runs("x86_64", "amd64"), runs("aarch64", "amd64"), runs("loongarch64", "amd64")
        (True, False, True)
    """
    known = _ARCHITECTURES.get(machine)
    return known is None or not architecture or architecture in known


def architecture_of(machine: str) -> str:
    """What images call a machine.

    Example:
        >>> architecture_of("aarch64")
        'arm64'
    """
    return _ARCHITECTURES.get(machine, (machine,))[0]
