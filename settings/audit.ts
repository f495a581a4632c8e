import { z } from "zod";

import { isPrivate, parseCidr } from "../components/cidr";
import { findingPattern, LONGEST_PATTERN } from "../components/containment/findingEvents";
import { FINDING_ACTS } from "../components/containment/findingRunbook";
import { isCronExpression } from "../components/image/cronExpression";
import { MOST_ZONES, slotsThatFit } from "../components/network/subnetPlan";
import { REGION_NAME } from "../components/aws/partition";
import { accountSwitches } from "./accountSwitches";
import { ofOtherAccounts, roleArns } from "./arns";
import { boundary, boundaryMistakes } from "./boundary";
import { common } from "./common";
import {
  accountId,
  ANY_LIST,
  instanceType,
  listOf,
  oneOf,
  organizationId,
  text,
  unique,
  whole,
} from "./forms";
import type { Mistake, StackFacts } from "./mistake";
import { previewRole } from "./previewRole";
import { QUOTAS, quotas } from "./quotas";
import { separateRoleMistakes } from "./separateRoles";
import { sourceIdentityMistakes } from "./sourceIdentity";
import { demanded } from "./tags";
import { toolsBucket } from "./toolsBucket";
import { vault } from "./vault";

/** Retentions, in days, that CloudWatch Logs accepts (API reference, PutRetentionPolicy). */
const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
  3653,
];

/**
 * A type of GuardDuty's findings that are about instances, or what such types begin with.
 *
 * Source: GuardDuty user guide, "GuardDuty finding format": ThreatPurpose:ResourceTypeAffected/ThreatFamilyName…
 */
const FINDING_TYPE =
  /^[A-Z][A-Za-z]{1,39}:(\*|(EC2|Runtime)\/(\*|[A-Za-z0-9][A-Za-z0-9&.!-]{0,79}\*?))$/;
const FINDING_TYPE_FORM =
  "a type of GuardDuty's findings about EC2 or Runtime, such as Backdoor:EC2/Spambot, or its beginning and a *: Backdoor:EC2/*, Backdoor:*";

/** Addresses of the endpoints' subnets, /28, without the five of AWS's own: an endpoint takes one. */
const MOST_INTERFACE_ENDPOINTS = 11;

