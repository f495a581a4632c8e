import assert from "node:assert/strict";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import {
  CopySnapshotCommand,
  CreateImageCommand,
  CreateSnapshotCommand,
  CreateTagsCommand,
  CreateVolumeCommand,
  DescribeInstancesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  DescribeVolumesCommand,
  EC2Client,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import { IAMClient } from "@aws-sdk/client-iam";
import { KMSClient, ListGrantsCommand } from "@aws-sdk/client-kms";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import {
  type EngineEvent,
  LocalWorkspace,
  type OutputMap,
  type Stack,
} from "@pulumi/pulumi/automation";
import { stringify } from "yaml";

import { readToolbox } from "../../components/image/toolbox";
import { sha256 } from "../../components/sha256";
import { writeComponentFolder } from "../../rehearsal/account/pluginFolder";
import { auditConfig, incidentConfig } from "../support/examples";
import { added, type Clients, listAccount, type Listing } from "./accountListing";
import { incidentDeployerPolicies } from "../../components/access/incidentDeployerPolicies";
import { AwsCorrections } from "./awsCorrections";

// The real CLI and the real provider, on an emulated account. It proves the calls and the order; it
// proves no access, as the emulator enforces no policy.

const REPOSITORY = join(__dirname, "../..");
const POLICY_PACK = join(REPOSITORY, "policy-pack");
const AUDIT_POLICY_CONFIG = join(POLICY_PACK, "clean-room.json");
const EMULATOR = process.env["AWS_ENDPOINT_URL"];
const ACCOUNT = "123456789012";
const MEMBER = "222233334444";
const REGION = "us-east-1";
const RESPONDER = `arn:aws:iam::${MEMBER}:role/clean-room/forensics-responder`;

/** Stands for an account where only the actions of its policies matter. */
const ANYWHERE = {
  region: "us-east-1",
  accountId: "123456789012",
  organizationId: "",
  vpcId: "",
  vaultArn: "",
  evidenceKeyArn: "",
  transferKeyArn: "",
  amiParameter: "",
  boundaryArn: "",
  runbookRoleArn: "",
};

/** The example's vault, with a legal hold on what arrives in it. */
const HELD = { vault: { trial: true, mode: "GOVERNANCE", days: 1, legalHold: true } };

describe("On the emulator", () => {
  const cleanUp: (() => void)[] = [];
  let folder: string;
  let corrections: AwsCorrections;
  let clients: Clients;
  let environment: Record<string, string>;
  let foundation: Listing;
  let audit: Stack;
  let room: Stack;
  let outputs: OutputMap;
  let image: string;
  let snapshot: string;

  /** The record of the snapshot before anything was claimed of its source. */
  let unclaimed: string;

  before(async () => {
    // An endpoint may be a real one, so the emulator has to be named as such.
    assert.ok(
      EMULATOR !== undefined && process.env["CLEANROOM_EMULATOR"] !== undefined,
      "This needs an emulated AWS account at AWS_ENDPOINT_URL, with CLEANROOM_EMULATOR set to say that it is one, and pulumi and the AWS provider's plugin on PATH.",
    );
    folder = mkdtempSync(join(tmpdir(), "clean-room-emulator-"));
    cleanUp.push(() => rmSync(folder, { recursive: true }));
    mkdirSync(join(folder, "state"));
    mkdirSync(join(folder, "program"));
    // Stack files are written beside the program, so it gets a place of its own.
    for (const entry of readdirSync(REPOSITORY)) {
      if (!/^(Pulumi\..+\.yaml|\..*)$/.test(entry)) {
        const from = entry === "index.ts" ? "test/emulator/programForEmulator.ts" : entry;
        symlinkSync(join(REPOSITORY, from), join(folder, "program", entry));
      }
    }
    corrections = new AwsCorrections(EMULATOR);
    cleanUp.push(() => corrections.stop());
    // The AWS provider is the real one; only the component's plugin is ours.
    const components = writeComponentFolder(join(folder, "components"));
    environment = {
      PATH: `${components}${delimiter}${process.env["PATH"] ?? ""}`,
      AWS_ENDPOINT_URL: await corrections.start(),
      PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "emulator",
      PULUMI_ERROR_OUTPUT_STRING: "true",
      PULUMI_NODEJS_TRANSPILE_ONLY: "true",
    };
    const where = { endpoint: EMULATOR, region: REGION };
    clients = {
      ec2: new EC2Client(where),
      iam: new IAMClient(where),
      kms: new KMSClient(where),
      s3: new S3Client({ ...where, forcePathStyle: true }),
      ssm: new SSMClient(where),
    };
  });

  after(() => {
    cleanUp.forEach((undo) => undo());
  });

  function configure(stack: string, config: Record<string, unknown>): void {
    const file = join(folder, "program", `Pulumi.${stack}.yaml`);
    const text = stringify({ config }).replaceAll("111122223333", ACCOUNT);
    writeFileSync(file, text);
  }

  function configureRoom(changes: Record<string, unknown> = {}): void {
    configure(
      "inc-2026-0042",
      incidentConfig({
        tools: ["encase", "lime"],
        responderRoles: [RESPONDER],
        ...changes,
      }),
    );
  }

  function claimedEvidence(): object[] {
    const claims = { sourceVolume: "vol-0123456789abcdef0", sourceDevice: "/dev/xvda" };
    return [{ snapshot, account: MEMBER, device: "/dev/sdf", ...claims }];
  }

  function select(stackName: string): Promise<Stack> {
    const workDir = join(folder, "program");
    return LocalWorkspace.createOrSelectStack({ stackName, workDir }, { envVars: environment });
  }

  /** What an operation does to resources of AWS, or would do: `<operation> <name>`. */
  async function changesOf(
    operation: (options: { onEvent: (event: EngineEvent) => void }) => Promise<unknown>,
  ): Promise<string[]> {
    const changes: string[] = [];
    await operation({
      onEvent: ({ resourcePreEvent }) => {
        const { op, type, urn } = resourcePreEvent?.metadata ?? {};
        if (op !== undefined && op !== "same" && type?.startsWith("aws:")) {
          changes.push(`${op} ${urn?.split("::").at(-1)}`);
        }
      },
    });
    return changes.sort();
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

  /** Makes an image of the account, as the image pipeline leaves one. @returns its id. */
  async function makeImage(name: string, tags: Record<string, string>): Promise<string> {
    const { Instances = [] } = await clients.ec2.send(
      new RunInstancesCommand({ ImageId: "ami-12c6146b", MinCount: 1, MaxCount: 1 }),
    );
    const InstanceId = Instances[0]?.InstanceId;
    const { ImageId = "" } = await clients.ec2.send(
      new CreateImageCommand({ InstanceId, Name: name }),
    );
    await clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: [InstanceId ?? ""] }));
    const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    if (Tags.length > 0) {
      await clients.ec2.send(new CreateTagsCommand({ Resources: [ImageId], Tags }));
    }
    return ImageId;
  }

  const notice = {
    notification: "ir@example.edu",
    "incident-response": "quarantine:INC-2026-0042",
  };

  it("the audit stack is made, and the policy pack has nothing against it", async () => {
    // What Canonical publishes, in the one account there is.
    await makeImage(readToolbox().base.name, {});
    configure("audit", auditConfig(HELD));
    audit = await select("audit");
    await audit.preview({
      policyPacks: [POLICY_PACK],
      policyPackConfigs: [AUDIT_POLICY_CONFIG],
    });
    const { summary } = await audit.up();
    assert.equal(summary.resourceChanges?.update, undefined);
    assert.ok((summary.resourceChanges?.create ?? 0) > 60);
  });

  it("a second up of the audit stack changes nothing", async () => {
    await audit.up({ expectNoChanges: true });
  });

  it("another document replaces its component and the recipe, new ones first", async () => {
    const tool = {
      name: "windows-symbols",
      version: "r2026.10",
      key: "symbols/windows.zip",
      sha256: "ab".repeat(32),
      path: "/opt/clean-room/licensed/windows.zip",
    };
    const toolsBucket = { bucket: "forensics-tools", tools: [tool] };
    configure("audit", auditConfig({ ...HELD, toolsBucket }));
    const steps: string[] = [];
    await audit.up({
      onEvent: ({ resOutputsEvent }) => {
        const { op, urn } = resOutputsEvent?.metadata ?? {};
        if (op !== undefined && op !== "same" && op !== "replace") {
          steps.push(`${op} ${urn?.split("::").at(-1)}`);
        }
      },
    });
    assert.deepEqual(
      // Beside them: the digest is a tag of the distribution, the object one more to be read.
      steps.filter(
        (step) => !/^update (audit|clean-room-audit|image-(distribution|machine))/.test(step),
      ),
      [
        "create-replacement image-inventory",
        "create-replacement image-recipe",
        "update image-pipeline",
        "delete-replaced image-recipe",
        "delete-replaced image-inventory",
      ],
    );
    await audit.up({ expectNoChanges: true });
  });

  it("an image and a member's snapshot are there", async () => {
    const foundationOutputs = await audit.outputs();
    const digest = foundationOutputs["toolboxDigest"]?.value as string;
    image = await makeImage("forensics", { "toolbox-digest": digest });
    await clients.ssm.send(
      new PutParameterCommand({
        Name: "/imagebuilder/clean-room/ami",
        Value: image,
        Type: "String",
      }),
    );
    const disk = await clients.ec2.send(
      new CreateVolumeCommand({ AvailabilityZone: `${REGION}a`, Size: 8, Encrypted: true }),
    );
    const { SnapshotId: SourceSnapshotId } = await clients.ec2.send(
      new CreateSnapshotCommand({ VolumeId: disk.VolumeId }),
    );
    const copy = await clients.ec2.send(
      new CopySnapshotCommand({
        SourceSnapshotId,
        SourceRegion: REGION,
        Encrypted: true,
        KmsKeyId: foundationOutputs["transferKeyArn"]?.value as string,
      }),
    );
    snapshot = copy.SnapshotId ?? "";
    corrections.owners.set(snapshot, MEMBER);
    foundation = await listAccount(clients);
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

  it("a room is opened, and the policy pack has nothing against it", async () => {
    corrections.actions.clear();
    await room.preview({ policyPacks: [POLICY_PACK] });
    ({ outputs } = await room.up());
    assert.match(outputs["instanceId"]?.value as string, /^i-[0-9a-f]{17}$/);
    assert.equal(outputs["amiId"]?.value, image);
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

  it("a second up changes nothing", async () => {
    await room.up({ expectNoChanges: true });
  });

  it("a slot that is taken is refused", async () => {
    const config = incidentConfig({ ticket: "INC-7" });
    configure("inc-7", config);
    const other = await select("inc-7");
    await assert.rejects(
      other.preview(),
      /Slot us-east-1a-1 is taken by the room of INC-2026-0042/,
    );
  });

  it("evidence is added, and the workstation stays as it is", async () => {
    configureRoom({ evidence: [{ snapshot, account: MEMBER, device: "/dev/sdf" }] });
    assert.deepEqual(await changesOf((options) => room.up(options)), [
      `create evidence-${snapshot}-attachment`,
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

  it("a third up changes nothing", async () => {
    await room.up({ expectNoChanges: true });
  });

  it("a claim of the source changes two tags, and writes one more record", async () => {
    [, unclaimed] = outputs["records"]?.value as [string, string];
    configureRoom({ evidence: claimedEvidence() });
    assert.deepEqual(await changesOf((options) => room.up(options)), [
      `create-replacement evidence-${snapshot}-record`,
      `delete-replaced evidence-${snapshot}-record`,
      `replace evidence-${snapshot}-record`,
      `update evidence-${snapshot}-preserved`,
      `update evidence-${snapshot}-working`,
    ]);
    await room.up({ expectNoChanges: true });
    outputs = await room.outputs();
    assert.ok(!(outputs["records"]?.value as string[]).includes(unclaimed));
    const [Bucket, ...path] = unclaimed.split("/");
    const { Metadata } = await clients.s3.send(
      new GetObjectCommand({ Bucket, Key: path.join("/") }),
    );
    assert.equal(Metadata?.["event"], "evidence");
  });

  it("one more tool opens one more rule", async () => {
    configureRoom({
      tools: ["encase", "lime", "velociraptor"],
      evidence: claimedEvidence(),
    });
    assert.deepEqual(await changesOf((options) => room.up(options)), [
      "create workstation-velociraptor-tcp-8000-ingress-10.20.30.40/32",
    ]);
    assert.ok((await rulesOfRoom()).includes("in tcp 8000-8000 10.20.30.40/32"));
  });

  it("a destroy of the open room is refused, and everything is still there", async () => {
    const before = await listAccount(clients);
    // The CLI destroys after a preview; the Automation API's own destroy skips it.
    await assert.rejects(room.destroy({ previewOnly: true }), /protected/);
    assert.deepEqual(await listAccount(clients), before);
  });

  it("closing lifts the protection, writes the record, and takes the transfer key back", async () => {
    configureRoom({
      tools: ["encase", "lime", "velociraptor"],
      evidence: claimedEvidence(),
      closing: true,
    });
    assert.deepEqual(await changesOf((options) => room.up(options)), [
      "create closing-record",
      `delete case-intake-${MEMBER}`,
      `delete case-intake-${MEMBER}-policy`,
      `delete transfer-grant-${MEMBER}-role/clean-room/forensics-responder`,
      // Its protection against the console and the CLI.
      "update clean-room-INC-2026-0042-instance",
    ]);
    outputs = await room.outputs();
    assert.equal((outputs["records"]?.value as string[]).length, 3);
    const KeyId = outputs["transferKeyArn"]?.value as string;
    assert.deepEqual((await clients.kms.send(new ListGrantsCommand({ KeyId }))).Grants, []);
  });

  it("the room is destroyed, and only evidence and a key on its way out are left", async () => {
    const records = [unclaimed, ...(outputs["records"]?.value as string[])];
    const [volume] = outputs["volumes"]?.value as Record<string, string>[];
    const key = (outputs["incidentKeyArn"]?.value as string).split("/").at(-1);
    await room.destroy();

    const tags = {
      ...notice,
      Name: `evidence-${snapshot}-preserved`,
      "source-account": MEMBER,
      "source-device": "/dev/xvda",
      "source-snapshot": snapshot,
      "source-volume": "vol-0123456789abcdef0",
    };
    const evidenceKey = (await audit.outputs())["evidenceKeyArn"]?.value as string;
    assert.deepEqual(
      added(foundation, await listAccount(clients)),
      new Map<string, unknown>([
        [`snapshot ${volume?.["preservedSnapshot"]}`, { key: evidenceKey, tags }],
        [`key ${key}`, { KeyState: "PendingDeletion", days: 7 }],
        ...records.map((record) => [`object ${record}`, { lock: "GOVERNANCE", days: 1 }] as const),
      ]),
    );
  });

  it("all that it took, from opening to destroying, an incident deployer's policies allow", () => {
    // Actions only: what they may be done to is for the access tests.
    const allowed = Object.values(incidentDeployerPolicies(ANYWHERE)).flatMap(({ Statement }) =>
      (Statement as { Action: string | string[] }[]).flatMap(({ Action }) => Action),
    );
    const isAllowed = (action: string) =>
      allowed.some((each) =>
        each.endsWith("*") ? action.startsWith(each.slice(0, -1)) : action === each,
      );
    // The one needs no permission; without the other the provider asks the one.
    const free = ["sts:GetCallerIdentity", "iam:GetUser"];
    const made = [...corrections.actions].filter((action) => !free.includes(action));
    assert.deepEqual(
      made.filter((action) => !isAllowed(action)),
      [],
    );
    assert.ok(made.length > 40, `only ${made.length} actions were seen`);
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

  it("a destroy of the audit stack is refused with and without a preview", async () => {
    const before = await listAccount(clients);
    await assert.rejects(audit.destroy({ previewOnly: true }), /protected/);
    await assert.rejects(audit.destroy(), /protected/);
    assert.deepEqual(await listAccount(clients), before);
  });

  it("the repository's own files are as they were", () => {
    const example = readFileSync(join(REPOSITORY, "Pulumi.audit.yaml"), "utf8");
    assert.ok(!example.includes("encryptionsalt"));
  });
});
