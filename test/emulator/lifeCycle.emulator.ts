import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";

import {
  CopySnapshotCommand,
  CreateSnapshotCommand,
  CreateVolumeCommand,
  DeleteSnapshotCommand,
  DeleteVolumeCommand,
  DescribeInstancesCommand,
  DescribeLockedSnapshotsCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSnapshotAttributeCommand,
  DescribeSnapshotsCommand,
  DescribeVolumesCommand,
  DescribeVpcsCommand,
  EC2Client,
  LockSnapshotCommand,
  type LockSnapshotRequest,
  ModifySnapshotAttributeCommand,
  RunInstancesCommand,
  UnlockSnapshotCommand,
} from "@aws-sdk/client-ec2";
import {
  CreateKeyCommand,
  DecryptCommand,
  type DecryptCommandInput,
  DescribeKeyCommand,
  GenerateDataKeyWithoutPlaintextCommand,
  type GrantListEntry,
  ListGrantsCommand,
  PutKeyPolicyCommand,
  VerifyCommand,
} from "@aws-sdk/client-kms";
import { CreateOpenIDConnectProviderCommand, ListRolesCommand } from "@aws-sdk/client-iam";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectLegalHoldCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  type PutObjectLegalHoldCommandInput,
  S3Client,
} from "@aws-sdk/client-s3";
import {
  GetDocumentCommand,
  GetParametersByPathCommand,
  PutParameterCommand,
} from "@aws-sdk/client-ssm";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import type { OutputMap, Stack } from "@pulumi/pulumi/automation";
import { parse } from "yaml";

import { HOLD_RUNBOOK } from "../../components/evidence/runbooks/holdRunbook";
import { Case } from "../../components/case";
import { TICKET_TAG } from "../../components/tags";
import { readToolbox } from "../../components/image/toolbox";
import { LOCK_RUNBOOK, ROLE_PATH, SIGNING_RUNBOOK } from "../../components/names";
import { sha256 } from "../../components/sha256";
import { destructionCommand, roomOfStack } from "../../cli/destruction/destruction";
import { grantsCommand, grantsOfStack } from "../../cli/grants/grants";
import { cliEnvironment, ResponderShell, type Run } from "../handover/responderShell";
import { auditConfig, incidentConfig, memberConfig } from "../support/examples";
import { runCommand } from "../../rehearsal/runCommand";
import { type Clients, clientsOf } from "./accountClients";
import { added, listAccount, type Listing } from "./accountListing";
import {
  type AwsCorrections,
  DEMANDED_TAG,
  deployerOf,
  FOUNDATION_KEY,
  SUCCESSOR_KEY,
  successorOf,
} from "./awsCorrections";
import { readTable } from "../access/expectedTable";
import { exercisedRows } from "./access/exercisedRows";
import { GIVEN_TWICE } from "./access/givenTwice";
import { clausesNeeded } from "./access/neededClauses";
import { ENGINEER } from "./access/organisation";
import { demandedBoundary } from "./demandedBoundary";
import { EmulatedStage, REPOSITORY } from "./emulatedStage";
import { changesOf } from "./engineChanges";
import { providerTold } from "./providerVersion";

// The real CLI, the real provider and the real handover, in two emulated accounts. It proves the calls, the order, and
// that whoever makes a call may: each is put to an IAM simulator with the policies that are placed by then. What passes
// between accounts, the locks of snapshots and what a key's state forbids are played after AWS's documentation. What the
// story shows on the emulator as well (rehearsal/scenario.ts) is not told again: an image replaced, a slot that is taken,
// what destroys an open room or the foundation.

const POLICY_PACK = join(REPOSITORY, "policy-pack");
const AUDIT_POLICY_CONFIG = join(POLICY_PACK, "clean-room.json");
const ACCOUNT = "123456789012";
const MEMBER = "222233334444";
const REGION = "us-east-1";
const PLACE = { account: ACCOUNT, region: REGION };
const DEPLOYER = deployerOf(PLACE);
const SUCCESSOR = successorOf(PLACE);
const RESPONDER = `arn:aws:iam::${MEMBER}:role/clean-room/forensics-responder`;

/** What the organisation demands of every resource. */
const DEMANDED = { [DEMANDED_TAG]: "4711" };

/** What a copy has to be made with: its case, and what the organisation demands. */
const COPYS_TAGS = [
  {
    ResourceType: "snapshot" as const,
    Tags: Object.entries({ ...DEMANDED, [TICKET_TAG]: new Case("INC-2026-0042").tag }).map(
      ([Key, Value]) => ({ Key, Value }),
    ),
  },
];

/** An account that has no part in this. */
const STRANGER = "999988887777";

/** What the handover printed of one disk. */
interface HandedOver {
  readonly snapshot: string;
  readonly account: string;
  readonly device: string;
  readonly sourceVolume: string;
  readonly sourceInstance: string;
  readonly sourceTaken: string;
  readonly sourceDevice: string;
}

/** Who asks for something in this run, and is asked about: nobody is an administrator of the Audit account. */
const ROLES = [
  "platform-engineer",
  "foundation-deployer",
  "member-deployer",
  "incident-deployer",
  "incident-deployer-2",
  "responder",
  "forensics-responder",
  "snapshot-lock-runbook",
  "clean-room-auditor",
  "clean-room-record-signer",
  "image-machine-",
  "vault-hold-runbook",
  "investigator",
  "investigator-INC-2026-0042",
  "intake-INC-2026-0042",
  "workstation-INC-2026-0042",
  "ec2.amazonaws.com",
  "ssm.amazonaws.com",
];

/** What Pulumi ends a name with that nobody chose. */
const CHANCE = /-[0-9a-f]{7}$/;

/** What is refused in this run, and to whom. */
const REFUSED = [
  // Before the foundation's policies were attached to it, when it tries to deploy the foundation.
  "incident-deployer cloudtrail:DescribeTrails",
  "incident-deployer ec2:DescribeImages",
  "incident-deployer ec2:DescribeInstanceTypeOfferings",
  "incident-deployer ec2:DescribeInstanceTypes",
  "incident-deployer ec2:DescribeVpcEndpointServices",
  "incident-deployer ec2:DescribeVpcs",
  "incident-deployer iam:GetOpenIDConnectProvider",
  "incident-deployer iam:GetRole",
  "incident-deployer servicequotas:GetAWSDefaultServiceQuota",
  "incident-deployer tag:GetResources",
  // The provider asks it of images, and goes on without an answer.
  "foundation-deployer ec2:GetInstanceUefiData",
  "incident-deployer ec2:GetInstanceUefiData",
  "incident-deployer-2 ec2:GetInstanceUefiData",
  // A key that its maker could not manage, and one that does not know its new deployer yet.
  "incident-deployer kms:PutKeyPolicy",
  "incident-deployer-2 kms:DescribeKey",
  // After the room took the transfer key back.
  "forensics-responder kms:DescribeKey",
  // Who verifies a case ends nothing of it, and lets nothing go.
  "clean-room-auditor-us-east-1 ec2:UnlockSnapshot",
  "clean-room-auditor-us-east-1 s3:DeleteObjectVersion",
  "clean-room-auditor-us-east-1 s3:PutObjectLegalHold",
  // Nobody decrypts but through S3 and EC2.
  "incident-deployer-2 kms:Decrypt",
  // The workstation's credentials, outside of the room.
  "workstation-INC-2026-0042 s3:PutObject",
  // Who looks at a case logs in with the recorded document only, ends one's own sessions, and writes nothing.
  "investigator-INC-2026-0042 s3:PutObject",
  "investigator-INC-2026-0042 ssm:StartSession",
  "investigator-INC-2026-0042 ssm:TerminateSession",
  // Who hands over files adds new ones of its own, and reads none.
  "intake-INC-2026-0042-222233334444 s3:GetObject",
  "intake-INC-2026-0042-222233334444 s3:PutObject",
  // Who builds images takes the tools that are named.
  "image-machine s3:DeleteObject",
  "image-machine s3:GetObject",
  "image-machine s3:PutObject",
  // A hold is put on, and not taken off.
  "vault-hold-runbook-role s3:PutObjectLegalHold",
];

