# Nothing listens but on the loopback interface; port 68 is DHCP's answer.
if ss -Hlntu | awk '{ print $1, $5 }' | grep -vE ' (127[.]|[[]::1]|[^ ]*:68$|[[]fe80)'; then
	echo 'something listens on the network' >&2
	exit 1
fi
# The way in.
systemctl is-active --quiet snap.amazon-ssm-agent.amazon-ssm-agent.service
# Kept as it was built.
[ "$(cat /proc/sys/kernel/core_pattern)" = '|/bin/false' ]
if systemctl is-active --quiet ssh.service; then exit 1; fi
grep -rq '^URIs: https://snapshot.ubuntu.com/ubuntu/' /etc/apt/sources.list.d/snapshot.sources
[ "$(ls /etc/apt/sources.list.d)" = snapshot.sources ]
