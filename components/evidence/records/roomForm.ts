import { z } from "zod";

import { exactly, IMAGE_ID, INTERFACE_ID, SECURITY_GROUP_ID, VPC_ID } from "../../aws/ids";
import { PORT_NAME } from "../../toolPorts";
import { accountId, instanceId, keyArn, port, roleArn, text } from "./recordForms";

const openedPort = z
  .strictObject({
    tool: text(PORT_NAME, "The tool of the catalogue, or the name of the custom port."),
    direction: z.enum(["ingress", "egress"]).meta({
      description: "`ingress`: the suspect connects to the workstation; `egress`: the other way.",
    }),
    protocol: z.enum(["tcp", "udp"]).meta({ description: "Protocol." }),
    fromPort: port("First port."),
    toPort: port("Last port."),
    suspect: text(
      new RegExp(`^([0-9.]+/\\d+|${SECURITY_GROUP_ID})$`),
      "The suspect's range, or its isolation security group.",
    ),
  })
  .meta({ id: "port", description: "A port that is open between workstation and suspect." });

/** What records say of a room. */
export const room = z
  .strictObject({
    account: accountId("The Audit account the room is in."),
    region: text(/^[a-z]+(-[a-z]+)+-\d+$/, "The Region the room is in."),
    slot: text(/^[a-z]+(-[a-z]+)+-\d+[a-z]-\d+$/, "The workstation slot the room takes."),
    subnet: text(/^subnet-[0-9a-f]+$/, "Its subnet."),
    recordings: text(
      /^\/clean-room\/sessions\/[a-z0-9-]+$/,
      "The log group that its sessions are recorded in, which is that of its slot; left out of a room that was opened before slots had one: /clean-room/sessions.",
    ).optional(),
    workstation: instanceId(
      "The workstation; left out where a room is closed that never got one. Always there up to form 3.",
    ).optional(),
    image: text(
      exactly(IMAGE_ID),
      "The image the workstation was started from; left out as that is.",
    ).optional(),
    workstations: z
      .array(
        z.strictObject({
          name: text(/^[a-z0-9-]{1,16}$/, "What it is called in the room."),
          instance: instanceId("The machine."),
          image: text(exactly(IMAGE_ID), "The image it was started from."),
        }),
      )
      .min(1)
      .meta({ description: "Workstations beside that one; left out where there is none." })
      .optional(),
    toolboxDigest: text(
      /^([0-9a-f]{64}|unknown)$/,
      "SHA-256 of the list of all that the image carries; `unknown` where somebody removed the tag that says it.",
    ),
    incidentKey: keyArn("Key of the working volumes and of the workstation's own disk."),
    evidenceKey: keyArn("Key of the preserved copies and of the vault."),
    transferKey: keyArn("Key under which member accounts hand snapshots over."),
    isolationSecurityGroup: text(
      exactly(SECURITY_GROUP_ID),
      "The isolation security group of the suspect, with its account where it is another one.",
    ),
    reach: z
      .enum(["cidr", "peering", "same-vpc"])
      .meta({ description: "How the rules name the suspect." }),
    suspectCidrs: z
      .array(text(/^[0-9.]+\/\d+$/, "An IPv4 range."))
      .meta({ description: "The suspect's addresses, for `reach: cidr` and for a link." }),
    link: z
      .strictObject({
        mode: z.enum(["peering", "transit-gateway", "existing"]).meta({
          description:
            "`peering`: a connection that was made for the room, and ends with it; `transit-gateway`: a transit gateway that both VPCs are attached to, and stay; `existing`: somebody else's connection, which stays.",
        }),
        connection: text(
          /^(pcx|tgw)-[0-9a-f]+$/,
          "The peering connection, or the transit gateway.",
        ),
        vpc: text(exactly(VPC_ID), "The suspect's VPC."),
        routes: z
          .array(text(/^[0-9.]+\/\d+$/, "An IPv4 range."))
          .meta({ description: "The suspect's subnets, to which the slot has routes." }),
        tables: z
          .array(text(/^rtb-[0-9a-f]+$/, "A route table."))
          .meta({ description: "Route tables of the suspect's subnets that lead to the slot." }),
        capture: z
          .array(text(exactly(INTERFACE_ID), "A network interface."))
          .min(1)
          .meta({
            description:
              "Interfaces of the suspect whose traffic is mirrored to the workstation; left out where none is.",
          })
          .optional(),
      })
      .meta({ description: "The way to the suspect's network; left out where there is none." })
      .optional(),
    tools: z
      .array(z.string())
      .meta({ description: "Tools of the catalogue whose ports are open towards the suspect." }),
    ports: z
      .array(openedPort)
      .meta({ description: "All ports that are open: the tools', and those named one by one." }),
    responderRoles: z.array(roleArn("A role.")).meta({
      description: "Roles of member accounts that may use the transfer key while the room is open.",
    }),
    suspectKeys: z
      .array(keyArn("A key of a member account."))
      .min(1)
      .meta({
        description:
          "Suspects' own keys that the incident deployers are granted while the room is open, for what is handed over under them; left out where there is none.",
      })
      .optional(),
    investigators: z
      .array(
        text(
          /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+\*?$/,
          "A role; a last * stands for any end.",
        ),
      )
      .meta({ description: "Roles that may work as investigators of the case." }),
    vaultBucket: text(/^[a-z0-9][a-z0-9.-]+[a-z0-9]$/, "The evidence vault."),
    vaultMode: z
      .enum(["GOVERNANCE", "COMPLIANCE"])
      .meta({ description: "How the vault locks its objects." }),
    vaultDays: z.int().min(1).meta({ description: "Days an object is locked, at least." }),
    vaultTrial: z.boolean().meta({ description: "Whether the vault is a rehearsal's." }),
  })
  .meta({ id: "room", description: "A room, as it is when the record is written." });

/** A room, as records tell of it. */
export type RoomFacts = z.output<typeof room>;

/** Every workstation that a record names of a room, `i-…`, its first in front. */
export function workstationsOf({
  workstation,
  workstations = [],
}: Pick<RoomFacts, "workstation" | "workstations">): readonly string[] {
  return [
    ...(workstation === undefined ? [] : [workstation]),
    ...workstations.map(({ instance }) => instance),
  ];
}
