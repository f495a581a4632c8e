disk-identity-test
# Every disk but the machine's own is read-only; a test machine has no other, so this names them all.
for disk in /sys/block/nvme*n*; do
	name=${disk##*/}
	evidence-is-exempt "$name" >/dev/null || [ "$(blockdev --getro "/dev/$name")" = 1 ]
done
