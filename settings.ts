import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";

import { isPrivate, overlap, parseCidr } from "./components/cidr";
import { DEVICE_NAME, DEVICE_NAMES } from "./components/evidence/deviceNames";
import { UNHASHED_REASON } from "./components/evidence/unhashed";
import { isCronExpression } from "./components/image/cronExpression";
import { isolationRules } from "./components/member/isolationRules";
import { SAML } from "./components/member/memberTrust";
import { MOST_ZONES, slotsThatFit } from "./components/network/subnetPlan";
import {
  isRegion,
  KNOWN_REGION,
  PARTITION_NAME,
  partitionOf,
  REGION_NAME,
} from "./components/partition";
import { Refusal } from "./components/refusal";
import { MOST_TAGS, OWN_TAGS } from "./components/tags";
import { suspectRules } from "./components/room/suspectRules";
import type { SecurityGroupRule } from "./components/securityGroupRules";
import { TOOL_NAMES, type CustomPort, type ToolName } from "./components/toolPorts";

/** The most ports one custom entry may span: wider ranges hide what they are for. */
const MOST_PORTS = 16;

/** Retentions, in days, that CloudWatch Logs accepts (API reference, PutRetentionPolicy). */
const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
  3653,
];

/**
 * What AWS lets an account have unless its quota was raised (VPC User Guide, Amazon VPC quotas): rules
 * of one direction per security group, subnets and route tables per VPC.
 */
const QUOTAS = { rulesPerGroup: 60, subnetsPerVpc: 200, routeTablesPerVpc: 200 } as const;

/** Days that evidence is kept at most, unless a vault says otherwise. */
const MOST_DAYS = 3650;

/** The most rules that a group can have at all: with them an interface has one group only. */
const MOST_RULES = 1000;

/** Rules to the endpoints and to S3, which every room's group has; S3's prefix list counts as one. */
const OWN_EGRESS_RULES = 2;

/** Addresses of the endpoints' subnets, /28, without the five of AWS's own: an endpoint takes one. */
const MOST_INTERFACE_ENDPOINTS = 11;

const ACCOUNT = /^\d{12}$/;
const ADDRESS = "[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)+";

// ---- the parts settings are made of; each message says what is required -------------------------

function text(form: RegExp, required: string) {
  return z.string({ error: required }).regex(form, { error: required });
}

function whole(lowest: number, highest: number, required: string) {
  return z
    .int({ error: required })
    .min(lowest, { error: required })
    .max(highest, { error: required });
}

function flag() {
  return z.boolean({ error: "true or false" });
}

function oneOf<const T extends readonly string[]>(choices: T) {
  return z.enum(choices, { error: `one of ${choices.join(", ")}` });
}

function listOf<T extends z.ZodType>(item: T, required: string) {
  return z.array(item, { error: required });
}

/**
 * Looks at a list also where some of its entries are no such thing: no mistake hides another. A rule has to
 * take entries as it finds them.
 */
const ANY_LIST = { when: ({ value }: { readonly value: unknown }) => Array.isArray(value) };

/** The same of an object whose fields may be of any type. */
const ANY_OBJECT = {
  when: ({ value }: { readonly value: unknown }) =>
    typeof value === "object" && value !== null && !Array.isArray(value),
};

/** A field of what may be no object at all. */
function fieldOf(item: unknown, name: string): unknown {
  return typeof item === "object" && item !== null && Object.hasOwn(item, name)
    ? (item as Record<string, unknown>)[name]
    : undefined;
}

/** Refuses values that stand in the list twice, or whose field `by` does. */
function unique<T extends z.ZodType>(list: z.ZodArray<T>, what: string, by?: string) {
  return list.superRefine((items, context) => {
    const keys = items.map((item) => (by === undefined ? item : fieldOf(item, by)));
    keys.forEach((key, index) => {
      if (key !== undefined && keys.indexOf(key) < index) {
        context.addIssue({ code: "custom", path: [index], message: `each ${what} only once` });
      }
    });
  }, ANY_LIST);
}

const accountId = () => text(ACCOUNT, "an AWS account id: 12 digits, in quotes");

/** The form of an ARN: `rest` follows the partition. */
const arnForm = (rest: string) => new RegExp(`^arn:${PARTITION_NAME}:${rest}$`);

const ROLE_ARN = arnForm("iam::\\d{12}:role/([\\w+=,.@-]+/)*[\\w+=,.@-]+\\*?");

/** What the role of an IAM Identity Center permission set is called, in which path. */
const PERMISSION_SET_ROLE =
  /:role\/aws-reserved\/sso\.amazonaws\.com\/([a-z0-9-]+\/)?AWSReservedSSO_[^/]*$/;

/** Refuses a role of IAM Identity Center without its path: AWS's conditions compare it. */
const withItsPath = (arn: z.ZodString) =>
  arn.refine((value) => !value.includes("AWSReservedSSO") || PERMISSION_SET_ROLE.test(value), {
    error:
      "the path of a role of IAM Identity Center as well: role/aws-reserved/sso.amazonaws.com/<Region>/AWSReservedSSO_…, without <Region>/ where Identity Center is in us-east-1; aws iam list-roles --path-prefix /aws-reserved/ shows it",
  });

const roleArns = (fewest: number) =>
  unique(
    listOf(
      withItsPath(
        text(
          ROLE_ARN,
          "the ARN of an IAM role; a * is allowed as its last character only, for the suffix IAM Identity Center appends",
        ),
      ),
      "a list of role ARNs",
    ).min(fewest, { error: "at least one role ARN" }),
    "role",
  );

/** One role: what is granted or assumed has no `*`. */
const roleArn = (required: string) =>
  withItsPath(text(arnForm("iam::\\d{12}:role/([\\w+=,.@-]+/)*[\\w+=,.@-]+"), required));

const keyArn = () =>
  text(
    arnForm(
      `kms:${REGION_NAME}:\\d{12}:key/(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})`,
    ),
    "the ARN of a key: an id or an alias means nothing in another account",
  );

/** A range that is no larger than /16; `instead` tells what to name in place of a larger one. */
const narrowCidr = (instead: string) =>
  text(/^/, "an IPv4 CIDR").superRefine((cidr, context) => {
    const range = parseCidr(cidr);
    const message =
      range === undefined
        ? "an IPv4 network address with its prefix length, such as 10.20.30.0/24"
        : range.prefixLength < 16
          ? `a range no larger than /16: name ${instead}`
          : undefined;
    if (message !== undefined) {
      context.addIssue({ code: "custom", message });
    }
  });

const customPort = z
  .strictObject(
    {
      name: text(
        /^[a-z][a-z0-9-]{0,30}$/,
        "a name of lower-case letters, digits and hyphens",
      ).refine((name) => !(TOOL_NAMES as string[]).includes(name), {
        error: "a name that is no tool's; name the tool in tools instead",
      }),
      protocol: oneOf(["tcp", "udp"]),
      fromPort: whole(1, 65535, "a port number, 1 to 65535"),
      toPort: whole(1, 65535, "a port number, 1 to 65535"),
      initiator: oneOf(["room", "suspect", "either"]),
    },
    { error: "name, protocol, fromPort, toPort and initiator" },
  )
  .refine(
    ({ fromPort, toPort }) =>
      !Number.isInteger(fromPort) ||
      !Number.isInteger(toPort) ||
      (toPort >= fromPort && toPort - fromPort < MOST_PORTS),
    {
      error: `toPort not below fromPort, and at most ${MOST_PORTS} ports in one entry`,
      ...ANY_OBJECT,
    },
  );

