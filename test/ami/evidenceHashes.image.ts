import assert from "node:assert/strict";

import { EvidenceMachine, PENDING, VOLUME } from "./evidenceMachine";

// What the handover claims, compared on the machine with what the intake found.

describe("evidence-hashes", function () {
  this.timeout(180_000);
  const machine = EvidenceMachine.ofSuite();
  const other = "f".repeat(64);
  const as = (claims: string) =>
    machine.run('cd /; printf "%s" "$1" | runuser -u examiner -- evidence-hashes -', claims);

  it("says of each claim which disk has it, or that none does", () => {
    const disk = machine.evidence();
    const hash = disk.sha256();
    const plain = machine.run("cd /; runuser -u examiner -- evidence-hashes");
    assert.equal(plain.stdout, `${hash}  ${VOLUME}  ${disk.device}\n`);
    // The handover's lines, in whatever case.
    const right = as(`- snapshot: snap-0123456789abcdef0\n  sha256: "${hash.toUpperCase()}"\n`);
    assert.equal(right.status, 0);
    assert.match(right.stdout, new RegExp(`claimed  ${hash}  is ${VOLUME} \\(${disk.device}\\)`));
    const wrong = as(`${hash} ${other}`);
    assert.equal(wrong.status, 1);
    assert.match(wrong.stdout, new RegExp(`claimed  ${other}  IS NO DISK'S HERE`));
    assert.match(as("nothing").stderr, /has no SHA-256/);
  });

  it("says how far a hash is that is still taken, and judges no claim before its end", () => {
    machine.evidence();
    machine.must(
      `cd /var/lib/clean-room/evidence; rm ${VOLUME}.json; [ -e ${PENDING} ]
       echo '{"text":"7 % of 1024.0 GiB read, 480 MiB/s, about 0 h 33 min left"}' >${VOLUME}.progress`,
    );
    const { status, stdout } = as(other);
    assert.equal(status, 2);
    assert.match(stdout, new RegExp(`pending  ${VOLUME}  /dev/loop\\d+: 7 % .* 0 h 33 min left`));
    assert.match(stdout, /ask again at the end/);
  });

  it("says that a disk of which not all could be read fits no claim", () => {
    machine.evidence();
    machine.must(
      `cd /var/lib/clean-room/evidence; jq -c '.unreadableBytes = 512' ${VOLUME}.json >new; mv new ${VOLUME}.json; chmod 0444 ${VOLUME}.json`,
    );
    const { status, stdout } = as(other);
    assert.equal(status, 1);
    assert.match(stdout, /512 bytes of it could not be read and count as zeros: no claim fits/);
  });
});
