import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { foundationDeployerPolicies } from "../components/access/foundationDeployerPolicies";
import { memberDeployerPolicies } from "../components/access/memberDeployerPolicies";

// docs/deployers/, the policies of whoever deploys audit and member stacks, with an example's account and Region.
// `npm run docs` writes them; a test fails when they say something else.

/** The policies as files below docs/deployers, by name. */
export function deployerPolicyFiles(): ReadonlyMap<string, string> {
  const region = "us-east-1";
  const foundation = foundationDeployerPolicies({ region, accountId: "111122223333" });
  const member = memberDeployerPolicies({ region, accountId: "222233334444" });
  return new Map(
    Object.entries({ foundation, member }).flatMap(([stack, parts]) =>
      Object.entries(parts).map(([part, policy]) => [
        `${stack}-${part}.json`,
        `${JSON.stringify(policy, null, 2)}\n`,
      ]),
    ),
  );
}

if (require.main === module) {
  for (const [name, text] of deployerPolicyFiles()) {
    writeFileSync(join(__dirname, "deployers", name), text);
  }
}
