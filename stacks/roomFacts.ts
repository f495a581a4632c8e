import type { Pending } from "../components/evidence/records/custodyRecord";
import type { RoomFacts } from "../components/evidence/records/roomForm";
import type { ToolRule } from "../components/toolPorts";
import type { IncidentSettings } from "../settings/parseSettings";
import type { Foundation } from "./foundation";

/** What is made of a room, or will be. */
export interface RoomMade {
  readonly slot: { readonly name: string; readonly subnetId: string };

  /** The workstation and its image; undefined in a room that is closed without one. */
  readonly instanceId: Pending<string> | undefined;
  readonly amiId: Pending<string> | undefined;
  readonly toolboxDigest: string;

  /** Workstations beside it, in any order. */
  readonly further?: readonly {
    readonly name: string;
    readonly instance: Pending<string>;
    readonly image: Pending<string>;
  }[];

  /** ARN of the incident key. */
  readonly keyArn: Pending<string>;

  /** What is open towards the suspect. */
  readonly rules: readonly ToolRule[];

  /** The log group that its sessions are recorded in; undefined for the one that earlier rooms share. */
  readonly recordings?: string | undefined;

  /** The way to the suspect's network; undefined where there is none. */
  readonly link?: Pending<RoomFacts["link"]>;
}

/** What the records of a room say of it: everything that is a list is sorted, so that its order is no change. */
export function roomFacts(
  settings: IncidentSettings,
  foundation: Foundation,
  {
    slot,
    instanceId,
    amiId,
    toolboxDigest,
    further = [],
    keyArn,
    rules,
    recordings,
    link,
  }: RoomMade,
): Pending<RoomFacts> {
  const suspectKeys = settings.suspectKeys.map((suspect) => suspect.keyArn).sort();
  return {
    account: settings.accountId,
    region: settings.region,
    slot: slot.name,
    subnet: slot.subnetId,
    ...(recordings === undefined ? {} : { recordings }),
    ...(instanceId === undefined ? {} : { workstation: instanceId }),
    ...(amiId === undefined ? {} : { image: amiId }),
    ...(further.length === 0
      ? {}
      : { workstations: [...further].sort((a, b) => (a.name < b.name ? -1 : 1)) }),
    toolboxDigest,
    incidentKey: keyArn,
    evidenceKey: foundation.evidenceKeyArn,
    transferKey: foundation.transferKeyArn,
    isolationSecurityGroup: settings.isolationSecurityGroup,
    reach: settings.reach,
    suspectCidrs: [...settings.suspectCidrs].sort(),
    ...(link === undefined ? {} : { link }),
    tools: [...settings.tools].sort(),
    ports: [...rules]
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ tool, direction, protocol, fromPort, toPort, cidr, securityGroup }) => ({
        tool,
        direction,
        protocol,
        fromPort,
        toPort,
        suspect: cidr ?? securityGroup ?? "",
      })),
    responderRoles: [...settings.responderRoles].sort(),
    ...(suspectKeys.length === 0 ? {} : { suspectKeys }),
    investigators: [...settings.investigators].sort(),
    vaultBucket: foundation.vaultBucket,
    vaultMode: foundation.vaultMode,
    vaultDays: foundation.vaultDays,
    vaultTrial: foundation.vaultTrial,
  };
}
