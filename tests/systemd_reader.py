"""A reader of systemd's unit and environment files, for tests: from its manual pages alone.

systemd.syntax(7) for lines and quotes, systemd.service(5) for command lines and systemd.exec(5)
for EnvironmentFile=. It refuses what our renderer has no reason to write.
"""

import re


def directives(text: str) -> list[tuple[str, str]]:
    """(``[Section]`` or ``Directive``, its value) of a unit file, in order."""
    found = []
    for line in text.split("\n"):
        assert not line.endswith("\\"), "a line goes on"
        if not line or line[0] in "#;":
            continue
        if section := re.fullmatch(r"\[\w+\]", line):
            found.append((section[0], ""))
            continue
        name, equals, value = line.partition("=")
        assert equals and name.isalnum(), line
        found.append((name, value))
    return found


def words(line: str) -> list[bytes]:
    """The arguments of a command line: quotes, escapes, and what is doubled to stand for itself."""
    found: list[bytes] = []
    rest = line
    while rest := rest.lstrip(" "):
        word = b""
        if rest[0] == '"':
            i = 1
            while rest[i] != '"':
                if rest[i] == "\\":
                    if rest[i + 1] == "x":
                        word += bytes([int(rest[i + 2 : i + 4], 16)])
                        i += 4
                        continue
                    assert rest[i + 1] in '"\\'
                    i += 1
                word += rest[i].encode()
                i += 1
            rest = rest[i + 1 :]
            assert rest[:1] in ("", " ")
        else:
            plain, _, rest = rest.partition(" ")
            assert not re.search(r"""["'\\;]""", plain)
            word = plain.encode()
        for special in (b"%", b"$"):
            assert word.replace(special * 2, b"").count(special) == 0
            word = word.replace(special * 2, special)
        found.append(word)
    return found


def values(text: str) -> dict[str, str]:
    """The variables of an environment file, each in double quotes."""
    found = {}
    while text:
        name, _, text = text.partition('="')
        value, i = "", 0
        while text[i] != '"':
            if text[i] == "\\" and text[i + 1] in '"\\`$\n':
                i += 1
                assert text[i] != "\n"
            value += text[i]
            i += 1
        assert text[i : i + 2] == '"\n'
        found[name], text = value, text[i + 2 :]
    return found
