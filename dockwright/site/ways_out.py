"""Ways out in the words of a site: the keys of its data, its deploy files, its commands.

`dockwright.deploys` and `dockwright.cli` have errors say these (`dockwright.ways_out`).
"""

from collections.abc import Mapping

from dockwright.ways_out import WayOut

SITE: Mapping[WayOut, str] = {
    WayOut.START_ENGINE: "start it with deploy/docker_host.py",
    WayOut.INSTALL_ENGINE: "install one: deploy/docker_host.py",
    WayOut.INSTALL_INIT: "deploy/docker_host.py",
    WayOut.OTHER_USER: "give another dockwright_admin_user (or None)",
    WayOut.DECLARE_JOB: "run deploy/leaves.py",
    WayOut.OTHER_PROCESSOR: (
        "build it on a box of that kind (group builders), or leave the leaf out of the box's "
        "dockwright_leaves"
    ),
    WayOut.PUSH_IMAGE: (
        "push it (deploy/images.py), or, of others, `dockwright images mirror {image}`"
    ),
    WayOut.NAME_MIRROR: "name one: dockwright_mirror",
    WayOut.OTHER_MIRROR: "name another: dockwright_mirror",
    WayOut.TRUST_MIRROR: (
        "see whose certificate and signature it has (dockwright_ca_certificates)"
    ),
    WayOut.MAKE_AUTHORITY: "run deploy/registry_host.py first",
    WayOut.CHECK_LOGIN: (
        "check dockwright_registry_user and the password, or give it them: deploy/registry_host.py"
    ),
    WayOut.SIGN_IMAGE: (
        "build and push it (deploy/images.py), or, where you know whose it is, "
        "`dockwright images sign {image}`"
    ),
    WayOut.NO_SIGNATURES: "do without signatures: dockwright_signatures = False",
    WayOut.DESCRIBE_AGAIN: (
        "have it kept anew: `dockwright images sign {image}`, then deploy/images.py"
    ),
    WayOut.CLOSE_BRIDGE: "icc False in dockwright_daemon ends that",
    WayOut.NO_SBOMS: "do without SBOMs: dockwright_sboms = False",
    WayOut.NO_JOURNAL: "leave out its dockwright_journal_gib",
    WayOut.NO_TIMER: (
        "leave out dockwright_registry_timer, and have cron run `dockwright registry gc` and "
        "`dockwright registry verify`"
    ),
    WayOut.IMAGE_OF_OTHERS: "dockwright_externals, --external {image}",
    WayOut.OWN_PREFIX: "--own {prefix} (dockwright_own)",
    WayOut.NAME_REGISTRY: (
        "call the registry by a name (dockwright_hostname of its box, and "
        "dockwright_registry = 'NAME:5000')"
    ),
    WayOut.UNLOCK_SWARM: (
        "give it in DOCKWRIGHT_SWARM_UNLOCK_KEY, or by dockwright_swarm_unlock_key_command"
    ),
    WayOut.TAKE_OVER_SWARM: "take it over: dockwright_swarm_takes_over = True",
    WayOut.FORGET_NODE: "dockwright_gone = [{box!r}] forgets it",
    WayOut.MORE_SECONDS: "allow more with dockwright_answer_seconds",
    WayOut.OWN_DATA: (
        'dockwright_runs = {{"{leaf}": {{…, "data": {{"{data}": "{data}-{leaf}"}}}}}}'
    ),
    WayOut.UPGRADE: "`dockwright apply deploy/updates.py`",
    WayOut.UNLOCK_MANAGER: "`dockwright apply deploy/swarm.py` unlocks it",
    WayOut.TRUST_ANEW: (
        "`dockwright apply` copies the new one, or give it as dockwright_registry_ca"
    ),
    WayOut.CACHE_BOUND: "dockwright_build_cache_gib is {gib}",
    WayOut.JOURNAL_BOUND: "dockwright_journal_gib is {gib}",
    WayOut.LEAVE_ON_BOOT: (
        'leave the leaf on boot jobs: dockwright_runs_on = {{"{leaf}": "boot"}}'
    ),
    WayOut.GIVE_ENV: "give what is in it by dockwright_env",
    WayOut.PLACE_SERVICE: "say which nodes by dockwright_placed",
    WayOut.DEFAULT_RUNTIME: "set default-runtime in dockwright_daemon",
    WayOut.NO_NEW_PRIVILEGES: 'dockwright_daemon = {{"no-new-privileges": True}}',
    WayOut.BACKUP_KEY: ("see dockwright_backup's key_command, or ~/.config/dockwright/backup.key"),
    WayOut.BACKUP_LOGIN: "see dockwright_backup's ssh_key",
    WayOut.BACKUP_HOST: "see dockwright_backup's known_hosts",
    WayOut.BACKUP_PLACE: "see dockwright_backup's to",
}
