# The way in: the agent is registered, which this run shows, and is not restarted any more.
agent=$(systemctl show -P MainPID snap.amazon-ssm-agent.amazon-ssm-agent.service)
systemctl is-enabled --quiet agent-registration.timer
systemctl start agent-registration.service
[ "$(systemctl show -P MainPID snap.amazon-ssm-agent.amazon-ssm-agent.service)" = "$agent" ]
if systemctl is-active --quiet agent-registration.timer; then
	echo 'the agent would be restarted although it is registered' >&2
	exit 1
fi

# The clock follows the machine's host, and nothing else.
systemctl is-active --quiet chrony.service
if systemctl is-active --quiet systemd-timesyncd.service; then exit 1; fi
chronyc -n waitsync 24 0.5 0 5 >/dev/null
[ "$(chronyc -n -c sources | cut -d, -f1-3)" = '^,*,169.254.169.123' ]

# The metadata service, and with it the credentials of the machine's role, answers root alone.
asks() { timeout 5 runuser -u "$1" -- bash -c ': </dev/tcp/169.254.169.254/80' 2>/dev/null; }
asks root
if asks examiner; then
	echo 'examiner reaches the metadata service' >&2
	exit 1
fi
