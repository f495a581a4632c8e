# What examiner may do as root, and nothing more.
helpers=$(sudo -l -U examiner | sed -n 's/.*NOPASSWD: //p')
[ "$helpers" = '/usr/local/sbin/evidence-mount, /usr/local/sbin/evidence-unmount, /usr/local/sbin/evidence-open, /usr/local/sbin/evidence-shell, /usr/local/sbin/evidence-capture, /usr/local/sbin/evidence-direct-hash, /usr/local/sbin/vault-writer ""' ]
