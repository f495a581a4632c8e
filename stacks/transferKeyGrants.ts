import * as aws from "@pulumi/aws";

import { parseArn } from "../components/aws/arn";
import { Case } from "../components/case";
import { COPYING_OPERATIONS } from "../components/evidence/keys/copyingGrants";
import { grantOf } from "../components/evidence/grants/roomGrants";

/**
 * Lets member accounts' roles use the transfer key. Removing a role revokes its grant, so grants are not
 * protected.
 *
 * @param roles ARNs of the roles; none once the closing is recorded: nothing more is handed over.
 * @param names By grant, as `grantOf` names it, its name where it is another one than the first.
 */
export function grantTransferKey(
  ticket: string,
  transferKeyArn: string,
  roles: readonly string[],
  names: ReadonlyMap<string, string>,
): aws.kms.Grant[] {
  const ofCase = new Case(ticket);
  return roles.map((role) => {
    const { account, resource } = parseArn(role);
    const called = names.get(grantOf(transferKeyArn, role));
    return new aws.kms.Grant(
      `transfer-grant-${account}-${resource}`,
      {
        name: called ?? ofCase.grantName(role),
        keyId: transferKeyArn,
        granteePrincipal: role,
        operations: COPYING_OPERATIONS,
      },
      // A grant keeps the name it was made with; only another one is a reason to make it anew.
      called === undefined ? { ignoreChanges: ["name"] } : {},
    );
  });
}
