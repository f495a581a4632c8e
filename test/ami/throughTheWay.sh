#!/bin/bash
# throughTheWay.sh DEVICE|IMAGE: a disk whose intake is done, or a file, through everything that looks at it, as an examiner would. Prints
# what came of it: "mounted", "opened", "refused", and the commands that were named, each with whether it gave anything.
export HOME=/home/examiner
cd /home/examiner || exit 1
device=$1
as() { timeout -k 5 60 runuser -u examiner -- timeout -k 5 50 bash -c "$1"; }
read_all() {
	timeout -k 5 90 find /evidence -xdev -mindepth 2 -type f -print0 2>/dev/null | head -zn 300 |
		timeout -k 5 90 xargs -0r -n 20 timeout -k 2 20 cat >/tmp/read 2>/tmp/unread || true
	echo "read $(stat -c %s /tmp/read) bytes, $(wc -l </tmp/unread) could not be"
}
said=
if [ -b "$device" ] && said=$(timeout -k 5 120 evidence-mount "$device" 2>&1); then
	echo mounted
	read_all
	for point in $(findmnt -rno TARGET | grep '^/evidence/' | sort -r); do evidence-unmount "$point" >/dev/null || echo "not unmounted: $point"; done
	exit
fi
code=$?
[ ! -b "$device" ] || [ "$code" -lt 124 ] || echo hung
opened=$(timeout -k 5 180 evidence-open "$device" 2>&1 </dev/null) && {
	echo opened
	for point in $(findmnt -rno TARGET | grep '^/evidence/'); do timeout 20 ls -lR "$point" >/dev/null 2>&1; done
	for base in $(cat /run/clean-room/open/*/directory); do evidence-unmount "$base" >/dev/null || echo "not closed: $base"; done
	exit
}
code=$?
[ "$code" -lt 124 ] || echo hung
echo refused
printf '%s\n%s\n' "$said" "$opened" | sed 's/^/said /'
# What is locked has its way, with a key that nobody here has.
! grep -qE 'container \((LUKS|BitLocker)\).*key FILE' <<<"$said" || echo locked
[ ! -b "$device" ] || { chgrp examiner "$device"*; chmod 0440 "$device"*; }
printf '%s\n%s\n' "$said" "$opened" | grep -o "'[a-z][^']*/[^']*\( [^']*\)\?'" | tr -d "'" | grep -v -e ^sudo -e ^debugfs | sort -u | while read -r way; do
	rm -rf /home/examiner/way && install -d -o examiner /home/examiner/way
	out=$(as "${way//DIRECTORY//home/examiner/way}" 2>/dev/null </dev/null | head -c 2000 | tr -d '\0')
	umount /home/examiner/way 2>/dev/null
	if [ -n "$out" ] || [ -n "$(find /home/examiner/way -mindepth 1 | head -n 1)" ]; then echo "works $way"; else echo "nothing $way"; fi
done
