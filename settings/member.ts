import { z } from "zod";

import { parseArn } from "../components/aws/arn";
import { exactly, VPC_ID } from "../components/aws/ids";
import { SAML } from "../components/member/memberTrust";
import { KNOWN_REGION, REGION_NAME } from "../components/aws/partition";
import { portsOpenedAt, TOOL_NAMES } from "../components/toolPorts";
import { accountSwitches } from "./accountSwitches";
import { arnForm, keyArn, ofOtherAccounts, ROLE_ARN, roleArns, withItsPath } from "./arns";
import { boundary, boundaryMistakes } from "./boundary";
import { ADDRESS, common } from "./common";
import {
  accountId,
  flag,
  listOf,
  oneOf,
  organizationId,
  sha256,
  text,
  unique,
  whole,
} from "./forms";
import type { Mistake, StackFacts } from "./mistake";
import { customPorts, isPort, openedTwice, toolNames } from "./ports";
import { quotas, tooManyRules } from "./quotas";
import { narrowCidr, overlaps } from "./ranges";
import { demanded } from "./tags";

/** Key of an object that a policy and a URL name as it is. */
const OBJECT_KEY = /^[A-Za-z0-9!_.'()-][A-Za-z0-9!_.'()/-]{0,255}$/;

const memberVpc = z.strictObject(
  {
    vpcId: text(exactly(VPC_ID), "a VPC id: vpc- and 8 to 17 hexadecimal digits"),
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

/** The settings of a member account's stack, in the order of the table in docs/settings.md. */
export const memberShape = {
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
    listOf(narrowCidr("the workstation slots"), "a list of IPv4 CIDRs"),
    "range",
  ).meta({
    description:
      "Ranges of the workstation slots, as `pulumi stack output slots` of every audit stack lists them, or of the forensics VPCs; `[]` where `link: on` has each room open the isolation groups for its own slot.",
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
  link: oneOf(["off", "on"]).default("off").meta({
    description:
      "`on` makes the role by which rooms are linked to the suspects in `vpcs` (`link` of a room): it accepts the Audit account's peering connection, and opens routes and isolation groups for a room's slot while that is open.",
    example: "on",
  }),
  containment: oneOf(["off", "on"]).default("off").meta({
    description:
      "`on` makes the runbook that contains an instance of `vpcs`, which the responder role may start, the role that it works as, and the one by which the Audit account may have it started (`containmentAccounts` of the audit stack).",
    example: "on",
  }),
  containmentApprovers: roleArns(0)
    .default([])
    .meta({
      description:
        "Roles of the account one of which has to approve each containment before anything is changed; `[]`: it starts at once.",
      example: ["arn:aws:iam::222233334444:role/incident-commander"],
    }),
  acquisition: z
    .strictObject(
      {
        vault: text(
          /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9][.]s3[.][a-z0-9-]+[.][a-z0-9][a-z0-9.-]*$/,
          "the vault's host, <bucket>.s3.<Region>.amazonaws.com",
        ),
        avml: sha256("AVML's SHA-256: 64 hexadecimal digits"),
        busybox: sha256("busybox's SHA-256: 64 hexadecimal digits"),
        winpmem: sha256("WinPmem's SHA-256: 64 hexadecimal digits").optional(),
        tools: z
          .strictObject(
            {
              bucket: text(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "the name of a bucket"),
              avml: text(OBJECT_KEY, "the key of AVML's object, without wildcards"),
              busybox: text(OBJECT_KEY, "the key of busybox's object, without wildcards"),
              winpmem: text(
                OBJECT_KEY,
                "the key of WinPmem's object, without wildcards",
              ).optional(),
            },
            { error: "bucket, avml and busybox, winpmem for Windows" },
          )
          .optional(),
      },
      {
        error:
          "vault, avml and busybox, winpmem for Windows, and tools where many are acquired at once",
      },
    )
    .optional()
    .meta({
      description:
        "Makes the document by which the memory and the volatile state of a running Linux go into the vault, in each Region of `vpcs`; the responder role may send it to machines that carry a ticket (`npx clean-room acquire`, which says these values): the host of the one `vault`, and the SHA-256 of the only programs that run there. With `tools`, the bucket in the vault's Region that has the programs and their keys, and with `containment: on`, also the runbook by which the Audit account has many acquired at once. With `winpmem` it acquires a running Windows as well, among many where `tools` has its key, which was never tried on one.",
      example: {
        vault: "vault-bucket-0a1b2c3.s3.us-east-1.amazonaws.com",
        avml: "9a3f6a1bd1ea9f3e54bfbde0c6e0c8ed7c1bc9f0d9f3a6d8a21c57e01df2b4c6",
        busybox: "4a7dc1e0c5b2f6983d1e0a9b8c7d6e5f4a3b2c1d0e9f8a7b6c5d4e3f2a1b0c9d",
      },
    }),
  incidentDeployers: roleArns(0)
    .default([])
    .meta({
      description:
        "Roles of the Audit account that open rooms, as in the audit stack. With `transferKey: on` they may have the account's key granted, with `link: on` they may link rooms to it, with `containment: on` they see how far it is.",
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
  ...accountSwitches,
  automationRoles: oneOf(["create", "existing", "none"]).default("none").meta({
    description:
      "Execution roles for the Audit account's automation roles. `create` makes them: whoever writes a function there is then an administrator here. `existing`: Control Tower has made them, and nobody else may.",
    example: "existing",
  }),
};

type Given = Partial<z.output<z.ZodObject<typeof memberShape>>>;

/** What is wrong with settings that are right each by itself; of those that were not there is what is right. */
export function memberMistakes(settings: Given, facts: StackFacts): Mistake[] {
  const { accountId, workstationCidrs = [], tools = [] } = settings;
  const ports = settings.ports?.filter(isPort) ?? [];
  return [
    ...nameMistakes(accountId, facts.stack),
    ...overlaps("workstationCidrs", workstationCidrs),
    ...openedTwice(tools, ports),
    ...tooManyRules(
      portsOpenedAt("suspect", tools, ports),
      workstationCidrs.length,
      0,
      settings.quotas,
      { key: "workstationCidrs", found: workstationCidrs },
      "name wider ranges, such as the forensics VPC, or fewer tools",
    ),
    ...boundaryMistakes(accountId, settings.permissionsBoundary),
    ...foreignKeyMistakes(settings),
    ...linkMistakes(settings, facts),
    ...containmentMistakes(settings),
    ...acquisitionMistakes(settings),
    ...deployerMistakes(settings, facts),
    ...transferKeyMistakes(settings),
    ...samlMistakes(settings, facts),
  ];
}

/** Policies know the stack by its name. */
function nameMistakes(accountId: string | undefined, stack: string): Mistake[] {
  if (/^member(-|$)/.test(stack)) {
    return [];
  }
  const required = "a stack whose name begins with member-: policies know it by that; make it anew";
  const example = `stack member-${accountId ?? "222233334444"}`;
  return [{ key: "kind", found: `stack ${stack}`, required, example }];
}

/** Keys of the account itself need no mention. */
function foreignKeyMistakes({ accountId, foreignKeyArns = [] }: Given): Mistake[] {
  return foreignKeyArns.flatMap((arn, index) =>
    parseArn(arn).account === accountId
      ? [
          {
            key: `foreignKeyArns.${index}`,
            found: arn,
            required: `a key of another account than ${accountId}, whose own keys need no mention`,
          },
        ]
      : [],
  );
}

/** What a link leads to is there, and without one the isolation groups are opened beforehand. */
function linkMistakes({ link, vpcs }: Given, { isEmpty }: StackFacts): Mistake[] {
  const mistakes: Mistake[] = [];
  if (link === "off" && isEmpty("workstationCidrs")) {
    const required = "at least one range: with link off nobody else opens the isolation groups";
    const { example } = memberShape.workstationCidrs.meta() ?? {};
    mistakes.push({ key: "workstationCidrs", found: [], required, example });
  }
  if (link === "on" && vpcs?.length === 0) {
    const required = "at least one VPC: with link on rooms are linked to one's isolation group";
    const { example } = memberShape.vpcs.meta() ?? {};
    mistakes.push({ key: "vpcs", found: [], required, example });
  }
  return mistakes;
}

/** What can be contained is in one of the VPCs, and approved by somebody where approval is asked for. */
function containmentMistakes({ containment, containmentApprovers = [], vpcs }: Given): Mistake[] {
  const mistakes: Mistake[] = [];
  if (containment === "on" && vpcs?.length === 0) {
    const required = "at least one VPC: with containment on instances go into its isolation group";
    const { example } = memberShape.vpcs.meta() ?? {};
    mistakes.push({ key: "vpcs", found: [], required, example });
  }
  const wide = containmentApprovers.filter((arn) => arn.endsWith("*"));
  if (wide.length > 0) {
    const required = "whole ARNs: Systems Manager asks roles that it is given by name";
    const { example } = memberShape.containmentApprovers.meta() ?? {};
    mistakes.push({ key: "containmentApprovers", found: wide, required, example });
  }
  return mistakes;
}

/** The document is in the Regions of the VPCs. */
function acquisitionMistakes({ acquisition, vpcs, containment }: Given): Mistake[] {
  if (acquisition?.tools !== undefined && containment === "off") {
    const required =
      "none without containment: on, whose role the Audit account starts runbooks by";
    return [{ key: "acquisition.tools", found: acquisition.tools, required }];
  }
  if (acquisition?.tools?.winpmem !== undefined && acquisition.winpmem === undefined) {
    const required = "none without winpmem in acquisition, its SHA-256: the document lets none run";
    return [{ key: "acquisition.tools.winpmem", found: acquisition.tools.winpmem, required }];
  }
  if (acquisition === undefined || vpcs?.length !== 0) {
    return [];
  }
  const required = "at least one VPC: with acquisition on the document is in its Region";
  const { example } = memberShape.vpcs.meta() ?? {};
  return [{ key: "vpcs", found: [], required, example }];
}

/** Who grants the account's transfer key is somebody, and of the Audit account. */
function deployerMistakes(settings: Given, { isEmpty }: StackFacts): Mistake[] {
  const { auditAccountId, incidentDeployers = [], transferKey, link } = settings;
  const mistakes: Mistake[] = [];
  // A word that is neither on nor off may have meant on.
  if ((transferKey !== "off" || link !== "off") && isEmpty("incidentDeployers")) {
    const required =
      transferKey === "off"
        ? "at least one role ARN: with link on somebody has to link rooms"
        : "at least one role ARN: with transferKey on somebody has to grant the key";
    const { example } = memberShape.incidentDeployers.meta() ?? {};
    mistakes.push({ key: "incidentDeployers", found: incidentDeployers, required, example });
  }
  const ofAuditAccount = `a role of the Audit account ${auditAccountId}: rooms are opened there`;
  return [
    ...mistakes,
    ...ofOtherAccounts("incidentDeployers", incidentDeployers, auditAccountId, ofAuditAccount),
  ];
}

/** Transfer keys are the Audit account's, one per Region. */
function transferKeyMistakes({ auditAccountId, transferKeyArns = [] }: Given): Mistake[] {
  const keys = transferKeyArns.map(parseArn);
  return transferKeyArns.flatMap((found, index) => {
    const own = keys[index];
    const at = { key: `transferKeyArns.${index}`, found };
    return [
      ...(auditAccountId !== undefined && own?.account !== auditAccountId
        ? [{ ...at, required: `a key of the Audit account ${auditAccountId}` }]
        : []),
      ...(keys.findIndex(({ region }) => region === own?.region) < index
        ? [{ ...at, required: "one key per Region: its foundation has no other" }]
        : []),
    ];
  });
}

/** The SAML identity provider is the account's, and there where something trusts it. */
function samlMistakes(settings: Given, { given }: StackFacts): Mistake[] {
  const { accountId, samlProviderArn, responderPrincipals = [] } = settings;
  const mistakes: Mistake[] = [];
  if (samlProviderArn !== undefined && accountId !== undefined) {
    if (parseArn(samlProviderArn).account !== accountId) {
      const required = `a provider of account ${accountId}: IAM trusts no other`;
      mistakes.push({ key: "samlProviderArn", found: samlProviderArn, required });
    }
  }
  if (!given("samlProviderArn") && given("namespace")) {
    const required = "samlProviderArn as well: the roles of a namespace trust it";
    const { example } = memberShape.samlProviderArn.meta() ?? {};
    mistakes.push({ key: "samlProviderArn", found: undefined, required, example });
  }
  const saml = responderPrincipals.indexOf(SAML);
  if (saml >= 0 && !given("samlProviderArn")) {
    const required = "samlProviderArn as well, or no saml: nobody could assume the role";
    mistakes.push({ key: `responderPrincipals.${saml}`, found: SAML, required });
  }
  return mistakes;
}
