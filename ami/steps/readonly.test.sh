# A disk that the kernel makes up is evidence like any other: locked, and readable by examiner.
if modprobe scsi_debug dev_size_mb=8 2>/dev/null; then
	udevadm settle
	for model in /sys/block/sd*/device/model; do
		grep -q scsi_debug "$model" || continue
		disk=$(basename "$(dirname "$(dirname "$model")")")
		[ "$(blockdev --getro "/dev/$disk")" = 1 ]
		[ "$(stat -c '%G %a' "/dev/$disk")" = 'examiner 440' ]
		if dd if=/dev/zero of="/dev/$disk" bs=4096 count=1 oflag=direct status=none 2>/dev/null; then
			echo "/dev/$disk could be written" >&2
			exit 1
		fi
		echo "read-only: /dev/$disk"
	done
	modprobe -r scsi_debug || true
else
	echo 'unproven: this kernel has no scsi_debug to make a disk with'
fi
