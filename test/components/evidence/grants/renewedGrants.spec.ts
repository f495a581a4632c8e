import assert from "node:assert/strict";

import { Case } from "../../../../components/case";
import { COPYING_OPERATIONS } from "../../../../components/evidence/keys/copyingGrants";
import {
  grantsThere,
  type ListedGrant,
  renewedGrants,
} from "../../../../components/evidence/grants/renewedGrants";

const TICKET = "INC-2026-0042";
const ROLE = "arn:aws:iam::222233334444:role/clean-room/forensics-responder";
const OTHER = "arn:aws:iam::333344445555:role/clean-room/forensics-responder";
const NAME = new Case(TICKET).grantName(ROLE);
const GONE = "AROAEXAMPLEEXAMPLEEXA";

describe("A grant to a role that was made anew", () => {
  const renewed = (...grants: [name: string | undefined, grantee: string][]) => [
    ...renewedGrants(
      TICKET,
      [ROLE, OTHER],
      grants.map(([Name, GranteePrincipal]) =>
        Name === undefined ? { GranteePrincipal } : { Name, GranteePrincipal },
      ),
    ),
  ];

  it("is made again under another name, as KMS knows the old role by its id only", () => {
    assert.deepEqual(renewed([NAME, GONE], [new Case(TICKET).grantName(OTHER), OTHER]), [
      [ROLE, `${NAME}:2`],
    ]);
  });

  it("is made again as often as the role is", () => {
    assert.deepEqual(renewed([`${NAME}:2`, GONE]), [[ROLE, `${NAME}:3`]]);
    assert.deepEqual(renewed([NAME, GONE], [`${NAME}:9`, GONE]), [[ROLE, `${NAME}:10`]]);
  });

  it("stays where the role has one that lives, also while KMS still lists the dead one", () => {
    assert.deepEqual(renewed([NAME, ROLE]), []);
    assert.deepEqual(renewed([NAME, GONE], [`${NAME}:2`, ROLE]), []);
  });

  it("is none of another room, of nobody's name, or of a role that was never granted it", () => {
    assert.deepEqual(renewed([new Case("INC-1").grantName(ROLE), GONE], [undefined, GONE]), []);
    assert.deepEqual(renewed(), []);
  });
});

describe("A grant that is there", () => {
  const says = (grant: Partial<ListedGrant>): ListedGrant => ({
    GranteePrincipal: ROLE,
    // KMS has an order of its own.
    Operations: [...COPYING_OPERATIONS].reverse() as ListedGrant["Operations"],
    GrantId: "1",
    ...grant,
  });
  const there = (grants: readonly ListedGrant[], known: readonly string[] = []) => [
    ...grantsThere(TICKET, [ROLE, OTHER], grants, new Set(known)),
  ];

  it("is found by what it says, whatever its name of this ticket", () => {
    const names = [NAME, `${NAME}:2`, `${NAME}:17`, new Case(TICKET).grantName(`${ROLE}-before`)];
    names.forEach((Name) => assert.deepEqual(there([says({ Name })]), [[ROLE, Name]]));
    assert.deepEqual(
      there([
        says({ Name: `${NAME}:2`, Constraints: {} }),
        says({ Name: NAME, GranteePrincipal: GONE }),
      ]),
      [[ROLE, `${NAME}:2`]],
    );
  });

  it("is the engine's own where two say the same", () => {
    const both = [says({ Name: NAME, GrantId: "1" }), says({ Name: `${NAME}:2`, GrantId: "2" })];
    assert.deepEqual(there(both, ["1"]), [[ROLE, NAME]]);
    assert.deepEqual(there(both, ["2"]), [[ROLE, `${NAME}:2`]]);
  });

  it("is none of another room, of nobody, of another role, of less, or of a constraint", () => {
    const others = [
      says({ Name: new Case("INC-1").grantName(ROLE) }),
      says({}),
      says({ Name: NAME, GranteePrincipal: GONE }),
      says({ Name: NAME, Operations: ["Decrypt"] }),
      says({ Name: NAME, Constraints: { EncryptionContextEquals: { a: "b" } } }),
    ];
    others.forEach((other) => assert.deepEqual(there([other]), []));
  });
});
