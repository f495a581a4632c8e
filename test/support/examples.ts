import { TICKET_TAG } from "../../components/tags";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { parse } from "yaml";

import { sha256 } from "../../components/sha256";
import { Account as SimulatedAccount, type Entry } from "../../rehearsal/account/account";
import { ec2AnswersOf } from "../../rehearsal/account/ec2Answers";
import type { QueryAnswers } from "../../rehearsal/account/awsEndpoint";
import type { Answers } from "./deployment";

/** The repository's own example of an audit stack's configuration, as Pulumi reads it. */
export function auditConfig(changes: Readonly<Record<string, unknown>> = {}) {
  const file = readFileSync(join(__dirname, "../../Pulumi.audit.yaml"), "utf8");
  const { config } = parse(file) as { config: Record<string, unknown> };
  return changed(config, changes);
}

/** Configuration of the room of INC-2026-0042; keys without a namespace are the program's own. */
export function incidentConfig(changes: Readonly<Record<string, unknown>> = {}) {
  return changed(
    {
      "aws:region": "us-east-1",
      "aws:allowedAccountIds": ["111122223333"],
      "clean-room:kind": "incident",
      "clean-room:accountId": "111122223333",
      "clean-room:notification": "ir@example.edu",
      "clean-room:ticket": TICKET,
      "clean-room:slot": "us-east-1a-1",
      "clean-room:isolationSecurityGroup": "222233334444/sg-0123456789abcdef0",
      "clean-room:suspectCidrs": ["10.20.30.40/32"],
    },
    changes,
  );
}

/** Configuration of the stack of account 222233334444, with two VPCs in two Regions. */
export function memberConfig(changes: Readonly<Record<string, unknown>> = {}) {
  return changed(
    {
      "aws:region": "us-east-1",
      "aws:allowedAccountIds": ["222233334444"],
      "clean-room:kind": "member",
      "clean-room:accountId": "222233334444",
      "clean-room:notification": "ir@example.edu",
      "clean-room:auditAccountId": "111122223333",
      "clean-room:organizationId": "o-exampleorgid",
      "clean-room:vpcs": [
        { vpcId: "vpc-0123456789abcdef0" },
        { vpcId: "vpc-0fedcba9876543210", region: "eu-west-1" },
      ],
      "clean-room:workstationCidrs": ["10.66.0.64/28", "10.66.0.80/28"],
      "clean-room:tools": ["encase", "lime", "velociraptor"],
      "clean-room:securityContact": {
        name: "Security Operations",
        title: "On call",
        emailAddress: "security@example.edu",
        phoneNumber: "+1 555 0100",
      },
      "clean-room:transferKeyArns": [TRANSFER_KEY],
      "clean-room:responderPrincipals": ["arn:aws:iam::111122223333:role/responder"],
      "clean-room:samlProviderArn": SAML_PROVIDER,
      "clean-room:namespace": "example",
    },
    changes,
  );
}

/** Settings of any member account's stack by bare name, without those that are the account's own. */
export function memberSettings(): Record<string, unknown> {
  const own = ["kind", "accountId", "samlProviderArn", "namespace"];
  return Object.fromEntries(
    Object.entries(memberConfig())
      .filter(([key]) => key.startsWith("clean-room:"))
      .map(([key, value]): [string, unknown] => [key.slice("clean-room:".length), value])
      .filter(([key]) => !own.includes(key)),
  );
}

/** The transfer key that member accounts of the tests hand evidence over under. */
export const TRANSFER_KEY =
  "arn:aws:kms:us-east-1:111122223333:key/0a1b2c3d-0000-4000-8000-000000000000";

/** A customer managed key of account 222233334444, and the role there that makes grants on it. */
export const SUSPECT_KEY = {
  keyArn: "arn:aws:kms:us-east-1:222233334444:key/0f1e2d3c-0000-4000-8000-000000000000",
  assumeRole: "arn:aws:iam::222233334444:role/clean-room-grants",
};

/** The SAML provider of account 222233334444. */
export const SAML_PROVIDER = "arn:aws:iam::222233334444:saml-provider/shibboleth";

/** The OIDC provider of the Audit account for the tokens of GitHub's workflows. */
export const TOKEN_PROVIDER =
  "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com";

