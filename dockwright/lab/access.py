"""SSH to a lab's boxes: its key, its known hosts, and waiting until a box answers."""

from __future__ import annotations

import os
import re
import shlex
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from dockwright.errors import DockwrightError
from dockwright.lab.box import box_root, is_up, log_file
from dockwright.lab.commands import last_lines, run
from dockwright.lab.inside import read_inside
from dockwright.lab.network import check_route
from dockwright.lab.settings import BoxSpec, LabSettings

USER = "vagrant"
BOOT_ID = "/proc/sys/kernel/random/boot_id"
ANSWER_WAIT = 60.0  # seconds
# of each further box that boots at the same time, on the same processors: 25 took 100 to 200
ANSWER_WAIT_EACH = 10.0
# systemctl may be there without systemd
REBOOT = "if [ -d /run/systemd/system ]; then sudo systemctl reboot; else sudo reboot; fi"
_KEY = re.compile(r"ssh-ed25519 [A-Za-z0-9+/]+={0,2}(?=\s|$)")
_CUT = 255  # ssh's own status: the connection broke


def key_file(lab: LabSettings) -> Path:
    return lab.folder / "ssh" / "id_ed25519"


def known_hosts_file(lab: LabSettings) -> Path:
    return lab.folder / "ssh" / "known_hosts"


def make_key(lab: LabSettings) -> str:
    """The lab's public key; the pair is made with the lab."""
    key = key_file(lab)
    public = key.with_suffix(".pub")
    key.parent.mkdir(mode=0o755, exist_ok=True)
    if not (key.exists() and public.exists()):
        key.unlink(missing_ok=True)
        comment = f"dockwright-lab-{lab.name}"
        run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", str(key)])
    return public.read_text(encoding="utf-8")


def write_known_hosts(lab: LabSettings) -> None:
    """The boxes' host keys, read from where we put them: known before the first connection."""
    lines = []
    for box in lab.boxes:
        public = read_inside(box_root(lab, box), "etc/ssh/ssh_host_ed25519_key.pub")
        # what else may stand there is not for ssh's file
        if public is not None and (found := _KEY.match(public)):
            lines.append(f"{box.address},{box.hostname} {found[0]}\n")
    known_hosts_file(lab).write_text("".join(lines), encoding="utf-8")


def hand_over(lab: LabSettings) -> None:
    """Give the key to the user who called sudo: pyinfra runs as them."""
    uid, gid = os.environ.get("SUDO_UID", ""), os.environ.get("SUDO_GID", "")
    if uid.isdigit() and gid.isdigit():
        folder = key_file(lab).parent
        for path in (folder, *folder.iterdir()):
            os.chown(path, int(uid), int(gid))


def ssh_command(lab: LabSettings, box: BoxSpec, command: Sequence[str] = ()) -> list[str]:
    """The ssh command line. One argument is a shell line of the box, several are quoted."""
    options = {
        "IdentityFile": key_file(lab),
        "IdentitiesOnly": "yes",
        "UserKnownHostsFile": known_hosts_file(lab),
        "GlobalKnownHostsFile": "/dev/null",
        "StrictHostKeyChecking": "yes",
        "BatchMode": "yes",
        "ConnectTimeout": "10",
    }
    argv = ["ssh", "-F", "/dev/null"]
    for name, value in options.items():
        argv += ["-o", f"{name}={value}"]
    argv.append(f"{USER}@{box.address}")
    if command:
        argv += ["--", command[0] if len(command) == 1 else shlex.join(command)]
    return argv


def ask(
    lab: LabSettings, box: BoxSpec, line: str, timeout: float = 20
) -> subprocess.CompletedProcess[str]:
    """Run one shell line in the box, after checking that the way there is the lab's bridge."""
    check_route(lab, box.address)
    return run(ssh_command(lab, box, [line]), timeout=timeout, check=False)


def reboot(lab: LabSettings, box: BoxSpec) -> None:
    """Tell the box to reboot, whatever its init; raises DockwrightError where it will not."""
    done = ask(lab, box, REBOOT)
    if done.returncode not in (0, _CUT):
        raise DockwrightError(
            f"box {box.name}: it does not reboot: {last_lines(done.stderr, 2)}; try it by hand"
        )


def boot_id(lab: LabSettings, box: BoxSpec) -> str | None:
    """The box's boot id; None while it does not answer."""
    if not answers(lab, box):
        return None
    done = ask(lab, box, f"cat {BOOT_ID}")
    return done.stdout.strip() if done.returncode == 0 and done.stdout.strip() else None


def answers(lab: LabSettings, box: BoxSpec) -> bool:
    """Whether something greets as an SSH server at the box's address."""
    check_route(lab, box.address)
    try:
        with socket.create_connection((box.address, 22), timeout=1) as connection:
            connection.settimeout(2)
            return connection.recv(4) == b"SSH-"
    except OSError:
        return False


def wait_until_up(
    lab: LabSettings,
    box: BoxSpec,
    echo: Callable[[str], None],
    former: str | None = None,
    beside: int = 0,
) -> str:
    """Wait until the box answers SSH (with a boot id other than `former`); the boot id.

    `beside` is how many other boxes boot meanwhile.
    """
    began = time.monotonic()
    longest = ANSWER_WAIT + beside * ANSWER_WAIT_EACH
    last_echo = began
    while True:
        now = time.monotonic()
        boot = boot_id(lab, box)
        if boot and boot != former:
            echo(f"box {box.name} ({box.address}): answers SSH after {now - began:.1f} s")
            return boot
        if not is_up(lab, box):
            raise DockwrightError(f"box {box.name}: ended at its start: {_log_end(lab, box)}")
        if now - began > longest:
            raise DockwrightError(
                f"box {box.name}: no answer at {box.address}:22 within {longest:.0f} s; "
                f"its log ends with: {_log_end(lab, box)}"
            )
        if now - last_echo > 5:
            echo(f"box {box.name} ({box.address}): waiting for SSH, {now - began:.0f} s so far")
            last_echo = now
        time.sleep(0.1)


def _log_end(lab: LabSettings, box: BoxSpec) -> str:
    path = log_file(lab, box)
    text = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
    # 128 instances for a user, a dozen for a box: seen with some ten boxes on one machine
    full = "Failed to allocate manager object: Too many open files" in text
    hint = "; raise fs.inotify.max_user_instances, or take another lab down" if full else ""
    return f"{last_lines(text, 4)} ({path}){hint}"
