"""What a Vagrantfile sets is read from it, and from the environment as it does."""

from pathlib import Path

from dockwright.vagrant import vagrantfile

ROOT = Path(__file__).resolve().parents[3]


def test_every_setting_of_the_vagrantfile_is_read() -> None:
    text = (ROOT / "Vagrantfile").read_text()
    assert len(vagrantfile.VagrantSettings.of(text, {}).values) == text.count("ENV.fetch(")
