# A file of somebody else's is read, and nothing of this machine's.
mkdir -m 0700 /evidence/proof
(umask 077; echo hidden >/evidence/proof/hidden.txt)
found=$(evidence-shell cat /evidence/proof/hidden.txt) || found=
rm -r /evidence/proof
[ "$found" = hidden ]
if evidence-shell cat /etc/shadow 2>/dev/null; then echo 'the shell reads /etc/shadow' >&2; exit 1; fi
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
