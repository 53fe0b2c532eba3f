"""What the wiki needs on its box: a user, and the repository that its edits are committed to."""

from dockwright.operations import account, git

# the number that its image runs as
NUMBER = 60802
account.service(name="user projectwiki", user="projectwiki", number=NUMBER)
git.repository(
    name="repository of the project wiki",
    path="/srv/projectwiki",
    owner=f"{NUMBER}:{NUMBER}",
    # www-data, whose it was before
    former="33:33",
    leaf="projectwiki",
)