/** That it is there, as the provider tells. */
export const TOKEN_PROVIDER_ANSWER: Answers = {
  "aws:iam/getOpenIdConnectProvider:getOpenIdConnectProvider": () => ({
    clientIdLists: ["sts.amazonaws.com"],
  }),
};

/** Where the state of the stacks is. */
export const STATE = {
  bucket: "clean-room-state",
  keyArn: "arn:aws:kms:us-east-1:111122223333:key/5a1e0000-0000-4000-8000-000000000000",
};

/** Whose workflows preview the foundation. */
export const PREVIEW_ROLE = {
  repository: "example/clean-room",
  environments: ["clean-room-preview", "clean-room-nightly"],
  state: STATE,
};

function changed(
  config: Readonly<Record<string, unknown>>,
  changes: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const result = { ...config };
  for (const [key, value] of Object.entries(changes)) {
    const full = key.includes(":") ? key : `clean-room:${key}`;
    if (value === undefined) {
      delete result[full];
    } else {
      result[full] = value;
    }
  }
  return result;
}

export const TICKET = "INC-2026-0042";
export const STACK = "inc-2026-0042";
export const SNAPSHOT = "snap-0123456789abcdef0";

/** What a member account lets be acquired, by which programs and into which vault. */
export const ACQUISITION = {
  vault: "vault-bucket-0a1b2c3.s3.us-east-1.amazonaws.com",
  avml: "a0".repeat(32),
  busybox: "b1".repeat(32),
};

/** The same, with where many machines' runbook finds the two programs. */
export const ACQUISITION_OF_MANY = {
  ...ACQUISITION,
  tools: { bucket: "tools-bucket-0a1b2c3", avml: "carry/avml", busybox: "carry/busybox" },
};

/** Outputs of an audit stack that an incident's stack can use. */
export const FOUNDATION_OUTPUTS = {
  foundationVersion: 1,
  accountId: "111122223333",
  region: "us-east-1",
  organizationId: "o-exampleorgid",
  vpcId: "vpc-0123456789abcdef0",
  vpcCidr: "10.66.0.0/22",
  slots: ["us-east-1a-1", "us-east-1a-2", "us-east-1b-1"].map((name, index) => ({
    name,
    subnetId: `subnet-${index}`,
    cidr: `10.66.0.${index * 16}/28`,
    availabilityZone: name.slice(0, -2),
    sessions: {
      document: `clean-room-session-${name}`,
      logGroup: `/clean-room/sessions/${name}`,
    },
  })),
  endpointSecurityGroupId: "sg-0aaaaaaaaaaaaaaaa",
  s3PrefixListId: "pl-0123456789abcdef0",
  foundationKeyArn: "arn:aws:kms:us-east-1:111122223333:key/foundation",
  evidenceKeyArn: "arn:aws:kms:us-east-1:111122223333:key/evidence",
  transferKeyArn: "arn:aws:kms:us-east-1:111122223333:key/transfer",
  vaultBucket: "vault-bucket-0a1b2c3",
  vaultArn: "arn:aws:s3:::vault-bucket-0a1b2c3",
  vaultMode: "COMPLIANCE",
  vaultDays: 365,
  vaultTrial: false,
  amiParameter: "/imagebuilder/clean-room/ami",
  boundaryArn: "arn:aws:iam::111122223333:policy/clean-room/clean-room-case-boundary-us-east-1",
  sessionDocument: "clean-room-session",
  incidentDeployerPolicyArns: [],
  foundationDeployers: ["arn:aws:iam::111122223333:role/foundation-deployer"],
  incidentDeployers: ["arn:aws:iam::111122223333:role/incident-deployer"],
  custodians: ["arn:aws:iam::111122223333:role/evidence-custodian"],
  auditorRoleArn: "arn:aws:iam::111122223333:role/clean-room/clean-room-auditor-us-east-1",
};

/** A snapshot as the account knows it. */
export interface KnownSnapshot {
  readonly ownerId: string;
  readonly state: string;
  readonly encrypted?: boolean;
  readonly kmsKeyId?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly volumeSize?: number;
  readonly startTime?: string;
  readonly stateMessage?: string;
  readonly storageTier?: string;
  readonly productCodes?: readonly string[];
}

/** A working volume as the account knows it. */
export interface KnownVolume {
  readonly source: string;

