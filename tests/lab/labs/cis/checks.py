"""The CIS Docker Benchmark (v1.6), check by check: a look at a box, or why it is not met.

Ids and subjects are the benchmark's; what is looked at is ours. What each look is to see stands in
`tests.lab.labs.cis.mutations`.
"""

from __future__ import annotations

from dataclasses import dataclass

_ALL = "docker ps -q | xargs -r docker inspect -f"
_FILE = "[ ! -e {0} ] || stat -c '%U:%G %n' {0} | grep -v '^{1} '"
_MODE = "[ ! -e {0} ] || find {0} -maxdepth 0 -perm /{1} -printf '%m %p\\n'"
# how the engine was told: by its file, or by its command line
_TOLD = "{ cat /etc/docker/daemon.json; ps -C dockerd -o args=; }"
_ADMINISTRATOR = "the administrator's: Dockwright sets up no {}"


@dataclass(frozen=True)
class Check:
    """One of the benchmark's: ``look`` is root's shell, whose output is what is wrong.

    ``reason`` says why it is not met, or does not apply; then nothing is looked at.
    """

    id: str
    subject: str
    look: str = ""
    reason: str = ""


def _owner(path: str, owner: str = "root:root") -> str:
    return _FILE.format(path, owner)


def _each(template: str, wrong: str) -> str:
    """A line for each running container, those that match ``wrong``."""
    return f"{_ALL} '{{{{.Name}}}} {template}' | grep -E '{wrong}'"


def _each_but(template: str, right: str) -> str:
    """A line for each running container, those that do not match ``right``."""
    return f"{_ALL} '{{{{.Name}}}} {template}' | grep -vE '{right}'"


_UNIT = "/lib/systemd/system/docker"
_NO_TLS = "the engine listens on no network, so it has no such file"

