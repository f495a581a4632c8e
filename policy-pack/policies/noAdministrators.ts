import { ofResource } from "../policyForms";
import type { Subject } from "../subject";
import { isFields, shown, UNKNOWN } from "../unknownValues";

const ROLE = "aws:iam/role:Role";

/** Field of a type that attaches a managed policy. */
const ATTACHED: Readonly<Record<string, string>> = {
  [ROLE]: "managedPolicyArns",
  "aws:iam/groupPolicyAttachment:GroupPolicyAttachment": "policyArn",
  "aws:iam/policyAttachment:PolicyAttachment": "policyArn",
  "aws:iam/rolePoliciesExclusive:RolePoliciesExclusive": "policyNames",
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": "policyArn",
  "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive": "policyArns",
  "aws:iam/userPolicyAttachment:UserPolicyAttachment": "policyArn",
  "aws:ssoadmin/managedPolicyAttachment:ManagedPolicyAttachment": "managedPolicyArn",
};

/** AWS's managed policies that give everything, whole services, or the way to more. */
const ADMINISTRATOR =
  /:policy\/(job-function\/)?([\w-]*Administrator\w*|PowerUserAccess|SystemAdministrator|\w+FullAccess\w*|\w+_FullAccess|\w*PowerUser|AmazonEC2RoleforSSM|DataScientist|AWSCloudFormation\w+|AWSDataPipelineRole)$/;

/** AWS's managed policies that read what is in buckets, parameters and secrets: every other case, too. */
const READING_ALL =
  /:policy\/(ReadOnlyAccess|AmazonS3ReadOnlyAccess|AmazonSSMReadOnlyAccess|SecretsManagerReadWrite)$/;

/** Where cases are; member accounts have readers whom others prescribe. */
const CASES = ["foundation", "incident"];

/** Configuration of this policy. */
interface AdministratorsConfig {
  /** Regular expression for the names of roles that may be administrators, outside of rooms. */
  readonly administrators: string;
}

/** Who has a machine has its role: an administrator's door is on no machine, and in no room. */
export const noAdministrators = ofResource<AdministratorsConfig>(
  {
    name: "no-administrators",
    displayName: "Nobody becomes an administrator by a managed policy",
    description:
      "Checks that no role, user or group is given a managed policy of administrators or of whole services, one that reads all contents beside cases, or one of another account, but roles of foundations and member accounts that administrators names.",
    severity: "critical",
    tags: ["access"],
    remediationSteps: "Write the actions and resources meant into a policy of the role.",
    configSchema: {
      properties: {
        administrators: {
          type: "string",
          format: "regex",
          description:
            "Regular expression for the names of roles that may be administrators, outside of rooms.",
          default:
            "-saml-securityresponse$|^aws-controltower-Administrator|^aws-controltower-AuditAdministrator|administrator-execution|securityresponse",
        },
      },
    },
  },
  mistakesOf,
);

function mistakesOf(subject: Subject, { administrators }: AdministratorsConfig): string[] {
  const field = ATTACHED[subject.type];
  const role = subject.at(subject.type === ROLE ? "name" : "role");
  const named = typeof role === "string" ? role : subject.name;
  const isAdministrator = subject.kind !== "incident" && new RegExp(administrators).test(named);
  return field === undefined
    ? []
    : subject
        .leaves()
        .filter(([path]) => path === field || path.startsWith(`${field}.`))
        .flatMap(([path, arn]) =>
          isAdministrator
            ? []
            : [
                ...mistakesOfArn(path, arn, subject.accounts),
                ...(CASES.includes(subject.kind ?? "") && READING_ALL.test(String(arn))
                  ? [
                      `${path} is ${shown(arn)}; required: no policy that reads what every case holds.\nName job-function/ViewOnlyAccess or SecurityAudit, or write the actions and resources meant.`,
                    ]
                  : []),
              ],
        );
}

function mistakesOfArn(path: string, arn: unknown, accounts: readonly string[]): string[] {
  if (arn === UNKNOWN || isFields(arn)) {
    return [];
  }
  const account = /^arn:[^:]*:iam::(\d{12}):/.exec(String(arn))?.[1];
  const isForeign = account !== undefined && accounts.length > 0 && !accounts.includes(account);
  return ADMINISTRATOR.test(String(arn)) || isForeign
    ? [
        `${path} is ${shown(arn)}; required: ${isForeign ? "a policy of this account" : "no policy of administrators or of whole services"}.\nRemove ${path}, and write a RolePolicy with the actions and resources meant.`,
      ]
    : [];
}
