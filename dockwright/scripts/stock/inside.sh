# shellcheck shell=sh
set -eu
# the loader's second part, which stands behind the boot sector, before the first partition
grub-mkimage -O i386-pc -p '(hd0,msdos1)/boot/grub' -o /boot/grub/core.img \
    biosdisk part_msdos ext2 normal linux configfile test echo
useradd --create-home --shell /bin/bash vagrant
# unlocked, as a locked account is let in by nobody; with no password that could be right
usermod -p '*' vagrant
install -d -o vagrant -g vagrant -m 0700 /home/vagrant/.ssh
printf '%s\n' '@KEY@' >/home/vagrant/.ssh/authorized_keys
chown vagrant:vagrant /home/vagrant/.ssh/authorized_keys
chmod 0600 /home/vagrant/.ssh/authorized_keys
chmod 0440 /etc/sudoers.d/vagrant
mkdir -p '/etc/systemd/system/multi-user.target.wants'
ln -sfn '@UNIT@' '@WANTED@'
rm -f /etc/ssh/ssh_host_*
# a machine that has just come up is provisioned, and these would hold apt's lock meanwhile
systemctl --quiet mask apt-daily.timer apt-daily-upgrade.timer
