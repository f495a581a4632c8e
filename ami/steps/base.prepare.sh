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
# The agent that sessions run through is a snap; in a room there is nothing to refresh it from.
snap refresh --hold
