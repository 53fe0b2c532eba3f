"""What plans of the site say, and which secrets its boxes keep."""

import json
from typing import Any

import jsonschema

from tests.lab.labs.site_lab import DOCKER, REGISTRY, ROOT, SiteLab

SCHEMA = json.loads((ROOT / "docs/plan.schema.json").read_text())

WHAT = ("inventories/lab.py", "deploy/site.py")


def drift(site: SiteLab, *options: str) -> dict[str, list[str]]:
    """What the plan names by status, as ``BOX: DEPLOY | OPERATION``."""
    done = site.run("dockwright", "plan", *WHAT, "--json", *options)
    assert done.returncode in (0, 2), done.stderr
    told = json.loads(done.stdout)
    jsonschema.validate(told, SCHEMA)
    found: dict[str, list[str]] = {}
    for box in told["boxes"]:
        for op in box["operations"]:
            if op["status"] != "current":
                found.setdefault(op["status"], []).append(f"{box['box']}: {op['name']}")
    assert done.returncode == (2 if found else 0)
    assert told["drift"] == bool(found)
    return found


def reminders(plan: dict[str, Any]) -> list[str]:
    """Those of a plan, but for packages that are behind: what mirrors have decides nothing here."""
    return [one for one in plan["reminders"] if "deploy/updates.py" not in one]


def secrets(site: SiteLab) -> list[str]:
    """Every secret that the boxes keep, line by line, as their files have it."""
    found = []
    for box in (DOCKER, REGISTRY):
        files = "find /etc/dockwright -type f ! -perm -004 ! -path '*/ca/*' "
        files += "! -name registry.yml ! -name nginx.conf"
        text = site.ssh(box, f"sudo sh -c '{files}' | xargs -r sudo cat")
        found += [line.partition("=")[2] or line for line in text.splitlines() if len(line) > 15]
    # of the last line of a key as PEM nothing but an = may be left
    found = [secret for secret in found if len(secret) > 8]
    assert len(found) > 3
    return found
