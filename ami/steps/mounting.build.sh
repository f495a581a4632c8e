visudo -q -c
install -d -m 0755 /evidence /var/lib/clean-room /var/log/clean-room
install -d -m 0755 -o root -g root /var/lib/clean-room/captures
systemctl enable evidence-mirror.service
