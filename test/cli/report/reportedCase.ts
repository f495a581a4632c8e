import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";

import type { CaseFacts, ObjectVersion } from "../../../cli/report/caseFacts";
import { Case } from "../../../components/case";
import { type RecordFile, recordFile } from "../../../components/evidence/records/custodyRecord";
import type { EvidenceFacts } from "../../../components/evidence/records/evidenceForm";
import { type RoomFacts, room } from "../../../components/evidence/records/roomForm";
import { sha256 } from "../../../components/sha256";
import { TICKET, TRANSFER_KEY } from "../../support/examples";

const ACCOUNT = "111122223333";
const MEMBER = "222233334444";
export const COPY = "snap-0fedcba9876543210";
export const SOURCE = "snap-0123456789abcdef0";
export const VOLUME = "vol-0123456789abcdef0";
const INSTANCE = "i-0123456789abcdef0";
export const EVIDENCE_KEY = `arn:aws:kms:us-east-1:${ACCOUNT}:key/0e1d2c3b-0000-4000-8000-000000000000`;
export const INCIDENT_KEY = `arn:aws:kms:us-east-1:${ACCOUNT}:key/0c1d2e3f-0000-4000-8000-000000000000`;
const DEPLOYER = `arn:aws:sts::${ACCOUNT}:assumed-role/incident-deployer/jo`;
export const DISK_HASH = sha256("the whole disk");
const PROGRAM = { version: "0.1.0+0123456", policyPackVersion: "0.1.0" };
export const ASKED = new Date("2026-11-29T12:00:00.000Z");
const KEPT_UNTIL = new Date("2033-11-29T00:00:00.000Z");

export const ROOM: RoomFacts = room.parse({
  account: ACCOUNT,
  region: "us-east-1",
  slot: "us-east-1a-1",
  subnet: "subnet-0123456789abcdef0",
  workstation: INSTANCE,
  image: "ami-0123456789abcdef0",
  toolboxDigest: "unknown",
  recordings: "/clean-room/sessions/us-east-1a-1",
  incidentKey: INCIDENT_KEY,
  evidenceKey: EVIDENCE_KEY,
  transferKey: TRANSFER_KEY,
  isolationSecurityGroup: `${MEMBER}/sg-0123456789abcdef0`,
  reach: "cidr",
  suspectCidrs: ["10.20.30.40/32"],
  link: {
    mode: "transit-gateway",
    connection: "tgw-0123456789abcdef0",
    vpc: "vpc-0fedcba9876543210",
    routes: ["10.20.30.0/24"],
    tables: ["rtb-0b"],
  },
  tools: ["lime"],
  ports: [
    {
      tool: "lime",
      direction: "egress",
      protocol: "tcp",
      fromPort: 4444,
      toPort: 4444,
      suspect: "10.20.30.40/32",
    },
  ],
  responderRoles: [`arn:aws:iam::${MEMBER}:role/clean-room/forensics-responder`],
  investigators: [`arn:aws:iam::${ACCOUNT}:role/investigators`],
  vaultBucket: "vault-bucket-0a1b2c3",
  vaultMode: "COMPLIANCE",
  vaultDays: 2555,
  vaultTrial: false,
});

export const EVIDENCE: EvidenceFacts = {
  source: { snapshot: SOURCE, account: MEMBER, ownerCompared: true },
  claimed: {
    sourceVolume: "vol-0a0b0c0d0e0f0a0b0",
    sourceInstance: "i-0a0b0c0d0e0f0a0b0",
    sourceDevice: "/dev/xvda",
    sourceTaken: "2026-11-20T03:12:00Z",
    sha256: DISK_HASH,
  },
  preserved: { snapshot: COPY, key: EVIDENCE_KEY, sizeGiB: 8 },
};

const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const SIGNING_KEY = {
  arn: `arn:aws:kms:us-east-1:${ACCOUNT}:key/0a0a0a0a-0000-4000-8000-000000000000`,
  publicKey: publicKey.export({ type: "spki", format: "pem" }) as string,
};

/** What the foundation has in the place of the key that signed the case. */
export const LATER_KEY = {
  arn: `arn:aws:kms:us-east-1:${ACCOUNT}:key/0b0b0b0b-0000-4000-8000-000000000000`,
  publicKey: generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({
    type: "spki",
    format: "pem",
  }) as string,
};

/** A minute of the day that the case is of, by S3. */
export function minute(count: number): Date {
  return new Date(Date.UTC(2026, 10, 20, 4, count));
}

/** An object of the vault, locked for years. */
export function object(
  key: string,
  bytes: string | Buffer,
  at: number,
  more: Partial<ObjectVersion> = {},
): ObjectVersion {
  const content = Buffer.from(bytes);
  return {
    key,
    version: `v-${sha256(`${key} ${at}`).slice(0, 12)}`,
    written: minute(at),
    size: content.length,
    hides: false,
    retainedUntil: KEPT_UNTIL,
    held: true,
    claimedSha256: sha256(content),
    s3Sha256: Buffer.from(sha256(content), "hex").toString("base64"),
    bytes: content,
    ...more,
  };
}

