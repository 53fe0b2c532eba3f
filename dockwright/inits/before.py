"""What a job waits for when the machine comes up: the leaves of its box that come before it."""

from collections.abc import Sequence

# Seconds that a job waits for the leaves before it; then it starts, and may fail for itself.
PATIENCE = 60


def are_up(leaves: Sequence[str], docker: str) -> str:
    """The condition of a shell that each of ``leaves`` has containers, all of them well.

    Args:
        leaves: names of leaves of the same box.
        docker: how the shell calls docker's client.

    Example:
        >>> are_up(["db"], "docker").partition(" && ")[0]
        '[ -n "$(docker ps -q -f \\'name=^db[.]\\')" ]'
    """
    return " && ".join(
        # none of it is still starting or unwell, and there is one
        f"[ -n \"$({docker} ps -q -f 'name=^{leaf}[.]')\" ] && "
        f"[ -z \"$({docker} ps -q -f 'name=^{leaf}[.]' -f health=starting "
        '-f health=unhealthy)" ]'
        for leaf in leaves
    )