const toolNames = () =>
  unique(
    listOf(
      z.enum(TOOL_NAMES, { error: `a tool of the catalogue: ${TOOL_NAMES.join(", ")}` }),
      "a list of tools",
    ),
    "tool",
  );

const customPorts = () =>
  unique(
    listOf(customPort, "a list of name, protocol, fromPort, toPort and initiator"),
    "name",
    "name",
  );

const organizationId = () =>
  text(/^o-[a-z0-9]{10,32}$/, "an organisation id: o- and 10 to 32 letters or digits");

const memberVpc = z.strictObject(
  {
    vpcId: text(/^vpc-[0-9a-f]{8,17}$/, "a VPC id: vpc- and 8 to 17 hexadecimal digits"),
    region: text(new RegExp(`^${REGION_NAME}$`), KNOWN_REGION).optional(),
    release: flag().default(false),
  },
  { error: "vpcId, and region where it is not the stack's" },
);

const securityContact = z.strictObject(
  {
    name: text(/^.{1,64}$/, "a name of 1 to 64 characters"),
    title: text(/^.{1,50}$/, "a title of 1 to 50 characters"),
    emailAddress: text(new RegExp(`^(?=.{3,254}$)${ADDRESS}$`), "one e-mail address"),
    phoneNumber: text(
      /^(?=(\D*\d){3})[0-9()+ -]{3,25}$/,
      "a telephone number, in quotes: three digits or more, with spaces, + - ( and )",
    ),
  },
  { error: "name, title, emailAddress and phoneNumber: AWS takes no contact without all four" },
);

const SOURCE_TAKEN = "when the source snapshot was taken, in quotes: 2026-11-21T03:00:00Z";

/** Whether a text is a day and a time that there are, with its offset. */
function isMoment(value: string): boolean {
  const [, day = "", time = ""] =
    /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(\.\d{1,6})?(Z|[+-](0\d|1[0-4]):[0-5]\d)$/.exec(value) ??
    [];
  const date = new Date(`${day}T${time}Z`);
  // JavaScript takes the 31st of February for a day in March.
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(`${day}T${time}`);
}

const evidence = z.strictObject(
  {
    snapshot: text(/^snap-[0-9a-f]{8,17}$/, "a snapshot id: snap- and 8 to 17 hexadecimal digits"),
    account: accountId(),
    device: text(
      DEVICE_NAME,
      "a device name from /dev/sdf to /dev/sdp, or from /dev/xvdba to /dev/xvdcz",
    ).optional(),
    attach: flag().default(true),
    withdrawn: flag().default(false),
    preserved: text(
      /^snap-[0-9a-f]{8,17}$/,
      "a snapshot id: snap- and 8 to 17 hexadecimal digits",
    ).optional(),
    sourceVolume: text(
      /^vol-[0-9a-f]{8,17}$/,
      "a volume id: vol- and 8 to 17 hexadecimal digits",
    ).optional(),
    sourceInstance: text(
      /^i-[0-9a-f]{8,17}$/,
      "an instance id: i- and 8 to 17 hexadecimal digits",
    ).optional(),
    sourceDevice: text(
      /^[A-Za-z0-9/._-]{1,32}$/,
      "the device's name on the suspect: 1 to 32 letters, digits, / . _ and -",
    ).optional(),
    sourceTaken: text(/^/, SOURCE_TAKEN).refine(isMoment, { error: SOURCE_TAKEN }).optional(),
    sha256: text(
      /^[0-9a-f]{64}$/,
      "the SHA-256 of the whole volume: 64 hexadecimal digits, lower case",
    ).optional(),
    unhashed: text(
      UNHASHED_REASON,
      "why no hash of the disk is in the vault: a line of 3 to 200 plain characters",
    ).optional(),
  },
  { error: "snapshot, account and device" },
);

const suspectKey = z.strictObject(
  {
    keyArn: keyArn(),
    assumeRole: roleArn(
      "the ARN of an IAM role of the key's account, which may make and revoke grants on it",
    ),
  },
  { error: "keyArn and assumeRole" },
);

/** What IAM, which is the strictest of all, takes in keys and values of tags; = would end a key for handover. */
const TAG_KEY = /^(?!aws:)[\p{L}\p{Z}\p{N}_.:/+@-]{1,128}$/iu;
const TAG_VALUE = /^[\p{L}\p{Z}\p{N}_.:/=+@-]{0,256}$/u;

/** Tags by key, at most so many; IAM takes two keys that differ in case only for one. */
const tagsOf = (most: number) =>
  z
    .record(z.string(), z.unknown(), { error: "tags, by key" })
    .superRefine((tags, context) => {
      const complain = (key: string, message: string) =>
        context.addIssue({ code: "custom", path: [key], message });
      const keys = Object.keys(tags);
      keys.forEach((key, index) => {
        const same = (other: string) => other.toLowerCase() === key.toLowerCase();
        const value = tags[key];
        if (!TAG_KEY.test(key)) {
          complain(
            key,
            "a key of 1 to 128 letters, digits, spaces and _ . : / + - @, not beginning with aws:",
          );
        } else if (OWN_TAGS.some(same)) {
          complain(key, `another key: ${OWN_TAGS.join(", ")} are the program's own`);
        } else if (keys.findIndex(same) < index) {
          complain(key, "each key only once: IAM does not tell upper case from lower");
        }
        if (typeof value !== "string" || !TAG_VALUE.test(value)) {
          complain(
            key,
            "a value of at most 256 letters, digits, spaces and _ . : / = + - @, in quotes where it looks like a number",
          );
        }
      });
      if (keys.length > most) {
        context.addIssue({
          code: "custom",
          message: `at most ${most} tags beside the program's own: AWS takes 50 on a resource, 10 on an object of a bucket`,
        });
      }
    })
    .transform((tags) => tags as Readonly<Record<string, string>>)
    .default({});

const permissionsBoundary = arnForm("iam::(\\d{12}|aws):policy/([\\w+=,.@-]+/)*[\\w+=,.@-]+");

