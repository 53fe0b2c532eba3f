"""Where boxes come from: systemd-nspawn on this machine (lab), or Vagrant."""
