"""Run lines with options that a service can have, by a seed: for two readings of one line."""

from random import Random

OPTIONS = (
    "--read-only", "--init", "--memory 64m", "--memory 1.5g", "--cpus 0.25", "--cpus 2",
    "--pids-limit 64", "--pids-limit -1", "--memory-reservation 32m", "--user 1000:1000",
    "--workdir /tmp", "--hostname app.corp.test", "--hostname a{{b", "--stop-signal SIGINT",
    "--stop-timeout 0", "--stop-timeout 30", "--env A=1", "--env 'B=two words'", "--env C=",
    "--env 'T={{.Node.ID}}'", "--env PORT", "--env SECRET", "--label a=b", "--label alone",
    "--cap-add NET_BIND_SERVICE", "--cap-add cap_chown", "--cap-drop MKNOD", "--cap-add ALL",
    "--group-add 44", "--add-host db:192.0.2.7", "--add-host six:2001:db8::1", "--dns 192.0.2.53",
    "--dns-search corp.test", "--dns-option ndots:2",
    "--sysctl net.ipv4.ip_unprivileged_port_start=0",
    "--ulimit nofile=1024:2048", "--ulimit nproc=64", "--no-healthcheck",
    "--health-cmd 'test -e /x'",
    "--health-interval 1m30s", "--health-timeout 500ms", "--health-retries 4",
    "--health-start-period 2s", "--log-driver none", "--log-opt max-size=1m", "--tmpfs /tmp",
    "--tmpfs /run:size=16m,mode=1770", "-v data:/data", "-v data2:/d2:ro", "-v /srv/x:/x:rshared",
    "-v /anonymous", "-v data3:/d3:nocopy", "--mount type=bind,src=/etc,dst=/e,readonly",
    "--mount type=volume,src=nfs,dst=/n,volume-driver=local,volume-opt=type=nfs,volume-label=x=y",
    "--mount type=tmpfs,dst=/dev/shm,tmpfs-size=1m", "--entrypoint /bin/other", "-p 8080:80",
    "-p 5353:53/udp", "-p 9000-9002:9000-9002", "-p 80", "--security-opt no-new-privileges:false",
    "--network host", "--network none", "--expose 99",
)  # fmt: skip
_COMMANDS = ("", "serve", "sh -c 'echo it; exec x'", "--flag 'a b' {{x}}")


def procfile(seed: int, leaf: str = "app") -> str:
    """A Procfile of one process."""
    random = Random(seed)  # noqa: S311 - the same lines each time
    chosen = random.sample(OPTIONS, random.randint(0, 14))
    # docker itself takes one network
    networks = [one for one in chosen if one.startswith("--network")]
    chosen = [one for one in chosen if one not in networks[1:]]
    return f"web: docker run {' '.join(chosen)} {leaf} {random.choice(_COMMANDS)}".rstrip()
