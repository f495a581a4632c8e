# Empty, and there.
[ -e /etc/machine-id ] && [ ! -s /etc/machine-id ]
for file in /var/lib/dbus/machine-id /etc/ssh/ssh_host_*_key /var/lib/systemd/random-seed; do
	if [ -f "$file" ] && [ ! -L "$file" ]; then echo "$file is the build machine's" >&2; exit 1; fi
done
