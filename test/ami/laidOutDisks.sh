#!/usr/bin/env bash
# laidOutDisks.sh ROOT: lays out the kernel's disks in ROOT/sys, where one can be given a serial; the kernel's own
# folder is ROOT/run/sys. The machine looks like one of EC2.
set -euo pipefail
root=${1%/}
mount --rbind /sys "$root/run/sys"
mount -t tmpfs tmpfs "$root/sys/block"
cp -a "$root/run/sys/block/." "$root/sys/block"
# Arrays come later.
for number in 9 $(seq 120 127); do
	[ -e "$root/sys/block/md$number" ] || ln -s "/run/sys/block/md$number" "$root/sys/block/md$number"
done
mount -t tmpfs tmpfs "$root/sys/class"
for class in "$root"/run/sys/class/*; do
	ln -s "/run/sys/class/${class##*/}" "$root/sys/class/${class##*/}"
done
rm -f "$root/sys/class/dmi"
mkdir -p "$root/sys/class/dmi/id"
echo i-0123456789abcdef0 >"$root/sys/class/dmi/id/board_asset_tag"
