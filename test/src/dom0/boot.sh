# Runs the systemd of a tree as process 1 of namespaces of its own:
#
#   unshare --fork --pid --mount --uts --ipc --net --cgroup --kill-child sh boot.sh TREE
#
# It has devices of its own, so that its udev changes none of this machine's, and of cgroups what needs no
# controllers, which other programs of this machine have.
set -eu
tree=$1
mount --make-rprivate /
mount --bind "$tree" "$tree"
cd "$tree"
mount -t proc proc proc
mount --rbind /sys sys
mount -t tmpfs -o mode=755 tmpfs sys/fs/cgroup
mkdir sys/fs/cgroup/systemd
mount -t cgroup -o none,name=systemd cgroup sys/fs/cgroup/systemd
mount -t tmpfs -o mode=755 tmpfs dev
while read -r name major minor; do
  mknod -m 0666 "dev/$name" c "$major" "$minor"
done <<DEVICES
null 1 3
zero 1 5
full 1 7
random 1 8
urandom 1 9
tty 5 0
DEVICES
mkdir dev/net dev/pts dev/shm
mknod -m 0600 dev/net/tun c 10 200
[ ! -e /dev/kvm ] || mknod -m 0600 dev/kvm c 10 232
mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts dev/pts
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
mount -t tmpfs tmpfs dev/shm
mount -t tmpfs -o mode=755 tmpfs run
hostname dom0
# Its root is no chroot: in one there could be no user namespaces, which some of our units have.
mkdir -p mnt/before
pivot_root . mnt/before
cd /
umount -l /mnt/before
exec env -i container=other PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd
