# Sourced by boot.sh with the new root, the project and the disk, before systemd starts: what a host
# has when it boots, and nothing of the machine that would run there by accident.
root=$1 project=$2 disk=$3
mkdir -p "$root/opt/sesam-harden" "$root/opt/sep" "$root/etc/sesam-harden-bot"
mount --bind "$project" "$root/opt/sesam-harden"
mount -o remount,bind,ro "$root/opt/sesam-harden"
mount --bind "$disk/sep" "$root/opt/sep"
mount --bind "$disk/bot" "$root/etc/sesam-harden-bot"
# The following stays on the disk: a second boot finds it, and later changes.
[ ! -e "$disk/booted" ] || return 0
touch "$disk/booted"
rm -f "$root/usr/bin/node"
install -m 755 "$(readlink -f "$project/node_modules/.bin/node")" "$root/usr/bin/node"
units=$root/etc/systemd/system
rm -rf "$units"/*.wants
mkdir -p "$units/multi-user.target.wants"
cp "$disk"/units/* "$units/"
for unit in "$disk"/wanted/*; do
  ln -sf "../$(basename "$unit")" "$units/multi-user.target.wants/"
done
for unit in systemd-sysctl.service systemd-tmpfiles-clean.timer systemd-udevd.service \
  systemd-udev-trigger.service e2scrub_all.timer apt-daily.timer apt-daily-upgrade.timer \
  dpkg-db-backup.timer man-db.timer logrotate.timer fstrim.timer cron.service ssh.service haproxy.service \
  getty@tty1.service console-getty.service systemd-timesyncd.service; do
  ln -sf /dev/null "$units/$unit"
done
