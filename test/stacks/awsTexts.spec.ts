import assert from "node:assert/strict";

import { type Declaration, deploy } from "../support/deployment";
import {
  answersOf,
  ec2Of,
  auditConfig,
  FOUNDATION_OUTPUTS,
  incidentConfig,
  memberConfig,
  SNAPSHOT,
  SUSPECT_KEY,
} from "../support/examples";

/** What AWS takes for a text. */
interface Accepted {
  /** Most characters. */
  readonly most: number;
  readonly characters: RegExp;
}

const accepted = (most: number, characters: RegExp): Accepted => ({ most, characters });

/** What the engine puts behind a logical name where a resource is given no name of its own. */
const SUFFIX = "-0a1b2c3";

const ANYTHING = /^[^\p{Cc}]*$/u;

/** EC2 API reference, CreateSecurityGroup and IpRange. */
const EC2_TEXT = accepted(255, /^(?!sg-)[\w .\-:/()#,@[\]+=&;{}!$*]+$/);

/** IAM API reference, Role and Policy. */
const IAM_TEXT = accepted(1000, /^[\t\n\r\x20-\x7e\xa1-\xff]*$/);
const IAM_NAME = accepted(128, /^[\w+=,.@-]+$/);

/** Image Builder API reference, ResourceName. */
const BUILDER_NAME = accepted(128, /^[-_A-Za-z0-9][-_A-Za-z0-9 ]+[-_A-Za-z0-9]$/);

/** Route 53 Resolver API reference, Name. */
const RESOLVER_NAME = accepted(64, /^(?!\d+$)[\w\- ']+$/);

/** Systems Manager API reference, CreateDocument and PutParameter. */
const DOCUMENT_NAME = accepted(128, /^[\w\-.]{3,}$/);
const PARAMETER_NAME = accepted(1011, /^[\w.\-/]+$/);

/**
 * What AWS takes for each name and each description, after the services' API references. `name` is also
 * what the engine makes of a logical name.
 */
const TEXTS: Readonly<Record<string, Readonly<Record<string, Accepted>>>> = {
  "aws:account/alternativeContact:AlternativeContact": {
    emailAddress: accepted(254, /^\s*[\w+=.#|!&-]+@[\w.-]+\.\w+\s*$/),
    name: accepted(64, ANYTHING),
    phoneNumber: accepted(25, /^[\s0-9()+-]+$/),
    title: accepted(50, ANYTHING),
  },
  "aws:cloudtrail/trail:Trail": {
    name: accepted(128, /^[A-Za-z0-9][\w.-]+[A-Za-z0-9]$/),
    "advancedEventSelectors[].name": accepted(1000, ANYTHING),
  },
  "aws:cloudwatch/eventRule:EventRule": {
    name: accepted(64, /^[\w.-]+$/),
    description: accepted(512, ANYTHING),
  },
  "aws:cloudwatch/logGroup:LogGroup": { name: accepted(512, /^[\w.\-/#]+$/) },
  "aws:cloudwatch/metricAlarm:MetricAlarm": {
    name: accepted(255, ANYTHING),
    alarmDescription: accepted(1024, ANYTHING),
  },
  "aws:ebs/snapshotCopy:SnapshotCopy": { description: accepted(255, ANYTHING) },
  "aws:ec2/securityGroup:SecurityGroup": { name: EC2_TEXT, description: EC2_TEXT },
  "aws:iam/instanceProfile:InstanceProfile": { name: IAM_NAME },
  "aws:iam/policy:Policy": { name: IAM_NAME, description: IAM_TEXT },
  "aws:iam/role:Role": { name: { ...IAM_NAME, most: 64 }, description: IAM_TEXT },
  "aws:iam/rolePolicy:RolePolicy": { name: IAM_NAME },
  "aws:imagebuilder/component:Component": { name: BUILDER_NAME },
  "aws:imagebuilder/distributionConfiguration:DistributionConfiguration": {
    name: BUILDER_NAME,
    // EC2's own limits of what becomes of them: CreateImage.
    "distributions[].amiDistributionConfiguration.name": accepted(
      127,
      /^[-_A-Za-z0-9{][-\w\s:{}.]+[-_A-Za-z0-9}]$/,
    ),
    "distributions[].amiDistributionConfiguration.description": accepted(255, ANYTHING),
  },
  "aws:imagebuilder/imagePipeline:ImagePipeline": {
    name: BUILDER_NAME,
    description: accepted(1024, ANYTHING),
  },
  "aws:imagebuilder/imageRecipe:ImageRecipe": { name: BUILDER_NAME },
  "aws:imagebuilder/infrastructureConfiguration:InfrastructureConfiguration": {
    name: BUILDER_NAME,
  },
  "aws:imagebuilder/lifecyclePolicy:LifecyclePolicy": {
    name: BUILDER_NAME,
    description: accepted(1024, ANYTHING),
    "resourceSelection.recipes[].name": BUILDER_NAME,
  },
  "aws:kms/alias:Alias": { name: accepted(256, /^alias\/(?!aws\/)[\w/-]+$/) },
  "aws:kms/grant:Grant": { name: accepted(256, /^[\w:/-]+$/) },
  "aws:kms/key:Key": { description: accepted(8192, ANYTHING) },
  "aws:rbin/rule:Rule": { description: accepted(255, /^[\S ]*$/) },
  "aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList": { name: RESOLVER_NAME },
  "aws:route53/resolverFirewallRule:ResolverFirewallRule": { name: RESOLVER_NAME },
  "aws:route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup": { name: RESOLVER_NAME },
  "aws:route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation": {
    name: RESOLVER_NAME,
  },
  // S3 user guide, "General purpose bucket naming rules".
  "aws:s3/bucket:Bucket": { bucket: accepted(63, /^[a-z0-9][a-z0-9.-]+[a-z0-9]$/) },
  "aws:sns/topic:Topic": {
    name: accepted(256, /^[\w-]+$/),
    // Any 100 characters by the API reference; it is the sender's name in an e-mail, where what is neither
    // letter, digit nor space would have to be quoted (RFC 5322, "phrase").
    displayName: accepted(100, /^[A-Za-z0-9 ]+$/),
  },
  "aws:ssm/document:Document": { name: DOCUMENT_NAME },
  "aws:ssm/parameter:Parameter": { name: PARAMETER_NAME, description: accepted(1024, ANYTHING) },
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": { description: EC2_TEXT },
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": { description: EC2_TEXT },
};

/** Properties that name or describe something, and those that only point to what is named elsewhere. */
const NAMING =
  /(^|\.)(name|description|displayName|alarmDescription|title|emailAddress|phoneNumber)$/;

/** Tags as IAM and most services take them: IAM user guide, "Rules for tagging in IAM and AWS STS". */
const TAG = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** As long as the settings let a ticket be. */
const TICKET = `INC-${"9".repeat(28)}`;

/** The texts of a resource by their paths, tags left out. */
function textsOf(value: unknown, path = ""): [path: string, text: string][] {
  if (typeof value === "string") {
    return [[path, value]];
  }
  if (Array.isArray(value)) {
    return value.flatMap((item) => textsOf(item, `${path}[]`));
  }
  return value === null || typeof value !== "object"
    ? []
    : Object.entries(value).flatMap(([key, item]) =>
        key === "tags" || key === "tagsAll"
          ? []
          : textsOf(item, path === "" ? key : `${path}.${key}`),
      );
}

/** The names and descriptions of a resource: given ones, and the one that the engine makes. */
function namesOf({ type, name, inputs }: Declaration): [path: string, text: string][] {
  const given = textsOf(inputs).filter(
    ([path]) => NAMING.test(path) || path in (TEXTS[type] ?? {}),
  );
  const own = Object.keys(TEXTS[type] ?? {}).find((path) => ["name", "bucket"].includes(path));
  const isNamed = own === undefined || given.some(([path]) => path === own);
  // Pulumi's AWS provider puts this before an alias that it names.
  const prefix = type === "aws:kms/alias:Alias" ? "alias/" : "";
  return isNamed ? given : [...given, [own, `${prefix}${name}${SUFFIX}`]];
}

/** The account of a room that is open, with a snapshot that is handed over. */
const ROOM = {
  claims: { "us-east-1a-1": TICKET },
  snapshots: { [SNAPSHOT]: { ownerId: "222233334444", state: "completed" } },
};

describe("Names, descriptions and tags", () => {
  const stacks: Readonly<Record<string, () => ReturnType<typeof deploy>>> = {
    "an audit stack": () =>
      deploy(
        "audit",
        auditConfig({
          automationRoles: "create",
          vault: { trial: true, mode: "GOVERNANCE", days: 1, legalHold: true },
        }),
        { answers: { "aws:ec2/getAmi:getAmi": () => ({ id: "ami-0123456789abcdef0" }) } },
      ),
    "a member account's stack": () =>
      deploy("member-222233334444", memberConfig({ automationRoles: "create" })),
    "an incident's stack": () =>
      deploy(
        TICKET.toLowerCase(),
        incidentConfig({
          ticket: TICKET,
          tools: ["encase", "lime", "velociraptor"],
          responderRoles: ["arn:aws:iam::222233334444:role/clean-room/forensics-responder"],
          investigators: ["arn:aws:iam::111122223333:role/investigator"],
          suspectKeys: [SUSPECT_KEY],
          evidence: [{ snapshot: SNAPSHOT, account: "222233334444", device: "/dev/sdf" }],
        }),
        {
          answers: answersOf(ROOM),
          foundation: FOUNDATION_OUTPUTS,
          ec2: ec2Of(ROOM),
        },
      ),
  };
  for (const [what, deployed] of Object.entries(stacks)) {
    it(`of ${what} are such as AWS takes, with the longest ticket too`, async () => {
      const { resources } = await deployed();
      const wrong: string[] = [];
      for (const resource of resources.filter(({ type }) => type.startsWith("aws:"))) {
        const { type, name, inputs } = resource;
        for (const [path, text] of namesOf(resource)) {
          const wanted = TEXTS[type]?.[path];
          if (wanted === undefined) {
            wrong.push(`${type} ${path}: what AWS takes for it is missing here`);
          } else if (text.length > wanted.most || !wanted.characters.test(text)) {
            wrong.push(`${name} ${path}: ${text}`);
          }
        }
        for (const [key, value] of Object.entries(inputs["tags"] ?? {})) {
          const tag = String(value);
          if (!TAG.test(key) || !TAG.test(tag) || key.length > 128 || tag.length > 256) {
            wrong.push(`${name} tag ${key}: ${tag}`);
          }
        }
      }
      assert.deepEqual([...new Set(wrong)], []);
    });
  }

  it("with a colon in a sender's name, an umlaut in a description, a slash in a rule are refused here", () => {
    const refused = [
      ["aws:sns/topic:Topic", "displayName", "Clean room: a runbook failed"],
      ["aws:ec2/securityGroup:SecurityGroup", "description", "für Beweise"],
      ["aws:cloudwatch/eventRule:EventRule", "name", "a/b"],
    ] as const;
    for (const [type, path, text] of refused) {
      assert.doesNotMatch(text, TEXTS[type]?.[path]?.characters ?? /$/);
    }
  });
});
