"""What a system of evidence starts by itself: rows for evidence-triage."""

import glob
import os
import re

from triage_evidence import TOPS, changed, files, inside, lines, short


def persistence():
    shown = (
        ("cron", "etc/crontab", "etc/cron.d/*", "etc/cron.*/*", "var/spool/cron/*", "var/spool/cron/*/*", "var/spool/at/*"),
        ("unit", "etc/systemd/system/*", "etc/systemd/system/*/*", "home/*/.config/systemd/user/*"),
        ("start", "etc/rc.local", "etc/rc.d/rc.local", "etc/init.d/*", "etc/profile.d/*", "etc/modules-load.d/*"),
        ("preload", "etc/ld.so.preload", "etc/environment"),
        ("shell", "root/.bashrc", "root/.profile", "home/*/.bashrc", "home/*/.profile", "root/.bash_profile"),
        ("udev", "etc/udev/rules.d/*"),
        ("windows", "Windows/System32/Tasks/*", "ProgramData/Microsoft/Windows/Start Menu/Programs/StartUp/*"),
        ("windows", "Users/*/AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Startup/*"),
    )
    telling = re.compile(r"ExecStart|^\s*[*@\d].*\s\S|RUN|<Command>|/dev/tcp|curl|wget|base64|nc |LD_PRELOAD|^/")
    for kind, *patterns in shown:
        for path in files(*patterns):
            told = [line.strip()[:200] for line in lines(path) if telling.search(line) and not line.startswith("#")]
            yield kind, short(path), changed(path), " | ".join(told[:5])
    for top in TOPS:
        for folder in ("tmp", "dev/shm", "var/tmp", "usr/local/bin", "usr/local/sbin"):
            for path in glob.glob(glob.escape(os.path.join(top, folder)) + "/*", include_hidden=True):
                if inside(path) and os.path.isfile(path) and os.stat(path).st_mode & 0o111:
                    yield "program", short(path), changed(path), oct(os.stat(path).st_mode & 0o7777)
