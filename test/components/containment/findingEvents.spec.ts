import assert from "node:assert/strict";

import {
  FINDING_TO_PARAMETERS,
  findingPattern,
} from "../../../components/containment/findingEvents";
import { matches, transformed } from "../../support/eventBridge";
import { CHOSEN_BY_OTHERS, type Finding, findingEvent } from "../../support/findings";

const PATTERN = findingPattern(
  [
    "Backdoor:EC2/*",
    "UnauthorizedAccess:EC2/SSHBruteForce",
    "CryptoCurrency:EC2/BitcoinTool.B!DNS",
  ],
  ["333344445555", "222233334444"],
);

/** Findings, and whether they start something. */
const FINDINGS: readonly (readonly [what: string, changes: Partial<Finding>, starts: boolean])[] = [
  ["of a type that begins so", {}, true],
  ["of another type that begins so", { type: "Backdoor:EC2/C&CActivity.B!DNS", severity: 8 }, true],
  ["of a type that is named", { type: "CryptoCurrency:EC2/BitcoinTool.B!DNS", severity: 8 }, true],
  [
    "of a type that only begins as a named one",
    { type: "CryptoCurrency:EC2/BitcoinTool.B" },
    false,
  ],
  ["of the other variant of it", { type: "CryptoCurrency:EC2/BitcoinTool.B!DNS2" }, false],
  ["of a type that nobody chose", { type: "Recon:EC2/Portscan" }, false],
  ["of a chosen purpose about something else", { type: "Backdoor:Lambda/C&CActivity.B" }, false],
  [
    "about a machine that attacks",
    { type: "UnauthorizedAccess:EC2/SSHBruteForce", severity: 8 },
    true,
  ],
  [
    "about one that is attacked",
    { type: "UnauthorizedAccess:EC2/SSHBruteForce", severity: 2 },
    false,
  ],
  ["of the lowest severity that counts", { severity: 4 }, true],
  ["of one below", { severity: 3.9 }, false],
  ["of the other account", { accountId: "333344445555" }, true],
  ["of an account that is not named", { accountId: "999988887777" }, false],
  ["about what is no instance", { resourceType: "AccessKey", instanceId: undefined }, false],
  ["about a container on one", { resourceType: "EKSCluster" }, false],
  ["that names no instance", { instanceId: undefined }, false],
  ["that somebody has archived", { archived: true }, false],
];

describe("The events that start containment", () => {
  for (const [what, changes, starts] of FINDINGS) {
    it(`${starts ? "are" : "are not"} findings ${what}`, () => {
      assert.equal(matches(PATTERN, findingEvent(changes)), starts);
    });
  }

  it("are no other events of GuardDuty, and nobody else's", () => {
    const event = findingEvent();
    assert.ok(matches(PATTERN, event));
    assert.ok(!matches(PATTERN, { ...event, source: "guardduty" }));
    const health = "GuardDuty Runtime Protection Unhealthy";
    assert.ok(!matches(PATTERN, { ...event, "detail-type": health }));
  });

  it("tell the runbook the instance, its account and Region and the finding's id, and nothing that others can choose", () => {
    const text = transformed(FINDING_TO_PARAMETERS, findingEvent());
    assert.deepEqual(JSON.parse(text), {
      Account: ["222233334444"],
      Finding: ["7ebc050b71c556086b524045c9067feb"],
      Instance: ["i-0123456789abcdef0"],
      Region: ["eu-west-1"],
    });
    assert.ok(JSON.stringify(findingEvent()).includes(JSON.stringify(CHOSEN_BY_OTHERS)));
  });
});
