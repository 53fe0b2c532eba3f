"""Procfiles and docker run lines: read as docker and a shell would, or one clear error."""

import pytest

from dockwright.boot.flags import FLAGS, long_flag, short_flag
from dockwright.boot.run_line import read
from dockwright.errors import DockwrightError

AT = "images/web/Procfile:3"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("", ()),
        ("--memory=1g --memory 2g -m3g -m=4g", (("memory", f"{n}g") for n in (1, 2, 3, 4))),
        ("-p 80:80 -p81:81", (("publish", "80:80"), ("publish", "81:81"))),
        ("--read-only=true", (("read-only", None),)),
        ("--init --tmpfs=/x --init=0", (("init", None), ("tmpfs", "/x"), ("init", "false"))),
        ("-ePATH=/x -v /a:/b -uroot", (("env", "PATH=/x"), ("volume", "/a:/b"), ("user", "root"))),
        ("--net host --env A=-b", (("network", "host"), ("env", "A=-b"))),
        ("--add-host -x", (("add-host", "-x"),)),
        ("--init --", (("init", None),)),
    ],
)  # fmt: skip
def test_options_are_read_as_docker_reads_them(options: str, expected: object) -> None:
    run = read(f"docker run {options} web cmd -p 1", AT)
    assert (run.image, run.command) == ("web", ("cmd", "-p", "1"))
    assert run.options == tuple(expected)  # type: ignore[call-overload]
    assert run.notices == ()


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("-d", "--detach: left out"),
        ("-it", "--interactive: left out"),
        ("--restart always", "--restart=always: left out; the init restarts"),
        ("--name x", "--name=x: left out"),
        ("--rm", "--rm: left out"),
        ("--pull=always", "--pull=always: left out"),
        ("--cidfile /x", "--cidfile=/x: left out"),
        ("-P", "--publish-all: on every address"),
    ],
)
def test_what_a_boot_job_cannot_keep_is_a_notice(option: str, said: str) -> None:
    run = read(f"docker run {option} web", AT)
    assert run.notices[0].startswith(f"{AT}: {said}")
    assert run.options == ((("publish-all", None),) if option == "-P" else ())


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("docker run --rm=false web", "--rm=false: a boot job removes"),
        ("docker run --sig-proxy=false web", "--sig-proxy=false"),
        ("docker run --help web", "--help"),
        ("docker run --publsh 80 web", r"--publsh: .* did you mean --publish\?"),
        ("docker run -D web", r"-D: .* did you mean -d\?"),
        ("docker run --init=maybe web", "--init=maybe: 'maybe': not a boolean"),
        ("docker run -p", "-p: needs a value"),
        ("docker run --init", "no image"),
        ("docker run", "no image"),
        ("docker build .", "docker build: not a container"),
        ("bundle exec puma", "bundle exec: not a container"),
        ("docker run --env-file env web", "--env-file env: .* full path"),
        ("docker run -v ./data:/data web", "--volume ./data:/data"),
        ("docker run -p 0:80 web", "--publish 0:80: 0: not a port; use 1 to 65535"),
    ],
)
def test_a_run_line_that_cannot_be_a_boot_job_is_one_error(line: str, said: str) -> None:
    with pytest.raises(DockwrightError, match=f"^{AT}: {said}") as caught:
        read(line, AT)
    assert "\n" not in str(caught.value)


def test_short_letters_stand_for_one_flag_each() -> None:
    shorts = [flag.short for flag in FLAGS.values() if flag.short]
    assert sorted(shorts) == sorted(set("acdehilmpPqtuvw"))
    assert (short_flag("c", AT).name, long_flag("dns-opt", AT).name) == ("cpu-shares", "dns-option")
    assert [FLAGS[n].repeats for n in ("env", "memory", "init")] == [True, False, False]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("--env-file /home/anna/app.env", "does not see /home"),
        ("--env-file=/root/app.env", "does not see /root"),
        ("--env-file /srv/../tmp/app.env", "does not see /tmp"),
        ("--env-file app.env", "write a full path"),
        ("--label-file /run/user/1000/labels", "does not see /run/user"),
        ("--mount type=bind,src=/var/tmp/x,dst=/x", "does not see /var/tmp"),
        ("--mount type=bind,source=./x,target=/x", "write a full path"),
        ("--mount 'type=bind,\"src=/home/a,b\",dst=/x'", "does not see /home"),
        ("--security-opt seccomp=/root/profile.json", "does not see /root"),
        ("--security-opt seccomp=profile.json", "write a full path"),
    ],
)
def test_a_path_that_a_boot_job_does_not_see_is_refused(options: str, said: str) -> None:
    with pytest.raises(DockwrightError, match=said):
        read(f"docker run {options} app", "Procfile:1")


@pytest.mark.parametrize(
    "options",
    [
        "--env-file /etc/app.env",
        "--env-file /homes/app.env",
        "--mount type=volume,src=data,dst=/data",
        "--mount type=tmpfs,dst=/tmp",
        "--mount src=data,dst=/home/app",
        "--security-opt seccomp=unconfined",
        "--security-opt apparmor=docker-default",
        "-v data:/home/app",
    ],
)
def test_a_path_that_it_sees_is_taken(options: str) -> None:
    assert read(f"docker run {options} app", "Procfile:1").image == "app"
