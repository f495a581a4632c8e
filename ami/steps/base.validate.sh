[ "$(passwd -S examiner | cut -d' ' -f2)" = L ]
[ "$(id -nG examiner)" = examiner ]
[ "$(id -u examiner)" = 59119 ]
# No user but root may become root by sudo; examiner's helpers come with the group evidence.
if grep -rhsE --exclude=examiner '^[^#].*ALL' /etc/sudoers.d; then echo 'sudoers.d gives rights' >&2; exit 1; fi
# No user has a password.
if awk -F: '$2 !~ /^[!*]/ { print $1; found = 1 } END { exit !found }' /etc/shadow; then exit 1; fi
for unit in ssh.service apt-daily-upgrade.timer unattended-upgrades.service systemd-timesyncd.service; do
	[ "$(readlink /etc/systemd/system/$unit)" = /dev/null ]
done
