import * as pulumi from "@pulumi/pulumi";

import { CaseRoles } from "../components/access/caseRoles";
import { Case, FIRST_WORKSTATION } from "../components/case";
import { suspectKeyGrantees } from "../components/evidence/grants/suspectKeyGrantees";
import { SuspectKeyGrants } from "../components/evidence/grants/suspectKeyGrants";
import { SuspectCapture } from "../components/link/suspectCapture";
import { SuspectLink } from "../components/link/suspectLink";
import { suspectOf } from "../components/room/suspectReach";
import { captureRules, suspectRules } from "../components/room/suspectRules";
import { Workstation } from "../components/room/workstation";
import { workstationPolicy } from "../components/room/workstationPolicy";
import { WorkstationSecurityGroup } from "../components/room/workstationSecurityGroup";
import { incidentTags } from "../components/tags";
import type { IncidentSettings } from "../settings/parseSettings";
import { adopt } from "./adoption";
import { findCaller } from "./caller";
import { roomAsItWas } from "./closingFacts";
import { readFoundation } from "./foundation";
import { declareEvidence } from "./incidentEvidence";
import { declareIncidentKey, declareKeyAlias } from "./incidentKey";
import { type IncidentOutputs, incidentOutputs } from "./incidentOutputs";
import { declareRecords } from "./incidentRecords";
import { inspect } from "./inspection";
import { findOpening } from "./openingRecord";
import { roomFacts } from "./roomFacts";
import { sessionsOfRoom } from "./roomSessions";
import { claimSlot } from "./slotClaim";
import { grantTransferKey } from "./transferKeyGrants";

