#!/usr/bin/env bash
# imageRoot.sh ROOT FILES: lays out a machine in ROOT, inside namespaces of its own (mounts, network), and waits.
# What is written goes to memory; the tree itself stays as it is. The files of the image are the real
# ones, where the image has them; only evidence-put, which is another's test, is stood in for.
set -euo pipefail
root=$1
files=$2
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount --rbind /sys "$root/sys"
for folder in etc run tmp usr/local var/lib/clean-room var/log/clean-room evidence home; do
	mkdir -p "$root/$folder"
done
etc=$(mktemp -d)
cp -a "$root/etc/." "$etc"
for folder in etc run tmp usr/local var/lib/clean-room var/log/clean-room evidence home; do
	mount -t tmpfs -o mode=0755 tmpfs "$root/$folder"
done
cp -a "$etc/." "$root/etc"
rm -r "$etc"
chmod 1777 "$root/tmp"

# The disks: the kernel's, in a folder where one can be given a serial.
mkdir "$root/run/sys"
mount --rbind /sys "$root/run/sys"
mount -t tmpfs tmpfs "$root/sys/block"
cp -a /sys/block/. "$root/sys/block"
mount -t tmpfs tmpfs "$root/sys/class"
for class in /sys/class/*; do
	ln -s "/run/sys/class/${class##*/}" "$root/sys/class/${class##*/}"
done
rm -f "$root/sys/class/dmi"
mkdir -p "$root/sys/class/dmi/id"
echo i-0123456789abcdef0 >"$root/sys/class/dmi/id/board_asset_tag"

mkdir -p "$root/usr/local/sbin" "$root/usr/local/bin" "$root/etc/clean-room" "$root/etc/sudoers.d"
for script in evidence-is-exempt evidence-volume evidence-intake evidence-journal evidence-way evidence-mount evidence-unmount evidence-capture new-disk-identity disk-identity-test agent-registration forget-machine; do
	install -m 0755 "$files/$script" "$root/usr/local/sbin/$script"
done
install -m 0440 "$files/examiner.sudoers" "$root/etc/sudoers.d/examiner"
install -m 0644 -D "$files/10-evidence-readonly.rules" "$root/etc/udev/rules.d/10-evidence-readonly.rules"
install -m 0755 -D "$files/evidence-readonly.hook" "$root/etc/initramfs-tools/hooks/clean-room-evidence-readonly"
install -m 0644 -D "$files/evidence-intake@.service" "$root/etc/systemd/system/evidence-intake@.service"
for unit in agent-registration.service agent-registration.timer; do
	install -m 0644 -D "$files/$unit" "$root/etc/systemd/system/$unit"
done
install -m 0644 -D "$files/lvmlocal.conf" "$root/etc/lvm/lvmlocal.conf"
install -m 0644 -D "$files/mdadm.conf" "$root/etc/mdadm/mdadm.conf"
cat >"$root/usr/local/bin/evidence-put" <<'PUT'
#!/bin/bash
echo "$*" >>/tmp/put-calls
exit "$(cat /tmp/put-exit 2>/dev/null || echo 0)"
PUT
chmod 0755 "$root/usr/local/bin/evidence-put"
chroot "$root" id examiner >/dev/null 2>&1 || chroot "$root" useradd -m -s /bin/bash examiner
# Busybox is of the tree, and every kernel with a network has a loopback.
chroot "$root" busybox ip link set lo up
echo ready
# Until the other end of the pipe is closed.
cat >/dev/null
