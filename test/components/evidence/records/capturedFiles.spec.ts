import assert from "node:assert/strict";

import { uncaptured } from "../../../../components/evidence/records/capturedFiles";

const VAULT = { bucket: "vault", ticket: "INC-2026-0042" };
const HERE = "cases/INC-2026-0042/intake/i-0123456789abcdef0";
const FIRST = "capture_00001_20261130094846";
const SECOND = "capture_00002_20261130094900";

describe("Captured traffic that is not in the vault", () => {
  const told = (keys: readonly string[], workstation: string | undefined = "i-0123456789abcdef0") =>
    uncaptured(keys, workstation, VAULT);

  it("is what the workstation says is pending, and nothing else", () => {
    const keys = [
      `${HERE}/${FIRST}.pending.json`,
      `${HERE}/${FIRST}.pcap`,
      `${HERE}/${SECOND}.pending.json`,
      `${HERE}/vol-0123456789abcdef0.pending.json`,
    ];
    const reasons = told(keys);
    assert.equal(reasons.length, 1);
    assert.match(reasons.join(), /capture_00002_20261130094900\.pcap is not below s3:\/\/vault/);
    assert.match(reasons.join(), /set capture to \[\], pulumi up/);
    // What is said there is what counts here.
    const [, lost = "", below = ""] =
      /evidence-put (\S+) --as (intake\/\S+)$/.exec(reasons.join()) ?? assert.fail();
    assert.deepEqual(told([...keys, `cases/INC-2026-0042/${below}/${lost}`]), []);
    assert.deepEqual(told([...keys, `${HERE}/${SECOND}.pcap`]), []);
  });

  it("is not what is called otherwise than the workstation calls it, whatever that says to a terminal", () => {
    assert.deepEqual(told([`${HERE}/capture_1\n\u001b[2JClosed.pending.json`]), []);
  });

  it("is not what is said to be lost, nor what a workstation had that is gone", () => {
    const pending = `${HERE}/${FIRST}.pending.json`;
    assert.deepEqual(told([pending, `${HERE}/${FIRST}.lost.json`]), []);
    assert.deepEqual(uncaptured([pending], undefined, VAULT), []);
    assert.deepEqual(told([pending], "i-0fedcba9876543210"), []);
  });
});
