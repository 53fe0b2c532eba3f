"""From a Procfile to the jobs of a leaf."""

from collections.abc import Mapping
from typing import Any

import pytest

from dockwright.boot.group import group, named_image
from dockwright.boot.job import Group
from dockwright.errors import DockwrightError

LIMITS = ("--security-opt", "no-new-privileges", "--cap-drop", "ALL")


def make(line: str, leaf: str = "zenweb", **options: Any) -> Group:
    return group(leaf, line, "Procfile", **options)


def test_the_example_line_becomes_a_pinned_job_with_a_fixed_name() -> None:
    image = "192.168.50.20:5000/zenweb@sha256:" + "a" * 64
    made = make("web: docker run -p 11001:11001 zenweb", image=image, address="192.168.50.10")
    [job] = made.jobs
    assert job.name == "zenweb.web.1"
    assert job.argv == (
        *("run", "--rm", "--name", "zenweb.web.1", *LIMITS),
        *("--log-driver", "none", "--publish", "192.168.50.10:11001:11001", image),
    )
    assert job.run(pull_never=True)[:2] == ("run", "--pull=never")
    assert (job.image, job.stop_timeout, made.notices) == (image, 10, ())


def test_the_command_and_the_stop_timeout_are_the_procfiles() -> None:
    [job] = make("web: docker run --stop-timeout 60 zenweb:3 rake 'a b' -p 1").jobs
    assert job.stop_timeout == 60
    assert job.argv[-5:] == ("zenweb:3", "rake", "a b", "-p", "1")


@pytest.mark.parametrize(
    ("options", "driver", "expected"),
    [
        ("", "none", ["--log-driver", "none"]),
        ("", None, []),
        ("--log-driver=local", "none", ["--log-driver", "local"]),
        ("--log-opt max-size=1m", "none", ["--log-opt", "max-size=1m"]),
    ],
)
def test_the_engine_keeps_no_copy_of_a_log_unless_the_run_line_asks_for_it(
    options: str, driver: str | None, expected: list[str]
) -> None:
    [job] = make(f"web: docker run {options} zenweb", limits=[], log_driver=driver).jobs
    assert list(job.argv[4:-1]) == expected


def test_foremans_numbers_go_up_by_a_hundred_for_each_process() -> None:
    line = "a: docker run zenweb $PORT\nb: docker run -e PORT zenweb $PORT"
    last = [job.argv[-4:] for job in make(line, scale={"b": 2}).jobs]
    assert last[0][-1] == "5000"
    assert last[1:] == [("--env", f"PORT={p}", "zenweb", str(p)) for p in (5100, 5101)]


def test_the_sites_environment_is_passed_by_name_alone() -> None:
    line = "web: docker run -e A=old -e B=2 zenweb"
    made = make(line, env={"A": "s3cret", "C": "x\ny"})
    [job] = made.jobs
    assert job.argv[-7:-1] == ("--env", "B=2", "--env", "A", "--env", "C")
    assert job.env == (("A", "s3cret"), ("C", "x\ny"))
    assert "s3cret" not in repr(made)
    assert made.notices == ("Procfile:1: --env A: left out; the site gives another value",)


@pytest.mark.parametrize(
    ("name", "value"),
    [("1A", "s3"), ("A-B", "s3"), ("", "s3"), ("A\n", "s3"), ("DOCKER_HOST", "s3"),
     ("LD_PRELOAD", "s3"), ("A", "s3\0"), ("A", "s3\udc80")],
)  # fmt: skip
def test_an_environment_that_cannot_arrive_is_an_error_without_the_value(
    name: str, value: str
) -> None:
    with pytest.raises(DockwrightError) as caught:
        make("web: docker run zenweb", env={name: value})
    assert "s3" not in str(caught.value)


@pytest.mark.parametrize(
    ("line", "options", "said"),
    [
        ("web: docker run other", {}, "Procfile:1: image other: not the leaf's own"),
        ("web: docker run -e X zenweb", {}, "Procfile:1: --env X: a boot job has no such"),
        ("web: docker run zenweb", {"leaf": "a.b"}, "leaf 'a.b'"),
        ("web: docker run zenweb", {"leaf": "Zenweb"}, "leaf 'Zenweb'"),
        ("web: docker run zenweb", {"image": "-x"}, "image '-x'"),
        ("web: docker run zenweb", {"address": "here"}, "address here"),
        ("web: docker run zenweb", {"scale": {"wb": 2}}, "scale wb=2: no such process; has web"),
        ("web: docker run zenweb", {"scale": {"web": -1}}, "scale web=-1"),
        ("web: docker run -p 65535:1 zenweb", {"scale": {"web": 2}}, "past 65535"),
        ("web: docker run --stop-timeout -1 zenweb", {}, "--stop-timeout -1"),
        ("web: docker run zenweb", {"limits": [("memry", "1")]}, "did you mean --memory"),
        (
            "a: docker run -p 80:1 zenweb\nb: docker run -p 80:2 zenweb",
            {},
            "zenweb.a.1 and zenweb.b.1 both publish a port: 80:1 and 80:2",
        ),
        ("a: docker run -p 80:1 -p 81:2 zenweb", {"scale": {"a": 2}}, "both publish"),
    ],
)
def test_what_cannot_run_is_one_error(line: str, options: Mapping[str, Any], said: str) -> None:
    with pytest.raises(DockwrightError) as caught:
        make(line, **options)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "image", ["zenweb", "zenweb:3", "h:5000/a/zenweb:1", "zenweb@sha256:" + "b" * 64]
)
def test_the_leafs_own_image_may_have_a_registry_a_tag_and_a_digest(image: str) -> None:
    assert make(f"web: docker run {image}").jobs[0].image == image