/** The settings of an audit stack, in the order of the table in docs/settings.md. */
export const auditShape = {
  ...common,
  ...demanded("audit", "on every resource, and on what Image Builder makes"),
  quotas: quotas("subnetsPerVpc", "routeTablesPerVpc"),
  ...boundary,
  organizationId: organizationId().meta({
    description: "The AWS organisation. Only its accounts may hand over snapshots.",
    example: "o-exampleorgid",
  }),
  vpcCidr: text(/^/, "an IPv4 CIDR")
    .superRefine((cidr, context) => {
      const range = parseCidr(cidr);
      const message =
        range === undefined
          ? "an IPv4 network address with its prefix length, such as 10.66.0.0/22"
          : range.prefixLength < 16 || range.prefixLength > 25
            ? "a range from /16 to /25"
            : !isPrivate(cidr)
              ? "a range of private address space (RFC 1918, RFC 6598)"
              : undefined;
      if (message !== undefined) {
        context.addIssue({ code: "custom", message });
      }
    })
    .meta({
      description:
        "Range of the forensics VPC. Must not overlap a network that suspects are reached in.",
      example: "10.66.0.0/22",
    }),
  availabilityZones: unique(
    listOf(
      text(new RegExp(`^${REGION_NAME}[a-z]$`), "an Availability Zone name"),
      "a list of names",
    )
      .min(1, { error: `1 to ${MOST_ZONES} Availability Zones` })
      .max(MOST_ZONES, { error: `1 to ${MOST_ZONES} Availability Zones` }),
    "Availability Zone",
  ).meta({
    description:
      "Where rooms can be opened. Append new ones; the order decides the address ranges.",
    example: ["us-east-1a", "us-east-1b"],
  }),
  slotsPerZone: whole(1, 1023, "a whole number from 1").meta({
    description: "Pre-deployed workstation subnets per Availability Zone; a room takes one.",
    example: 3,
  }),
  interfaceEndpoints: unique(
    listOf(
      text(
        /^(?!com\.amazonaws|cn\.com\.amazonaws|aws\.)[a-z][a-z0-9-]*(\.[a-z0-9-]+)*$/,
        "an AWS service's name as its endpoint has it after com.amazonaws and the Region, such as kms",
      ),
      "a list of names",
    ),
    "endpoint",
  )
    .refine((names) => ["logs", "ssm", "ssmmessages"].every((name) => names.includes(name)), {
      error: "logs, ssm and ssmmessages among them: nobody could log in without",
      ...ANY_LIST,
    })
    .refine((names) => names.length <= MOST_INTERFACE_ENDPOINTS, {
      error: `at most ${MOST_INTERFACE_ENDPOINTS}: that many addresses the endpoints' subnets have, each a /28`,
      ...ANY_LIST,
    })
    .refine((names) => !names.includes("s3"), {
      error: "no s3: it has its gateway endpoint",
      ...ANY_LIST,
    })
    .default(["ssm", "ssmmessages", "kms", "logs"])
    .meta({
      description:
        "AWS services that rooms reach through interface endpoints. With `ebs` among them, workstations may read their case's preserved copies block by block (`evidence-direct-hash`).",
      example: ["ssm", "ssmmessages", "kms", "logs"],
    }),
  vault,
  recycleBinDays: whole(1, 365, "days, 1 to 365").default(30).meta({
    description:
      "Days a deleted snapshot stays in the Recycle Bin, from which it can be restored; for every snapshot of the account in this Region.",
    example: 30,
  }),
  foundationDeployers: roleArns(1).meta({
    description: "Roles that deploy this stack and administer its keys and the vault.",
    example: ["arn:aws:iam::111122223333:role/foundation-deployer"],
  }),
  linkedAccounts: unique(listOf(accountId(), "a list of account ids"), "account")
    .default([])
    .meta({
      description:
        "Member accounts whose suspects rooms may be linked to (`link` of a room): the incident deployers get a policy for it, and it names no other.",
      example: ["222233334444"],
    }),
  containmentAccounts: unique(listOf(accountId(), "a list of account ids"), "account")
    .default([])
    .meta({
      description:
        "Member accounts, each with `containment: on`, whose instances may be contained from here (`npx clean-room contain`), and acquired many at once where `acquisition` has `tools` (`npx clean-room acquire`): the incident deployers get a policy for each.",
      example: ["222233334444"],
    }),
  containmentFindings: unique(
    listOf(text(FINDING_TYPE, FINDING_TYPE_FORM), "a list of finding types"),
    "finding type",
  )
    .default([])
    .meta({
      description:
        "Types of GuardDuty's findings that have the instance they are about observed, of severity 4 and higher and in `containmentAccounts` only; one that ends in `*` is all types that begin so. Needs GuardDuty's findings on the default event bus of this account and Region.",
      example: ["Backdoor:EC2/*", "CryptoCurrency:EC2/BitcoinTool.B!DNS"],
    }),
  containmentFindingsAct: oneOf(FINDING_ACTS).default("observe").meta({
    description:
      "What such a finding does without anybody: `observe` changes nothing and tells `notification` what containing it would do; `contain` isolates it, and asks nobody where its account has no `containmentApprovers`.",
    example: "observe",
  }),
  containmentFindingsAtMost: whole(1, 100, "a whole number from 1 to 100").default(5).meta({
    description:
      "With `containmentFindingsAct: contain`, how many instances findings contain in a day (UTC); the instance of a further one is observed, and people are told.",
    example: 5,
  }),
  incidentDeployers: roleArns(1).meta({
    description: "Roles that open and close rooms. They change nothing of this stack.",
    example: ["arn:aws:iam::111122223333:role/incident-deployer"],
  }),
  custodians: roleArns(1).meta({
    description:
      "Roles that may release evidence: legal hold, retention, deletion of the evidence key.",
    example: ["arn:aws:iam::111122223333:role/evidence-custodian"],
  }),
  auditors: roleArns(0)
    .default([])
    .meta({
      description:
        "Roles of the organisation that may verify cases: they assume the role in the output `auditorRoleArn`, which reads everything, of open rooms and of closed ones, and changes nothing. Without any there is no such role.",
      example: ["arn:aws:iam::333344445555:role/internal-audit"],
    }),
  sourceIdentity: oneOf(["off", "demanded"]).default("off").meta({
    description:
      "`demanded`: investigators and auditors take their roles with a source identity that your identity provider set, and with its name as the session's: nobody acts under another's. Two things have to be so first, or nobody gets in: the role that people sign in to at the provider lets it `sts:SetSourceIdentity` in its trust policy, and the policy of whoever takes the next role allows them `sts:SetSourceIdentity` too. Roles of IAM Identity Center (`AWSReservedSSO_…`) cannot have it, and are refused as auditors and investigators.",
    example: "demanded",
  }),
  previewRole,
  logRetentionDays: z
    .literal(LOG_RETENTION_DAYS, { error: `one of ${LOG_RETENTION_DAYS.join(", ")}` })
    .default(3653)
    .meta({ description: "Days flow logs and build logs are kept.", example: 3653 }),
  image: oneOf(["on", "off"]).default("on").meta({
    description:
      "`off` leaves the forensics image's pipeline out; rooms then need an image that is made by other means, with the tag `toolbox-digest`.",
    example: "off",
  }),
  imageSchedule: text(/^/, "a cron expression")
    .refine(isCronExpression, {
      error:
        "a cron expression of six fields, as EC2 Image Builder takes it: minute, hour, day, month, day of the week, year, one of the two days a ?",
    })
    .default("cron(0 4 1 * ? *)")
    .meta({
      description: "When the forensics image is built anew, in UTC: six fields.",
      example: "cron(0 4 1 * ? *)",
    }),
  imageInstanceType: instanceType()
    .default("c6i.xlarge")
    .meta({ description: "Size of the machines that build and test it.", example: "c6i.xlarge" }),
  imagesKept: whole(1, 1000, "a whole number, 1 to 1000").default(3).meta({
    description:
      "How many of the newest forensics images are kept; older ones go, with their snapshots, unless a room was opened from them lately.",
    example: 3,
  }),
  automationRoles: oneOf(["create", "none"]).default("none").meta({
    description:
      "`create` makes the roles by which functions of this account may read and administer member accounts; in one Region's stack only, and not where Control Tower has made them.",
    example: "create",
  }),
  ...accountSwitches,
  blockInternet: oneOf(["on", "off"]).default("off").meta({
    description:
      "`on` has no internet gateway of the account in this Region carry anything, whoever makes one, but what the image's builder asks for; for an account that has nothing else on the internet, where your organisation does not decide it.",
    example: "on",
  }),
  toolsBucket: toolsBucket.optional().meta({
    description:
      "Licensed tools and what public archives have not, such as EnCase, symbols for volatility3, signatures for ClamAV, Velociraptor: a `bucket` of this account and `tools`, each with `name`, `version`, `key`, `sha256` and the `path` the image has it at. An object that is not what `sha256` says fails the build.",
    example: {
      bucket: "forensics-tools-111122223333",
      tools: [
        {
          name: "windows-symbols",
          version: "r2026.10",
          key: "volatility3/windows.zip",
          sha256: "5751a5d05eae6fa638c30a41c736c86495f660cc61ec1e046015c0e184de7e98",
          path: "/opt/clean-room/memory/lib/python3.12/site-packages/volatility3/symbols/windows.zip",
        },
      ],
    },
  }),
};