  /** What it is attached to the workstation as. @default not at all */
  readonly device?: string;

  /** Which machine it is attached to. @default the first workstation */
  readonly instance?: string;
}

/** What there is in the account that a room is opened in; a test changes what it is about. */
export interface Account {
  /** Slots that are taken: name and ticket. */
  readonly claims?: Readonly<Record<string, string>>;

  /** Machines in the subnet of the slot that are not the room's: id, and the ticket they carry. */
  readonly strangers?: Readonly<Record<string, string | undefined>>;

  /** Whether the engine has the room's key and machine. @default while its slot is claimed */
  readonly known?: boolean;

  /** Whether the stack's state lacks its claim, its key and its machine. @default false */
  readonly stateLost?: boolean;
  readonly snapshots?: Readonly<Record<string, KnownSnapshot>>;

  /** Ids of the snapshots this account owns that carry the ticket. */
  readonly copies?: readonly string[];

  /** Those of them that the stack's state has not: an earlier room made them, or an interrupted `up`. */
  readonly unrecorded?: readonly string[];

  /** Working volumes of the room, by id. */
  readonly volumes?: Readonly<Record<string, KnownVolume>>;

  /** What the engine has of the room beside its key and machine: outputs by `type::name`. */
  readonly state?: Readonly<Record<string, object>>;

  /** What else EC2 has for the room, and the stack's state has not. */
  readonly made?: readonly Entry[];

  /** What of an open room's key and machine the engine has not, `type::name`. */
  readonly without?: readonly string[];

  /** Keys of objects in the vault. */
  readonly vault?: readonly string[];

  /** Names of aliases, roles and instance profiles of the room that there are. */
  readonly names?: readonly string[];

  /** ARNs of the keys that carry the ticket. */
  readonly keys?: readonly string[];

  /** States of keys that are not enabled, by ARN. */
  readonly keyStates?: Readonly<Record<string, string>>;

  /** When the incident's key was made, ISO 8601. */
  readonly openedAt?: string;
  readonly workstation?: {
    readonly ami: string;
    readonly instanceType: string;
    readonly subnetId?: string;
    readonly rootVolumeGiB?: number;
  };

  /** By id, names of the workstations beside that one. */
  readonly further?: Readonly<Record<string, string>>;

  /** How the type that is asked for differs from a usual one; null where EC2 has none of the name. */
  readonly instanceType?: Readonly<Record<string, unknown>> | null;

  /** Zones that offer it. @default us-east-1a and us-east-1b */
  readonly offeredIn?: readonly string[];

  /** vCPUs that the account may run of a kind; null where AWS denies to look. @default 64 */
  readonly vcpuQuota?: number | null;

  /** Types of other machines that run in the account. */
  readonly running?: readonly string[];
  readonly image?: Readonly<Record<string, unknown>> | null;
  readonly published?: string | null;

  /** Keys of other accounts that are granted to whoever deploys. */
  readonly grantedKeys?: readonly string[];
  readonly peerings?: readonly Readonly<Record<string, unknown>>[];
  readonly securityGroup?: Readonly<Record<string, unknown>> | null;
}

/** Who deploys, as AWS names them. */
export const DEPLOYER = "arn:aws:sts::111122223333:assumed-role/incident-deployer/ir";

/** Digest of the image's toolbox. */
export const DIGEST = "d1".repeat(32);

const WORKSTATION = "i-0123456789abcdef0";

/** The workstation in the engine's state: as the mocks name it. */
const MACHINE = `i-${sha256(`clean-room-${TICKET}-instance`).slice(0, 17)}`;

/** What EC2 says of r6i.xlarge. */
const USUAL_TYPE = {
  supportedArchitectures: ["x86_64"],
  hypervisor: "nitro",
  defaultVcpus: 4,
  memorySize: 32768,
  instanceStorageSupported: false,
  totalInstanceStorage: 0,
  burstablePerformanceSupported: false,
};

const IMAGE = "ami-0123456789abcdef0";
const IMAGE_SNAPSHOT = "snap-0000000000000000a";

