"""What all boxes of the site share; docs/reference/data.md has every key.

The base image is bootstrapped from the boxes' own mirror: behind a firewall there is no hub.
"""

dockwright_base_source = "bootstrap"
# who is logged in as on Vagrant's machines and on lab boxes
dockwright_admin_user = "vagrant"
