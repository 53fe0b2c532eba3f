# shellcheck shell=sh
# its own switch stays off: what a site declares is in a file of its own
echo 'unattended-upgrades unattended-upgrades/enable_auto_updates boolean false' |
  debconf-set-selections
