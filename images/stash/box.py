"""What the git host needs on its box: a user with a number of its own, and a home for its data."""

from pyinfra import host

from dockwright.operations import account

# the number that its image is built with
number = int((host.data.get("dockwright_build_args") or {}).get("STASH_ID", 60801))
account.service(
    name="user stash",
    user="stash",
    number=number,
    home="/srv/stash",
    # which it had before, and services of Debian's have too
    former=998,
    leaf="stash",
)