/** Quotas that AWS has raised for the account, by these names. */
const quotas = (...names: (keyof typeof QUOTAS)[]) =>
  z
    .strictObject(
      Object.fromEntries(
        names.map((name) => [
          name,
          whole(
            QUOTAS[name],
            name === "rulesPerGroup" ? MOST_RULES : 10000,
            `what AWS raised the quota to, at least ${QUOTAS[name]}`,
          ).default(QUOTAS[name]),
        ]),
      ) as Record<keyof typeof QUOTAS, z.ZodDefault<z.ZodInt>>,
      { error: names.join(", ") },
    )
    .default(Object.fromEntries(names.map((name) => [name, QUOTAS[name]])) as typeof QUOTAS)
    .meta({
      description: `Quotas that AWS has raised for this account: ${names.map((name) => `\`${name}\` (${QUOTAS[name]})`).join(", ")}. What is over them is refused before anything is made.`,
      example: Object.fromEntries(names.map((name) => [name, QUOTAS[name] * 2])),
    });

/** What an organisation demands, of every kind of stack. */
const demanded = (kind: keyof typeof MOST_TAGS, reach: string) => ({
  tags: tagsOf(MOST_TAGS[kind]).meta({
    description: `Tags that your organisation demands, by key: ${reach}. At most ${MOST_TAGS[kind]}.`,
    example: { "cost-centre": "4711" },
  }),
});

/** The boundary of the roles that are no case's. */
const boundary = {
  permissionsBoundary: text(permissionsBoundary, "the ARN of a managed policy").optional().meta({
    description:
      "Permissions boundary that your organisation demands: for every role this stack makes.",
    example: "arn:aws:iam::aws:policy/PowerUserAccess",
  }),
};

const toolsBucket = z.strictObject(
  {
    bucket: text(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "the name of a bucket"),
    tools: unique(
      listOf(
        z.strictObject(
          {
            name: text(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, "a name of letters, digits, . _ and -"),
            version: text(
              /^[A-Za-z0-9][A-Za-z0-9.+~_-]*$/,
              "the tool's version, in quotes where it looks like a number or a date",
            ),
            key: text(/^[A-Za-z0-9!_.*'()/-]+$/, "the key of an object, without wildcards").refine(
              (key) => !key.includes("*"),
              { error: "the key of an object, without wildcards" },
            ),
            sha256: text(/^[0-9a-f]{64}$/, "the object's SHA-256: 64 hexadecimal digits"),
            path: text(
              /^\/opt\/clean-room(\/[A-Za-z0-9_][A-Za-z0-9._-]*)+$/,
              "a path below /opt/clean-room/",
            ),
          },
          { error: "name, version, key, sha256 and path" },
        ),
        "a list of tools",
      ).min(1, { error: "at least one tool" }),
      "path",
      "path",
    ).superRefine((tools, context) => {
      const paths = tools.map((tool) => String(fieldOf(tool, "path")));
      paths.forEach((path, index) => {
        const above = paths.find((other) => path.startsWith(`${other}/`));
        if (above !== undefined) {
          const message = `a path that is not below another tool's, ${above}: that is a file`;
          context.addIssue({ code: "custom", path: [index, "path"], message });
        }
      });
    }, ANY_LIST),
  },
  { error: "bucket and tools" },
);

// ---- the settings, by kind of stack; this is the order of the README's table --------------------

const common = {
  accountId: accountId().meta({
    description:
      "The Audit account everything is built in. Must be the only entry of `aws:allowedAccountIds`.",
    example: "111122223333",
  }),
  notification: text(
    new RegExp(`^(?=.{3,256}$)${ADDRESS}( ${ADDRESS})*$`),
    "an e-mail address, or several separated by single spaces; at most 256 characters",
  ).meta({
    description: "Who is told about these resources; the value of the `notification` tag.",
    example: "aws-operations@example.edu",
  }),
};

