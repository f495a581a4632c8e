# Investigators are `examiner`: no password, no sudo but for the named helpers (group evidence).
# A number that no distribution gives its users: whoever has it on a suspect's disk owns files there.
useradd --uid 59119 --create-home --shell /bin/bash --user-group examiner
passwd -q -l examiner

# Systems Manager's agent gives its own user sudo, unless this file is there.
install -d -m 0750 /etc/sudoers.d
echo '# no rights for ssm-user: sessions run as examiner' >/etc/sudoers.d/ssm-agent-users
chmod 0440 /etc/sudoers.d/ssm-agent-users

# Cloud-init makes no user on the workstation; the one it made on the build machine goes.
install -d /etc/cloud/cloud.cfg.d
cat >/etc/cloud/cloud.cfg.d/90-clean-room.cfg <<'END'
users: []
disable_root: true
ssh_pwauth: false
# It would write Ubuntu's own sources again on every new machine.
apt:
  preserve_sources_list: true
END
rm -f /etc/sudoers.d/90-cloud-init-users
if id -u ubuntu >/dev/null 2>&1; then userdel --remove ubuntu; fi

# Nobody logs in over the network, and nothing changes by itself while evidence is examined.
xargs systemctl mask <<'END'
ssh.service ssh.socket
apt-daily.service apt-daily.timer apt-daily-upgrade.service apt-daily-upgrade.timer
unattended-upgrades.service motd-news.service motd-news.timer fwupd-refresh.timer
man-db.timer dpkg-db-backup.timer e2scrub_all.timer xfs_scrub_all.timer mdcheck_start.timer
mdmonitor.service mdmonitor-oneshot.timer ModemManager.service hibinit-agent.service
apport.service apport-autoreport.path apport-autoreport.timer
clamav-freshclam.service clamav-daemon.service
systemd-timesyncd.service
END
systemctl enable agent-registration.timer nftables.service

cat >/etc/sysctl.d/90-clean-room.conf <<'END'
# What crashes leaves no copy of evidence in a core file.
kernel.core_pattern = |/bin/false
fs.suid_dumpable = 0
kernel.dmesg_restrict = 1
kernel.kptr_restrict = 2
kernel.yama.ptrace_scope = 1
net.ipv4.ip_forward = 0
net.ipv4.conf.all.accept_redirects = 0
net.ipv4.conf.all.accept_source_route = 0
net.ipv6.conf.all.accept_redirects = 0
END
chmod 0444 /etc/sysctl.d/90-clean-room.conf
install -d -m 0755 /etc/clean-room
