import { listOf, ofResource } from "../policyForms";
import type { Subject } from "../subject";
import { isDocumentPath } from "../placedDocuments";
import { shown } from "../unknownValues";

/** Configuration of this policy. */
interface StrangersConfig {
  /** Ids of accounts beside the stack's own that fields may name. */
  readonly accounts: readonly string[];
}

const PROVIDER = "pulumi:providers:aws";

/** Fields that other policies judge, or that are somebody's text: evidence is about other accounts. */
const JUDGED_ELSEWHERE: Readonly<Record<string, RegExp>> = {
  "aws:iam/role:Role": /^(managedPolicyArns\.\d+|permissionsBoundary)$/,
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": /^policyArn$/,
  "aws:ec2/amiLaunchPermission:AmiLaunchPermission": /./,
  "aws:ec2/snapshotCreateVolumePermission:SnapshotCreateVolumePermission": /./,
  "aws:imagebuilder/component:Component": /^data$/,
  "aws:imagebuilder/distributionConfiguration:DistributionConfiguration":
    /amiDistributionConfiguration\.(launchPermission|targetAccountIds)/,
  // The account of a suspect's key is the one that the key is in.
  "aws:kms/grant:Grant": /^(granteePrincipal|keyId)$/,
  "aws:s3/bucketObject:BucketObject": /./,
  "aws:s3/bucketObjectv2:BucketObjectv2": /./,
  // Which documents are shared at all, recorded-sessions judges.
  "aws:ssm/document:Document": /^permissions\./,
  "aws:ssm/parameter:Parameter": /^value$/,
  [PROVIDER]: /^(allowed|forbidden)AccountIds/,
};

const TEXTS =
  /(^|\.)(description|alarmDescription|displayName|tags|tagsAll|\w*[tT]ags|defaultTags)(\.|$)/;

/** Own keys are a policy of their own. */
const KEYS = /(^|\.)(kms\w*|keyId|masterKey\w*|encryptionKey\w*)$/i;

const ACCOUNT_IN_ARN = /\barn:[\w-]+:[\w-]+:[\w-]*:(\d{12}):/g;

/** A group of a peer's account is `<account>/sg-…`. */
const ACCOUNT_OF_GROUP = /^(\d{12})\/sg-/;

const SUSPECT_RULES = [
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
];

const ACCOUNT_FIELD = /(^|\.)\w*[aA]ccount(Ids?)?(\.\d+)?$/;

/** What is told to, done as, taken from or shared with an account that nobody named leaves the room. */
export const noStrangers = ofResource<StrangersConfig>(
  {
    name: "no-strangers",
    displayName: "No field names another account",
    description:
      "Checks that no field of any type, but policy documents, a suspect's group in a room's rules and what is about evidence, names an account, or something of an account, that is neither the stack's own nor in accounts.",
    severity: "critical",
    tags: ["access", "evidence"],
    remediationSteps: "Name one of the stack's own account, or list the account in accounts.",
    configSchema: {
      properties: {
        accounts: listOf("Ids of accounts beside the stack's own that fields may name."),
      },
    },
  },
  (subject, { accounts }) => {
    const own = subject.type === PROVIDER ? subject.ownProvider() : subject.accounts;
    return own.length === 0
      ? []
      : subject.leaves().flatMap(([path, value]) =>
          strangersIn(subject, path, value)
            .filter((account) => ![...own, ...accounts].includes(account))
            .slice(0, 1)
            .map(
              (account) =>
                `${path} is ${shown(value)}, of account ${account}; required: one of the stack's own account (${own.join(", ")}).\nName it, or configure the pack: { "no-strangers": { "accounts": ["${account}"] } }.`,
            ),
        );
  },
);

/** The group of a suspect, in the account that they are in: a room's rules open the tools' ports to it. */
function isSuspectsGroup({ kind, type }: Subject, path: string): boolean {
  return (
    kind === "incident" && SUSPECT_RULES.includes(type) && path === "referencedSecurityGroupId"
  );
}

function strangersIn(subject: Subject, path: string, value: unknown): string[] {
  if (
    typeof value !== "string" ||
    JUDGED_ELSEWHERE[subject.type]?.test(path) === true ||
    TEXTS.test(path) ||
    KEYS.test(path) ||
    isDocumentPath(path) ||
    isSuspectsGroup(subject, path)
  ) {
    return [];
  }
  const named = ACCOUNT_OF_GROUP.exec(value)?.[1];
  return [
    ...[...value.matchAll(ACCOUNT_IN_ARN)].map(([, account = ""]) => account),
    ...(named === undefined ? [] : [named]),
    ...(ACCOUNT_FIELD.test(path) && /^\d{12}$/.test(value) ? [value] : []),
  ];
}