/** A room of one incident: opened, filled with evidence, worked in, closed. */
export async function incident(settings: IncidentSettings): Promise<IncidentOutputs> {
  const { ticket, region, accountId } = settings;
  const ofCase = new Case(ticket);
  const tags = incidentTags(settings);

  const caller = await findCaller(accountId);
  const foundation = await readFoundation(settings.auditStack, settings);
  const {
    slot,
    moves,
    amiId,
    toolboxDigest,
    instanceType,
    evidence: found,
    grants,
    state: known,
    hasWorkstation,
    further,
    forgotten,
    keys,
    link: linked,
  } = await inspect(settings, foundation, caller);
  const opened = await findOpening(settings, foundation, { state: known, keys });
  // Nothing loses its protection, and nobody a grant, before the vault has the record of that.
  const state = found.closing;
  const open = state.stage !== "lifted";
  const sessions = sessionsOfRoom(foundation, slot, known, opened);
  if (foundation.vaultTrial) {
    void pulumi.log.warn(
      `The vault ${foundation.vaultBucket} is on trial: evidence can be deleted ${foundation.vaultDays} days after it was written.`,
    );
  }

  const adoption = adopt(forgotten);

  claimSlot(settings, slot.name, { moves, kept: open, tags });

  // Closing ends the way to the suspect, once it is recorded. What the engine was never told of it is taken on before: nothing
  // else would take it away.
  const isLinked = linked !== undefined && (open || linked.forgotten.length > 0);
  const link = isLinked
    ? new SuspectLink({ region, vpcId: foundation.vpcId, ...linked, tags })
    : undefined;

  const rules = [
    ...suspectRules(ticket, settings.tools, settings.ports, suspectOf(settings)),
    ...(settings.capture.length === 0 ? [] : captureRules(ticket, settings.suspectCidrs)),
  ];
  const securityGroup = new WorkstationSecurityGroup("workstation", {
    vpcId: foundation.vpcId,
    ticket,
    suspectRules: rules,
    endpointSecurityGroupId: foundation.endpointSecurityGroupId,
    s3PrefixListId: foundation.s3PrefixListId,
    ...(link?.accepted === undefined || settings.reach !== "peering"
      ? {}
      : { afterLink: link.accepted }),
    open,
    tags,
  });

  // The workstation's role comes first and the key after it, so that IAM has spread the role's policy when
  // the machine, which waits for the key, first asks by it: an agent that is refused then sleeps for half
  // an hour, and nobody can log in.
  const [keyArn, keyIsMade] = pulumi.deferredOutput<string>();
  const vaultPrefix = `s3://${foundation.vaultBucket}/${ofCase.results}`;
  const workstation = new Workstation(ofCase.workstation, {
    ticket,
    accountId,
    amiId,
    toolboxDigest,
    instanceType,
    rootVolumeGiB: settings.rootVolumeGiB,
    subnetId: slot.subnetId,
    securityGroupId: securityGroup.securityGroupId,
    keyArn,
    policy: workstationPolicy({
      ...foundation,
      ticket,
      directReading: foundation.directReading === true,
      sessionLogGroup: sessions.logGroup,
    }),
    boundaryArn: foundation.boundaryArn,
    machine: hasWorkstation,
    further,
    roomFacts: { ticket, region, vaultPrefix, evidenceKeyArn: foundation.evidenceKeyArn },
    open,
    tags,
  });

  const { networkInterfaceId } = workstation;
  if (link !== undefined && linked?.capture !== undefined && networkInterfaceId !== undefined) {
    new SuspectCapture({
      ticket,
      account: linked.account,
      provider: link.provider,
      accepted: link.accepted,
      workstationInterfaceId: networkInterfaceId,
      plan: linked.capture,
      tags,
    });
  }

  const key = declareIncidentKey(ticket, foundation, {
    dependsOn: workstation.identity,
    open,
    tags,
  });
  keyIsMade(key.arn);
  // EC2 protects the machine too, and only `pulumi up` takes that off. Where destroy or refresh runs the program, all that
  // the machine and its key are needed for stays protected: otherwise the volumes would go, and the rest would stay.
  const whole = open || !(await workstation.released);
  declareKeyAlias(ticket, key, whole);

  // Closing ends what member accounts may do: once it is recorded nothing more is handed over.
  const responderRoles = open ? settings.responderRoles : [];
  const { transferKeyArn } = foundation;
  const transferGrants = grantTransferKey(ticket, transferKeyArn, responderRoles, grants.names);
  const grantees = suspectKeyGrantees(foundation.incidentDeployers);
  new SuspectKeyGrants("suspect-key", {
    ticket,
    region,
    keys: open ? settings.suspectKeys : [],
    grantees,
    ...grants,
  });

  const caseRoles = new CaseRoles("case", {
    ...foundation,
    ticket,
    investigators: settings.investigators,
    responderRoles,
    sessionDocument: sessions.document,
    tags,
  });

  const evidence = declareEvidence(settings, found, {
    foundation,
    key,
    machines: new Map([
      ...(workstation.instanceId === undefined
        ? []
        : [[FIRST_WORKSTATION, workstation.instanceId] as const]),
      ...[...workstation.further].map(([name, { instanceId }]) => [name, instanceId] as const),
    ]),
    availabilityZone: slot.availabilityZone,
    whole,
    tags,
  });

  const was = roomAsItWas(known);
  const room = roomFacts(settings, foundation, {
    slot,
    instanceId: workstation.instanceId,
    amiId: workstation.amiId,
    further: [...workstation.further].map(([name, machine]) => ({
      name,
      instance: machine.instanceId,
      image: machine.amiId,
    })),
    toolboxDigest,
    keyArn: key.arn,
    rules,
    recordings: sessions.recordings,
    link:
      link === undefined
        ? was.room?.link
        : {
            ...link.facts,
            ...(linked?.capture === undefined ? {} : { capture: [...linked.capture.interfaces] }),
          },
  });
  const records = declareRecords(settings, {
    vaultBucket: foundation.vaultBucket,
    deployedBy: caller.arn,
    room,
    evidence,
    was,
    opened,
    state,
    preservedCopies: found.preservedCopies.map(({ copySnapshotId }) => copySnapshotId),
    transferKey: transferKeyArn,
    grantees,
    // No record says of a port or a role that it is there before it is. Grants on suspects' keys are not
    // waited for: nothing may depend on what only another account can take away.
    dependsOn: [securityGroup, caseRoles, ...transferGrants],
    whole,
    tags,
  });

  adoption.tell(ticket);
  const outputs = incidentOutputs(settings, foundation, {
    workstation,
    caseRoles,
    sessionDocument: sessions.document,
    toolboxDigest,
    evidence,
    vaultPrefix,
    keyArn: key.arn,
    records,
    stage: whole && !open ? "recording" : state.stage,
    leaving: [...found.states.values()].flatMap(({ leaving }) => leaving ?? []),
  });
  if (pulumi.runtime.hasEngine() && !pulumi.runtime.isDryRun()) {
    // Of an output the CLI shows the beginning.
    void pulumi.log.info(outputs.next);
  }
  return outputs;
}
