"""What ``docker run --help`` says of its flags: the proof of our table of them."""

import re

from dockwright.boot.flags import FLAGS

_LINE = re.compile(
    r"^ {2}(?:-(?P<short>\w), |   {2})--(?P<name>[\w-]+)(?: (?P<type>[\w-]+))?(?:  |$)"
)
# what the flags' own package calls a value that may be given more than once
_REPEATED = frozenset({"list", "map", "mount", "network", "ulimit", "filter"})


def differences(text: str) -> list[str]:
    """Where the table and the help text of an engine's client disagree, a line each."""
    found = [match for line in text.splitlines() if (match := _LINE.match(line))]
    assert len(found) > 90, text
    wrong = []
    for match in found:
        flag = FLAGS.get(match["name"])
        if flag is None:
            wrong.append(f"--{match['name']}: not in the table")
            continue
        said = (match["short"], match["type"] is not None, match["type"] in _REPEATED)
        if said != (flag.short, flag.takes_value, flag.repeats):
            wrong.append(f"--{flag.name}: the help says {said}, the table {flag}")
    return wrong


def names(text: str) -> set[str]:
    """The long names in the help text."""
    return {match["name"] for line in text.splitlines() if (match := _LINE.match(line))}
