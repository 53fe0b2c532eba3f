"""What apt prints where it can't fetch, as it was recorded, and what kind of trouble it is."""

import pytest

from dockwright.site.apt_said import apt_trouble

MIRROR = "http://mirror.test/debian"
IN_RELEASE = f"{MIRROR}/dists/bookworm/InRelease"


@pytest.mark.parametrize(
    ("said", "of"),
    [
        (
            f"W: Failed to fetch {IN_RELEASE}  Could not connect to mirror.test:80 (192.0.2.1). - "
            "connect (111: Connection refused)",
            "away",
        ),
        (f"W: Failed to fetch {IN_RELEASE}  Temporary failure resolving 'mirror.test'", "away"),
        (f"W: Failed to fetch {IN_RELEASE}  Could not resolve 'mirror.test'", "away"),
        (
            f"W: Failed to fetch {IN_RELEASE}  Could not connect to mirror.test:80 (192.0.2.1), "
            "connection timed out",
            "away",
        ),
        (
            f"W: Failed to fetch {IN_RELEASE}  Cannot initiate the connection to mirror.test:80 "
            "(2001:db8::1). - connect (101: Network is unreachable)",
            "away",
        ),
        (f"W: Failed to fetch {IN_RELEASE}  Connection failed [IP: 192.0.2.1 80]", "away"),
        (
            f"E: Failed to fetch {MIRROR}/pool/r/ruby.deb  503  Service Unavailable",
            "away",
        ),
        (f"E: Failed to fetch {MIRROR}/pool/main/r/ruby/ruby.deb  404  Not Found", "lacks"),
        (
            f"E: The repository '{MIRROR} bookworm Release' does not have a Release file.",
            "lacks",
        ),
        (f"W: Failed to fetch {IN_RELEASE}  407  Proxy Authentication Required", "refused"),
        (
            f"W: Failed to fetch {IN_RELEASE}  Certificate verification failed: The certificate is "
            "NOT trusted. The certificate issuer is unknown.  Could not handshake",
            "untrusted",
        ),
        (
            f"W: GPG error: {MIRROR} bookworm InRelease: The following signatures couldn't be "
            "verified because the public key is not available: NO_PUBKEY 0E98404D386FA1D9",
            "untrusted",
        ),
        (
            f"E: Release file for {IN_RELEASE} is expired (invalid since 3d 4h 5min 6s). Updates "
            "for this repository will not be applied.",
            "expired",
        ),
        (f"E: Failed to fetch {MIRROR}/dists/a/Packages.xz  Hash Sum mismatch", "changing"),
    ],
)
def test_each_kind_is_told_and_the_mirror_is_named(said: str, of: str) -> None:
    trouble = apt_trouble(["Reading package lists...", said, "E: Unable to locate package ruby"])
    assert trouble is not None
    assert (trouble.of, trouble.archive) == (of, MIRROR)
    assert trouble.line.startswith(f"the mirror {MIRROR} ")


def test_a_reason_in_the_line_behind_is_read_and_a_login_is_not_shown() -> None:
    said = [
        "Err:1 http://jane:s3cret@mirror.test/debian bookworm InRelease",
        "  Temporary failure resolving 'mirror.test'",
        "W: Some index files failed to download. They have been ignored, or old ones used instead.",
    ]
    trouble = apt_trouble(said)
    assert trouble is not None
    assert (trouble.of, trouble.archive) == ("away", MIRROR)
    assert trouble.why == "Temporary failure resolving 'mirror.test'"


def test_one_that_is_away_goes_before_what_another_lacks() -> None:
    lacks = "W: Failed to fetch http://other.test/x/dists/a/InRelease  404  Not Found"
    away = f"W: Failed to fetch {IN_RELEASE}  Connection failed"
    trouble = apt_trouble([lacks, away])
    assert trouble is not None
    assert trouble.archive == MIRROR


@pytest.mark.parametrize(
    "said",
    [
        "E: Unable to locate package nosuch",
        "E: Package 'nosuch' has no installation candidate",
        "Get:1 http://mirror.test/debian bookworm InRelease [151 kB]",
        "make: *** [all] Error 1: Connection refused by the compiler",
        "W: Target Packages is configured multiple times in /etc/apt/sources.list:1",
    ],
)
def test_what_is_no_fetch_is_no_trouble_of_a_mirror(said: str) -> None:
    assert apt_trouble([said]) is None