/** The look-ups' answers in an account like this. */
export function answersOf(account: Account = {}): Answers {
  const snapshots = snapshotsOf(account);
  const claims = Object.entries(account.claims ?? {});
  const byName = (token: string, absent: string): Answers => ({
    [token]: ({ name }) => {
      if (!(account.names ?? []).includes(name as string)) {
        throw new Error(absent);
      }
      return { id: name };
    },
  });
  return {
    "aws:index/getCallerIdentity:getCallerIdentity": () => ({ arn: DEPLOYER }),
    "aws:kms/getKey:getKey": ({ keyId }) => {
      const arn = keyId as string;
      const own = arn.startsWith("alias/") || arn.split(":")[4] === FOUNDATION_OUTPUTS.accountId;
      if (!own && !(account.grantedKeys ?? []).includes(arn)) {
        throw new Error("AccessDeniedException: not authorized to perform: kms:DescribeKey");
      }
      const keyState = account.keyStates?.[arn] ?? "Enabled";
      const id = arn.slice(arn.lastIndexOf("/") + 1);
      return { id, arn, keyState, creationDate: account.openedAt ?? "2026-11-21T00:00:00Z" };
    },
    // What the engine has of the room: every copy but what it was not told of.
    "pulumi:pulumi:readStackResourceOutputs": () => ({
      outputs: Object.fromEntries([
        ...Object.entries(stateOf(account)).map(([of, outputs]) => {
          const [type = ""] = of.split("::");
          return [`urn:pulumi:${STACK}::clean-room::${of}`, { type, outputs }];
        }),
        ...(account.vault ?? []).map((key, index) => [
          `urn:pulumi:${STACK}::clean-room::aws:s3/bucketObjectv2:BucketObjectv2::evidence-${Object.values(account.volumes ?? {})[index]?.source}-withdrawal-record`,
          { type: "aws:s3/bucketObjectv2:BucketObjectv2", outputs: { id: key } },
        ]),
        ...claims
          .filter(([, ticket]) => ticket === TICKET && account.stateLost !== true)
          .map(([slot]) =>
            recorded("aws:ssm/parameter:Parameter", "slot-claim", `/clean-room/slots/${slot}`),
          ),
        ...Object.entries(account.volumes ?? {}).map(([id, { source }]) =>
          recorded("aws:ebs/volume:Volume", `evidence-${source}-working`, id),
        ),
        ...(account.copies ?? [])
          .filter((id) => account.unrecorded?.includes(id) !== true)
          .map((id) => [
            `urn:pulumi:${STACK}::clean-room::aws:ebs/snapshotCopy:SnapshotCopy::evidence-${snapshots[id]?.tags?.["source-snapshot"]}-preserved`,
            { type: "aws:ebs/snapshotCopy:SnapshotCopy", outputs: { id } },
          ]),
      ]),
    }),
    "aws:resourcegroupstaggingapi/getResources:getResources": () => ({
      resourceTagMappingLists: (account.keys ?? []).map((resourceArn) => ({ resourceArn })),
    }),
    ...byName("aws:kms/getAlias:getAlias", "couldn't find resource"),
    ...byName("aws:iam/getRole:getRole", "NoSuchEntity: not found"),
    ...byName("aws:iam/getInstanceProfile:getInstanceProfile", "NoSuchEntity: not found"),
    "aws:s3/getObjects:getObjects": ({ prefix }) => ({
      keys: (account.vault ?? []).filter((key) => key.startsWith(prefix as string)),
    }),
    "aws:ssm/getParametersByPath:getParametersByPath": () => ({
      names: claims.map(([slot]) => `/clean-room/slots/${slot}`),
      values: claims.map(([, ticket]) => ticket),
    }),
    "aws:ec2/getInstances:getInstances": ({ filters }) => {
      const [{ name } = { name: "" }, ofTicket] = (filters ?? []) as { name: string }[];
      return {
        ids:
          {
            "subnet-id": [
              ...(account.workstation === undefined ? [] : [WORKSTATION]),
              ...Object.keys(account.further ?? {}),
              ...(ofTicket === undefined ? Object.keys(account.strangers ?? {}) : []),
            ],
            tenancy: (account.running ?? []).map((_, index) => `i-${index}`),
          }[name] ?? [],
      };
    },
    "aws:ec2/getInstance:getInstance": ({ instanceId }) => {
      const strangers = account.strangers ?? {};
      if (Object.hasOwn(strangers, instanceId as string)) {
        return { tags: { [TICKET_TAG]: strangers[instanceId as string] } };
      }
      const running = account.running?.[Number((instanceId as string).slice("i-".length))];
      if (instanceId !== WORKSTATION && running !== undefined) {
        return { instanceType: running };
      }
      const { rootVolumeGiB = 100, ...workstation } = account.workstation ?? {};
      const name = account.further?.[instanceId as string];
      return {
        tags: {
          "toolbox-digest": DIGEST,
          ...(name === undefined ? {} : { Name: `clean-room-${TICKET}-${name}` }),
        },
        ami: IMAGE,
        subnetId: "subnet-0",
        rootBlockDevices: [{ volumeSize: rootVolumeGiB }],
        ...workstation,
      };
    },
    "aws:ebs/getEbsVolumes:getEbsVolumes": () => ({ ids: Object.keys(account.volumes ?? {}) }),
    "aws:ec2/getInstanceType:getInstanceType": ({ instanceType }) => {
      if (account.instanceType === null) {
        throw new Error(
          `reading EC2 Instance Type (${String(instanceType)}): api error InvalidInstanceType: The following supplied instance types do not exist: [${String(instanceType)}]`,
        );
      }
      return { ...USUAL_TYPE, ...account.instanceType };
    },
    "aws:ec2/getInstanceTypeOfferings:getInstanceTypeOfferings": () => ({
      locations: account.offeredIn ?? ["us-east-1a", "us-east-1b"],
    }),
    "aws:servicequotas/getServiceQuota:getServiceQuota": () => {
      if (account.vcpuQuota === null) {
        throw new Error("AccessDeniedException: not authorized: servicequotas:GetServiceQuota");
      }
      return { value: account.vcpuQuota ?? 64 };
    },
    "aws:ssm/getParameter:getParameter": () => {
      if (account.published === null) {
        throw new Error("couldn't find resource");
      }
      return { value: account.published ?? IMAGE };
    },
    "aws:ec2/getAmi:getAmi": () => {
      if (account.image === null) {
        throw new Error("Your query returned no results.");
      }
      return {
        id: IMAGE,
        name: "forensics",
        architecture: "x86_64",
        virtualizationType: "hvm",
        enaSupport: true,
        creationDate: "2026-11-01T00:00:00.000Z",
        ownerId: "111122223333",
        public: false,
        state: "available",
        rootDeviceName: "/dev/sda1",
        tags: { "toolbox-digest": DIGEST },
        // Made of Ubuntu's, it lists places for disks of the host, which are no volumes.
        blockDeviceMappings: [
          { deviceName: "/dev/sda1", ebs: { snapshot_id: IMAGE_SNAPSHOT } },
          { deviceName: "/dev/sdb", virtualName: "ephemeral0", ebs: {} },
          { deviceName: "/dev/sdc", virtualName: "ephemeral1", ebs: {} },
        ],
        ...account.image,
      };
    },
    "aws:ebs/getSnapshot:getSnapshot": ({ snapshotIds }) => {
      const [id] = snapshotIds as string[];
      const snapshot = snapshots[id ?? ""];
      if (snapshot === undefined) {
        throw new Error(`InvalidSnapshot.NotFound: The snapshot '${id}' does not exist.`);
      }
      return { tags: {}, ...snapshot };
    },
    "aws:ec2/getVpcPeeringConnections:getVpcPeeringConnections": ({ filters }) => {
      const side = (filters as { name: string }[])[0]?.name.split("-")[0];
      const ids = (account.peerings ?? []).flatMap((peering, index) =>
        peering["side"] === side ? [`pcx-${index}`] : [],
      );
      return { ids };
    },
    "aws:ec2/getVpcPeeringConnection:getVpcPeeringConnection": ({ id }) => ({
      ...account.peerings?.[Number((id as string).slice("pcx-".length))],
    }),
    "aws:ec2/getSecurityGroup:getSecurityGroup": () => {
      if (account.securityGroup === undefined || account.securityGroup === null) {
        throw new Error("no matching EC2 Security Group found");
      }
      return account.securityGroup;
    },
  };
}

