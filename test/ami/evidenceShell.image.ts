import assert from "node:assert/strict";

import { EvidenceMachine, VOLUME } from "./evidenceMachine";

// The examiner's reading shell, on evidence whose files are other people's.

const AT = `/evidence/${VOLUME}/whole`;

describe("evidence-shell", function () {
  this.timeout(180_000);
  const machine = EvidenceMachine.ofSuite();

  /** Evidence with a file of root, and one of whoever has the examiner's number there; mounted. */
  function mounted() {
    const disk = machine.newDisk("owners", 64);
    machine.must(
      `mkfs.ext4 -q -F "$1"; mount "$1" /mnt; mkdir -m 0700 /mnt/root; echo secret >/mnt/root/history
       chmod 0600 /mnt/root/history; echo mine >/mnt/mine; chown examiner:examiner /mnt/mine; umount /mnt
       chmod 0755 /home; install -d -o examiner -g examiner /home/examiner`,
      disk.device,
    );
    machine.intake(disk);
    machine.must('chgrp examiner "$1"; chmod 0440 "$1"; evidence-mount "$1"', disk.device);
    return disk;
  }

  /** What the examiner's shell does with a script, started with sudo. */
  const shell = (script: string) =>
    machine.run("su examiner -c \"sudo evidence-shell bash -c '$1'\"", script);

  /** What the shell cannot do: it is there, and the act fails in it. */
  function denied(act: string): void {
    const { status, stdout, stderr } = shell(`echo there; ${act}`);
    assert.match(stdout, /^there\n/, stderr);
    assert.notEqual(status, 0, `${act} was not denied: ${stdout}${stderr}`);
  }

  it("reads every file of mounted evidence, whoever owns it", () => {
    mounted();
    assert.notEqual(machine.run(`su examiner -c "cat ${AT}/root/history"`).status, 0);
    const { status, stdout, stderr } = shell(`id -un; cat ${AT}/root/history`);
    assert.equal(status, 0, stderr);
    assert.equal(stdout, "examiner\nsecret\n");
    assert.match(
      machine.must("tail -n 1 /var/log/clean-room/evidence-mount.log"),
      /"action":"shell"/,
    );
  });

  it("has that capability and no other, and gets none", () => {
    mounted();
    const { stdout, stderr } = shell("cat /proc/self/status");
    const told = [...stdout.matchAll(/^(Cap\w+|NoNewPrivs):\s+(\w+)$/gm)].map(([, name, value]) => [
      name,
      value,
    ]);
    const readSearch = "0000000000000004";
    assert.deepEqual(
      Object.fromEntries(told),
      {
        CapInh: readSearch,
        CapPrm: readSearch,
        CapEff: readSearch,
        CapBnd: readSearch,
        CapAmb: readSearch,
        NoNewPrivs: "1",
      },
      stderr,
    );
    denied("sudo -n evidence-mount /dev/null");
  });

  it("changes nothing of evidence, not even what is the examiner's by number", () => {
    const disk = mounted();
    for (const act of [
      `echo x >${AT}/mine`,
      `chmod 0777 ${AT}/mine`,
      `rm ${AT}/mine`,
      `touch ${AT}/new /evidence/new`,
      `mount -o remount,rw ${AT}`,
      `umount ${AT}`,
      `dd if=/dev/zero of=${disk.device} count=1`,
      `chmod 0666 ${disk.device}`,
      `mknod /home/examiner/disk b 7 0`,
    ]) {
      denied(act);
    }
    const before = disk.sha256();
    machine.must(`evidence-unmount ${AT}`);
    assert.equal(disk.sha256(), before);
  });

  it("reads nothing of the machine but what everybody may, and the evidence's devices", () => {
    const disk = mounted();
    machine.must(
      "install -m 0600 /dev/null /var/tmp/roots; mkdir -p -m 0700 /root; echo key >/root/key; echo own >/home/examiner/own",
    );
    for (const file of [
      "/etc/shadow",
      "/root/key",
      "/var/tmp/roots",
      "/etc/sudoers",
      "/proc/1/environ",
    ]) {
      denied(`cat ${file}`);
    }
    const other = machine.newDisk("other", 8);
    machine.must('chmod 0660 "$1"; chgrp disk "$1"', other.device);
    denied(`head -c 1 ${other.device}`);
    const own = shell(`head -c 1 ${disk.device} | wc -c; cat ~/own`);
    assert.equal(own.stdout, "1\nown\n", own.stderr);
    // As a way around what is not shown.
    const byHandle =
      'import ctypes,os; b=ctypes.create_string_buffer(bytes([8,0,0,0,1,0,0,0,2,0,0,0,0,0,0,0])); r=ctypes.CDLL(None,use_errno=True).open_by_handle_at(os.open(\\"/usr\\",0),b,0); print(r,ctypes.get_errno())';
    const tried = shell(`python3 -c "${byHandle}"`);
    assert.equal(tried.stdout.trim(), "-1 1", tried.stderr);
  });

  it("takes nothing for its own folder that examiner put in a place of everybody's", () => {
    mounted();
    machine.must(
      'rm -rf /var/tmp/evidence-shell; su examiner -c "ln -s / /var/tmp/evidence-shell"',
    );
    denied("ls -d /var/tmp/etc");
    machine.must("rm /var/tmp/evidence-shell");
  });

  it("keeps what is written at home, and ends with the command's status", () => {
    mounted();
    const { status, stderr } = shell("echo result >~/result; exit 7");
    assert.equal(status, 7, stderr);
    assert.equal(
      machine.must("stat -c %U /home/examiner/result; cat /home/examiner/result"),
      "examiner\nresult",
    );
  });

  it("starts though devices and files go while it looks, and processes are slow", () => {
    mounted();
    // Stand-ins before the real ones on its path: what was listed is gone, nothing is known of a process yet.
    machine.must(
      `cd /usr/local/sbin
       printf '#!/bin/bash\\n/usr/bin/find "$@"\\ncase $1 in /dev) echo /dev/gone ;; .) printf "./gone\\\\0" ;; esac\\n' >find
       printf '#!/bin/bash\\nexit 1\\n' >readlink
       printf '#!/bin/bash\\n[ "$1" != --user ] || sleep 0.5\\nexec /usr/bin/unshare "$@"\\n' >unshare
       chmod 0755 find readlink unshare`,
    );
    const { stdout, stderr } = shell(`id -un; cat ${AT}/root/history; test ! -e /dev/gone && echo`);
    machine.must("cd /usr/local/sbin; rm find readlink unshare");
    assert.equal(stdout, "examiner\nsecret\n\n", stderr);
  });

  it("does not start where a device that is there cannot be shown", () => {
    mounted();
    machine.must(
      `cd /usr/local/sbin
       printf '#!/bin/bash\\n[ "$*" != "--bind /dev/zero ./dev/zero" ] || exit 32\\nexec /usr/bin/mount "$@"\\n' >mount; chmod 0755 mount`,
    );
    const { status, stdout } = shell("echo there");
    machine.must("rm /usr/local/sbin/mount");
    assert.notEqual(status, 0);
    assert.equal(stdout, "");
  });

  it("is given by sudo alone", () => {
    const { status, stderr } = machine.run('su examiner -c "/usr/local/sbin/evidence-shell id"');
    assert.equal(status, 125);
    assert.match(stderr, /usage: sudo evidence-shell/);
  });
});
