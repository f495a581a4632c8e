lvmconfig --validate
[ "$(lvmconfig --typeconfig current --valuesonly global/event_activation 2>/dev/null)" = 0 ]
grep -v '^#' /usr/local/lib/clean-room/masked-units | while read -r unit; do
	[ "$(readlink "/etc/systemd/system/$unit")" = /dev/null ] || { echo "$unit is not masked" >&2; exit 1; }
done
