"""What the wiki needs on its box: the repository that its edits are committed to."""

from dockwright.operations import git

# 33 is www-data on every Debian and Ubuntu: whom the wiki's container runs as
git.repository(name="repository of the project wiki", path="/srv/projectwiki", owner="33:33")