CHECKS = (
    Check("1.1.1", "partition of its own for containers", reason=_ADMINISTRATOR.format("disks")),
    Check("1.1.2", "only trusted users control the engine",
        "getent group docker | cut -d: -f4 | tr , '\\n' | grep -vx vagrant"),
    Check("1.1.3 to 1.1.18", "auditing of the engine and its files",
        reason=_ADMINISTRATOR.format("auditd")),
    Check("1.2.1", "the host is hardened", reason="Lynis on the box is a test of its own"),
    Check("1.2.2", "the engine is up to date",
        # by lists that are old, or none, nothing would ever be behind; such a one is a warning else
        "apt-get -qq -o APT::Update::Error-Mode=any update || echo 'the mirror did not answer'; "
        "apt-get -s upgrade 2>&1 | grep -E '^(E:|Inst (docker.io|containerd|runc) )'"),
    Check("2.1", "the engine runs without root",
        reason="boot jobs, ports of the box and other people's containers need the usual engine"),
    Check("2.2", "no traffic between containers on the default bridge",
        "docker network inspect bridge "
        "-f '{{index .Options \"com.docker.network.bridge.enable_icc\"}}' | grep -vx false; "
        f"{_TOLD} | grep -E 'icc\"?[:= ]+true'"),
    Check("2.3", "log level info", "docker info 2>/dev/null | grep 'Debug Mode: true'; "
        f"{_TOLD} | grep -oE '(log-level|-l)[\": =]+[a-z]+' | grep -v 'info$'"),
    Check("2.4", "the engine may change iptables", f"{_TOLD} | grep -E 'iptables\"?[:=] *false'"),
    Check("2.5", "no insecure registries",
        "docker info -f '{{range .RegistryConfig.InsecureRegistryCIDRs}}{{println .}}{{end}}"
        "{{range $name, $of := .RegistryConfig.IndexConfigs}}{{if not $of.Secure}}{{println $name}}"
        "{{end}}{{end}}' | grep -vE '^(127.0.0.0/8|::1/128|)$'"),
    Check("2.6", "no aufs", "docker info -f '{{.Driver}}' | grep -vE '^overlay(2|fs)$'"),
    Check("2.7", "TLS of the engine's socket", "ss -ltnp | grep dockerd"),
    Check("2.8", "default ulimit",
        reason="a container has the engine's own: its processes are bounded by --pids-limit, its "
        "core files by nothing; a site sets default-ulimits by dockwright_daemon"),
    Check("2.9", "user namespaces",
        reason="volumes of leaves belong to users of the box; no leaf runs as root"),
    Check("2.10", "default cgroup", f"{_TOLD} | grep cgroup-parent"),
    Check("2.11", "base device size as it is", f"{_TOLD} | grep storage-opt"),
    Check("2.12", "authorization plugin", reason="who is in group docker is root; see 1.1.2"),
    Check("2.13", "logs are kept elsewhere too",
        reason="journald has them, with rotation; sending them on is the administrator's"),
    Check("2.14", "no new privileges by default",
        reason="every leaf has it (5.26); other people's containers are left alone"),
    Check("2.15", "live restore",
        reason="Swarm forbids it, and a foreground docker run ends with 125; leaves come up again "
        "by themselves in seconds"),
    Check("2.16", "no userland proxy",
        reason="a box reaches its own leaves by their address through it, on kernels without "
        "hairpin NAT"),
    Check("2.17", "seccomp profile of the engine's own",
        "docker info -f '{{println .SecurityOptions}}' | grep . | "
        "grep -vE 'seccomp,profile=(default|builtin)'"),
    Check("2.18", "nothing experimental", "docker info -f '{{.ExperimentalBuild}}' | grep true"),
    Check("3.1", "owner of docker.service", _owner(f"{_UNIT}.service")),
    Check("3.2", "mode of docker.service", _MODE.format(f"{_UNIT}.service", "133")),
    Check("3.3", "owner of docker.socket", _owner(f"{_UNIT}.socket")),
    Check("3.4", "mode of docker.socket", _MODE.format(f"{_UNIT}.socket", "133")),
    Check("3.5", "owner of /etc/docker", _owner("/etc/docker")),
    Check("3.6", "mode of /etc/docker", _MODE.format("/etc/docker", "022")),
    Check("3.7", "owner of registries' certificates",
        "find /etc/docker/certs.d ! -user 0 -o ! -group 0"),
    Check("3.8", "mode of registries' certificates",
        "find /etc/docker/certs.d -type f -perm /333 -printf '%m %p\\n'"),
    Check("3.9 to 3.14", "TLS files of the engine", reason=_NO_TLS),
    Check("3.15", "owner of the engine's socket", _owner("/run/docker.sock", "root:docker")),
    Check("3.16", "mode of the engine's socket", _MODE.format("/run/docker.sock", "117")),
    Check("3.17", "owner of daemon.json", _owner("/etc/docker/daemon.json")),
    Check("3.18", "mode of daemon.json", _MODE.format("/etc/docker/daemon.json", "133")),
    Check("3.19", "owner of /etc/default/docker", _owner("/etc/default/docker")),
    Check("3.20", "mode of /etc/default/docker", _MODE.format("/etc/default/docker", "133")),
    Check("3.21, 3.22", "/etc/sysconfig/docker", "ls /etc/sysconfig/docker 2>/dev/null"),
    Check("3.23", "owner of containerd's socket", _owner("/run/containerd/containerd.sock")),
    Check("3.24", "mode of containerd's socket",
        _MODE.format("/run/containerd/containerd.sock", "117")),
    Check("4.1", "a user for the container",
        _each("{{.Config.User}}", "^[^ ]+ (root|0)?(:.*)?$")),
    Check("4.2", "trusted base images",
        "docker image ls --format '{{.Repository}}' | grep -F / | grep -vE '^[0-9.]+:5000/'"),
    Check("4.3", "no unnecessary packages",
        reason="hadolint in script/check: no recommends, lists removed"),
    Check("4.4", "images are built anew for security updates",
        "docker image ls --filter label=dockwright.image --format '{{.CreatedSince}} {{.Tag}}' | "
        "grep -E 'month|year'"),
    Check("4.5", "content trust",
        reason="the engine's needs a Notary; in its place the site's key signs each image, in "
        "cosign's form, and that is looked at before one is pulled, built upon or run"),
    Check("4.6", "HEALTHCHECK",
        _each("{{with .Config.Healthcheck}}{{.Test}}{{end}}", " (\\[NONE\\])?$")),
    Check("4.7", "no update instruction alone",
        "docker image ls -q --filter label=dockwright.image | xargs -n 1 docker history --no-trunc "
        "--format '{{.CreatedBy}}' | grep 'apt-get update' | grep -v 'apt-get.* install'"),
    Check("4.8", "no setuid programs",
        reason="no leaf gains by one: no-new-privileges (5.26), no capabilities (5.4)"),
    Check("4.9", "COPY in ADD's place",
        "docker image ls -q --filter label=dockwright.image | xargs -n 1 docker history --no-trunc "
        "--format '{{.CreatedBy}}' | grep -E '(^| )ADD '"),
    Check("4.10", "no secrets in Dockerfiles",
        "docker image ls -q --filter label=dockwright.image | sort -u | xargs docker inspect -f "
        "'{{.Config.Env}}' | grep -iE '(password|secret|token)=.'"),
    Check("4.11", "verified packages only", "grep -rE 'trusted=yes|AllowUnauthenticated' /etc/apt"),
    Check("4.12", "signed artifacts", reason="none but packages of the distribution are used"),
    Check("5.1", "no Swarm that nobody uses",
        "docker info -f '{{.Swarm.LocalNodeState}}' | grep -v inactive"),
    Check("5.2", "AppArmor profile", "[ ! -d /sys/kernel/security/apparmor ] || "
        + _each("{{.AppArmorProfile}}", " (unconfined)?$")),
    Check("5.3", "SELinux", reason="Debian and Ubuntu have AppArmor"),
    Check("5.4", "capabilities",
        _each_but("{{.HostConfig.CapDrop}} {{.HostConfig.CapAdd}}", " \\[ALL\\] \\[\\]$")),
    Check("5.5", "not privileged", _each("{{.HostConfig.Privileged}}", "true$")),
    Check("5.6", "no folders of the system mounted",
        # the registry is given its own folder there, read-only
        _each("{{range .Mounts}}{{.Source}},{{end}}",
              " (.*,)?/((boot|dev|lib|proc|sys|usr|etc)(/.*)?)?,")
        + " | grep -vE '^/registry[^ ]* ([^,]*,)*/etc/dockwright/registry,'"),
    Check("5.7", "no sshd in a container",
        "docker ps -q | xargs -r -n 1 docker top | grep '[s]shd'"),
    Check("5.8", "no port of the system's published",
        _each("{{range $p := .HostConfig.PortBindings}}{{range $p}}{{.HostPort}},{{end}}{{end}}",
              "[ ,]([0-9]{1,3}|10[01][0-9]|102[0-3]),")),
    Check("5.9", "only the ports that are needed",
        _each("{{.HostConfig.PublishAllPorts}}", "true$")),
    Check("5.10", "not the host's network", _each("{{.HostConfig.NetworkMode}}", " host$")),
    Check("5.11", "memory limit", _each("{{.HostConfig.Memory}}", " 0$")),
    Check("5.12", "CPU priority",
        reason="the kernel shares alike; a Procfile sets --cpu-shares or --cpus"),
    # stash of flavour upstream writes beside its program
    Check("5.13", "read-only root file system (stash excepted, whose upstream writes to its own)",
        _each("{{.HostConfig.ReadonlyRootfs}}", "false$") + " | grep -v '^/stash\\.'"),
    Check("5.14", "published on one address",
        _each("{{range $p := .HostConfig.PortBindings}}{{range $p}}{{.HostIp}},{{end}}{{end}}",
              "[ ,](0\\.0\\.0\\.0|::|),")),
    Check("5.15", "no endless restart",
        reason="the engine restarts no leaf (RestartPolicy no); its unit does, for as long as it "
        "fails, seconds apart, and each plan names a leaf in a loop with its last lines"),
    Check("5.16", "not the host's processes", _each("{{.HostConfig.PidMode}}", " host$")),
    Check("5.17", "not the host's IPC", _each("{{.HostConfig.IpcMode}}", " host$")),
    Check("5.18", "no devices of the host", _each("{{.HostConfig.Devices}}", "\\[.+\\]$")),
    Check("5.19", "ulimits not overwritten", _each("{{.HostConfig.Ulimits}}", "\\[.+\\]$")),
    Check("5.20", "no shared mounts", _each("{{range .Mounts}}{{.Propagation}} {{end}}", "shared")),
    Check("5.21", "not the host's name", _each("{{.HostConfig.UTSMode}}", " host$")),
    Check("5.22", "seccomp is on", _each("{{.HostConfig.SecurityOpt}}", "seccomp.unconfined")),
    Check("5.23, 5.24", "no docker exec with rights", reason="nothing of ours runs docker exec"),
    Check("5.25", "cgroup as it is", _each("{{.HostConfig.CgroupParent}}", "^[^ ]+ .+$")),
    Check("5.26", "no new privileges",
        _each_but("{{.HostConfig.SecurityOpt}}", "no-new-privileges(:true)?[] ]")),
    Check("5.27", "health is checked", _each("{{if .State.Health}}yes{{else}}no{{end}}", " no$")),
    Check("5.28", "the image that is meant", _each_but("{{.Config.Image}}", "sha256:")),
    Check("5.29", "limit of processes", _each("{{.HostConfig.PidsLimit}}", " (0|-1|<nil>)$")),
    Check("5.30", "not the default bridge",
        reason="leaves whose folder has a file reaches have a network of their own, the example's "
        "too; others share the default bridge, where containers do not reach each other"),
    Check("5.31", "not the host's user namespace", _each("{{.HostConfig.UsernsMode}}", " host$")),
    Check("5.32", "the engine's socket is in no container",
        # nor a folder that it is in
        _each("{{range .Mounts}}{{.Source}},{{end}}",
              "[ ,](/|(/var)?/run|/var|[^,]*docker\\.sock),")),
)  # fmt: skip


def table() -> str:
    """docs/cis.md."""
    rows = [f"| {check.id} | {check.subject} | {check.reason or 'met'} |" for check in CHECKS]
    head = (
        "# The CIS Docker Benchmark\n\n"
        "What a site of Dockwright is held against on both boxes of the lab, by the ids of version "
        "1.6\n(`tests/lab/test_cis.py`): met, or the reason why not.\n\n"
        "| id | subject | met, or why not |\n|---|---|---|\n"
    )
    return head + "\n".join(rows) + "\n"