/** What the image carries beside its toolbox. */
const TOOLS_BUCKET = {
  bucket: "forensics-tools",
  tools: [
    {
      name: "windows-symbols",
      version: "r2026.10",
      key: "symbols/windows.zip",
      sha256: "ab".repeat(32),
      path: "/opt/clean-room/licensed/windows.zip",
    },
  ],
};

/** The example's vault, with a legal hold on what arrives in it, a tool of one's own, and the boundary that the organisation demands. */
const HELD = {
  permissionsBoundary: demandedBoundary(ACCOUNT),
  previewRole: { repository: "example/clean-room", environments: ["clean-room-preview"] },
  vault: { trial: true, mode: "GOVERNANCE", days: 1, legalHold: true },
  toolsBucket: TOOLS_BUCKET,
};

/** The audit stack is another role's to deploy than the rooms. */
const AS_FOUNDATION_DEPLOYER = {
  "aws:assumeRoles": [{ roleArn: `arn:aws:iam::${ACCOUNT}:role/foundation-deployer` }],
};

describe("On the emulator", () => {
  let stage: EmulatedStage;
  let corrections: AwsCorrections;
  let cli: NodeJS.ProcessEnv;

  /** The Audit account, from outside. */
  let clients: Clients;

  /** The member account, from outside. */
  let memberClients: Clients;

  /** The Audit account as its deployer sees it. */
  let deployer: Clients;
  let foundation: Listing;
  let memberFoundation: Listing;
  let audit: Stack;
  let member: Stack;
  let room: Stack;
  let outputs: OutputMap;
  let memberOutputs: OutputMap;
  let image: string;
  let suspect: string;
  let responder: ResponderShell;

  /** As the room gives it for the member account, with an example of an instance in it. */
  let handoverCommand: string;
  let handedOver: HandedOver;

  /** The member account's snapshot of a disk that is AWS Marketplace's, `snap-…`. */
  let product: string;

  /** The member account's own snapshot, which was never shared. */
  let source: string;

  let underIncidentKey: DecryptCommandInput;
  let underEvidenceKey: DecryptCommandInput;

  /** The record of the snapshot before what was claimed of its source was put right. */
  let uncorrected: string;

  /** Bucket and key of the hash that the workstation took. */
  let hash: string;

  /** Bucket and key of the file that the member account's responder uploaded. */
  let uploaded: string;

  /** The same of the records' signatures. */
  const signatures: string[] = [];

  /** What is told at the end. */
  const told: string[] = [];

  /** The record of the room before it had another tool. */
  let asOpened: string;

  before(async () => {
    stage = await EmulatedStage.set(PLACE, MEMBER);
    ({ clients, memberClients, corrections } = stage);
    corrections.demandedBoundary.inForce = true;
    cli =
      cliEnvironment(stage.folder, stage.endpoint) ??
      assert.fail("There is no AWS CLI, and none to be installed.");
    deployer = clientsOf(stage.endpoint, PLACE);
  });

  after(() => {
    stage.clear();
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- JSON of a package
    const { version } = require("@pulumi/aws/package.json") as { version: string };
    // Not among the results: it fails nothing.
    console.error([providerTold(corrections.providerVersion, version), ...told].join("\n"));
  });

  function configure(stack: string, config: Record<string, unknown>): void {
    stage.configure(stack, config);
  }

  function configureRoom(changes: Record<string, unknown> = {}): void {
    configure(
      "inc-2026-0042",
      incidentConfig({
        tools: ["encase", "lime"],
        investigators: [`arn:aws:iam::${ACCOUNT}:role/investigator`],
        responderRoles: [memberOutputs["responderRoleArn"]?.value],
        isolationSecurityGroup: isolationGroup(),
        tags: DEMANDED,
        ...changes,
      }),
    );
  }

  /** The isolation group as the member account's stack puts it out, `<account>/sg-…`. */
  function isolationGroup(): string {
    const [group] = memberOutputs["isolationSecurityGroups"]?.value as { securityGroup: string }[];
    return group?.securityGroup ?? assert.fail("there is no isolation group");
  }

  /** The evidence as it was printed, with one claim put right. */
  function correctedEvidence(): HandedOver[] {
    return [{ ...handedOver, sourceDevice: "/dev/nvme0n1" }];
  }

  /** The evidence with the disk that cannot be attached. */
  function allEvidence(how: object = { attach: false }): object[] {
    return [...correctedEvidence(), { snapshot: product, account: MEMBER, ...how }];
  }

  /** Makes a snapshot of a disk of the member account, shared with the Audit account. @returns its id. */
  async function sharedByMember(): Promise<string> {
    const { ec2 } = memberClients;
    const { VolumeId } = await ec2.send(
      new CreateVolumeCommand({ AvailabilityZone: "us-east-1a", Size: 8 }),
    );
    const { SnapshotId = "" } = await ec2.send(new CreateSnapshotCommand({ VolumeId }));
    await ec2.send(new DeleteVolumeCommand({ VolumeId }));
    await ec2.send(
      new ModifySnapshotAttributeCommand({
        SnapshotId,
        Attribute: "createVolumePermission",
        OperationType: "add",
        UserIds: [ACCOUNT],
      }),
    );
    return SnapshotId;
  }

  /** The preserved copies, `snap-…`, in the order of the evidence. */
  function preservedCopies(): string[] {
    return (outputs["volumes"]?.value as Record<string, string>[]).map(
      ({ preservedSnapshot = "" }) => preservedSnapshot,
    );
  }

  /** Runs the command for the member account, as the responder. */
  function handover(...more: string[]): Promise<Run> {
    const command = handoverCommand.replace("i-0123456789abcdef0", suspect);
    return responder.run("bash", ["-c", `cd "$0" && ${command} "$@"`, REPOSITORY, ...more]);
  }

  /**
   * What a runbook says of one of its steps, and a shell of the role that it works as: the emulator runs none, so
   * the tests play the step.
   */
  async function playing(Name: string, step: string) {
    const { Content = "" } = await clients.ssm.send(new GetDocumentCommand({ Name }));
    const { assumeRole, mainSteps } = JSON.parse(Content) as {
      readonly assumeRole: string;
      readonly mainSteps: readonly { readonly name: string; readonly inputs: object }[];
    };
    const inputs = mainSteps.find(({ name }) => name === step)?.inputs ?? assert.fail(Content);
    return { inputs, shell: await ResponderShell.open(assumeRole, cli, "ssm.amazonaws.com") };
  }

  /** The bucket of the vault, and the prefix of the case in it. */
  function vault(): { readonly bucket: string; readonly prefix: string } {
    const [bucket = "", ...prefix] = (outputs["vaultPrefix"]?.value as string)
      .slice("s3://".length)
      .split("/");
    return { bucket, prefix: prefix.join("/") };
  }

  /** Closes the room, or looks what closing it would do. */
  function configureClosing(): void {
    configureRoom({
      tools: ["encase", "lime", "velociraptor"],
      evidence: allEvidence(),
      closing: true,
    });
  }

  /** The grants on the transfer key: who issued each, its name, to whom. */
  async function transferGrants(): Promise<(string | undefined)[][]> {
    const KeyId = outputs["transferKeyArn"]?.value as string;
    const { Grants = [] } = await deployer.kms.send(new ListGrantsCommand({ KeyId }));
    return Grants.map(({ IssuingAccount, Name, GranteePrincipal }: GrantListEntry) => [
      IssuingAccount,
      Name,
      GranteePrincipal,
    ]).sort();
  }

  /** @param accessKey Whose credentials the stack is deployed with. @default the incident deployer's */
  function select(stackName: string, accessKey?: string): Promise<Stack> {
    return stage.select(stackName, accessKey);
  }

  /** The room's security group, `sg-…`. */
  async function groupOfRoom(): Promise<string> {
    const { SecurityGroups = [] } = await clients.ec2.send(new DescribeSecurityGroupsCommand({}));
    const group = SecurityGroups.find(
      ({ Description }) => Description === "Forensics workstation of INC-2026-0042",
    );
    return group?.GroupId ?? assert.fail("the room has no security group");
  }

  /** Where the room's rules lead: direction, ports, and to whom. */
  async function rulesOfRoom(): Promise<string[]> {
    const { SecurityGroupRules = [] } = await clients.ec2.send(
      new DescribeSecurityGroupRulesCommand({
        Filters: [{ Name: "group-id", Values: [await groupOfRoom()] }],
      }),
    );
    return SecurityGroupRules.map((rule) => {
      const { IsEgress, IpProtocol, FromPort, ToPort, CidrIpv4, PrefixListId } = rule;
      const peer = CidrIpv4 ?? PrefixListId ?? rule.ReferencedGroupInfo?.GroupId;
      return `${IsEgress ? "out" : "in"} ${IpProtocol} ${FromPort}-${ToPort} ${peer}`;
    }).sort();
  }

  /** The slots that are claimed. */
  async function claims(): Promise<(string | undefined)[]> {
    const { Parameters = [] } = await clients.ssm.send(
      new GetParametersByPathCommand({ Path: "/clean-room/slots" }),
    );
    return Parameters.map(({ Name }) => Name?.split("/").at(-1));
  }

  /** Makes a data key, which the key can decrypt as long as it is usable. */
  async function dataKeyUnder(KeyId: string): Promise<DecryptCommandInput> {
    const { CiphertextBlob } = await clients.kms.send(
      new GenerateDataKeyWithoutPlaintextCommand({ KeyId, KeySpec: "AES_256" }),
    );
    return { KeyId, CiphertextBlob };
  }

  function count(listing: Listing, type: string): number {
    return [...listing.keys()].filter((thing) => thing.startsWith(type)).length;
  }

  const notice = {
    ...DEMANDED,
    notification: "ir@example.edu",
    "incident-response": "quarantine:INC-2026-0042",
  };

  it("the audit stack is made, and the policy pack has nothing against it", async () => {
    // What Canonical publishes, in the one account there is.
    await stage.makeImage(readToolbox().base.name, {});
    await clients.iam.send(
      new CreateOpenIDConnectProviderCommand({
        Url: "https://token.actions.githubusercontent.com",
        ClientIDList: ["sts.amazonaws.com"],
      }),
    );
    configure("audit", auditConfig(HELD));
    audit = await select("audit");
    await assert.rejects(
      audit.preview(),
      /assumed-role\/incident-deployer\/\S+ is none of clean-room:foundationDeployers/,
    );
    audit = await select("audit", ENGINEER);
    configure("audit", auditConfig({ ...HELD, ...AS_FOUNDATION_DEPLOYER }));
    await audit.preview({
      policyPacks: [POLICY_PACK],
      policyPackConfigs: [AUDIT_POLICY_CONFIG],
    });
    const { summary, stdout } = await audit.up();
    assert.doesNotMatch(stdout, /could not be looked up/);
    assert.equal(summary.resourceChanges?.update, undefined);
    assert.ok((summary.resourceChanges?.create ?? 0) > 60);
    await stage.makeDeployer(DEPLOYER, audit);
    await stage.makeDeployer(SUCCESSOR, audit);
  });

  it("no key is made whose policy its maker could put again by its tags only", async () => {
    const administration = {
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
      Action: "kms:PutKeyPolicy",
      Resource: "*",
      Condition: { ArnLike: { "aws:PrincipalArn": DEPLOYER } },
    };
    await assert.rejects(
      deployer.kms.send(
        new CreateKeyCommand({
          Policy: JSON.stringify({ Version: "2012-10-17", Statement: [administration] }),
          Tags: Object.entries(notice).map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
        }),
      ),
      {
        name: "MalformedPolicyDocumentException",
        message: "The new key policy will not allow you to update the key policy in the future.",
      },
    );
  });

  it("a second up of the audit stack changes nothing", async () => {
    await audit.up({ expectNoChanges: true });
  });

  it("the machine that builds images takes the tools that are named, and nothing else of their bucket", async () => {
    const { bucket: Bucket, tools } = TOOLS_BUCKET;
    const [{ key } = { key: "" }] = tools;
    await clients.s3.send(new CreateBucketCommand({ Bucket }));
    const VersioningConfiguration = { Status: "Enabled" } as const;
    await clients.s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
    for (const Key of [key, "another"]) {
      await clients.s3.send(new PutObjectCommand({ Bucket, Key, Body: "a tool" }));
    }
    const { Roles = [] } = await clients.iam.send(new ListRolesCommand({ PathPrefix: ROLE_PATH }));
    const role = Roles.find(({ RoleName }) => RoleName?.startsWith("image-machine-"));
    const machine = await ResponderShell.open(
      role?.Arn ?? assert.fail("no role builds images"),
      cli,
      "ec2.amazonaws.com",
    );
    const s3api = (act: string, Key: string, ...more: string[]) =>
      machine.run("aws", [
        ...["s3api", act, "--region", REGION, "--bucket", Bucket, "--key", Key, ...more],
      ]);
    const taken = await s3api("get-object", key, join(stage.folder, "tool"));
    assert.equal(taken.code, 0, taken.err);
    for (const refused of [
      s3api("get-object", "another", join(stage.folder, "tool")),
      s3api("put-object", key),
      s3api("delete-object", key),
    ]) {
      assert.match((await refused).err, /AccessDenied/);
    }
    const log = ["--log-group-name", "/aws/imagebuilder/clean-room", "--log-stream-name", "1.0.0"];
    const written = await machine.run("aws", [
      ...["logs", "create-log-stream", "--region", REGION, ...log],
    ]);
    assert.equal(written.code, 0, written.err);
  });

  it("an image is there", async () => {
    const digest = (await audit.outputs())["toolboxDigest"]?.value as string;
    image = await stage.makeImage("forensics", { "toolbox-digest": digest });
    await clients.ssm.send(
      new PutParameterCommand({
        Name: "/imagebuilder/clean-room/ami",
        Value: image,
        Type: "String",
      }),
    );
    foundation = await listAccount(clients);
  });

  it("the member account's stack is made in that account, under the policy pack", async () => {
    const { transferKeyArn, slots } = await audit.outputs();
    const { Vpcs = [] } = await memberClients.ec2.send(new DescribeVpcsCommand({}));
    const configureMember = (changes: Record<string, unknown>) =>
      configure(
        `member-${MEMBER}`,
        memberConfig({
          ...changes,
          // What the organisation demands of a copy, its responder has to be let put on it.
          tags: DEMANDED,
          "aws:assumeRoles": [{ roleArn: `arn:aws:iam::${MEMBER}:role/member-deployer` }],
          vpcs: [{ vpcId: Vpcs[0]?.VpcId }],
          workstationCidrs: (slots?.value as { cidr: string }[]).map(({ cidr }) => cidr),
          transferKeyArns: [transferKeyArn?.value],
          // The emulator has none of AWS's managed policies.
          samlProviderArn: undefined,
          namespace: undefined,
        }),
      );
    member = await select(`member-${MEMBER}`, ENGINEER);
    configureMember({});
    await assert.rejects(
      member.up(),
      /CreateRole with an explicit deny in a service control policy/,
    );
    assert.ok(![...(await listAccount(memberClients)).keys()].includes(`role ${RESPONDER}`));
    configureMember({ permissionsBoundary: demandedBoundary(MEMBER) });
    ({ outputs: memberOutputs } = await member.up({ policyPacks: [POLICY_PACK] }));
    assert.equal(memberOutputs["responderRoleArn"]?.value, RESPONDER);
    assert.deepEqual(added(foundation, await listAccount(clients)), new Map());
    const made = await listAccount(memberClients);
    assert.ok(made.has(`role ${RESPONDER}`));
    assert.ok(made.has(`security group ${isolationGroup().split("/")[1]}`));
  });

  it("an instance of the member account, its disk encrypted, is isolated", async () => {
    const { Instances = [] } = await memberClients.ec2.send(
      new RunInstancesCommand({
        ImageId: "ami-12c6146b",
        MinCount: 1,
        MaxCount: 1,
        SecurityGroupIds: [isolationGroup().split("/")[1] ?? ""],
        BlockDeviceMappings: [{ DeviceName: "/dev/sda1", Ebs: { VolumeSize: 8, Encrypted: true } }],
      }),
    );
    suspect = Instances[0]?.InstanceId ?? assert.fail("no instance");
    memberFoundation = await listAccount(memberClients);
  });

  it("an unencrypted image is refused", async () => {
    configureRoom();
    room = await select("inc-2026-0042");
    await assert.rejects(
      room.preview(),
      /The forensics image ami-\w+ is refused: Its volume \S+ is not encrypted/,
    );
    corrections.encryptedImages.add(image);
  });

  it("a type that cannot serve, and a role that is not there, are refused, for every reason", async () => {
    configureRoom({
      instanceType: "m6g.metal",
      suspectCidrs: ["10.66.0.0/24"],
      responderRoles: [RESPONDER, `${RESPONDER}s`],
    });
    await assert.rejects(room.preview(), (error: Error) => {
      for (const reason of [
        /m6g\.metal is arm64, the image x86_64[^]*m6g\.metal is bare metal/,
        /overlaps/,
        new RegExp(`responderRoles: there is no role ${RESPONDER}s `),
      ]) {
        assert.match(error.message, reason);
      }
      assert.doesNotMatch(error.message, new RegExp(`there is no role ${RESPONDER} `));
      return true;
    });
  });

  it("a room that AWS has no machine for keeps its slot until it takes another", async () => {
    const slots = (await audit.outputs())["slots"]?.value as { name: string; subnetId: string }[];
    const { name, subnetId } = slots.find((slot) => slot.name === "us-east-1b-1") ?? assert.fail();
    corrections.machines.lacking.add(`r6i.xlarge ${subnetId}`);
    configureRoom({ slot: name });
    await assert.rejects(room.up(), /InsufficientInstanceCapacity/);
    assert.deepEqual(await claims(), [name]);
    configureRoom();
  });

  it("a room is opened, and the policy pack has nothing against it", async () => {
    await room.preview({ policyPacks: [POLICY_PACK] });
    ({ outputs } = await room.up());
    assert.match(outputs["instanceId"]?.value as string, /^i-[0-9a-f]{17}$/);
    assert.equal(outputs["amiId"]?.value, image);
    assert.deepEqual(await claims(), ["us-east-1a-1"]);
  });

  it("the room's rules are these and no other: the tools', the endpoints', S3's", async () => {
    const endpoints = (await audit.outputs())["endpointSecurityGroupId"]?.value as string;
    const s3 = (await audit.outputs())["s3PrefixListId"]?.value as string;
    assert.deepEqual(await rulesOfRoom(), [
      "in tcp 4445-4445 10.20.30.40/32",
      `out tcp 443-443 ${s3}`,
      `out tcp 443-443 ${endpoints}`,
      "out tcp 4444-4444 10.20.30.40/32",
      "out tcp 4445-4445 10.20.30.40/32",
    ]);
  });

  it("the member's responder is granted the transfer key, and may not pass it on", async () => {
    const KeyId = outputs["transferKeyArn"]?.value as string;
    const { Grants = [] } = await clients.kms.send(new ListGrantsCommand({ KeyId }));
    assert.equal(Grants.length, 1);
    assert.equal(Grants[0]?.GranteePrincipal, RESPONDER);
    assert.deepEqual([...(Grants[0].Operations ?? [])].sort(), [
      "Decrypt",
      "DescribeKey",
      "GenerateDataKeyWithoutPlaintext",
      "ReEncryptFrom",
      "ReEncryptTo",
    ]);
  });

  it("the member's disk is handed over by the command that the room gives", async () => {
    const next = outputs["next"]?.value as string;
    handoverCommand = /^ {2}(handover\/handover .*)$/m.exec(next)?.[1] ?? assert.fail(next);
    responder = await ResponderShell.open(RESPONDER, cli);
    const { code, out, err } = await handover();
    assert.equal(code, 0, err);
    const { config } = parse(`config:\n${out}`) as {
      config: { "clean-room:evidence": HandedOver[] };
    };
    const evidence = config["clean-room:evidence"];
    const { Volumes = [] } = await memberClients.ec2.send(
      new DescribeVolumesCommand({
        Filters: [{ Name: "attachment.instance-id", Values: [suspect] }],
      }),
    );
    assert.deepEqual(
      Volumes.map(({ Encrypted }) => Encrypted),
      [true],
    );
    [handedOver] = evidence as [HandedOver];
    const { snapshot, sourceTaken, ...rest } = handedOver;
    assert.deepEqual(rest, {
      account: MEMBER,
      device: "/dev/sdf",
      sourceVolume: Volumes[0]?.VolumeId,
      sourceInstance: suspect,
      sourceDevice: "/dev/sda1",
    });
    assert.equal(evidence.length, 1);
    assert.ok(Math.abs(Date.parse(sourceTaken) - Date.now()) < 600_000, sourceTaken);

    const { CreateVolumePermissions } = await memberClients.ec2.send(
      new DescribeSnapshotAttributeCommand({
        SnapshotId: snapshot,
        Attribute: "createVolumePermission",
      }),
    );
    assert.deepEqual(CreateVolumePermissions, [{ UserId: ACCOUNT }]);
    const { Snapshots = [] } = await memberClients.ec2.send(
      new DescribeSnapshotsCommand({ SnapshotIds: [snapshot] }),
    );
    assert.equal(Snapshots[0]?.OwnerId, MEMBER);
    source = Snapshots[0].Tags?.find(({ Key }) => Key === "handover-of")?.Value ?? "";
    assert.match(source, /^snap-/);
  });

  it("the handover leaves a grant for EC2, which the member account issued", async () => {
    assert.deepEqual(await transferGrants(), [
      [`arn:aws:iam::${ACCOUNT}:root`, new Case("INC-2026-0042").grantName(RESPONDER), RESPONDER],
      [`arn:aws:iam::${MEMBER}:root`, undefined, "ec2.us-east-1.amazonaws.com"],
    ]);
  });

  it("a snapshot that is not shared with the Audit account is seen and copied by nobody", async () => {
    const before = await listAccount(clients);
    const sharing = (OperationType: "add" | "remove") =>
      memberClients.ec2.send(
        new ModifySnapshotAttributeCommand({
          SnapshotId: source,
          Attribute: "createVolumePermission",
          OperationType,
          UserIds: [STRANGER],
        }),
      );
    await sharing("add");
    configureRoom({ evidence: [{ ...handedOver, snapshot: source }] });
    await assert.rejects(
      room.preview(),
      new RegExp(`${source} cannot be seen by account ${ACCOUNT} in us-east-1`),
    );
    await assert.rejects(
      deployer.ec2.send(
        new CopySnapshotCommand({
          SourceSnapshotId: source,
          SourceRegion: REGION,
          TagSpecifications: COPYS_TAGS,
        }),
      ),
      { name: "InvalidSnapshot.NotFound" },
    );
    await sharing("remove");
    assert.deepEqual(await listAccount(clients), before);
  });

  it("evidence is added as it was printed, and the workstation stays as it is", async () => {
    const { snapshot } = handedOver;
    configureRoom({ evidence: [handedOver] });
    assert.deepEqual(await changesOf((options) => room.up(options)), [
      `create evidence-${snapshot}-attachment`,
      `create evidence-${snapshot}-attachment-record`,
      `create evidence-${snapshot}-preserved`,
      `create evidence-${snapshot}-record`,
      `create evidence-${snapshot}-working`,
    ]);
    const before = outputs;
    outputs = await room.outputs();
    assert.equal(outputs["instanceId"]?.value, before["instanceId"]?.value);
    const [volume] = outputs["volumes"]?.value as Record<string, string>[];
    assert.equal(volume?.["sourceSnapshot"], snapshot);
    assert.match(volume?.["preservedSnapshot"] ?? "", /^snap-[0-9a-f]{17}$/);
    // Nothing of what the other account's snapshot stood in with is left.
    assert.equal(
      count(await listAccount(clients), "snapshot "),
      count(foundation, "snapshot ") + 1,
    );
  });

  it("the machine is closed to the world, and its volumes are under the incident's key", async () => {
    const InstanceId = outputs["instanceId"]?.value as string;
    const { Reservations = [] } = await clients.ec2.send(
      new DescribeInstancesCommand({ InstanceIds: [InstanceId] }),
    );
    const machine = Reservations[0]?.Instances?.[0];
    assert.deepEqual([machine?.PublicIpAddress, machine?.KeyName], [undefined, undefined]);
    // The emulator lists the groups with the interface only.
    assert.deepEqual(
      machine?.NetworkInterfaces?.map(({ Groups = [] }) => Groups.map(({ GroupId }) => GroupId)),
      [[await groupOfRoom()]],
    );
    assert.equal(machine?.MetadataOptions?.HttpTokens, "required");
    assert.equal(machine.MetadataOptions.HttpPutResponseHopLimit, 1);

    const { Volumes = [] } = await clients.ec2.send(
      new DescribeVolumesCommand({
        Filters: [{ Name: "attachment.instance-id", Values: [InstanceId] }],
      }),
    );
    const key = outputs["incidentKeyArn"]?.value as string;
    const [evidence] = outputs["volumes"]?.value as Record<string, string>[];
    assert.deepEqual(
      Volumes.map(({ KmsKeyId, SnapshotId, Attachments = [] }) => [
        Attachments[0]?.Device,
        KmsKeyId,
        SnapshotId === evidence?.["preservedSnapshot"],
      ]).sort(),
      [
        [machine.RootDeviceName, key, false],
        ["/dev/sdf", key, true],
      ].sort(),
    );
  });

  it("the role that opens rooms is renamed: its successor is let in, and goes on", async () => {
    const incidentDeployers = [SUCCESSOR];
    configure("audit", auditConfig({ ...HELD, ...AS_FOUNDATION_DEPLOYER, incidentDeployers }));
    await audit.up();
    room = await select("inc-2026-0042", SUCCESSOR_KEY);
    deployer = clientsOf(stage.endpoint, PLACE, SUCCESSOR_KEY);

    const refusal = await room.preview().then(
      () => assert.fail("the successor was not refused"),
      (error: Error) => error.message,
    );
    const [, KeyId, Policy] =
      /does not know you[^]*put-key-policy .*--key-id (\S+) .*--policy '([^']*)'/.exec(refusal) ??
      assert.fail(refusal);
    await clientsOf(stage.endpoint, PLACE, FOUNDATION_KEY).kms.send(
      new PutKeyPolicyCommand({ KeyId, PolicyName: "default", Policy }),
    );
    assert.deepEqual(await changesOf((options) => room.up(options)), ["update incident-key"]);
  });

  it("a claim that is put right changes two tags, and writes one more record", async () => {
    const { snapshot } = handedOver;
    [, , uncorrected] = outputs["records"]?.value as [string, string, string];
    configureRoom({ evidence: correctedEvidence() });
    assert.deepEqual(await changesOf((options) => room.up(options)), [
      `create-replacement evidence-${snapshot}-record`,
      `delete-replaced evidence-${snapshot}-record`,
      `replace evidence-${snapshot}-record`,
      `update evidence-${snapshot}-preserved`,
      `update evidence-${snapshot}-working`,
    ]);
    await room.up({ expectNoChanges: true });
    outputs = await room.outputs();
    assert.ok(!(outputs["records"]?.value as string[]).includes(uncorrected));
    const [Bucket, ...path] = uncorrected.split("/");
    const { Metadata } = await clients.s3.send(
      new GetObjectCommand({ Bucket, Key: path.join("/") }),
    );
    assert.equal(Metadata?.["event"], "evidence");
  });

  it("while twenty copies are pending none is begun, and credentials that end are told as such", async () => {
    product = await sharedByMember();
    corrections.productCodes.of.set(product, "a1b2c3d4");
    configureRoom({ evidence: allEvidence({ device: "/dev/sdg" }) });
    corrections.copyPlaces.taken = 20;
    await assert.rejects(room.preview(), /20 copies are pending[^]*no more at a time/);
    await assert.rejects(
      deployer.ec2.send(
        new CopySnapshotCommand({
          SourceSnapshotId: product,
          SourceRegion: REGION,
          TagSpecifications: COPYS_TAGS,
        }),
      ),
      { name: "ResourceLimitExceeded" },
    );
    corrections.copyPlaces.taken = 0;
    corrections.credentialEnd.before = "ec2:DescribeVolumes";
    await assert.rejects(room.preview(), /[Ll]og in again|[Ll]og in first/);
    corrections.credentialEnd.before = undefined;
  });

  it("a disk that EC2 refuses to attach is kept and recorded, and the next up passes without attaching it", async () => {
    await assert.rejects(room.up(), /IncorrectInstanceState[^]*Marketplace codes/);
    configureRoom({ evidence: allEvidence() });
    await room.up();
    outputs = await room.outputs();
    const [, disk] = outputs["volumes"]?.value as Record<string, string>[];
    assert.equal(disk?.["sourceSnapshot"], product);
    assert.match(disk["preservedSnapshot"] ?? "", /^snap-[0-9a-f]{17}$/);
    assert.equal(disk["device"], undefined);
    assert.equal((outputs["records"]?.value as string[]).length, 5);
    // What is preserved needs its source no more.
    await memberClients.ec2.send(new DeleteSnapshotCommand({ SnapshotId: product }));
  });

  it("one more tool opens one more rule, and writes one more record, though the credentials end in between", async () => {
    [, asOpened] = outputs["records"]?.value as [string, string];
    configureRoom({
      tools: ["encase", "lime", "velociraptor"],
      evidence: allEvidence(),
    });
    // The credentials end between the rule and the record, and the next up has new ones.
    corrections.credentialEnd.before = "s3:PutObject";
    await assert.rejects(room.up(), /ExpiredToken/);
    corrections.credentialEnd.before = undefined;
    assert.ok((await rulesOfRoom()).includes("in tcp 8000-8000 10.20.30.40/32"));
    assert.deepEqual(await changesOf((options) => room.up(options)), [
      "create-replacement room-record",
      "delete-replaced room-record",
      "replace room-record",
    ]);
  });

  it("closing is refused until the preserved copy is locked, as the runbook's last step says", async () => {
    configureClosing();
    await assert.rejects(
      room.preview(),
      new RegExp(`${preservedCopies()[0]} of ${handedOver.snapshot} is not locked`),
    );

    const { inputs, shell } = await playing(LOCK_RUNBOOK, "lock");
    const { LockMode, LockDuration } = inputs as LockSnapshotRequest;
    const { credentials } = shell;
    const ec2 = new EC2Client({ endpoint: stage.endpoint, region: REGION, credentials });
    for (const SnapshotId of preservedCopies()) {
      await ec2.send(new LockSnapshotCommand({ SnapshotId, LockMode, LockDuration }));
    }
  });

  it("closing is refused until the disk's hash is in the vault, as the workstation writes it", async () => {
    configureClosing();
    const [{ volumeId } = {}] = outputs["volumes"]?.value as { volumeId?: string }[];
    await assert.rejects(room.preview(), new RegExp(`The disk ${volumeId} of .* has no hash`));
    const { bucket: Bucket } = vault();
    const instance = outputs["instanceId"]?.value as string;
    hash = `cases/INC-2026-0042/intake/${instance}/${volumeId}.json`;
    // By the machine's own credentials, from its subnet, through the endpoint; from elsewhere they are no good.
    const put = new PutObjectCommand({ Bucket, Key: hash, Body: "{}", IfNoneMatch: "*" });
    await clientsOf(stage.endpoint, PLACE, instance).s3.send(put);
    const RoleArn = `arn:aws:iam::${ACCOUNT}:role/clean-room/case/workstation-INC-2026-0042`;
    const ec2 = clientsOf(stage.endpoint, PLACE, "ec2.amazonaws.com");
    const { Credentials } = await ec2.sts.send(
      new AssumeRoleCommand({ RoleArn, RoleSessionName: instance }),
    );
    const elsewhere = clientsOf(stage.endpoint, PLACE, Credentials?.AccessKeyId);
    await assert.rejects(elsewhere.s3.send(put), { name: "AccessDenied" });
    hash = `${Bucket}/${hash}`;
    await room.preview();
  });

  it("what arrived is held by the runbook of the vault, which lets nothing go", async () => {
    const [Bucket, ...path] = hash.split("/");
    const Key = path.join("/");
    const { Versions = [] } = await clients.s3.send(
      new ListObjectVersionsCommand({ Bucket, Prefix: Key }),
    );
    const [{ VersionId } = {}] = Versions;
    const { inputs, shell } = await playing(HOLD_RUNBOOK, "hold");
    const { credentials } = shell;
    const s3 = new S3Client({
      endpoint: stage.endpoint,
      region: REGION,
      credentials,
      forcePathStyle: true,
    });
    const held = { ...(inputs as PutObjectLegalHoldCommandInput), Key, VersionId };
    await s3.send(new PutObjectLegalHoldCommand(held));
    const { LegalHold } = await clients.s3.send(
      new GetObjectLegalHoldCommand({ Bucket, Key, VersionId }),
    );
    assert.equal(LegalHold?.Status, "ON");
    await assert.rejects(
      s3.send(new PutObjectLegalHoldCommand({ ...held, LegalHold: { Status: "OFF" } })),
      { name: "AccessDenied" },
    );
  });

  it("the member account's responder hands files over by the case's role for it, reads none back, and writes over none", async () => {
    const { bucket } = vault();
    const [role] = Object.values(outputs["intakeRoles"]?.value as Record<string, string>);
    const intake = await ResponderShell.open(
      role ?? assert.fail("no role for uploads"),
      cli,
      responder.credentials.accessKeyId,
    );
    const file = join(stage.folder, "memory.lime");
    writeFileSync(file, "what was in memory");
    const put = (key: string, ...more: string[]) =>
      intake.run("aws", [
        ...["s3api", "put-object", "--region", REGION, "--bucket", bucket, "--key", key],
        ...["--body", file, ...more],
      ]);
    const key = `intake/${MEMBER}/INC-2026-0042/memory.lime`;
    const once = ["--if-none-match", "*"];
    const { code, err } = await put(key, ...once);
    assert.equal(code, 0, err);
    uploaded = `${bucket}/${key}`;
    for (const refused of [
      put(key),
      put(`intake/${MEMBER}/INC-7/memory.lime`, ...once),
      put(`intake/${STRANGER}/INC-2026-0042/memory.lime`, ...once),
      put(`cases/INC-2026-0042/memory.lime`, ...once),
      intake.run("aws", [
        ...["s3api", "get-object", "--region", REGION, "--bucket", bucket, "--key", key],
        join(stage.folder, "read-back"),
      ]),
    ]) {
      assert.match((await refused).err, /AccessDenied/);
    }
    assert.match((await put(key, ...once)).err, /PreconditionFailed/);
  });

  it("an investigator reads the case and logs in on its machine, with the recorded document, and ends one's own session only", async () => {
    const role = outputs["investigatorRole"]?.value as string;
    // What is at the other end of a session the plugin shows: here that it was started.
    const plugins = join(stage.folder, "plugins");
    mkdirSync(plugins);
    const plugin = join(plugins, "session-manager-plugin");
    writeFileSync(plugin, '#!/bin/sh\n[ $# -lt 2 ] || printf "%s\\n" "$1"\n', { mode: 0o755 });
    const withPlugin = { ...cli, PATH: `${plugins}${delimiter}${cli["PATH"]}` };
    const [alice, bob] = await Promise.all(
      ["alice", "bob"].map((name) => ResponderShell.open(role, withPlugin, "investigator", name)),
    );
    const ssm = (who: ResponderShell | undefined, ...act: string[]) =>
      (who ?? assert.fail()).run("aws", ["ssm", ...act, "--region", REGION]);
    const start = ["start-session", "--target", outputs["instanceId"]?.value as string];
    const document = outputs["sessionDocument"]?.value as string;

    const started = await ssm(alice, ...start, "--document-name", document);
    assert.equal(started.code, 0, started.err);
    const session = /alice-\d+/.exec(started.out)?.[0] ?? assert.fail(started.out);
    assert.match((await ssm(alice, ...start)).err, /AccessDenied/);
    const end = ["terminate-session", "--session-id", session];
    assert.match((await ssm(bob, ...end)).err, /AccessDenied/);
    const ended = await ssm(alice, ...end);
    assert.equal(ended.code, 0, ended.err);

    const { bucket, prefix } = vault();
    const s3api = (...act: string[]) =>
      (alice ?? assert.fail()).run("aws", ["s3api", ...act, "--region", REGION]);
    const listed = await s3api("list-objects-v2", "--bucket", bucket, "--prefix", prefix);
    assert.match(listed.out, /\/intake\/i-/);
    const there = ["--bucket", bucket, "--key", hash.slice(bucket.length + 1)];
    const read = await s3api("get-object", ...there, join(stage.folder, "hash"));
    assert.equal(read.code, 0, read.err);
    const written = await s3api("put-object", ...there, "--if-none-match", "*");
    assert.match(written.err, /AccessDenied/);
  });

  it("closing writes the record, and leaves everything as it is", async () => {
    const before = await transferGrants();
    assert.deepEqual(await changesOf((options) => room.up(options)), ["create closing-record"]);
    assert.deepEqual(await transferGrants(), before);
    await assert.rejects(room.destroy({ previewOnly: true }), /is not closed/);
  });

  it("each record is signed once by the runbook that signs, and the signature verifies", async () => {
    const { inputs, shell } = await playing(SIGNING_RUNBOOK, "sign");
    const { Script, InputPayload } = inputs as { Script: string; InputPayload: object };
    const sign = async (key: string) => {
      const run = `${Script}\nimport json, sys\nprint(json.dumps(sign(json.loads(sys.argv[1]), None)))\n`;
      const event = JSON.stringify({ ...InputPayload, key, version: "" });
      const region = `AWS_DEFAULT_REGION=${REGION}`;
      const { code, out, err } = await shell.run("env", [region, "python3", "-c", run, event]);
      assert.equal(code, 0, err);
      return JSON.parse(out) as { readonly signature: string; readonly wasThere: string };
    };
    const records = (await room.outputs())["records"]?.value as string[];
    for (const record of records) {
      const [Bucket = "", ...path] = record.split("/");
      const { signature, wasThere } = await sign(path.join("/"));
      assert.equal(wasThere, "no");
      assert.equal((await sign(path.join("/"))).wasThere, "yes");
      signatures.push(`${Bucket}/${signature}`);
      const { Body, Metadata } = await clients.s3.send(
        new GetObjectCommand({ Bucket, Key: signature }),
      );
      const signed = await clients.s3.send(new GetObjectCommand({ Bucket, Key: path.join("/") }));
      const verified = await clients.kms.send(
        new VerifyCommand({
          KeyId: Metadata?.["key"],
          // Its digest the emulator would take for another message.
          Message: await signed.Body?.transformToByteArray(),
          MessageType: "RAW",
          Signature: await Body?.transformToByteArray(),
          SigningAlgorithm: "ECDSA_SHA_256",
        }),
      );
      assert.equal(verified.SignatureValid, true);
    }
  });

  it("the case is read by who verifies it, records, locks and machine, and nothing of it is let go", async () => {
    const role = `arn:aws:iam::${ACCOUNT}:role/clean-room/clean-room-auditor-${REGION}`;
    const { credentials } = await ResponderShell.open(role, cli, "internal-audit");
    const where = { endpoint: stage.endpoint, region: REGION, credentials };
    const s3 = new S3Client({ ...where, forcePathStyle: true });
    const ec2 = new EC2Client(where);

    const [Bucket = ""] = hash.split("/");
    const listings = await Promise.all(
      ["cases/INC-2026-0042/", "records/INC-2026-0042/"].map((Prefix) =>
        s3.send(new ListObjectVersionsCommand({ Bucket, Prefix })),
      ),
    );
    const versions = listings.flatMap(({ Versions = [] }) => Versions);
    const records = outputs["records"]?.value as string[];
    const listed = versions.map(({ Key }) => `${Bucket}/${Key}`);
    assert.deepEqual(
      [...records, hash].filter((each) => !listed.includes(each)),
      [],
    );
    for (const { Key, VersionId } of versions) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, VersionId }));
      assert.notEqual(await Body?.transformToString(), "");
    }
    const { Snapshots = [] } = await ec2.send(new DescribeLockedSnapshotsCommand({}));
    assert.deepEqual(
      Snapshots.map(({ SnapshotId }) => SnapshotId).sort(),
      [...preservedCopies()].sort(),
    );
    await ec2.send(
      new DescribeInstancesCommand({ InstanceIds: [outputs["instanceId"]?.value as string] }),
    );

    const [{ Key, VersionId } = {}] = versions;
    const [SnapshotId] = preservedCopies();
    await assert.rejects(s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId })), {
      name: "AccessDenied",
    });
    const released = { Bucket, Key, VersionId, LegalHold: { Status: "OFF" } } as const;
    await assert.rejects(s3.send(new PutObjectLegalHoldCommand(released)), {
      name: "AccessDenied",
    });
    await assert.rejects(ec2.send(new UnlockSnapshotCommand({ SnapshotId })), {
      name: "UnauthorizedOperation",
    });
  });

  it("closing what the vault shows as recorded lifts the protection, and takes the transfer key back", async () => {
    assert.deepEqual(await changesOf((options) => room.up(options)), [
      `delete case-intake-${MEMBER}`,
      `delete case-intake-${MEMBER}-policy`,
      `delete transfer-grant-${MEMBER}-role/clean-room/forensics-responder`,
      // Its protection against the console and the CLI.
      "update clean-room-INC-2026-0042-instance",
    ]);
    outputs = await room.outputs();
    assert.equal((outputs["records"]?.value as string[]).length, 6);
    assert.deepEqual(await transferGrants(), [
      [`arn:aws:iam::${MEMBER}:root`, undefined, "ec2.us-east-1.amazonaws.com"],
    ]);
  });

  it("npx clean-room grants takes back what EC2 was granted for the member account", async () => {
    const { said, code } = await runCommand(
      (output) =>
        grantsCommand(
          (stack) => grantsOfStack(stack, room.workspace, () => deployer),
          output,
          () => Promise.resolve(),
        ),
      ...["revoke", "--stack", "inc-2026-0042"],
    );
    assert.equal(code, 0);
    assert.equal(said.at(-1), "no grant of INC-2026-0042 is left on the transfer key");
    assert.deepEqual(await transferGrants(), []);
  });

  it("the member account is told that the transfer key is closed to it", async () => {
    const { err } = await handover("--dry-run");
    assert.match(err, /The transfer key cannot be used: .*AccessDeniedException/);
  });

  it("the room is destroyed, and only evidence and a key on its way out are left", async () => {
    const { snapshot, sourceVolume, sourceInstance, sourceTaken } = handedOver;
    const written = [hash, uploaded, ...signatures];
    const records = [asOpened, uncorrected, ...(outputs["records"]?.value as string[]), ...written];
    const [preserved, productCopy] = preservedCopies();
    const key = (outputs["incidentKeyArn"]?.value as string).split("/").at(-1);
    const evidenceKey = (await audit.outputs())["evidenceKeyArn"]?.value as string;
    underIncidentKey = await dataKeyUnder(outputs["incidentKeyArn"]?.value as string);
    underEvidenceKey = await dataKeyUnder(evidenceKey);
    await room.destroy();

    const tags = {
      ...notice,
      Name: `evidence-${snapshot}-preserved`,
      "source-account": MEMBER,
      "source-device": "/dev/nvme0n1",
      "source-instance": sourceInstance,
      "source-snapshot": snapshot,
      "source-taken": sourceTaken,
      "source-volume": sourceVolume,
    };
    const productTags = {
      ...notice,
      Name: `evidence-${product}-preserved`,
      "source-account": MEMBER,
      "source-snapshot": product,
    };
    assert.deepEqual(
      added(foundation, await listAccount(clients)),
      new Map<string, unknown>([
        [`snapshot ${preserved}`, { key: evidenceKey, tags }],
        [`snapshot ${productCopy}`, { key: evidenceKey, tags: productTags }],
        [`key ${key}`, { KeyState: "PendingDeletion", days: 7 }],
        ...records.map((record) => [`object ${record}`, { lock: "GOVERNANCE", days: 1 }] as const),
      ]),
    );
  });

  it("npx clean-room destruction records for when the key's deletion is scheduled", async () => {
    const run = () =>
      runCommand(
        (output) =>
          destructionCommand((stack) => roomOfStack(stack, room.workspace, () => deployer), output),
        ...["--stack", "inc-2026-0042"],
      );
    const { said, code } = await run();
    assert.equal(code, 0);
    const key = outputs["incidentKeyArn"]?.value as string;
    assert.match(said.join(), new RegExp(`^${key}  is to be deleted at \\S+; recorded: s3://`));
    assert.match((await run()).said.join(), /recorded already/);
  });

  it("in the member account only what was handed over is left", async () => {
    const { snapshot, sourceVolume, sourceInstance, sourceDevice } = handedOver;
    const tags = {
      ...notice,
      "source-device": sourceDevice,
      "source-instance": sourceInstance,
      "source-volume": sourceVolume,
    };
    const left = await listAccount(memberClients);
    assert.deepEqual(
      added(memberFoundation, left),
      new Map<string, unknown>([
        [`snapshot ${source}`, { key: undefined, tags }],
        [
          `snapshot ${snapshot}`,
          {
            key: outputs["transferKeyArn"]?.value as string,
            tags: { ...tags, "handover-of": source },
          },
        ],
      ]),
    );
    assert.deepEqual(added(left, memberFoundation), new Map());
  });

  it("the incident's key is on its way out, the evidence key is not, and no deployer decrypts by itself", async () => {
    const states = await Promise.all(
      [underIncidentKey, underEvidenceKey].map(async (input) => {
        await assert.rejects(deployer.kms.send(new DecryptCommand(input)), {
          name: "AccessDeniedException",
        });
        const { KeyId } = input;
        const { KeyMetadata } = await clients.kms.send(new DescribeKeyCommand({ KeyId }));
        return KeyMetadata?.KeyState;
      }),
    );
    assert.deepEqual(states, ["PendingDeletion", "Enabled"]);
  });

  it("the preserved copies are locked still, and a successor's room would work on it", async () => {
    const { Snapshots = [] } = await deployer.ec2.send(new DescribeLockedSnapshotsCommand({}));
    assert.deepEqual(
      Snapshots.map(({ SnapshotId, LockState }) => [SnapshotId, LockState]),
      preservedCopies().map((copy) => [copy, "governance"]),
    );
    const [preserved] = preservedCopies();
    const { snapshot } = handedOver;
    configureRoom({ evidence: correctedEvidence().map((each) => ({ ...each, preserved })) });
    const changes = await changesOf((options) => room.preview(options));
    assert.deepEqual(
      changes.filter((change) => change.includes("evidence-")),
      [
        `create evidence-${snapshot}-attachment`,
        `create evidence-${snapshot}-attachment-record`,
        `create evidence-${snapshot}-record`,
        `create evidence-${snapshot}-working`,
      ],
    );
  });

  it("every request was somebody's who may, and these alone were refused", () => {
    const { decided, refused, unmapped } = corrections.authorization;
    assert.deepEqual(unmapped, []);
    const called = ({ principal, action }: { principal: string; action: string }) =>
      `${principal.split("/").at(-1)?.replace(CHANCE, "")} ${action}`;
    const unexpected = refused.map(called).filter((each) => !REFUSED.includes(each));
    assert.deepEqual([...new Set(unexpected)], []);
    const who = new Set([...decided.values()].map(({ principal }) => principal.split("/").at(-1)));
    for (const role of ROLES) {
      assert.ok(
        [...who].some((each) => each?.startsWith(role)),
        `${role} asked for nothing`,
      );
    }
  });

  it("nothing of the foundation went with it", async () => {
    assert.deepEqual(added(await listAccount(clients), foundation), new Map());
  });

  it("each record is named after its content", async () => {
    for (const record of outputs["records"]?.value as string[]) {
      const [Bucket, ...path] = record.split("/");
      const { Body } = await clients.s3.send(new GetObjectCommand({ Bucket, Key: path.join("/") }));
      const content = (await Body?.transformToString()) ?? "";
      assert.equal(path.at(-1), `${sha256(content)}.json`);
    }
  });

  it("no action, condition or resource that it needs can be taken out of a policy without a refusal", async () => {
    const { authorization } = corrections;
    const decided = [...authorization.decided.values()];
    const needed = await clausesNeeded(decided);
    const silent = needed.filter(({ isNoticed }) => !isNoticed);
    const unexplained = silent.filter(({ what }) => !GIVEN_TWICE.some(([form]) => form.test(what)));
    const rows = readTable();
    told.push(
      `${needed.length} clauses needed, ${needed.length - silent.length} noticed, ${silent.length} given twice`,
      `${rows.length} rows of the access table, ${exercisedRows(rows, decided, authorization.refused).length} of them came up`,
      `${decided.length} decisions in ${Math.round(authorization.took / 1000)} s`,
    );
    assert.deepEqual(
      unexplained.map(({ policy, what }) => `${policy}: ${what}`),
      [],
    );
    assert.ok(needed.length > 200, `only ${needed.length} clauses were needed`);
  });

  it("the repository's own files are as they were", () => {
    const example = readFileSync(join(REPOSITORY, "Pulumi.audit.yaml"), "utf8");
    assert.ok(!example.includes("encryptionsalt"));
  });
});
