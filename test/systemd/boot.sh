#!/bin/bash
# boot.sh NAME DISK PIDFILE PROJECT: boots a systemd as PID 1 on a throw-away overlay of this machine.
#
# Only the kernel is shared with the machine: own mounts, pid, ipc, uts and network namespaces; own
# /tmp, /run and /dev; a cgroup namespace over an own, empty leaf; /proc/sys and /sys read-only; no
# right to set the clock, load modules or reboot. DISK (on a tmpfs) keeps what is written, so that a
# second boot finds the disk as a power cut left it. PIDFILE gets the process id of the systemd.
set -eu
name=$1 disk=$2 pidfile=$3 project=$4
leaf=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)/$name
mkdir "$leaf"
# Joined before the cgroup namespace is created, so that the container sees this leaf as its root.
echo $$ >"$leaf/cgroup.procs"
exec unshare --mount --net --pid --ipc --uts --cgroup --fork --kill-child=SIGKILL \
  bash -c '
set -eu
name=$0 disk=$1 pidfile=$2 project=$3
# /proc is still that of the machine, so this is the process ID on the machine.
read -r pid _ </proc/self/stat
echo "$pid" >"$pidfile"
mount --make-rprivate /
mkdir -p "$disk/up" "$disk/work" "$disk/root"
root=$disk/root
mount -t overlay overlay -o "lowerdir=/,upperdir=$disk/up,workdir=$disk/work" "$root"
. "$project/test/systemd/setup.sh" "$root" "$project" "$disk"
mount -t proc proc "$root/proc"
mount --bind "$root/proc/sys" "$root/proc/sys"
mount -o remount,bind,ro "$root/proc/sys"
[ ! -e "$root/proc/sysrq-trigger" ] || mount --bind /dev/null "$root/proc/sysrq-trigger"
mount -t sysfs -o ro,nosuid,nodev,noexec sysfs "$root/sys"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
mount -t tmpfs -o mode=755,size=4m tmpfs "$root/dev"
for device in null zero full random urandom tty; do
  touch "$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
mkdir "$root/dev/pts" "$root/dev/shm" "$root/dev/mqueue"
mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
touch "$root/dev/console"
mount --bind /dev/null "$root/dev/console"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
ip link set lo up
hostname "$name"
mkdir -p "$root/oldroot"
cd "$root"
pivot_root . oldroot
# Without a shared tree inside, systemd cannot show credentials to units.
exec chroot . /bin/sh -c "umount -l /oldroot; rmdir /oldroot 2>/dev/null; mount --make-rshared /; exec setpriv --bounding-set=-sys_time,-sys_module,-sys_rawio,-mknod,-sys_boot,-syslog,-audit_control --inh-caps=-all env -i container=harden PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --unit=multi-user.target --log-target=journal </dev/null >/dev/null 2>&1"
' "$name" "$disk" "$pidfile" "$project"
