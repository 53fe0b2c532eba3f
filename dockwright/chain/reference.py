"""Image references, as the grammar of the distribution project's ``reference`` package says."""

import re
from dataclasses import dataclass

from dockwright.errors import DockwrightError, shown

_LABEL = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
# a host without its port, and one part of a path; for other rooms of the grammar too
DOMAIN = rf"(?:{_LABEL}(?:\.{_LABEL})*|\[[a-fA-F0-9:]+\])"
COMPONENT = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_REFERENCE = re.compile(
    rf"(?:(?P<domain>{DOMAIN}(?::[0-9]+)?)/)?(?P<path>{COMPONENT}(?:/{COMPONENT})*)"
    r"(?::(?P<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?"
    r"(?:@(?P<digest>[A-Za-z][A-Za-z0-9]*(?:[+._-][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}))?"
)
# Those that an engine knows, and how many hex digits each has; it takes no upper-case one.
_DIGESTS = {"sha256": 64, "sha384": 96, "sha512": 128}
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_COMPONENT_ONLY = re.compile(COMPONENT)
# what names one image for ever: a digest, the tag that a digest has here, a recipe's tag
_FIXED = re.compile(r"sha256[:-][0-9a-f]{64}|r-[0-9a-f]{12}")
LONGEST_NAME = 255


@dataclass(frozen=True)
class Reference:
    """An image's name in its parts; what was not written is None."""

    domain: str | None  # of the registry, with its port
    path: str  # owners or folders, and the name
    tag: str | None  # without its colon
    digest: str | None  # such as sha256:…, without its @

    def __str__(self) -> str:
        """As it is written.

        Example:
            >>> str(parse("host:5000/a:1"))
            'host:5000/a:1'
        """
        name = f"{self.domain}/{self.path}" if self.domain else self.path
        tag = f":{self.tag}" if self.tag else ""
        return f"{name}{tag}@{self.digest}" if self.digest else f"{name}{tag}"


def parse(text: str) -> Reference:
    """Read ``text`` as a reference.

    A first component is a domain only where it has a dot or a colon, is ``localhost``, or has
    an upper-case letter; otherwise it belongs to the path (``library/ruby``).

    Raises:
        DockwrightError: the text is no reference.

    Example:
        >>> parse("192.168.50.20:5000/ruby:3").domain
        '192.168.50.20:5000'
    """
    match = _REFERENCE.fullmatch(text)
    if match is None:
        raise DockwrightError(
            f"image reference {shown(text)!r}: not of the form [host[:port]/]name[:tag][@digest]; "
            "names are lower-case letters and digits, parted by one of . _ __ - or /"
        )
    domain, path = match["domain"], match["path"]
    if domain is not None and not is_domain(domain):
        domain, path = None, f"{domain}/{path}"
    if len(path) + (len(domain) + 1 if domain else 0) > LONGEST_NAME:
        raise DockwrightError(f"image reference {shown(text, 40)!r}: longer than {LONGEST_NAME}")
    if match["digest"]:
        _check_digest(match["digest"], text)
    return Reference(domain, path, match["tag"], match["digest"])


def _check_digest(digest: str, text: str) -> None:
    algorithm, _, encoded = digest.partition(":")
    length = _DIGESTS.get(algorithm)
    if length is None or len(encoded) != length or encoded != encoded.lower():
        ways = ", ".join(f"{name} and {digits}" for name, digits in _DIGESTS.items())
        raise DockwrightError(
            f"image reference {shown(text, 400)!r}: {shown(algorithm)} with {len(encoded)} digits: "
            f"no digest; one is {ways} of 0-9 and a-f"
        )


def is_domain(text: str) -> bool:
    """Whether docker takes a reference's first part for a host.

    Example:
        >>> is_domain("harbor"), is_domain("harbor:443")
        (False, True)
    """
    return "." in text or ":" in text or text == "localhost" or text != text.lower()


def with_tag(reference: str) -> str:
    """``reference`` with the tag that is meant where it has neither tag nor digest.

    Example:
        >>> with_tag("host:5000/ruby")
        'host:5000/ruby:latest'
    """
    last = reference.rpartition("/")[2]
    return reference if ":" in last or "@" in last else f"{reference}:latest"


def is_folder_name(name: str) -> bool:
    """Whether an image's folder may be called so: one lower-case component of a reference.

    Example:
        >>> is_folder_name("my-ubuntu"), is_folder_name("My")
        (True, False)
    """
    return _COMPONENT_ONLY.fullmatch(name) is not None and len(name) <= LONGEST_NAME


def is_tag(text: str) -> bool:
    """Whether ``text`` is a tag, such as ``2.7.0``.

    Example:
        >>> is_tag("2.7.0"), is_tag("-1")
        (True, False)
    """
    return _TAG.fullmatch(text) is not None


def is_fixed(version: str) -> bool:
    """Whether ``version`` names the same image for ever: a digest, or a recipe's tag.

    Example:
        >>> is_fixed("r-0123456789ab"), is_fixed("latest")
        (True, False)
    """
    return _FIXED.fullmatch(version) is not None


def tag_of(version: str) -> str:
    """The tag that a box gives an image of ``version``, which is a tag or a digest.

    Example:
        >>> tag_of("2.7.0"), tag_of("sha256:0a")
        ('2.7.0', 'sha256-0a')
    """
    return version.replace(":", "-")
