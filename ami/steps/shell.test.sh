# A file of somebody else's is read, and nothing of this machine's.
mkdir -m 0700 /evidence/proof
(umask 077; echo hidden >/evidence/proof/hidden.txt)
found=$(evidence-shell cat /evidence/proof/hidden.txt) || found=
rm -r /evidence/proof
[ "$found" = hidden ]
if evidence-shell cat /etc/shadow 2>/dev/null; then echo 'the shell reads /etc/shadow' >&2; exit 1; fi
