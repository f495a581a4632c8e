import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { CLAUSES } from "../policy-pack/clauses";
import { CONTROLS } from "../policy-pack/controls";
import { configurationSchema } from "../policy-pack/configurationSchema";
import { policies } from "../policy-pack/policies";
import { table } from "./markdown";

// policy-pack/README.md and policy-pack/configuration.schema.json, which follow from the policies. `npm run docs` writes them; a
// test fails when they say something else.

const INTRODUCTION = `# Policies of a clean room

A CrossGuard policy pack for Pulumi: what the stacks of a clean room for AWS forensics may contain, and what that may say. Written
by \`npm run docs\` from the policies.

\`\`\`sh
pulumi preview --policy-pack policy-pack --policy-pack-config policy-pack/clean-room.json   # the audit stack
pulumi preview --policy-pack policy-pack                                                     # rooms and member accounts
npx clean-room policy --sarif found.sarif                                                    # every kind of stack, without AWS
npx clean-room policy --check --config ours.json                                             # a configuration alone
\`\`\`

Every policy is mandatory by itself. An organisation's own file, which [configuration.schema.json](configuration.schema.json)
describes, says what differs; a name that no policy has the engine passes over, and \`npx clean-room policy --check\` refuses:

\`\`\`json
{
  "required-tags": { "extraTags": { "cost-centre": "^[0-9]{4}$" } },
  "listed-types": { "extraTypes": { "incident": ["aws:ec2/networkInterface:NetworkInterface"] } },
  "security-contact": "disabled"
}
\`\`\`

[examples/organisation.json](examples/organisation.json) is such a file, with a setting of each kind.

## In another project

\`npm run policy-pack:package -- dist\` writes the pack as a package, JavaScript with this page, the schema and the examples, which
\`npm publish\` takes, and a project installs:

\`\`\`sh
npm install --save-dev ./clean-room-policies-0.1.0.tgz
pulumi preview --policy-pack node_modules/clean-room-policies --policy-pack-config ours.json
\`\`\`

A stack's name says of which kind it is (\`kinds\` of \`listed-types\`), and its kind what it may contain: \`types\`, or
\`extraTypes\` beside the types of the clean room.

## The policies

*Asked for by* are clauses that ask for the very thing; *serves* are controls of which a policy checks a part
(NIST SP 800-53 revision 5, ISO/IEC 27001:2022, ISO/IEC 27037:2012).
`;

/** The pack's own page: a row per policy. */
export function policyPackPage(): string {
  return `${INTRODUCTION}
${table(
  [
    "policy",
    "severity",
    "what it checks",
    "why",
    "how to mend",
    "asked for by",
    "serves",
    "configuration",
  ],
  policies.map(
    ({
      name,
      severity = "",
      displayName = "",
      description,
      remediationSteps = "",
      configSchema,
    }) => [
      `\`${name}\``,
      severity,
      description,
      displayName,
      remediationSteps,
      CLAUSES.filter((each) => each.policy === name)
        .map(({ clause }) => clause)
        .join("<br>"),
      (CONTROLS[name] ?? []).join("<br>"),
      Object.entries(configSchema?.properties ?? {})
        .map(([key, { description: meaning = "" }]) => `\`${key}\`: ${meaning}`)
        .join("<br>"),
    ],
  ),
)}
`;
}

/** The schema as it is written. */
export function configurationSchemaText(): string {
  return `${JSON.stringify(configurationSchema(), null, 2)}\n`;
}

if (require.main === module) {
  const pack = join(__dirname, "../policy-pack");
  writeFileSync(join(pack, "README.md"), policyPackPage());
  writeFileSync(join(pack, "configuration.schema.json"), configurationSchemaText());
}
