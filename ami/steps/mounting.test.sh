# The drivers that evidence-mount relies on.
missing=$(for driver in ext4 xfs btrfs vfat isofs squashfs; do
	modprobe -n -q "$driver" || grep -qw "$driver" /proc/filesystems || echo "$driver"
done)
[ -z "$missing" ] || { echo "no driver for $missing" >&2; exit 1; }
modprobe -n -q exfat || echo 'exfat cannot be mounted with this kernel; the Sleuth Kit reads it'