/** What the engine has of a room that is open: its key, its machine, and what a test adds. */
function stateOf({ state, without = [], ...account }: Account): Readonly<Record<string, object>> {
  const open = isKnown(account);
  const all = {
    ...(open
      ? {
          "aws:kms/key:Key::incident-key": {
            id: "incident",
            arn: "arn:aws:kms:us-east-1:111122223333:key/incident",
          },
          [`aws:ec2/instance:Instance::clean-room-${TICKET}-instance`]: {
            id: MACHINE,
            ami: IMAGE,
            tags: { "toolbox-digest": DIGEST },
          },
        }
      : {}),
    ...state,
  };
  return Object.fromEntries(Object.entries(all).filter(([name]) => !without.includes(name)));
}

/** Whether the room is open, and the engine knows of it. */
function isKnown({ claims = {}, stateLost = false, known = false }: Account): boolean {
  return known || (Object.values(claims).includes(TICKET) && !stateLost);
}

/** A resource of the room as the engine has it in the stack's state. */
function recorded(type: string, name: string, id: string): [string, object] {
  return [`urn:pulumi:${STACK}::clean-room::${type}::${name}`, { type, outputs: { id } }];
}

/** Snapshots of an account, each with the key it is under where a test says nothing else. */
function snapshotsOf(account: Account): Record<string, KnownSnapshot> {
  const { evidenceKeyArn, transferKeyArn } = FOUNDATION_OUTPUTS;
  const own = { ownerId: "111122223333", state: "completed" };
  return Object.fromEntries(
    Object.entries({ [IMAGE_SNAPSHOT]: own, ...account.snapshots }).map(([id, snapshot]) => [
      id,
      {
        encrypted: true,
        kmsKeyId: account.copies?.includes(id) ? evidenceKeyArn : transferKeyArn,
        ...snapshot,
      },
    ]),
  );
}

