# A machine that is acquired, as far as a process can be one: mounts of its own, a /dev with a memory to read. What it is
# given as its first argument runs there.
set -eu
devices=$(mktemp -d)
mount --rbind /dev "$devices"
mount -t tmpfs tmpfs /dev
for each in null zero urandom; do
	: >"/dev/$each"
	mount --bind "$devices/$each" "/dev/$each"
done
ln -s /proc/self/fd /dev/fd
: >/dev/crash
umount -l "$devices"
rmdir "$devices"
for each in ${LEFT-}; do
	mount -t tmpfs clean-room "$each"
done
if [ -n "${LETS_NOBODY_READ-}" ]; then
	mkfifo /dev/never
	mount --bind /dev/never "$LETS_NOBODY_READ"
fi
exec sh -c "$(cat "$1")"