type Given = Partial<z.output<z.ZodObject<typeof auditShape>>>;

/** What is wrong with settings that are right each by itself; of those that were not there is what is right. */
export function auditMistakes(settings: Given, { region }: StackFacts): Mistake[] {
  const { accountId } = settings;
  const ofAccount = `a role of account ${accountId}: key and vault policies know no other`;
  return [
    ...slotMistakes(settings),
    ...(["foundationDeployers", "incidentDeployers", "custodians"] as const).flatMap((name) =>
      ofOtherAccounts(name, settings[name], accountId, ofAccount),
    ),
    ...separateRoleMistakes(settings),
    ...sourceIdentityMistakes(settings),
    ...boundaryMistakes(accountId, settings.permissionsBoundary),
    ...imageTagMistakes(settings),
    ...zoneMistakes(settings, region),
    ...findingMistakes(settings),
  ];
}

/** More slots than the VPC has room for, or AWS lets it have. */
function slotMistakes({ vpcCidr, slotsPerZone, availabilityZones, quotas: given }: Given) {
  const mistakes: Mistake[] = [];
  const range = vpcCidr === undefined ? undefined : parseCidr(vpcCidr);
  if (range !== undefined && slotsPerZone !== undefined) {
    const most = slotsThatFit(range.prefixLength);
    if (slotsPerZone > most) {
      const required = `at most ${most}: that many fit ${vpcCidr} beside the endpoints`;
      mistakes.push({ key: "slotsPerZone", found: slotsPerZone, required, example: most });
    }
  }
  if (slotsPerZone !== undefined && availabilityZones !== undefined) {
    const { subnetsPerVpc, routeTablesPerVpc } = given ?? QUOTAS;
    const slots = slotsPerZone * availabilityZones.length;
    // A subnet of endpoints per zone; a route table for them, and the VPC's own.
    const needed = [
      ["subnets", slots + availabilityZones.length, subnetsPerVpc],
      ["route tables", slots + 2, routeTablesPerVpc],
    ] as const;
    for (const [what, count, most] of needed) {
      if (count > most) {
        const required = `slots in all zones that make at most ${most} ${what}: these make ${count}; have AWS raise the quota and say so in quotas, or name fewer`;
        mistakes.push({ key: "slotsPerZone", found: slotsPerZone, required });
      }
    }
  }
  return mistakes;
}