/** The suspect's instance, in whichever account EC2 is asked. */
export const SUSPECTS_MACHINE = "i-0fedcba9876543210";

/** The same account for who asks EC2 by AWS's SDK. */
export function ec2Of(account: Account = {}, region = "us-east-1"): QueryAnswers {
  const ticketTags = { "incident-response": `quarantine:${TICKET}` };
  const entries = [
    ...Object.entries(snapshotsOf(account)).map(([id, snapshot]): Entry => {
      const { state, tags, ...properties } = snapshot;
      const copy = account.copies?.includes(id) === true;
      return {
        type: copy ? "aws:ebs/snapshotCopy:SnapshotCopy" : "aws:ebs/snapshot:Snapshot",
        id,
        tags: { ...(copy ? ticketTags : {}), ...tags },
        state,
        properties: {
          ...properties,
          ...(copy ? { ownerId: "111122223333" } : {}),
          volumeId: copy ? "vol-ffffffff" : "vol-0123456789abcdef0",
        },
      };
    }),
    ...(!isKnown(account)
      ? []
      : [
          {
            type: "aws:ec2/instance:Instance",
            id: MACHINE,
            tags: { ...ticketTags, Name: `clean-room-${TICKET}` },
            state: "running",
            properties: {},
          },
        ]),
    {
      type: "aws:ec2/instance:Instance",
      id: SUSPECTS_MACHINE,
      tags: {},
      state: "running",
      properties: { instanceType: "t3.large" },
    },
    ...(account.made ?? []),
    ...Object.entries(account.volumes ?? {}).flatMap(
      ([id, { source, device, instance }]): Entry[] => [
        {
          type: "aws:ebs/volume:Volume",
          id,
          tags: { ...ticketTags, "source-snapshot": source, Name: `evidence-${source}-working` },
          state: device === undefined ? "available" : "in-use",
          properties: { kmsKeyId: "arn:aws:kms:us-east-1:111122223333:key/incident" },
        },
        ...(device === undefined
          ? []
          : [
              {
                type: "aws:ec2/volumeAttachment:VolumeAttachment",
                id: `vai-${id}`,
                tags: {},
                state: "attached",
                properties: {
                  volumeId: id,
                  deviceName: device,
                  instanceId: instance ?? "i-0123456789abcdef0",
                },
              },
            ]),
      ],
    ),
  ];
  const state = {
    accountId: "111122223333",
    region,
    faults: { planned: [], struck: [] },
    entries,
  };
  return ec2AnswersOf(() => new SimulatedAccount(state));
}
