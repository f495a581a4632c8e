import { z } from "zod";

import { exactly, IMAGE_ID, INTERFACE_ID, SECURITY_GROUP_ID } from "../components/aws/ids";
import { GP3, USUAL_THROUGHPUT } from "../components/evidence/copies/volumePerformance";
import { Case, TICKET, TICKET_FORM } from "../components/case";
import { REGION_NAME } from "../components/aws/partition";
import { CAPTURE_PORT, portsOpenedAt, TOOL_NAMES } from "../components/toolPorts";
import { roleArn, roleArns } from "./arns";
import { common } from "./common";
import { evidence } from "./evidence";
import { flag, instanceType, listOf, oneOf, text, unique, whole } from "./forms";
import { rootVolumeGiB, unknownWorkstations, workstations } from "./workstations";
import type { Mistake, StackFacts } from "./mistake";
import { LINKS, linkMistakes, MOST_CAPTURED } from "./link";
import { customPorts, isPort, MOST_PORTS, openedTwice, toolNames } from "./ports";
import { quotas, tooManyRules } from "./quotas";
import { narrowCidr, overlaps } from "./ranges";
import { suspectKeyMistakes, suspectKeys } from "./suspectKeys";
import { demanded } from "./tags";

/** Rules to the endpoints and to S3, which every room's group has; S3's prefix list counts as one. */
const OWN_EGRESS_RULES = 2;

