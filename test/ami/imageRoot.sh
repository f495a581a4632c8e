#!/usr/bin/env bash
# imageRoot.sh ROOT FILES: lays out a machine in ROOT, inside namespaces of its own (mounts, network), and waits.
# On standard input: a line for each file of the image, "file path mode", then an empty one.
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
kept=$(mktemp -d)
(cd "$root" && cp -a --parents etc usr/local "$kept")
for folder in etc run tmp usr/local var/lib/clean-room var/log/clean-room evidence home; do
	mount -t tmpfs -o mode=0755 tmpfs "$root/$folder"
done
cp -a "$kept/etc" "$root"
cp -a "$kept/usr/local" "$root/usr"
rm -r "$kept"
chmod 1777 "$root/tmp"

mkdir "$root/run/sys"
bash "${0%/*}/laidOutDisks.sh" "$root"

mkdir -p "$root/usr/local/bin" "$root/etc/clean-room"
while read -r from path mode && [ -n "$from" ]; do
	install -D -m "$mode" "$files/$from" "$root$path"
done
cat >"$root/usr/local/bin/evidence-put" <<'PUT'
#!/bin/bash
echo "$*" >>/tmp/put-calls
exit "$(cat /tmp/put-exit 2>/dev/null || echo 0)"
PUT
chmod 0755 "$root/usr/local/bin/evidence-put"
chroot "$root" id examiner >/dev/null 2>&1 || chroot "$root" useradd -m -s /bin/bash examiner
# Busybox is of the tree, and every kernel with a network has a loopback.
chroot "$root" busybox ip link set lo up
# Not chroot: in one, the kernel makes no user namespace.
cd "$root"
pivot_root . mnt
umount -l /mnt
echo ready
# Until the other end of the pipe is closed.
cat >/dev/null
