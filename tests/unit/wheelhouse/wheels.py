"""Wheels as small as pip takes them."""

from pathlib import Path
from zipfile import ZipFile


def put(
    folder: Path, name: str, version: str = "1.0", *needs: str, tag: str = "py3-none-any"
) -> Path:
    """A wheel as small as pip takes it."""
    folder.mkdir(exist_ok=True)
    stem = f"{name.replace('-', '_')}-{version}"
    path, inside = folder / f"{stem}-{tag}.whl", f"{stem}.dist-info"
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    with ZipFile(path, "w") as wheel:
        wheel.writestr(
            f"{inside}/METADATA", "\n".join([*lines, *(f"Requires-Dist: {need}" for need in needs)])
        )
        wheel.writestr(f"{inside}/WHEEL", f"Wheel-Version: 1.0\nTag: {tag}\n")
        wheel.writestr(f"{inside}/RECORD", "")
    return path
