/** What to write in place of what a sentence names. */
interface Line {
  readonly policy: string;

  /** The sentences of the policy that it is about; its groups are what the line is made of. */
  readonly about: RegExp;
  readonly write: (groups: readonly string[]) => string;
}

const CALLERS =
  '"Condition": { "StringEquals": { "aws:PrincipalAccount": "<this stack\'s account>" } }';

const inStatement =
  (text: string) =>
  ([path, name]: readonly string[]) =>
    `In ${path}, statement ${name}, write ${text}.`;
const STATEMENT = "^(\\S+), statement (.+?):";

/** Where a policy's sentences come of one form, the line to write follows from it: how to mend is not said in general. */
const LINES: readonly Line[] = [
  ...["required-tags", "nested-tags"].map((policy) => ({
    policy,
    about: /^(\S+)\.([\w:-]+) is /,
    write: ([field, key]: readonly string[]) =>
      `Write ${field}: { ...tags, "${key}": … } with the stack's own value.`,
  })),
  ...["required-tags", "nested-tags"].map((policy) => ({
    policy,
    about: /^(\S+) is not known/,
    write: ([field]: readonly string[]) =>
      `Write ${field}: { … } out; only its values may come of other resources.`,
  })),
  {
    policy: "no-force-destroy",
    about: /^forceDestroy/,
    write: () => "Write forceDestroy: false, run pulumi up if it was ever true, and remove it.",
  },
  {
    policy: "foundation-protected",
    about: /^protect/,
    write: () =>
      "Write { protect: true } into the resource's own options: a parent's are not enough.",
  },
  {
    policy: "volumes-encrypted",
    about: /^(\S*?)encrypted is/,
    write: ([prefix]) => `Write ${prefix}encrypted: true, and ${prefix}kmsKeyId: <key>.arn.`,
  },
  {
    policy: "volumes-encrypted",
    about: /^(\S*?)kmsKeyId is/,
    write: ([prefix]) => `Write ${prefix}kmsKeyId: <key>.arn, of a key of the stack's own account.`,
  },
  {
    policy: "imds-v2",
    about: /^(\w+)\./,
    write: ([field]) =>
      `Write ${field}: { httpTokens: "required", httpPutResponseHopLimit: 1 }, and nothing of version 6.`,
  },
  {
    policy: "hardened-builds",
    about: /^(\w+) is/,
    write: ([field = ""]) =>
      field === "keyPair"
        ? "Remove keyPair: who looks into a build reads its log."
        : field === "terminateInstanceOnFailure"
          ? "Write terminateInstanceOnFailure: true."
          : `Write ${field} with the builder's own network.`,
  },
  {
    policy: "no-internet-path",
    about: /^([^:]+): type is/,
    write: ([name]) =>
      `Remove ${name}, or configure the pack for a VPC that may: { "no-internet-path": { "internetVpcs": ["<its name>"] } }.`,
  },
  {
    policy: "no-internet-path",
    about: /^([^:]+): (\S+) is .*(route|routes)/,
    write: ([name, field]) => `Remove ${field} of ${name}, or the route that it is of.`,
  },
  {
    policy: "no-internet-path",
    about: /^([^:]+): (\S+) is/,
    write: ([name, field]) => `Remove ${field} of ${name}, or write false, or 0.`,
  },
  {
    policy: "no-open-rules",
    about: /^([^:]+): (\S+) is/,
    write: ([name, field]) =>
      `In ${name}, write ${field} with the range meant, such as 10.66.0.0/28, or referencedSecurityGroupId.`,
  },
  {
    policy: "safe-grants",
    about: /^(\w+)(?: is|:)/,
    write: ([field = ""]) =>
      field === "operations"
        ? "Remove CreateGrant from operations: the key's policy has it, with kms:GrantIsForAWSResource."
        : field === "name"
          ? "Write name: `clean-room/${ticket}/<whose>` with the ticket of the stack's settings."
          : "Write granteePrincipal: <role>.arn.",
  },
  {
    policy: "safe-grants",
    about: /^the stack is/,
    write: () => "Move the grant into the room's stack, whose closing revokes it.",
  },
  {
    policy: "security-contact",
    about: /^(\w+) is/,
    write: ([field]) => `Write ${field} of the security team.`,
  },
  {
    policy: "no-open-policies",
    about: /^(\S+) is no policy document/,
    write: ([path]) =>
      `Write ${path}: JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect, Action, Resource }] }).`,
  },
  {
    policy: "no-open-policies",
    about: new RegExp(`${STATEMENT} it is for everybody;`),
    write: inStatement(`the Principal meant, or ${CALLERS}`),
  },
  {
    policy: "no-open-policies",
    about: new RegExp(`${STATEMENT} it is for everybody whom`),
    write: inStatement("the condition that is required, with the value of whoever may"),
  },
  {
    policy: "no-open-policies",
    about: new RegExp(`${STATEMENT} it lets `),
    write: inStatement(
      '"Condition": { "StringEquals": { "aws:SourceAccount": "<this stack\'s account>" } }',
    ),
  },
  {
    policy: "no-open-policies",
    about: new RegExp(`${STATEMENT} it allows .* to `),
    write: inStatement(
      "the Principal meant, or list its account in accounts of no-open-policies in the pack's configuration",
    ),
  },
  {
    policy: "no-open-policies",
    about: new RegExp(`${STATEMENT} it allows (\\S+)`),
    write: ([path, name, action = ""]) =>
      /[*?]/.test(action)
        ? `In ${path}, statement ${name}, write the actions meant in place of ${action.replace(/;$/, "")}, and their resources.`
        : `In ${path}, statement ${name}, write the ARNs that ${action.replace(/;$/, "")} is for in Resource.`,
  },
];

/**
 * The line to write for a sentence of a policy.
 *
 * @returns undefined where the policy itself says it.
 */
export function lineToWrite(policy: string, sentence: string): string | undefined {
  for (const line of LINES.filter((each) => each.policy === policy)) {
    const found = line.about.exec(sentence);
    if (found !== null) {
      return line.write(found.slice(1));
    }
  }
  return undefined;
}
