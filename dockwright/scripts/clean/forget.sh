# shellcheck shell=sh
set -u
# overwritten, so that they don't stay in the disk's free space, which was zeroed before
for secret in @SECRETS@ /etc/ssh/ssh_host_*   /etc/docker/key.json /root/.docker /home/*/.docker /root/.*history /home/*/.*history; do
  [ ! -e "$secret" ] || find "$secret" -type f -exec shred -u {} +
done
: >/etc/machine-id
[ -L /var/lib/dbus/machine-id ] || rm -f /var/lib/dbus/machine-id
rm -rf /var/lib/cloud/instance /var/lib/cloud/instances /var/lib/systemd/random-seed
rm -f /var/lib/dhcp/*.leases
find /tmp /var/tmp -xdev -mindepth 1 -delete
# journald makes a journal anew that was deleted under it; it logs in memory from here on
journalctl --relinquish-var 2>/dev/null
find /var/log -xdev -type f -delete
sync
