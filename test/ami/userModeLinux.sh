#!/bin/bash
# userModeLinux.sh: the first process of Debian's user-mode kernel, whose root is the root of the image's tree.
# Each line of the console is a number: it runs /tmp/uml/<number>.sh and leaves what came of it beside it.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C
stty -echo
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
mkdir -p /dev/pts /dev/shm
ln -s /proc/self/fd /dev/fd
mount -t devpts devpts /dev/pts
mount -t tmpfs tmpfs /run
mkdir /run/sys
mkdir -p /usr/lib/modules
mount -t tmpfs tmpfs /usr/lib/modules
ln -s "/usr/lib/uml/modules/$(uname -r)" /usr/lib/modules/
# What the kernel of Ubuntu has as modules too.
modprobe -a loop dm-mod dm-snapshot dm-crypt dm-thin-pool raid1 raid0 raid456 vfat isofs squashfs erofs fuse udf hfsplus nls_utf8 nls_cp437
# As udev's rules have it.
chmod 0666 /dev/fuse
bash /tmp/uml/laidOutDisks.sh /
# Its own root is no disk; the command line names one that is none of these.
echo root=UUID=01234567-89ab-cdef-0123-456789abcdef >/run/cmdline
mount --bind /run/cmdline /proc/cmdline
touch /tmp/uml/ready
while read -r number && [ "$number" != end ]; do
	bash "/tmp/uml/$number.sh" >"/tmp/uml/$number.out" 2>"/tmp/uml/$number.err" </dev/null
	echo $? >"/tmp/uml/$number.part"
	mv "/tmp/uml/$number.part" "/tmp/uml/$number.status"
done
echo o >/proc/sysrq-trigger
sleep 10
