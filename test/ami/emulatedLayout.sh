#!/usr/bin/env bash
# emulatedLayout.sh INIT: makes a suspect for QEMU in the working folder, with INIT as its only program: vmlinuz, initramfs
# and busybox, a static one. Debian's packages are unpacked here and installed nowhere; curl is this machine's.
set -euo pipefail
init=$1
kernel=linux-image-cloud-amd64
image=$(apt-cache depends "$kernel" | sed -n 's/.*Depends: \(linux-image-.*\)/\1/p' | head -n 1)
apt-get -qq download "${image:-$kernel}" busybox-static 2>/dev/null
for package in *.deb; do
	dpkg-deb -x "$package" debian
done
cp debian/boot/vmlinuz-* vmlinuz
modules=$(echo debian/lib/modules/*/kernel)
find debian -path '*/bin/busybox' -type f -exec cp {} busybox \;

mkdir -p root/{bin,proc,sys,dev,run,tmp,modules,etc}
cp busybox root/bin
ln -s busybox root/bin/sh
install -m 0755 "$init" root/init
printf '192.0.2.2 vault.test\n' >root/etc/hosts
printf '#!/bin/sh\nwhile :; do sleep 600; done\n' >root/bin/planted
chmod 0755 root/bin/planted
curl=$(readlink -f "$(command -v curl)")
for file in "$curl" $(ldd "$curl" | grep -o '/[^ ]*'); do
	mkdir -p "root${file%/*}"
	cp -L "$file" "root$file"
done
[ "$curl" = /usr/bin/curl ] || install -D "$curl" root/usr/bin/curl
number=10
for module in net/core/failover drivers/net/net_failover drivers/virtio/virtio{_ring,,_pci_modern_dev,_pci_legacy_dev,_pci} drivers/net/virtio_net; do
	file=$(echo "$modules/$module".ko*)
	to=root/modules/$((number += 1))-${module##*/}.ko
	case $file in
	*.ko) cp "$file" "$to" ;;
	*.xz) xz -dc "$file" >"$to" ;;
	esac
done