/** What Image Builder takes as a key (API reference, TagKey). */
const IMAGE_BUILDER_KEY = /^[A-Za-z0-9+\-=._:/]+$/;

/** Tags that Image Builder would not take. */
function imageTagMistakes({ image, tags = {} }: Given): Mistake[] {
  const required =
    "a key of letters, digits and + - = . _ : /, as Image Builder takes no other, or image off";
  return Object.entries(image === "off" ? {} : tags).flatMap(([key, found]) =>
    IMAGE_BUILDER_KEY.test(key) ? [] : [{ key: `tags.${key}`, found, required }],
  );
}

/** Findings that could start nothing, or more of them than EventBridge takes. */
function findingMistakes(settings: Given): Mistake[] {
  const { containmentFindings = [], containmentAccounts, containmentFindingsAct } = settings;
  if (containmentFindings.length === 0) {
    return containmentFindingsAct === "contain" && settings.containmentFindings !== undefined
      ? [
          {
            key: "containmentFindingsAct",
            found: containmentFindingsAct,
            required: "observe without containmentFindings: nothing is contained by itself",
          },
        ]
      : [];
  }
  if (containmentAccounts === undefined) {
    return [];
  }
  const mistake = (required: string): Mistake[] => [
    { key: "containmentFindings", found: containmentFindings, required },
  ];
  if (containmentAccounts.length === 0) {
    return mistake(
      "none without containmentAccounts: only their instances are observed or contained",
    );
  }
  const { length } = JSON.stringify(findingPattern(containmentFindings, containmentAccounts));
  return length <= LONGEST_PATTERN
    ? []
    : mistake(
        `types that make, with containmentAccounts, an event pattern of at most ${LONGEST_PATTERN} characters, as EventBridge takes it: these make ${length}; name fewer, or what several begin with and a *`,
      );
}

/** Availability Zones of another Region than the stack's. */
function zoneMistakes({ availabilityZones = [] }: Given, region: string | undefined): Mistake[] {
  return availabilityZones.flatMap((zone, index) =>
    region === undefined || zone.slice(0, -1) === region
      ? []
      : [
          {
            key: `availabilityZones.${index}`,
            found: zone,
            required: `an Availability Zone of ${region}, the stack's Region`,
            example: `${region}a`,
          },
        ],
  );
}
