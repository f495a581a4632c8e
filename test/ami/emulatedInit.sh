#!/bin/sh
# The first program of a suspect in QEMU: makes a machine of it, has it acquired, ends it. The kernel is told where the
# vault is, and the signatures of what the symbols of its memory are made of.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
mount -t tmpfs tmpfs /run
for module in /modules/*.ko; do
	insmod "$module"
done
ip address add 192.0.2.15/24 dev eth0
ip link set eth0 up
ip link set lo up
read -r line </proc/cmdline
for word in $line; do
	case $word in VAULT=* | KALLSYMS=* | BTF=*) export "$word" ;; esac
done
export CURL_CA_BUNDLE=/certificate.pem

/bin/planted &

# give NAME SIGNATURE FILE: puts what only this kernel knows of itself.
give() {
	md5=$(md5sum <"$3" | cut -d ' ' -f 1 | sed 's/../\\x&/g')
	md5=$(printf "$md5" | base64)
	curl -sS --fail -H 'If-None-Match: *' -H "Content-MD5: $md5" -T "$3" "$VAULT/$1?X-Amz-Signature=$2"
}
gzip -1 </proc/kallsyms >/run/kallsyms
gzip -1 </sys/kernel/btf/vmlinux >/run/btf
give kallsyms "$KALLSYMS" /run/kallsyms
give btf "$BTF" /run/btf
rm /run/kallsyms /run/btf

echo "== $(cat /proc/version)"
read -r began _ </proc/uptime
sh /acquire.sh
echo "== status $?"
read -r ended _ </proc/uptime
echo "== seconds ${began%.*} ${ended%.*}"
echo "== left $(ls -d /run/clean-room-acquire.* /dev/shm/clean-room-acquire.* /tmp/clean-room-acquire.* 2>/dev/null)"
poweroff -f
