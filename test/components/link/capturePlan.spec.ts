import assert from "node:assert/strict";

import {
  type CapturePlan,
  judgeCapture,
  type MirrorSession,
  planCapture,
} from "../../../components/link/capturePlan";
import { isMirrored } from "../../../components/link/mirrorSources";

const PLAN: CapturePlan = { interfaces: ["eni-1"], number: 3 };
const TICKET_TAG = "quarantine:INC-2026-0042";
const session = (changes: Partial<MirrorSession> = {}): MirrorSession => ({
  sessionId: "tms-1",
  interfaceId: "eni-1",
  number: 1,
  name: "",
  ticketTag: undefined,
  ...changes,
});

describe("A capture's plan", () => {
  it("numbers its sessions by the slot's place in the forensics VPC", () => {
    const numbers = ["10.66.0.0/28", "10.66.0.16/28", "10.66.3.240/28"].map(
      (slotCidr) => planCapture([], { slotCidr, vpcCidr: "10.66.0.0/22" }).number,
    );
    assert.deepEqual(numbers, [1, 2, 64]);
  });

  it("is the same whatever the order of its interfaces", () => {
    const place = { slotCidr: "10.66.0.0/28", vpcCidr: "10.66.0.0/22" };
    assert.deepEqual(planCapture(["eni-2", "eni-1"], place), {
      interfaces: ["eni-1", "eni-2"],
      number: 1,
    });
  });
});

describe("What can be captured", () => {
  const judged = ({
    type = "t3.large",
    addresses = ["10.20.30.40"],
    sessions = [],
    vpc = [{ interfaceId: "eni-1", instanceId: "i-1", addresses, groupIds: [] }],
  }: {
    readonly type?: string | undefined;
    readonly addresses?: readonly string[];
    readonly sessions?: readonly MirrorSession[];
    readonly vpc?: Parameters<typeof judgeCapture>[2]["interfaces"];
  }) =>
    judgeCapture(
      PLAN,
      { account: "222233334444", suspectCidrs: ["10.20.30.40/32"], ticketTag: TICKET_TAG },
      { vpcId: "vpc-2", interfaces: vpc },
      { instanceTypes: new Map(type === "" ? [] : [["i-1", type]]), sessions },
    );

  it("is what AWS mirrors, of the suspect's address, and the room's own session is no other one", () => {
    const own = session({ number: 3, ticketTag: TICKET_TAG });
    assert.deepEqual(judged({ sessions: [own] }), { reasons: [], warnings: [] });
  });

  const REFUSED: readonly (readonly [string, Parameters<typeof judged>[0], RegExp])[] = [
    ["a type that runs on Xen", { type: "t2.micro" }, /i-1, a t2\.micro: AWS mirrors no interface/],
    ["bare metal", { type: "c5.metal" }, /a c5\.metal: AWS mirrors no/],
    ["an instance that is gone", { type: "" }, /eni-1 of capture is on no instance \(i-1\)/],
    [
      "an interface elsewhere",
      { vpc: [] },
      /eni-1 of capture is no interface in vpc-2 of account 2222/,
    ],
    [
      "an interface whose primary address the link does not lead to",
      { addresses: ["10.20.31.7", "10.20.30.40"] },
      /has the address 10\.20\.31\.7, which is not in suspectCidrs/,
    ],
    [
      "an interface with a session of the slot's number",
      { sessions: [session({ number: 3 })] },
      /has a session of the number 3 already, tms-1 \(of no ticket\)/,
    ],
    [
      "an interface with all its sessions",
      { sessions: [session(), session({ number: 2 }), session({ number: 9 })] },
      /has 3 sessions .* and AWS takes 3/,
    ],
  ];
  for (const [what, changes, told] of REFUSED) {
    it(`is not ${what}`, () => {
      const { reasons } = judged(changes);
      assert.equal(reasons.length, 1, reasons.join("\n"));
      assert.match(reasons.join(), told);
    });
  }

  it("is told of where somebody else mirrors it as well, and of a type nobody knows of", () => {
    const { reasons, warnings } = judged({ type: "m9x.large", sessions: [session()] });
    assert.deepEqual(reasons, []);
    assert.match(warnings.join("\n"), /m9x\.large, which AWS's list .* did not name/);
    assert.match(warnings.join("\n"), /mirrored by tms-1 as well \(number 1, of no ticket\)/);
  });

  it("is by AWS's list", () => {
    const families = { yes: "m4 c4 d2 i3 t3 m6i r6i x1e", no: "t2 m3 c3 r3 i2 g2", unknown: "m8g" };
    for (const [answer, names] of Object.entries(families)) {
      names.split(" ").forEach((family) => assert.equal(isMirrored(`${family}.large`), answer));
    }
    assert.equal(isMirrored("m6g.metal"), "no");
    assert.equal(isMirrored("c5.metal-24xl"), "no");
  });
});
