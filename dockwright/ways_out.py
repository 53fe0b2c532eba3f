"""Ways out that errors name: a library's words, or those of a site.

Operations, facts and the rooms below them know neither the keys of a site's data nor its deploy
files. They take their ways out from here, in the words of somebody who calls operations. Who knows
a site, `dockwright.deploys` and `dockwright.cli`, has them said in its words instead
(`dockwright.site.ways_out`), for the whole process.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum


class WayOut(Enum):
    """What an error tells its reader to do; the value is a library's sentence for it."""

    START_ENGINE = "start it with engine.service"
    INSTALL_ENGINE = "install one: engine.package"
    INSTALL_INIT = "engine.package(init={init!r})"
    OTHER_USER = "name another user"
    DECLARE_JOB = "declare its job again: boot.job"
    OTHER_PROCESSOR = "build it on a box of that kind, or let another box run the leaf"
    PUSH_IMAGE = "push it: image.push"
    NAME_MIRROR = "name one: mirror="
    OTHER_MIRROR = "name another: mirror="
    TRUST_MIRROR = "see whose certificate and signature it has"
    MAKE_AUTHORITY = "make one first: registry.authority"
    CHECK_LOGIN = "check the user and the password"
    SIGN_IMAGE = "sign it: image.push"
    NO_SIGNATURES = "accept no keys for it"
    DESCRIBE_AGAIN = "sign {image} without it, and push it: image.push"
    NO_SBOMS = "let no SBOM be made: sboms=False"
    CLOSE_BRIDGE = "icc False in settings= ends that"
    NO_JOURNAL = "call no journal.bound for it"
    NO_TIMER = "call no registry.timer for it"
    IMAGE_OF_OTHERS = "externals {image}"
    OWN_PREFIX = "own prefix {prefix}"
    NAME_REGISTRY = "call the registry by a name"
    UNLOCK_SWARM = "give it: UnlockKeys(given=)"
    TAKE_OVER_SWARM = "take it over: takes_over=True"
    FORGET_NODE = "gone=[{box!r}] forgets it"
    MORE_SECONDS = "have its data allow more seconds for an answer"
    OWN_DATA = 'moved=Moved(data={{"{data}": "{data}-{leaf}"}})'
    UPGRADE = "updates.packages"
    UNLOCK_MANAGER = "swarm.unlocked unlocks it"
    TRUST_ANEW = "registry.trust copies the new one, or give it as certificate="
    CACHE_BOUND = "its bound is {gib} (cache= of image.chain)"
    JOURNAL_BOUND = "its bound is {gib} (journal.bound)"
    LEAVE_ON_BOOT = "leave {leaf} on boot jobs: boot.job"
    GIVE_ENV = "give what is in it by env="
    PLACE_SERVICE = "say which nodes by placed="
    DEFAULT_RUNTIME = "set default-runtime in settings= of engine.config"
    NO_NEW_PRIVILEGES = "'no-new-privileges': True in settings= of engine.config"
    BACKUP_KEY = "see the key of backup.target.password"
    BACKUP_LOGIN = "see the key of BackupTarget.ssh"
    BACKUP_HOST = "see the known_hosts of BackupTarget.ssh"
    BACKUP_PLACE = "see the text of backup.target.target"


_words: dict[WayOut, str] = {}


def speak(words: Mapping[WayOut, str]) -> None:
    """From now on, say these in place of a library's sentences.

    Args:
        words: by way out, the sentence; what stands in braces is filled in, as there.

    Example::

        speak({WayOut.OTHER_USER: "give another dockwright_admin_user"})
    """
    _words.update(words)


def way_out(which: WayOut, **values: str) -> str:
    """The sentence of a way out.

    Args:
        which: the way out.
        values: what it is about, by the names in its braces.

    Example::

        way_out(WayOut.INSTALL_INIT, init="supervisord")  # "engine.package(init='supervisord')"
    """
    return _words.get(which, which.value).format(**values)
