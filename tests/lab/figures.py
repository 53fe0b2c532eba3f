"""What the lab's tests measured, told at the end of the run, whether they passed or not."""

_told: list[str] = []


def figure(text: str) -> None:
    """Note a line for the end of the run."""
    _told.append(text)


def told() -> list[str]:
    """The lines so far, in their order."""
    return list(_told)
