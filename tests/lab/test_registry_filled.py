"""Two registries of a site: what one lacks the other one gives, with its digests; one that was lost
has all of it again."""

from collections.abc import Iterator

import pytest

from tests.lab.labs import kept_lab
from tests.lab.labs.kept_lab import BOXES, LOGIN, REGISTRY, Keeping

pytestmark = pytest.mark.long
SPARE = f"{BOXES['work']}:5000"
DATA = {**kept_lab.DATA, "dockwright_registry": REGISTRY}
# an image whose layer no engine packs so, and what names it for several platforms
ODD = """
cd /root; rm -rf odd; mkdir odd; cd odd
head -c 300K /dev/urandom >f; tar -cf - f | gzip -1 >layer
raw=$(gunzip <layer | sha256sum | cut -d ' ' -f 1)
printf '{"architecture":"amd64","os":"linux","config":{},"rootfs":' >config
printf '{"type":"layers","diff_ids":["sha256:%s"]}}' "$raw" >>config
of() { printf '{"mediaType":"%s","size":%s,"digest":"sha256:%s"}' "$1" "$(stat -c %s $2)" \
  "$(sha256sum <$2 | cut -d ' ' -f 1)"; }
t=application/vnd.oci.image
of_it=',"platform":{"architecture":"amd64","os":"linux"}}'
printf '{"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[%s]}' $t.manifest.v1+json \
  "$(of $t.config.v1+json config)" "$(of $t.layer.v1.tar+gzip layer)" >manifest
printf '{"schemaVersion":2,"mediaType":"%s","manifests":[%s]}' $t.index.v1+json \
  "$(of $t.manifest.v1+json manifest | sed "s|}$|$of_it|")" >index
user="dockwright:$(cat /etc/dockwright/registry.password)"
base=https://@REGISTRY@/v2/odd
for blob in config layer; do
  place=$(curl -fsk -u "$user" -X POST -D - -o /dev/null $base/blobs/uploads/ |
    sed -n 's/^[Ll]ocation: *//p' | tr -d '\\r')
  curl -fsk -u "$user" -T $blob "$place&digest=sha256:$(sha256sum <$blob | cut -d ' ' -f 1)"
done
curl -fsk -u "$user" -X PUT -H "Content-Type: $t.manifest.v1+json" --data-binary @manifest \
  $base/manifests/sha256:$(sha256sum <manifest | cut -d ' ' -f 1)
curl -fsk -u "$user" -X PUT -H "Content-Type: $t.index.v1+json" --data-binary @index \
  $base/manifests/1
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keeping]:
    with kept_lab.standing(tmp_path_factory.mktemp("regkept")) as made:
        yield made


def names(site: Keeping, box: str) -> dict[str, str]:
    """Each image's tag in the registry of ``box`` as its files have it, with its digest.

    Signatures and SBOMs that are made in each of two registries are not alike, nor is the image
    that each box builds of its own registry.
    """
    root = f"{kept_lab.ROOT}/repositories"
    said = site.root(box, f"cd {root} && grep -r . --include=link . | grep /current/link:")
    pairs = (line.split(":", 1) for line in said.splitlines())
    found = {path.replace("/_manifests/tags/", ":"): digest for path, digest in pairs}
    theirs = (":sha256-", "./registry:")
    return {
        name: digest for name, digest in found.items() if not any(word in name for word in theirs)
    }


def test_one_that_is_new_and_one_that_was_lost_are_given_all_with_its_digests(
    site: Keeping,
) -> None:
    site.push("byhand", "first")
    site.root("hub", ODD.replace("@REGISTRY@", REGISTRY))
    builds = [one["digest"] for one in site.listed("tags", "web")["builds"][:4]]
    # a second one, on work
    site.registries, site.hubs_run_leaves = ("hub", "work"), True
    site.data(**DATA)
    site.write({"work": ["web"], "hub": []})
    done = site.apply()
    assert done.returncode == 0, done.stdout + done.stderr
    started = site.started()
    before = names(site, "hub")
    assert set(builds) - {*names(site, "work").values()} == set(builds[1:])
    assert "lacks" in site.does("fill", "--dry-run", status=2)
    site.does("fill")
    given = names(site, "work")
    assert {name: given[name] for name in before} == before
    assert "was given 0 images" in site.does("fill")
    # as a box that has nothing of it pulls it, by either platform's name too
    login = LOGIN.format(place=SPARE)
    site.root("work", f"{login}docker pull -q {SPARE}/odd:1 && docker rmi {SPARE}/odd:1")
    site.does("verify")

    # the first one lost all that it had
    site.root("hub", "systemctl stop dockwright-registry.target; rm -rf /srv/registry/docker")
    site.root("hub", "systemctl start dockwright-registry.target")
    site.up()
    site.does("fill", "--box", "hub")
    again = names(site, "hub")
    assert {name: again[name] for name in before} == before
    for digest in builds:
        site.pull(f"web@{digest}")
    site.does("verify")
    done = site.apply()
    assert done.returncode == 0, done.stdout + done.stderr
    assert site.plan(statuses=(0,))
    # hub's own registry was restarted here
    after = site.started()
    assert after["web.web.1"] == started["web.web.1"]