@pytest.mark.parametrize(
    ("line", "env", "published"),
    [
        ("docker run -p ${PORT:-8080}:80 app", {}, ["8080:80", "8081:80"]),
        ("docker run -p ${PORT-8080}:$PORT app", {}, ["8080:8080", "8081:8081"]),
        ("docker run -p ${PORT:-8080}:80 app", {"PORT": "8000"}, ["8000:80", "8001:80"]),
        ("docker run -p $PORT:$PORT app", {"PORT": "8000"}, ["8000:8000", "8001:8001"]),
        ("docker run -p ${PORT:-}:80 app", {}, ["5000:80", "5001:80"]),
        ("exec /usr/bin/docker run -p 80:80 app", {}, ["80:80", "81:80"]),
        ("sudo docker container run -p 80:80 app", {}, ["80:80", "81:80"]),
        ("/usr/local/bin/docker run -p $PORT:80 app", {}, ["5000:80", "5001:80"]),
        ("docker run -p $PORT:80 app sh -c 'serve ${PORT:-3000}'", {}, ["5000:80", "5001:80"]),
    ],
)
def test_a_line_as_other_tools_take_it_publishes_the_port_it_means(
    line: str, env: dict[str, str], published: list[str]
) -> None:
    made = group("app", f"web: {line}", "Procfile", scale={"web": 2}, env=env)
    assert [str(port) for job in made.jobs for port in job.ports] == published
    # the container hears of the port that is its own
    numbers = [dict(job.env).get("PORT") for job in made.jobs]
    assert numbers == ([None, None] if not env else ["8000", "8001"])


def test_a_port_of_the_site_that_is_none_is_refused_without_its_value() -> None:
    with pytest.raises(DockwrightError, match=r"env: PORT: no port; give a number") as error:
        group("app", "web: docker run app", "Procfile", env={"PORT": "sesame"})
    assert "sesame" not in str(error.value)


def test_a_leaf_that_runs_another_ones_image_runs_that_in_all_its_lines() -> None:
    text = "db: docker run postgres:16\nbackup: docker run postgres:16 pg_dump\n"
    assert named_image(text, "Procfile") == "postgres:16"
    made = group("db", text, "Procfile", image="r:5000/postgres@sha256:1", runs="postgres:16")
    assert [job.name for job in made.jobs] == ["db.db.1", "db.backup.1"]
    assert {job.image for job in made.jobs} == {"r:5000/postgres@sha256:1"}
    with pytest.raises(DockwrightError, match=r"Procfile:2: image postgres:15: another process"):
        group("db", text.replace("16 pg", "15 pg"), "Procfile", runs="postgres:16")


def test_release_and_timers_are_jobs_that_end() -> None:
    text = (
        "web: docker run app\nrelease: docker run app migrate\nclean: @daily docker run app clean\n"
    )
    made = group("app", text, "Procfile", image="app@sha256:1", env={"A": "1"})
    assert [job.name for job in made.living] == ["app.web.1"]
    assert made.release is not None
    assert made.release.argv[-2:] == ("app@sha256:1", "migrate")
    assert made.release.env == (("A", "1"),)
    assert [(job.name, job.when) for job in made.jobs if job.when] == [("app.clean.1", "daily")]


def test_a_release_has_no_times() -> None:
    with pytest.raises(DockwrightError, match="Procfile:1: release: runs before each switch"):
        group("app", "release: @daily docker run app", "Procfile")


def test_a_port_is_published_on_each_address_of_the_box() -> None:
    line = "web: docker run -p 80:80 -e A=1 -p 127.0.0.1:81:81 -p 5353:53/udp app"
    [job] = group("app", line, "Procfile", address=["192.0.2.1", "fd00:0::10"]).jobs
    published = ["192.0.2.1:80:80", "[fd00::10]:80:80", "127.0.0.1:81:81"]
    published += ["192.0.2.1:5353:53/udp", "[fd00::10]:5353:53/udp"]
    assert [str(port) for port in job.ports] == published
    given = [job.argv[at + 1] for at, word in enumerate(job.argv) if word == "--publish"]
    assert given == published
