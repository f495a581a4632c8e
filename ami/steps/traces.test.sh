# The machine has an id of its own, not that of the one it was built on, and is an instance of its own.
[ -s /etc/machine-id ]
[ "$(sha256sum </etc/machine-id | cut -c-64)" != "$(cat /etc/clean-room/build-machine)" ]
[ "$(cat /var/lib/dbus/machine-id 2>/dev/null || cat /etc/machine-id)" = "$(cat /etc/machine-id)" ]
[ "$(basename "$(readlink -f /var/lib/cloud/instance)")" = "$(cat /sys/class/dmi/id/board_asset_tag)" ]