const auditShape = {
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
      description: "AWS services that rooms reach through interface endpoints.",
      example: ["ssm", "ssmmessages", "kms", "logs"],
    }),
  vault: z
    .strictObject(
      {
        mode: oneOf(["GOVERNANCE", "COMPLIANCE"]),
        days: whole(1, 36500, "retention in days, 1 to 36500").optional(),
        years: whole(1, 100, "retention in years, 1 to 100").optional(),
        mostDays: whole(1, 36500, "the longest retention anyone may set, in days").default(
          MOST_DAYS,
        ),
        legalHold: flag().default(false),
        trial: flag().default(false),
      },
      {
        error:
          "mode, and days or years, all without a default: they decide how long evidence cannot be deleted",
      },
    )
    .refine(({ days, years }) => (days === undefined) !== (years === undefined), {
      error: "days or years, one of them: how long evidence cannot be deleted",
      ...ANY_OBJECT,
    })
    .refine(
      ({ days, years = 0, mostDays }) =>
        !((days ?? years * 365) > (Number.isInteger(mostDays) ? mostDays : MOST_DAYS)),
      { error: "days, or 365 for each of years, not above mostDays", ...ANY_OBJECT },
    )
    .refine(
      ({ trial, mode, days = 8 }) => trial !== true || (mode === "GOVERNANCE" && !(days > 7)),
      { error: "with trial: true, mode GOVERNANCE and at most 7 days", ...ANY_OBJECT },
    )
    .transform(({ days, years, ...vault }) => ({
      ...vault,
      retention: days === undefined ? { years: years ?? 0 } : { days },
    }))
    .meta({
      description:
        "Object Lock of the evidence vault, and Snapshot Lock of preserved copies: `mode` (GOVERNANCE: a custodian can release; COMPLIANCE: nobody can), `days` or `years` of retention, `mostDays` as its ceiling (default 3650), `legalHold: true` to put every object under a legal hold as well, which only a custodian takes off, `trial: true` for a short rehearsal vault.",
      example: { mode: "COMPLIANCE", days: 2555 },
    }),
  recycleBinDays: whole(1, 365, "days, 1 to 365").default(30).meta({
    description:
      "Days a deleted snapshot stays in the Recycle Bin, from which it can be restored; for every snapshot of the account in this Region.",
    example: 30,
  }),
  foundationDeployers: roleArns(1).meta({
    description: "Roles that deploy this stack and administer its keys and the vault.",
    example: ["arn:aws:iam::111122223333:role/foundation-deployer"],
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
  imageInstanceType: text(/^[a-z0-9-]+\.[a-z0-9-]+$/, "an EC2 instance type")
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

const incidentShape = {
  ...common,
  ...demanded("incident", "on every resource, volumes, copies and custody records among them"),
  quotas: quotas("rulesPerGroup"),
  ticket: text(
    /^[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?$/,
    "1 to 32 letters, digits and hyphens, no hyphen first or last: it becomes a tag, a stack name and an S3 prefix",
  )
    .refine((ticket) => !/^(audit|member)(-|$)/i.test(ticket), {
      error: "a ticket that does not begin like a foundation's stack, audit or member",
    })
    .meta({
      description: "The incident's ticket. The stack's name is the ticket in lower case.",
      example: "INC-2026-0042",
    }),
  auditStack: text(/^([\w.-]+\/[\w.-]+\/)?[\w.-]+$/, "a stack name, or organisation/project/stack")
    .default("audit")
    .meta({
      description: "The audit stack of this Region: its name, or `organisation/project/stack`.",
      example: "audit",
    }),
  slot: text(
    new RegExp(`^${REGION_NAME}[a-z]-\\d+$`),
    "a workstation slot, <Availability Zone>-<number>",
  ).meta({
    description:
      "The workstation slot the room takes; `pulumi stack output slots` of the audit stack lists them.",
    example: "us-east-1a-1",
  }),
  isolationSecurityGroup: text(
    /^(\d{12}\/)?sg-[0-9a-f]{8,17}$/,
    "a security group id, with its account in front where it is another one: 222233334444/sg-0123456789abcdef0",
  ).meta({
    description: "The isolation security group the compromised instance is in, with its account.",
    example: "222233334444/sg-0123456789abcdef0",
  }),
  reach: oneOf(["cidr", "peering", "same-vpc"]).default("cidr").meta({
    description:
      "How rules name the suspect: `cidr` by `suspectCidrs`; `peering` by the isolation group over an active peering connection to its account; `same-vpc` by the group in the room's own VPC.",
    example: "cidr",
  }),
  suspectCidrs: unique(
    listOf(narrowCidr("the suspect's subnet or its address with /32"), "a list of IPv4 CIDRs").max(
      8,
      { error: "at most 8 ranges" },
    ),
    "range",
  )
    .default([])
    .meta({
      description: "Addresses of the compromised instance, for `reach: cidr`.",
      example: ["10.20.30.40/32"],
    }),
  tools: toolNames()
    .default([])
    .meta({
      description: `Tools whose ports are opened towards the suspect: ${TOOL_NAMES.join(", ")}.`,
      example: ["encase", "lime"],
    }),
  ports: customPorts()
    .default([])
    .meta({
      description: `Ports that no tool of the catalogue covers, at most ${MOST_PORTS} in one entry.`,
      example: [
        { name: "collector", protocol: "tcp", fromPort: 9000, toPort: 9001, initiator: "suspect" },
      ],
    }),
  responderRoles: unique(
    listOf(roleArn("the ARN of an IAM role of a member account"), "a list of role ARNs"),
    "role",
  )
    .default([])
    .meta({
      description:
        "Member accounts' responder roles that may use the transfer key, and upload into the vault, while the room is open.",
      example: ["arn:aws:iam::222233334444:role/clean-room/forensics-responder"],
    }),
  investigators: roleArns(0)
    .default([])
    .meta({
      description:
        "Roles that may work as investigators of this case: they assume the role in the output `investigatorRole`, which reads this case in the vault and logs in on the workstation.",
      example: [
        "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_IR_*",
      ],
    }),
  evidence: unique(
    listOf(evidence, "a list of snapshot, account and device"),
    "snapshot",
    "snapshot",
  )
    .superRefine((items, context) => {
      const deviceOf = (item: unknown) => fieldOf(item, "device");
      // A withdrawn one gives its device up.
      const attached = items.filter(
        (item) => fieldOf(item, "attach") !== false && fieldOf(item, "withdrawn") !== true,
      );
      items.forEach((item, index) => {
        const device = deviceOf(item);
        const complain = (message: string) =>
          context.addIssue({ code: "custom", path: [index, "device"], message });
        if (!attached.includes(item)) {
          if (device !== undefined && fieldOf(item, "withdrawn") !== true) {
            complain("none: with attach: false nothing is attached");
          }
        } else if (device === undefined) {
          complain("a device name, such as /dev/sdf; none with attach: false");
        } else if (attached.find((other) => deviceOf(other) === device) !== item) {
          const free = DEVICE_NAMES.filter((name) =>
            items.every((other) => deviceOf(other) !== name),
          );
          complain(`a device of its own; free: ${free.slice(0, 11).join(", ")}`);
        }
      });
    }, ANY_LIST)
    .default([])
    .meta({
      description:
        "Snapshots handed over: id, account that owns them, device the working volume is attached as, `/dev/sdf` to `/dev/sdp` and `/dev/xvdba` to `/dev/xvdcz`. `attach: false`, without a device: preserved and recorded, and nothing to work on. `withdrawn: true`: its working volume is taken away, its preserved copy kept. `preserved`: the copy that an earlier room of the ticket made of it. `unhashed`: why no hash of its disk is in the vault; without a hash or a reason the room does not close. What the handover claims of the source, if anything, for tags and records: `sourceVolume`, `sourceInstance`, `sourceDevice`, `sourceTaken` (when), and `sha256` of the whole volume.",
      example: [
        {
          snapshot: "snap-0123456789abcdef0",
          account: "222233334444",
          device: "/dev/sdf",
          sourceVolume: "vol-0123456789abcdef0",
          sourceInstance: "i-0123456789abcdef0",
          sourceDevice: "/dev/xvda",
        },
      ],
    }),
  suspectKeys: unique(listOf(suspectKey, "a list of keyArn and assumeRole"), "key", "keyArn")
    .default([])
    .meta({
      description:
        "Customer managed keys of member accounts, for evidence that is handed over under them as it is: `keyArn`, and `assumeRole`, a role of that account that the deployer may assume and that may make, list and revoke grants on the key. Granted to the incident deployers while the room is open.",
      example: [
        {
          keyArn: "arn:aws:kms:us-east-1:222233334444:key/0f1e2d3c-0000-4000-8000-000000000000",
          assumeRole: "arn:aws:iam::222233334444:role/clean-room-grants",
        },
      ],
    }),
  amiId: text(/^ami-[0-9a-f]{8,17}$/, "an AMI id: ami- and 8 to 17 hexadecimal digits")
    .optional()
    .meta({
      description: "Forensics image to use instead of the audit stack's newest one.",
      example: "ami-0123456789abcdef0",
    }),
  instanceType: text(/^[a-z0-9-]+\.[a-z0-9-]+$/, "an EC2 instance type")
    .default("r6i.xlarge")
    .meta({
      description:
        "The workstation's size, decided when the room is opened: on the Nitro hypervisor, of the image's architecture, offered in the slot's zone.",
      example: "r6i.xlarge",
    }),
  rootVolumeGiB: whole(8, 16384, "a size in GiB, 8 to 16384").default(100).meta({
    description: "Size of the workstation's root volume, in GiB, decided when the room is opened.",
    example: 100,
  }),
  copyMinutes: whole(15, 2880, "minutes, 15 to 2880, in steps of 15")
    .multipleOf(15, { error: "minutes, 15 to 2880, in steps of 15" })
    .optional()
    .meta({
      description:
        "Have EBS complete each preserved copy within so many minutes (time-based copy, billed). Without it a copy takes as long as it takes.",
      example: 60,
    }),
  closing: flag().default(false).meta({
    description:
      "true has the next `up` write the closing record, and the one after it lift the room's protection; then destroy.",
    example: true,
  }),
};

const memberShape = {
  ...common,
  accountId: accountId().meta({
    description:
      "The account that is prepared; the Audit account may be one of them. Must be the only entry of `aws:allowedAccountIds`.",
    example: "222233334444",
  }),
  ...demanded("member", "on every resource, and what a handover may give its snapshots"),
  quotas: quotas("rulesPerGroup"),
  ...boundary,
  auditAccountId: accountId().meta({
    description: "The Audit account: evidence is handed over to it, and to no other.",
    example: "111122223333",
  }),
  organizationId: organizationId().meta({
    description: "The AWS organisation. Only its roles may assume the roles here.",
    example: "o-exampleorgid",
  }),
  vpcs: unique(listOf(memberVpc, "a list of VPCs, [] where there is none"), "VPC", "vpcId").meta({
    description:
      "The VPCs that get an isolation security group: `vpcId`, and `region` where it is not the stack's. `[]` where there is none. `release: true` lifts the protection of one group, so that a later `up` without its entry lets it go.",
    example: [
      { vpcId: "vpc-0123456789abcdef0" },
      { vpcId: "vpc-0fedcba9876543210", region: "eu-west-1" },
    ],
  }),
  workstationCidrs: unique(
    listOf(narrowCidr("the workstation slots"), "a list of IPv4 CIDRs").min(1, {
      error: "at least one range",
    }),
    "range",
  ).meta({
    description:
      "Ranges of the workstation slots, as `pulumi stack output slots` of every audit stack lists them, or of the forensics VPCs.",
    example: ["10.66.0.0/22"],
  }),
  tools: toolNames().meta({
    description: `Tools whose ports the isolation groups open towards the workstations: ${TOOL_NAMES.join(", ")}. An incident can use no other.`,
    example: ["encase", "lime"],
  }),
  ports: customPorts()
    .default([])
    .meta({
      description: `Ports that no tool of the catalogue covers, as in the incidents' stacks.`,
      example: [
        { name: "collector", protocol: "tcp", fromPort: 9000, toPort: 9001, initiator: "suspect" },
      ],
    }),
  securityContact: securityContact.meta({
    description:
      "The account's security contact, whom AWS writes to: `name`, `title`, `emailAddress`, `phoneNumber`.",
    example: {
      name: "Security Operations",
      title: "On call",
      emailAddress: "security@example.edu",
      phoneNumber: "+1 555 0100",
    },
  }),
  transferKeyArns: unique(
    listOf(keyArn(), "a list of key ARNs").min(1, { error: "at least one key ARN" }),
    "key",
  ).meta({
    description:
      "Keys that evidence is handed over under, one per Region; `pulumi stack output transferKeyArn` of every audit stack.",
    example: ["arn:aws:kms:us-east-1:111122223333:key/0a1b2c3d-0000-4000-8000-000000000000"],
  }),
  foreignKeyArns: unique(listOf(keyArn(), "a list of key ARNs"), "key")
    .default([])
    .meta({
      description:
        "Keys of other accounts that disks of this one are under, such as those of shared images or of a central key account: the responder may copy from them where their own policies let it.",
      example: ["arn:aws:kms:us-east-1:999988887777:key/0b1c2d3e-0000-4000-8000-000000000000"],
    }),
  transferKey: oneOf(["off", "on"]).default("off").meta({
    description:
      "`on` makes a transfer key of the account's own in each Region of `transferKeyArns`, and the role that grants it to rooms: the way that AWS documents, where a copy under the Audit account's key fails or is not wanted.",
    example: "on",
  }),
  incidentDeployers: roleArns(0)
    .default([])
    .meta({
      description:
        "Roles of the Audit account that open rooms, as in the audit stack. With `transferKey: on` they may have the account's key granted.",
      example: ["arn:aws:iam::111122223333:role/incident-deployer"],
    }),
  responderPrincipals: unique(
    listOf(
      withItsPath(
        text(
          new RegExp(`${ROLE_ARN.source}|^${SAML}$`),
          `the ARN of an IAM role, with a * as its last character only, or ${SAML}`,
        ),
      ),
      `a list of role ARNs, and ${SAML}`,
    ).min(1, { error: `at least one role ARN, or ${SAML}` }),
    "principal",
  ).meta({
    description: `Who may assume the forensics responder role: roles of the organisation, which need \`sts:AssumeRole\` on it as well; \`${SAML}\` is whom \`samlProviderArn\` vouches for.`,
    example: ["arn:aws:iam::111122223333:role/responder"],
  }),
  samlProviderArn: text(
    arnForm("iam::\\d{12}:saml-provider/[\\w.-]+"),
    "the ARN of a SAML identity provider",
  )
    .optional()
    .meta({
      description:
        "The account's SAML identity provider, for `saml` among `responderPrincipals` and for the federated roles.",
      example: "arn:aws:iam::222233334444:saml-provider/shibboleth",
    }),
  namespace: text(
    /^[A-Za-z0-9][A-Za-z0-9-]{0,31}$/,
    "1 to 32 letters, digits and hyphens, no hyphen first",
  )
    .optional()
    .meta({
      description:
        "Makes the federated roles, and is what their names begin with; leave it out where the account has them: `<namespace>-saml-securityaudit` (SecurityAudit) and `<namespace>-saml-securityresponse` (AdministratorAccess).",
      example: "example",
    }),
  federatedSessionHours: whole(1, 12, "hours, 1 to 12").default(1).meta({
    description:
      "The longest that a session of the federated roles lasts, in hours; an assertion that asks for more is refused.",
    example: 4,
  }),
  automationRoles: oneOf(["create", "existing", "none"]).default("none").meta({
    description:
      "Execution roles for the Audit account's automation roles. `create` makes them: whoever writes a function there is then an administrator here. `existing`: Control Tower has made them, and nobody else may.",
    example: "existing",
  }),
};

/** The settings of each kind of stack, field by field with their documentation. */
export const SETTINGS = {
  audit: auditShape,
  incident: incidentShape,
  member: memberShape,
} as const;

/** Region and account of the deployment: what every stack has to know to write an ARN. */
interface Place {
  /** Region, from `aws:region`. */
  readonly region: string;
}

/** Settings of an audit stack. */
export type AuditSettings = Place & { readonly kind: "audit" } & z.output<
    z.ZodObject<typeof auditShape>
  >;

/** Settings of an incident's stack. */
export type IncidentSettings = Place & { readonly kind: "incident" } & z.output<
    z.ZodObject<typeof incidentShape>
  >;

/** Settings of a member account's stack. */
export type MemberSettings = Place & { readonly kind: "member" } & z.output<
    z.ZodObject<typeof memberShape>
  >;

/** Settings of any stack. */
export type Settings = AuditSettings | IncidentSettings | MemberSettings;

/** What is wrong with one setting. */
interface Mistake {
  readonly key: string;
  readonly found: unknown;
  readonly required: string;
  readonly example?: unknown;
}

/** A stack's configuration as Pulumi holds it. */
export interface StackConfig {
  readonly project: string;
  readonly stack: string;

  /** Values by full key (`clean-room:kind`, `aws:region`); lists and objects are JSON text. */
  readonly values: Readonly<Record<string, string>>;
}

/** Every mistake of a stack's configuration in one message. */
export class SettingsError extends Refusal {
  public constructor(stack: string, mistakes: readonly Mistake[]) {
    const count = mistakes.length === 1 ? "1 mistake" : `${mistakes.length} mistakes`;
    super(
      `${count} in the configuration of stack ${stack}; nothing was changed`,
      mistakes.map(({ key, found, required, example }) =>
        [
          key,
          `    found:    ${found === undefined ? "nothing" : JSON.stringify(found)}`,
          `    required: ${required}`,
          ...(example === undefined ? [] : [`    example:  ${JSON.stringify(example)}`]),
        ].join("\n"),
      ),
    );
  }
}

/** Reads the settings of the stack that is being deployed. */
export function readSettings(): Settings {
  return parseSettings({
    project: pulumi.getProject(),
    stack: pulumi.getStack(),
    values: pulumi.runtime.allConfig(),
  });
}

/**
 * Checks a stack's configuration.
 *
 * @throws SettingsError with every mistake there is, each with key, value found, what is required.
 */
export function parseSettings({ project, stack, values }: StackConfig): Settings {
  const key = (name: string) => `${project}:${name}`;
  const raw = new Map(
    Object.entries(values)
      .filter(([name]) => name.startsWith(key("")))
      .map(([name, value]) => [name.slice(key("").length), fromConfig(value)]),
  );

  const mistakes: Mistake[] = [];
  const named = raw.get("kind");
  const kind = isKind(named) ? named : likelyKind(stack, [...raw.keys()]);
  if (named !== kind) {
    const required = "the kind of stack: audit, incident or member";
    mistakes.push({ key: key("kind"), found: named, required, example: "incident" });
  }

  const shape: Record<string, z.ZodType> = SETTINGS[kind];
  const parsed: Record<string, unknown> = {};
  // By list, where each entry stood that is left of it.
  const places = new Map<string, readonly number[]>();
  for (const [name, schema] of Object.entries(shape)) {
    const value = readable(schema, raw.get(name));
    const result = schema.safeParse(value);
    if (result.success) {
      parsed[name] = result.data;
      continue;
    }
    const { example } = schema.meta() ?? {};
    const issues = withoutConsequences(result.error.issues);
    mistakes.push(
      ...issues.map((issue) => ({
        key: [key(name), ...issue.path].join("."),
        found: valueAt(raw.get(name), issue.path),
        required:
          issue.code === "unrecognized_keys" ? `no ${issue.keys.join(", ")}` : issue.message,
        example,
      })),
    );
    const right = rightPart(schema, value, issues);
    if (right.value !== undefined) {
      parsed[name] = right.value;
    }
    places.set(name, right.places);
  }

  for (const name of raw.keys()) {
    if (name !== "kind" && !Object.hasOwn(shape, name)) {
      const required = `no such setting; a stack of kind ${kind} has ${Object.keys(shape).join(", ")}`;
      mistakes.push({ key: key(name), found: raw.get(name), required });
    }
  }

  const allowed = fromConfig(values["aws:allowedAccountIds"] ?? "[]");
  const only = Array.isArray(allowed) && allowed.length === 1 ? (allowed[0] as unknown) : undefined;
  const region = values["aws:region"];
  const together: Mistake[] = [];
  if (region === undefined || !isRegion(region)) {
    mistakes.push({ key: "aws:region", found: region, required: KNOWN_REGION });
  } else {
    together.push(...ofAnotherPartition(partitionOf(region).name, region, parsed, ""));
  }
  if (only === undefined || only !== parsed["accountId"]) {
    mistakes.push({
      key: "aws:allowedAccountIds",
      found: allowed,
      required: `exactly the account of ${key("accountId")}, so that no other account is ever changed`,
      example: [parsed["accountId"] ?? "111122223333"],
    });
  }

  together.push(
    ...TOGETHER[kind](
      // What is said of no account can be said of the one that may be changed.
      typeof only === "string" && ACCOUNT.test(only) ? { accountId: only, ...parsed } : parsed,
      {
        region: region !== undefined && isRegion(region) ? region : undefined,
        stack,
        given: (name) => raw.has(name),
        isEmpty: (name) => !raw.has(name) || (raw.get(name) as unknown[] | null)?.length === 0,
      },
    ),
  );
  mistakes.push(
    ...together.map((mistake) => ({ ...mistake, key: key(inPlace(mistake.key, places)) })),
  );
  if (mistakes.length > 0) {
    throw new SettingsError(stack, mistakes);
  }
  return { kind, region, ...parsed } as Settings;
}

type Kind = keyof typeof SETTINGS;

function isKind(value: unknown): value is Kind {
  return typeof value === "string" && Object.hasOwn(SETTINGS, value);
}

/** The kind of a stack that does not say it, so that the rest can be looked at: by its settings, then by its name. */
function likelyKind(stack: string, names: readonly string[]): Kind {
  const byName = /^(audit|member)(-|$)/i.exec(stack)?.[1]?.toLowerCase();
  const kinds = ["incident", "audit", "member"] as const;
  const fits = (kind: Kind) =>
    names.filter((name) => Object.hasOwn(SETTINGS[kind], name)).length +
    (kind === byName ? 0.5 : 0);
  return kinds.reduce((best, kind) => (fits(kind) > fits(best) ? kind : best));
}

/** Of a value that is of the wrong type nothing else is said, such as how long it is. */
function withoutConsequences(issues: readonly z.core.$ZodIssue[]): readonly z.core.$ZodIssue[] {
  const wrong = issues.filter(({ code }) => code === "invalid_type").map(pathOf);
  const first = new Map(issues.map((issue) => [`${pathOf(issue)} ${issue.message}`, issue]));
  return [...first.values()].filter(
    (issue) => issue.code === "invalid_type" || !wrong.includes(pathOf(issue)),
  );
}

function pathOf({ path }: z.core.$ZodIssue): string {
  return path.join(".");
}

/**
 * What is right in a setting that is not: rules about several settings are to find the mistakes of the rest.
 *
 * @returns of an object its right fields; of a list its right entries with their places in it, and the right
 *   fields of those that are objects.
 */
function rightPart(
  schema: z.ZodType,
  value: unknown,
  issues: readonly z.core.$ZodIssue[],
): { readonly value: unknown; readonly places: readonly number[] } {
  const type = typeOf(schema);
  if (type === "array" && Array.isArray(value)) {
    const right = value.flatMap((entry: unknown, index) => {
      const own = issues.flatMap(({ code, path: [at, ...path] }) =>
        at === index ? [{ code, path }] : [],
      );
      if (own.length > 0) {
        const inFields = own.every(
          ({ code, path }) => path.length > 0 || code === "custom" || code === "unrecognized_keys",
        );
        return inFields && typeof entry === "object" && entry !== null
          ? [{ index, entry: without(entry, own) }]
          : [];
      }
      // With its defaults, unless the list has to have more than one.
      const [whole] = (schema.safeParse([entry]).data ?? [entry]) as unknown[];
      return [{ index, entry: whole }];
    });
    return {
      value: right.map(({ entry }) => entry),
      places: right.map(({ index }) => index),
    };
  }
  return type === "object" && typeof value === "object" && value !== null
    ? { value: schema.safeParse(without(value, issues)).data, places: [] }
    : { value: undefined, places: [] };
}

/** An object without the fields in which something is wrong. */
function without(
  value: object,
  issues: readonly { readonly path: readonly PropertyKey[] }[],
): object {
  return Object.fromEntries(
    Object.entries(value).filter(([name]) => issues.every(({ path }) => path[0] !== name)),
  );
}

/** The key of a mistake in a list of which only the right entries were looked at. */
function inPlace(key: string, places: ReadonlyMap<string, readonly number[]>): string {
  const [name = "", index, ...rest] = key.split(".");
  const place = places.get(name)?.[Number(index)];
  return place === undefined ? key : [name, place, ...rest].join(".");
}

/** What Image Builder takes as a key (API reference, TagKey). */
const IMAGE_BUILDER_KEY = /^[A-Za-z0-9+\-=._:/]+$/;

/** A boundary is found in the account of the role, or is AWS's own. */
function boundaryMistakes(accountId: string | undefined, arn: string | undefined): Mistake[] {
  const owner = arn?.split(":")[4] ?? "aws";
  return owner === "aws" || accountId === undefined || owner === accountId
    ? []
    : [
        {
          key: "permissionsBoundary",
          found: arn,
          required: `a policy of account ${accountId}, or one of AWS's own: IAM finds no other`,
        },
      ];
}

/** ARNs of another partition than the stack's Region: neither side can name the other. */
function ofAnotherPartition(
  partition: string,
  region: string,
  value: unknown,
  path: string,
): Mistake[] {
  if (typeof value === "string") {
    const [prefix, of, , ofArn = ""] = value.split(":");
    const isArn = prefix === "arn";
    const place = isArn ? ofArn : value;
    return (isArn && of !== partition) || (isRegion(place) && partitionOf(place).name !== partition)
      ? [
          {
            key: path,
            found: value,
            required: `${isArn ? "an ARN" : "a Region"} of partition ${partition}, that of ${region}`,
          },
        ]
      : [];
  }
  return typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([name, inner]) =>
        ofAnotherPartition(partition, region, inner, path === "" ? name : `${path}.${name}`),
      )
    : [];
}

/** What a configuration tells beside the values of its settings. */
interface Stack {
  readonly stack: string;

  /** Undefined where it is none that is known. */
  readonly region: string | undefined;

  /** Whether a setting is there, be it right or wrong. */
  readonly given: (name: string) => boolean;

  /** Whether it is left out, or a list without an entry, right or wrong. */
  readonly isEmpty: (name: string) => boolean;
}

/** What is wrong with settings that are right each by itself; of those that were not there is what is right. */
function auditMistakes(settings: Partial<AuditSettings>, { region }: Stack): Mistake[] {
  const { accountId, vpcCidr, slotsPerZone, availabilityZones } = settings;
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
    const { subnetsPerVpc, routeTablesPerVpc } = settings.quotas ?? QUOTAS;
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
  for (const name of ["foundationDeployers", "incidentDeployers", "custodians"] as const) {
    for (const [index, arn] of (settings[name] ?? []).entries()) {
      if (accountId !== undefined && arn.split(":")[4] !== accountId) {
        const required = `a role of account ${accountId}: key and vault policies know no other`;
        mistakes.push({ key: `${name}.${index}`, found: arn, required });
      }
    }
  }
  mistakes.push(...boundaryMistakes(accountId, settings.permissionsBoundary));
  for (const [key, value] of Object.entries(
    settings.image === "off" ? {} : (settings.tags ?? {}),
  )) {
    if (!IMAGE_BUILDER_KEY.test(key)) {
      const required =
        "a key of letters, digits and + - = . _ : /, as Image Builder takes no other, or image off";
      mistakes.push({ key: `tags.${key}`, found: value, required });
    }
  }
  for (const [index, zone] of (availabilityZones ?? []).entries()) {
    if (region !== undefined && zone.slice(0, -1) !== region) {
      const required = `an Availability Zone of ${region}, the stack's Region`;
      const example = `${region}a`;
      mistakes.push({ key: `availabilityZones.${index}`, found: zone, required, example });
    }
  }
  return mistakes;
}

function incidentMistakes(
  settings: Partial<IncidentSettings>,
  { stack, region, isEmpty }: Stack,
): Mistake[] {
  const { ticket, slot, reach, isolationSecurityGroup: group, suspectCidrs, accountId } = settings;
  const mistakes: Mistake[] = [];
  if (stack !== stack.toLowerCase()) {
    const required = "a stack whose name is the ticket in lower case; make it anew";
    mistakes.push({
      key: "ticket",
      found: `stack ${stack}`,
      required,
      example: stack.toLowerCase(),
    });
  } else if (ticket !== undefined && ticket.toLowerCase() !== stack) {
    const required = `the ticket of this stack: in lower case it is the stack's name, ${stack}`;
    mistakes.push({ key: "ticket", found: ticket, required, example: stack.toUpperCase() });
  }
  if (slot !== undefined && region !== undefined && !slot.startsWith(region)) {
    const required = `a slot of ${region}, the stack's Region`;
    mistakes.push({ key: "slot", found: slot, required, example: `${region}a-1` });
  }
  if (suspectCidrs !== undefined) {
    // A reach that is none may have meant this one.
    if ((reach ?? "cidr") === "cidr" && isEmpty("suspectCidrs")) {
      const required = "the suspect's address range: reach cidr has no other name for it";
      mistakes.push({ key: "suspectCidrs", found: [], required, example: ["10.20.30.40/32"] });
    }
    if (reach !== undefined && reach !== "cidr" && suspectCidrs.length > 0) {
      const required = `nothing: with reach ${reach} the isolation group names the suspect`;
      mistakes.push({ key: "suspectCidrs", found: suspectCidrs, required });
    }
    mistakes.push(...overlaps("suspectCidrs", suspectCidrs));
  }
  const ports = settings.ports?.filter(isPort);
  mistakes.push(...openedTwice(settings.tools, ports));
  if (suspectCidrs !== undefined) {
    const rules = suspectRules(
      "",
      settings.tools ?? [],
      ports ?? [],
      (reach ?? "cidr") === "cidr" ? { cidrs: suspectCidrs } : ANYWHERE,
    );
    mistakes.push(
      ...tooManyRules(
        rules,
        { ingress: 0, egress: OWN_EGRESS_RULES },
        settings.quotas,
        { key: "suspectCidrs", found: suspectCidrs },
        "name one wider range for several addresses, or fewer tools",
      ),
    );
  }
  if (reach !== undefined && group !== undefined) {
    const account = group.includes("/") ? group.split("/")[0] : undefined;
    if (reach === "peering" && account === undefined) {
      const required = "the group with its account: a peered group is referenced as account/group";
      const example = `222233334444/${group}`;
      mistakes.push({ key: "isolationSecurityGroup", found: group, required, example });
    }
    if (reach === "same-vpc" && account !== undefined && account !== accountId) {
      const required = `a group of account ${accountId ?? "accountId"}: the room's VPC has no other`;
      mistakes.push({ key: "isolationSecurityGroup", found: group, required });
    }
  }
  mistakes.push(...suspectKeyMistakes(settings, region));
  return mistakes;
}

/** What is wrong with keys that are to be granted. */
function suspectKeyMistakes(
  { suspectKeys = [], accountId }: Partial<IncidentSettings>,
  region: string | undefined,
): Mistake[] {
  return suspectKeys.flatMap((suspect: Partial<(typeof suspectKeys)[number]>, index) => {
    const { keyArn: arn, assumeRole } = suspect;
    if (arn === undefined) {
      return [];
    }
    const [, , , keyRegion, account = ""] = arn.split(":");
    const key = (name: string) => `suspectKeys.${index}.${name}`;
    const mistakes: Mistake[] = [];
    if (account === accountId) {
      const required = `a key of another account than ${accountId}, whose own keys need no grant`;
      mistakes.push({ key: key("keyArn"), found: arn, required });
    }
    if (region !== undefined && keyRegion !== region) {
      const required = `a key of ${region}, the stack's Region`;
      mistakes.push({ key: key("keyArn"), found: arn, required });
    }
    if (assumeRole !== undefined && assumeRole.split(":")[4] !== account) {
      const required = `a role of account ${account}, the key's`;
      mistakes.push({ key: key("assumeRole"), found: assumeRole, required });
    }
    return mistakes;
  });
}

function memberMistakes(
  settings: Partial<MemberSettings>,
  { stack, given, isEmpty }: Stack,
): Mistake[] {
  const { accountId, auditAccountId, samlProviderArn } = settings;
  const { workstationCidrs = [], tools = [] } = settings;
  const ports = settings.ports?.filter(isPort) ?? [];
  const mistakes: Mistake[] = [];
  if (!/^member(-|$)/.test(stack)) {
    const required =
      "a stack whose name begins with member-: policies know it by that; make it anew";
    const example = `stack member-${accountId ?? "222233334444"}`;
    mistakes.push({ key: "kind", found: `stack ${stack}`, required, example });
  }
  mistakes.push(...overlaps("workstationCidrs", workstationCidrs), ...openedTwice(tools, ports));
  mistakes.push(
    ...tooManyRules(
      isolationRules(tools, ports, workstationCidrs),
      { ingress: 0, egress: 0 },
      settings.quotas,
      { key: "workstationCidrs", found: workstationCidrs },
      "name wider ranges, such as the forensics VPC, or fewer tools",
    ),
  );
  mistakes.push(...boundaryMistakes(accountId, settings.permissionsBoundary));
  for (const [index, arn] of (settings.foreignKeyArns ?? []).entries()) {
    if (arn.split(":")[4] === accountId) {
      const required = `a key of another account than ${accountId}, whose own keys need no mention`;
      mistakes.push({ key: `foreignKeyArns.${index}`, found: arn, required });
    }
  }
  const deployers = settings.incidentDeployers ?? [];
  // A word that is neither on nor off may have meant on.
  if (settings.transferKey !== "off" && isEmpty("incidentDeployers")) {
    const required = "at least one role ARN: with transferKey on somebody has to grant the key";
    const { example } = memberShape.incidentDeployers.meta() ?? {};
    mistakes.push({ key: "incidentDeployers", found: deployers, required, example });
  }
  for (const [index, arn] of deployers.entries()) {
    if (auditAccountId !== undefined && arn.split(":")[4] !== auditAccountId) {
      const required = `a role of the Audit account ${auditAccountId}: rooms are opened there`;
      mistakes.push({ key: `incidentDeployers.${index}`, found: arn, required });
    }
  }
  const regions = (settings.transferKeyArns ?? []).map((arn) => arn.split(":")[3]);
  for (const [index, arn] of (settings.transferKeyArns ?? []).entries()) {
    const key = `transferKeyArns.${index}`;
    if (auditAccountId !== undefined && arn.split(":")[4] !== auditAccountId) {
      const required = `a key of the Audit account ${auditAccountId}`;
      mistakes.push({ key, found: arn, required });
    }
    if (regions.indexOf(regions[index]) < index) {
      mistakes.push({
        key,
        found: arn,
        required: "one key per Region: its foundation has no other",
      });
    }
  }
  if (samlProviderArn !== undefined && accountId !== undefined) {
    if (samlProviderArn.split(":")[4] !== accountId) {
      const required = `a provider of account ${accountId}: IAM trusts no other`;
      mistakes.push({ key: "samlProviderArn", found: samlProviderArn, required });
    }
  }
  if (!given("samlProviderArn") && given("namespace")) {
    const required = "samlProviderArn as well: the roles of a namespace trust it";
    const { example } = memberShape.samlProviderArn.meta() ?? {};
    mistakes.push({ key: "samlProviderArn", found: undefined, required, example });
  }
  const saml = (settings.responderPrincipals ?? []).indexOf(SAML);
  if (saml >= 0 && !given("samlProviderArn")) {
    const required = "samlProviderArn as well, or no saml: nobody could assume the role";
    mistakes.push({ key: `responderPrincipals.${saml}`, found: SAML, required });
  }
  return mistakes;
}

/** By kind of stack, what looks at all of its settings together. */
const TOGETHER = { audit: auditMistakes, incident: incidentMistakes, member: memberMistakes };

/** Ranges of a setting that have addresses in common with an earlier one. */
function overlaps(setting: string, cidrs: readonly string[]): Mistake[] {
  return cidrs.flatMap((cidr, index) => {
    const range = parseCidr(cidr);
    const twin = cidrs.slice(0, index).find((other) => {
      const is = parseCidr(other);
      return range !== undefined && is !== undefined && overlap(range, is);
    });
    return twin === undefined || twin === cidr
      ? []
      : [{ key: `${setting}.${index}`, found: cidr, required: `a range apart from ${twin}` }];
  });
}

/** More rules of a direction than a group can have: EC2 refuses them in mid-deployment. */
function tooManyRules(
  rules: readonly SecurityGroupRule[],
  own: Readonly<Record<SecurityGroupRule["direction"], number>>,
  { rulesPerGroup }: { readonly rulesPerGroup: number } = QUOTAS,
  setting: Pick<Mistake, "key" | "found">,
  instead: string,
): Mistake[] {
  return (["ingress", "egress"] as const).flatMap((way) => {
    const count = own[way] + rules.filter(({ direction }) => direction === way).length;
    return count > rulesPerGroup
      ? [
          {
            ...setting,
            required: `ranges, tools and ports that make at most ${rulesPerGroup} ${way} rules: these make ${count}; ${instead}; or have AWS raise the quota and say so in quotas`,
          },
        ]
      : [];
  });
}

/** Whether all that makes a rule of a port is right. */
function isPort({ protocol, fromPort, toPort, initiator }: Partial<CustomPort>): boolean {
  return [protocol, fromPort, toPort, initiator].every((field) => field !== undefined);
}

/** Ports named twice: EC2 refuses a second rule of the same ports and direction in mid-deployment. */
function openedTwice(
  tools: readonly ToolName[] = [],
  customPorts: readonly CustomPort[] = [],
): Mistake[] {
  const mistakes: Mistake[] = [];
  const opened = new Map<string, string>();
  for (const rule of suspectRules("", tools, customPorts, ANYWHERE)) {
    const ports = `${rule.direction} ${rule.protocol} ${rule.fromPort}-${rule.toPort}`;
    const first = opened.get(ports);
    if (first !== undefined) {
      const required = `${ports} opened once: ${first} opens it already`;
      mistakes.push({ key: "ports", found: rule.tool, required });
    }
    opened.set(ports, rule.tool);
  }
  return mistakes;
}

/** Stands for the suspect where only the ports matter. */
const ANYWHERE = { cidrs: ["any"] };

/** A configuration as Pulumi hands it to a program: every value as text, lists and objects as JSON. */
export function asText(config: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}

/** Pulumi keeps lists and objects, and nothing else, as JSON text that begins with a bracket. */
function fromConfig(value: string): unknown {
  if (/^\s*[[{]/.test(value)) {
    try {
      return JSON.parse(value) as unknown;
    } catch {
      return value;
    }
  }
  return value;
}

/** What a setting is of JSON's types. */
function typeOf(schema: z.ZodType): string | undefined {
  return (z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as { type?: string })
    .type;
}

/** Numbers and booleans come as text: reads them where the setting is one. */
function readable(schema: z.ZodType, value: unknown): unknown {
  const kind = typeOf(schema);
  if (typeof value === "string" && (kind === "integer" || kind === "number")) {
    return /^-?\d+$/.test(value) ? Number(value) : value;
  }
  if (kind === "boolean" && (value === "true" || value === "false")) {
    return value === "true";
  }
  return value;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce(
    (inner, step) => (inner as Record<PropertyKey, unknown> | undefined)?.[step],
    value,
  );
}
