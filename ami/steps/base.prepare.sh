# Ubuntu's own updates begin with the first boot, hold apt's locks, and install what is newer.
cloud-init status --wait >/dev/null || true
systemctl stop apt-daily.timer apt-daily-upgrade.timer apt-daily.service apt-daily-upgrade.service unattended-upgrades.service || true
cat >/etc/apt/apt.conf.d/90-clean-room <<'END'
DPkg::Lock::Timeout "600";
// Without it, which updates a machine gets depends on the machine.
APT::Get::Always-Include-Phased-Updates "true";
END
# The archive as it was at one moment: whoever builds this again gets the same packages.
rm -f /etc/apt/sources.list /etc/apt/sources.list.d/*
cat >/etc/apt/sources.list.d/snapshot.sources <<'END'
Types: deb
URIs: https://snapshot.ubuntu.com/ubuntu/@SNAPSHOT@/
Suites: noble noble-updates noble-security
Components: main universe
Signed-By: /usr/share/keyrings/ubuntu-archive-keyring.gpg
END
export DEBIAN_FRONTEND=noninteractive
apt-get -q -o APT::Update::Error-Mode=any update
apt-get -q -y -o Dpkg::Options::=--force-confold dist-upgrade
apt-get -q -y --no-install-recommends install python3.12-venv sudo xz-utils
# What handles crashes here writes memory to the disk, whatever the kernel's own setting is.
apt-get -q -y purge apport apport-core-dump-handler apport-symptoms
# The agent that sessions run through is a snap; in a room there is nothing to refresh it from.
snap refresh --hold