/** The settings of an incident's stack, in the order of the table in docs/settings.md. */
export const incidentShape = {
  ...common,
  ...demanded("incident", "on every resource, volumes, copies and custody records among them"),
  quotas: quotas("rulesPerGroup", "routesPerTable", "peeringsPerVpc"),
  ticket: text(exactly(TICKET), `${TICKET_FORM}: it becomes a tag, a stack name and an S3 prefix`)
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
    exactly(SECURITY_GROUP_ID),
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
      description: "Addresses of the compromised instance, for `reach: cidr` and for a `link`.",
      example: ["10.20.30.40/32"],
    }),
  link: oneOf(LINKS).default("none").meta({
    description:
      "The way to the suspect: `none` makes none; `peering` peers the forensics VPC with the suspect's, for this slot and the suspect's subnets only, and ends with the room; `transit-gateway` leads over the one that both VPCs are attached to, and leaves the attachments; `existing` leads over the peering connection that is there already, and leaves that.",
    example: "peering",
  }),
  capture: unique(
    listOf(
      text(exactly(INTERFACE_ID), "a network interface id: eni- and 8 to 17 hexadecimal digits"),
      "a list of network interface ids",
    ).max(MOST_CAPTURED, { error: `at most ${MOST_CAPTURED} interfaces` }),
    "interface",
  )
    .default([])
    .meta({
      description: `The suspect's network interfaces whose traffic is mirrored to the workstation over the \`link\`, at most ${MOST_CAPTURED}: from addresses of \`suspectCidrs\` only.`,
      example: ["eni-0123456789abcdef0"],
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
  evidence,
  suspectKeys,
  amiId: text(exactly(IMAGE_ID), "an AMI id: ami- and 8 to 17 hexadecimal digits").optional().meta({
    description: "Forensics image to use instead of the audit stack's newest one.",
    example: "ami-0123456789abcdef0",
  }),
  instanceType: instanceType().default("r6i.xlarge").meta({
    description:
      "The workstation's size, decided when the room is opened: on the Nitro hypervisor, of the image's architecture, offered in the slot's zone.",
    example: "r6i.xlarge",
  }),
  rootVolumeGiB: rootVolumeGiB().default(100).meta({
    description: "Size of the workstation's root volume, in GiB, decided when the room is opened.",
    example: 100,
  }),
  workstations,
  copyMinutes: whole(15, 2880, "minutes, 15 to 2880, in steps of 15")
    .multipleOf(15, { error: "minutes, 15 to 2880, in steps of 15" })
    .optional()
    .meta({
      description:
        "Have EBS complete each preserved copy within so many minutes (time-based copy, billed). Without it a copy takes as long as it takes.",
      example: 60,
    }),
  workingVolumeThroughput: whole(
    GP3.least.throughput,
    GP3.mostThroughput,
    "MiB/s, 125 to 2000, as EBS has it for gp3",
  )
    .default(USUAL_THROUGHPUT)
    .meta({
      description:
        "How fast working volumes can be read, in MiB/s, decided when each is made; above 750 with more IOPS, four for each MiB/s. [What it costs](costs.md).",
      example: 500,
    }),
  workingVolumeInitializationRate: whole(
    GP3.initializationRate.least,
    GP3.initializationRate.most,
    "MiB/s, 100 to 300, as EBS has it",
  )
    .optional()
    .meta({
      description:
        "Have EBS fill each working volume from its copy at so many MiB/s, decided when it is made (billed). Without it EBS says of no rate when a volume is filled.",
      example: 300,
    }),
  closing: flag().default(false).meta({
    description:
      "true has the next `up` write the closing record, and the one after it lift the room's protection; then destroy.",
    example: true,
  }),
};

type Given = Partial<z.output<z.ZodObject<typeof incidentShape>>>;

/** What is wrong with settings that are right each by itself; of those that were not there is what is right. */
export function incidentMistakes(
  settings: Given,
  { stack, region, isEmpty }: StackFacts,
): Mistake[] {
  const ports = settings.ports?.filter(isPort);
  const captured = (settings.capture ?? []).length > 0 ? [CAPTURE_PORT] : [];
  return [
    ...ticketMistakes(settings, stack),
    ...slotMistakes(settings, region),
    ...suspectRangeMistakes(settings, isEmpty),
    ...openedTwice(settings.tools, [...captured, ...(ports ?? [])]),
    ...captureNameMistakes(settings),
    ...ruleMistakes(settings, ports),
    ...isolationGroupMistakes(settings),
    ...linkMistakes(settings),
    ...unknownWorkstations(settings.evidence, settings.workstations),
    ...suspectKeyMistakes(settings.suspectKeys, settings.accountId, region),
  ];
}

/** The stack's name is the ticket in lower case. */
function ticketMistakes({ ticket }: Given, stack: string): Mistake[] {
  if (stack !== stack.toLowerCase()) {
    const required = "a stack whose name is the ticket in lower case; make it anew";
    return [{ key: "ticket", found: `stack ${stack}`, required, example: stack.toLowerCase() }];
  }
  if (ticket !== undefined && new Case(ticket).stack !== stack) {
    const required = `the ticket of this stack: in lower case it is the stack's name, ${stack}`;
    return [{ key: "ticket", found: ticket, required, example: stack.toUpperCase() }];
  }
  return [];
}

/** A slot is of the stack's Region. */
function slotMistakes({ slot }: Given, region: string | undefined): Mistake[] {
  if (slot === undefined || region === undefined || slot.startsWith(region)) {
    return [];
  }
  const required = `a slot of ${region}, the stack's Region; or the slot's own in aws:region`;
  return [{ key: "slot", found: slot, required, example: `${region}a-1` }];
}

/** Ranges name the suspect with reach cidr, and say where a link leads. */
function suspectRangeMistakes(
  { reach, suspectCidrs, link }: Given,
  isEmpty: StackFacts["isEmpty"],
): Mistake[] {
  if (suspectCidrs === undefined) {
    return [];
  }
  const mistakes: Mistake[] = [];
  // A reach that is none may have meant this one.
  if ((reach ?? "cidr") === "cidr" && isEmpty("suspectCidrs")) {
    const required = "the suspect's address range: reach cidr has no other name for it";
    mistakes.push({ key: "suspectCidrs", found: [], required, example: ["10.20.30.40/32"] });
  }
  const linked = link !== undefined && link !== "none";
  if (reach !== undefined && reach !== "cidr" && !linked && suspectCidrs.length > 0) {
    const required = `nothing: with reach ${reach} the isolation group names the suspect`;
    mistakes.push({ key: "suspectCidrs", found: suspectCidrs, required });
  }
  return [...mistakes, ...overlaps("suspectCidrs", suspectCidrs)];
}

/** Records and rules call the mirrored traffic's port so. */
function captureNameMistakes({ ports = [], capture = [] }: Given): Mistake[] {
  const { name } = CAPTURE_PORT;
  return capture.length > 0 && ports.some((port) => port.name === name)
    ? [{ key: "ports", found: name, required: `another name than ${name}, with capture set` }]
    : [];
}

/** The workstation's group has rules for so many ports of so many ranges. */
function ruleMistakes(
  { reach, suspectCidrs, tools = [], capture = [], quotas: given }: Given,
  ports: Given["ports"] = [],
): Mistake[] {
  if (suspectCidrs === undefined) {
    return [];
  }
  // An isolation group is one name; mirrored traffic is let in by its addresses always.
  const byGroup = (reach ?? "cidr") !== "cidr";
  const mirrored = capture.length === 0 ? 0 : byGroup ? suspectCidrs.length : 1;
  return tooManyRules(
    portsOpenedAt("room", tools, [
      ...ports,
      ...Array.from({ length: mirrored }, () => CAPTURE_PORT),
    ]),
    byGroup ? 1 : suspectCidrs.length,
    OWN_EGRESS_RULES,
    given,
    { key: "suspectCidrs", found: suspectCidrs },
    "name one wider range for several addresses, or fewer tools",
  );
}

/** How a rule may name the isolation group, by its account. */
function isolationGroupMistakes(settings: Given): Mistake[] {
  const { reach, isolationSecurityGroup: group, accountId } = settings;
  if (group === undefined) {
    return [];
  }
  const account = group.includes("/") ? group.split("/")[0] : undefined;
  if (reach === "peering" && account === undefined) {
    const required = "the group with its account: a peered group is referenced as account/group";
    const example = `222233334444/${group}`;
    return [{ key: "isolationSecurityGroup", found: group, required, example }];
  }
  if (reach === "same-vpc" && account !== undefined && account !== accountId) {
    const required = `a group of account ${accountId ?? "accountId"}: the room's VPC has no other`;
    return [{ key: "isolationSecurityGroup", found: group, required }];
  }
  return [];
}
