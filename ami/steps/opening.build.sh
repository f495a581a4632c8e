# A disk image is read by a process of examiner's, whose file a loop device of root's reads.
grep -qx user_allow_other /etc/fuse.conf || echo user_allow_other >>/etc/fuse.conf
