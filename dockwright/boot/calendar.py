"""When a process runs that runs at times: systemd's calendar, its words, and what cron has of it.

Source: systemd.time(7), CALENDAR EVENTS; crontab(5). All that is taken here, systemd takes too.
"""

import re

from dockwright.errors import DockwrightError

# systemd's words, and cron's five fields of the same moments (cron's own @weekly is Sunday's).
_WORDS = {
    "minutely": "* * * * *",
    "hourly": "0 * * * *",
    "daily": "0 0 * * *",
    "weekly": "0 0 * * 1",
    "monthly": "0 0 1 * *",
    "quarterly": "0 0 1 1,4,7,10 *",
    "semiannually": "0 0 1 1,7 *",
    "yearly": "0 0 1 1 *",
}
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DAY = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_DAY_LIST = rf"{_DAY}(?:\.\.{_DAY})?(?:,{_DAY}(?:\.\.{_DAY})?)*"
_FIELD = r"[0-9*,./]+"
_EXPRESSION = re.compile(
    rf"(?:(?P<days>{_DAY_LIST}) )?"
    rf"(?:(?P<year>{_FIELD})-(?P<month>{_FIELD})-(?P<day>{_FIELD}) )?"
    rf"(?P<hour>{_FIELD}):(?P<minute>{_FIELD})(?::(?P<second>{_FIELD}))?"
    r"(?P<zone> UTC)?"
)
_RANGES = {
    "year": (1970, 2199),
    "month": (1, 12),
    "day": (1, 31),
    "hour": (0, 23),
    "minute": (0, 59),
    "second": (0, 59),
}
_ITEM = re.compile(r"(?P<first>[0-9]{1,4})(?:\.\.(?P<last>[0-9]{1,4}))?(?:/(?P<step>[0-9]{1,2}))?")
_LEADING = re.compile(r'@(?:"(?P<quoted>[^"]*)"|(?P<word>[^\s"]+))(?:[ \t]+(?P<rest>.*))?')
_EXAMPLE = 'write @daily, or @"Mon *-*-* 04:00"'


def taken(command: str, where: str) -> tuple[str | None, str]:
    """The times at the front of a Procfile's line, as systemd writes them, and the line behind.

    Args:
        command: the line, without its process name.
        where: what errors call it, such as ``images/web/Procfile:3``.

    Raises:
        DockwrightError: an @ without a time that systemd would take, or nothing behind it.

    Example:
        >>> taken('@"Mon *-*-* 04:00" docker run web', "Procfile:1")
        ('Mon *-*-* 04:00', 'docker run web')
        >>> taken("docker run web", "Procfile:1")
        (None, 'docker run web')
    """
    if not command.startswith("@"):
        return None, command
    match = _LEADING.fullmatch(command)
    if match is None:
        raise DockwrightError(f"{where}: {command[:40]}: times without their end; {_EXAMPLE}")
    when = match["word"] if match["quoted"] is None else match["quoted"]
    if not is_calendar(when):
        raise DockwrightError(
            f"{where}: @{command[1:].partition(' docker')[0][:60]}: no times; {_EXAMPLE} "
            f"({', '.join(_WORDS)}; systemd.time(7))"
        )
    if not match["rest"]:
        raise DockwrightError(f"{where}: @{when}: nothing to run; write docker run … behind it")
    return when, match["rest"]


def is_calendar(when: str) -> bool:
    """Whether ``when`` is a word of systemd's calendar, or ``[DAYS] [DATE] TIME [UTC]``.

    Example:
        >>> is_calendar("daily"), is_calendar("Mon..Fri *-*-* 04:30"), is_calendar("24:00")
        (True, True, False)
    """
    if when in _WORDS:
        return True
    match = _EXPRESSION.fullmatch(when)
    return (
        match is not None
        and all(
            match[name] is None or _is_field(match[name], *ends) for name, ends in _RANGES.items()
        )
        and _in_order(match["days"] or "")
    )


def _is_field(text: str, lowest: int, highest: int) -> bool:
    if text == "*":
        return True
    for item in text.split(","):
        match = _ITEM.fullmatch(item)
        if match is None:
            return False
        first, last = int(match["first"]), int(match["last"] or match["first"])
        if not lowest <= first <= last <= highest:
            return False
        if match["step"] and not 0 < int(match["step"]) <= highest - first:
            return False  # systemd wants a second moment
        # of two digits systemd makes a year of this age
        if lowest == _RANGES["year"][0] and len(match["first"]) != 4:
            return False
    return True


def _in_order(days: str) -> bool:
    ranges = [item.split("..") for item in days.split(",") if ".." in item]
    return all(_DAYS.index(first) < _DAYS.index(last) for first, last in ranges)


def cron(when: str, where: str) -> str:
    """The five fields of cron's for the times ``when``.

    Args:
        when: what `is_calendar` takes.
        where: what errors call it.

    Raises:
        DockwrightError: cron has no such times: years, seconds, a time zone, or days of the week
            beside days of the month.

    Example:
        >>> cron("Mon,Wed..Fri *-*-* 04:00", "Procfile:1")
        '0 4 * * 1,3-5'
    """
    if when in _WORDS:
        return _WORDS[when]
    match = _EXPRESSION.fullmatch(when)
    if match is None:
        raise DockwrightError(f"{where}: {when}: no times; {_EXAMPLE}")
    cannot = {
        "years": match["year"] not in (None, "*"),
        "seconds": match["second"] not in (None, "0", "00"),
        "a time zone": match["zone"] is not None,
        # cron takes either of them, and systemd both
        "days of the week beside days of the month": (
            match["days"] is not None and match["day"] not in (None, "*")
        ),
    }
    for what, is_so in cannot.items():
        if is_so:
            raise DockwrightError(
                f"{where}: @{when}: cron, which has the times on a box with another init than "
                f"systemd, knows no {what}; leave it out, or run the leaf on a box with systemd"
            )
    month, day = match["month"] or "*", match["day"] or "*"
    fields = [_field(match["minute"], 59), _field(match["hour"], 23), _field(day, 31)]
    return " ".join([*fields, _field(month, 12), _days(match["days"])])


def _field(text: str, highest: int) -> str:
    items = []
    for item in text.split(","):
        match = _ITEM.fullmatch(item)
        if match is None:
            items.append("*")
            continue
        # crontab(5): a step needs a range before it
        last = match["last"] or (str(highest) if match["step"] else None)
        made = str(int(match["first"])) + (f"-{int(last)}" if last else "")
        items.append(made + (f"/{int(match['step'])}" if match["step"] else ""))
    return ",".join(items)


def _days(text: str | None) -> str:
    if text is None:
        return "*"
    numbers = [
        "-".join(str(_DAYS.index(day) + 1) for day in item.split("..")) for item in text.split(",")
    ]
    return ",".join(numbers)