/** A record and its signature, as objects. */
export function kept(file: RecordFile, at: number, key: KeyObject = privateKey): ObjectVersion[] {
  return [
    object(file.key, file.content, at),
    object(
      new Case(TICKET).signatureOf(file.key),
      sign("sha256", Buffer.from(file.content), key),
      at,
      { signedBy: SIGNING_KEY.arn },
    ),
  ];
}

/** What the record of the room's opening says. */
export const OPENED = { deployedBy: DEPLOYER, program: PROGRAM, room: ROOM };

export const OPENING = recordFile("opening", TICKET, OPENED);
export const PRESERVED = recordFile("evidence", TICKET, EVIDENCE);
export const ATTACHED = recordFile("attachment", TICKET, {
  source: SOURCE,
  preserved: COPY,
  working: {
    volume: VOLUME,
    key: INCIDENT_KEY,
    instance: INSTANCE,
    device: "/dev/sdf",
    hashRecord: new Case(TICKET).diskHash(INSTANCE, VOLUME),
  },
});
export const CLOSING = recordFile("closing", TICKET, {
  deployedBy: DEPLOYER,
  program: PROGRAM,
  existed: { room: ROOM, evidence: [EVIDENCE] },
  remains: {
    preservedSnapshots: [COPY],
    records: [OPENING, PRESERVED, ATTACHED].map(({ key }) => key),
    vaultPrefixes: [`cases/${TICKET}/`, `records/${TICKET}/`],
  },
  destruction: {
    state: "to be scheduled by pulumi destroy",
    key: INCIDENT_KEY,
    windowDays: 7,
    workingVolumes: [VOLUME],
  },
  grantsToBeRemoved: [],
  grantsToBeRevoked: [],
});
export const DESTRUCTION = recordFile("destruction", TICKET, {
  program: PROGRAM,
  key: INCIDENT_KEY,
  state: "scheduled",
  deletionDate: "2026-11-28T00:00:00.000Z",
  closingRecords: [CLOSING.key],
});

/** What a workstation writes of the disk. */
export function intake(hash: string, more: object = {}): string {
  return JSON.stringify({
    form: "clean-room/intake/2",
    device: "/dev/nvme1n1",
    volumeId: VOLUME,
    sizeBytes: 8 << 30,
    instanceId: INSTANCE,
    sha256: hash,
    headSha256: hash,
    unreadableBytes: 0,
    unreadable: [],
    startedAt: "2026-11-20T04:10:00Z",
    finishedAt: "2026-11-20T04:40:00Z",
    lookedAtBefore: [],
    ...more,
  });
}

const RESULT = "ran at logon";

/** A closed case of one disk, in which everything is as it has to be. @param changes what is otherwise */
export function factsOf(changes: Partial<CaseFacts> = {}): CaseFacts {
  const ofCase = new Case(TICKET);
  return {
    ticket: TICKET,
    askedBy: `arn:aws:sts::${ACCOUNT}:assumed-role/clean-room-auditor-us-east-1/jane.doe`,
    askedAt: ASKED,
    program: "0.1.0",
    accountId: ACCOUNT,
    region: "us-east-1",
    vaultBucket: "vault-bucket-0a1b2c3",
    versions: [
      ...kept(OPENING, 0),
      ...kept(PRESERVED, 5),
      ...kept(ATTACHED, 8),
      object(ofCase.diskHash(INSTANCE, VOLUME), intake(DISK_HASH), 45),
      object(`${ofCase.results}timeline.csv`, RESULT, 60, {
        bytes: undefined,
        claimedSha256: sha256(RESULT),
        s3Sha256: Buffer.from(sha256(RESULT), "hex").toString("base64"),
      }),
      ...kept(CLOSING, 90),
      ...kept(DESTRUCTION, 95),
    ],
    snapshots: [
      {
        id: COPY,
        state: "completed",
        begun: minute(2),
        keyArn: EVIDENCE_KEY,
        sizeGiB: 8,
        source: SOURCE,
      },
    ],
    locks: [{ snapshot: COPY, state: "compliance", until: KEPT_UNTIL }],
    volumes: [],
    machines: [],
    keys: [
      { arn: EVIDENCE_KEY, state: "Enabled" },
      { arn: INCIDENT_KEY, state: "gone" },
    ],
    events: [
      {
        id: "0f0f0f0f-1111-4222-8333-444444444444",
        at: minute(0),
        name: "PutObject",
        who: DEPLOYER,
        about: OPENING.key,
        from: "trail",
      },
      {
        id: "0f0f0f0f-5555-4222-8333-444444444444",
        at: minute(3),
        name: "CopySnapshot",
        who: DEPLOYER,
        about: COPY,
        from: "history",
      },
    ],
    sessions: [
      {
        id: "jane.doe-0a1b2c3d4e5f6a7b8",
        who: `arn:aws:sts::${ACCOUNT}:assumed-role/investigator-${TICKET}/jane.doe`,
        machine: INSTANCE,
        from: minute(50),
        to: minute(80),
      },
    ],
    signingKey: SIGNING_KEY,
    unread: [],
    ...changes,
  };
}

/** The same with the objects that are made of these. */
export function withObjects(
  change: (versions: readonly ObjectVersion[]) => readonly ObjectVersion[],
  changes: Partial<CaseFacts> = {},
): CaseFacts {
  return factsOf({ versions: change(factsOf().versions), ...changes });
}
