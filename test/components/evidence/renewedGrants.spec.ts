import assert from "node:assert/strict";

import { grantName } from "../../../components/evidence/grantName";
import { renewedGrants } from "../../../components/evidence/renewedGrants";

const TICKET = "INC-2026-0042";
const ROLE = "arn:aws:iam::222233334444:role/clean-room/forensics-responder";
const OTHER = "arn:aws:iam::333344445555:role/clean-room/forensics-responder";
const NAME = grantName(TICKET, ROLE);
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
    assert.deepEqual(renewed([NAME, GONE], [grantName(TICKET, OTHER), OTHER]), [
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
    assert.deepEqual(renewed([grantName("INC-1", ROLE), GONE], [undefined, GONE]), []);
    assert.deepEqual(renewed(), []);
  });
});
