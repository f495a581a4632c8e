import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import {
  AttachVolumeCommand,
  CreateVolumeCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeSnapshotAttributeCommand,
  DescribeSnapshotsCommand,
  DescribeVolumesCommand,
  EC2Client,
  ModifySnapshotAttributeCommand,
  RunInstancesCommand,
} from "@aws-sdk/client-ec2";
import { CreateKeyCommand, DisableKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { parse } from "yaml";

import { cliEnvironment, ResponderShell, type Run } from "./responderShell";

// The script with a real AWS CLI, in a member account of the emulator: that the CLI knows every option,
// and that its queries mean what the script takes them for. The emulator completes snapshots at once, and
// proves no access. The CLI may be version 1; the options used are the same.

const SCRIPT = join(__dirname, "../../handover/handover");
const EMULATOR = process.env["AWS_ENDPOINT_URL"];
const AUDIT = "123456789012";
const MEMBER = "222233334444";
const KEY = `arn:aws:kms:us-east-1:${AUDIT}:key/0d6b21a4-5d8e-4d4b-9c3f-7f1b1f6c2a10`;

/** One of its own per run, as an emulator may have run this before. */
const TICKET = `INC-${Date.now()}`;

interface Evidence {
  readonly snapshot: string;
  readonly account: string;
  readonly device: string;
}

describe("handover, on the emulator", () => {
  let folder: string;
  let shell: ResponderShell;
  let keys: Server;
  let ec2: EC2Client;
  let instance: string;
  let volume: string;
  let first: Run;

  before(async function () {
    assert.ok(
      EMULATOR !== undefined && process.env["CLEANROOM_EMULATOR"] !== undefined,
      "This needs an emulated AWS account at AWS_ENDPOINT_URL, with CLEANROOM_EMULATOR set to say that it is one.",
    );
    folder = mkdtempSync(join(tmpdir(), "handover-"));
    const environment = cliEnvironment(folder, EMULATOR);
    if (environment === undefined) {
      console.log("      skipped: no AWS CLI, and none to be installed");
      this.skip();
    }
    // The emulator has no key that another account may use: this answers for the room's grant.
    keys = createServer((_, answer) =>
      answer.end(
        JSON.stringify({
          KeyMetadata: { KeyId: KEY, KeyState: "Enabled", KeyManager: "CUSTOMER" },
        }),
      ),
    );
    await new Promise<void>((resolve) => keys.listen(0, "127.0.0.1", resolve));
    shell = await ResponderShell.open(`arn:aws:iam::${MEMBER}:role/responder`, {
      ...environment,
      AWS_ENDPOINT_URL_KMS: `http://127.0.0.1:${(keys.address() as AddressInfo).port}`,
    });
    const { credentials } = shell;
    ec2 = new EC2Client({ endpoint: EMULATOR, region: "us-east-1", credentials });

    const { Images = [] } = await ec2.send(new DescribeImagesCommand({}));
    const { Instances = [] } = await ec2.send(
      new RunInstancesCommand({
        ImageId: Images[0]?.ImageId,
        InstanceType: "t3.micro",
        MinCount: 1,
        MaxCount: 1,
        Placement: { AvailabilityZone: "us-east-1a" },
      }),
    );
    instance = Instances[0]?.InstanceId ?? assert.fail("no instance");
    const { VolumeId } = await ec2.send(
      new CreateVolumeCommand({ Size: 7, AvailabilityZone: "us-east-1a" }),
    );
    volume = VolumeId ?? assert.fail("no volume");
    await ec2.send(new AttachVolumeCommand({ VolumeId, InstanceId: instance, Device: "/dev/sdh" }));
  });

  after(() => {
    keys?.close();
    ec2?.destroy();
    rmSync(folder, { recursive: true, force: true });
  });

  function handover(...more: string[]): Promise<Run> {
    return shell.run(SCRIPT, [
      ...["--ticket", TICKET, "--notification", "ir@example.edu soc@example.edu"],
      ...["--transfer-key", KEY, "--audit-account", AUDIT, "--region", "us-east-1", ...more],
    ]);
  }

  async function snapshots() {
    const { Snapshots = [] } = await ec2.send(
      new DescribeSnapshotsCommand({
        Filters: [{ Name: "tag:incident-response", Values: [`quarantine:${TICKET}`] }],
      }),
    );
    return Snapshots;
  }

  function evidenceOf({ out }: Run): Evidence[] {
    return (parse(`evidence:\n${out}`) as { evidence: Evidence[] }).evidence;
  }

  it("does nothing in a dry run", async () => {
    const { code, err } = await handover("--instance", instance, "--dry-run");
    assert.equal(code, 0, err);
    assert.equal(err.match(/would make a snapshot/g)?.length, 2);
    assert.deepEqual(await snapshots(), []);
  });

  it("hands every volume of an instance over, tagged and shared", async () => {
    first = await handover("--instance", instance);
    assert.equal(first.code, 0, first.err);
    const evidence = evidenceOf(first);
    assert.deepEqual(
      evidence.map(({ account, device }) => [account, device]),
      [
        [MEMBER, "/dev/sdf"],
        [MEMBER, "/dev/sdg"],
      ],
    );
    assert.match(first.out, /# vol-\w+ of i-\w+ \(\/dev\/sdh\), 7 GiB/);

    const made = await snapshots();
    assert.equal(made.length, 4);
    for (const { snapshot } of evidence) {
      const copy = made.find(({ SnapshotId }) => SnapshotId === snapshot);
      const tags = Object.fromEntries(
        (copy?.Tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value]),
      );
      const source = made.find(({ SnapshotId }) => SnapshotId === tags["handover-of"]);
      assert.equal(copy?.KmsKeyId, KEY);
      assert.equal(tags["notification"], "ir@example.edu soc@example.edu");
      assert.equal(tags["source-volume"], source?.VolumeId);
      assert.equal(tags["source-instance"], instance);
      assert.match(tags["source-device"] ?? "", /^\/dev\//);
      const { CreateVolumePermissions } = await ec2.send(
        new DescribeSnapshotAttributeCommand({
          SnapshotId: snapshot,
          Attribute: "createVolumePermission",
        }),
      );
      assert.deepEqual(CreateVolumePermissions, [{ UserId: AUDIT }]);
    }
  });

  it("leaves the tags of instance and volumes as they are", async () => {
    const { Reservations = [] } = await ec2.send(
      new DescribeInstancesCommand({ InstanceIds: [instance] }),
    );
    assert.deepEqual(Reservations[0]?.Instances?.[0]?.Tags ?? [], []);
    const { Volumes = [] } = await ec2.send(
      new DescribeVolumesCommand({
        Filters: [{ Name: "attachment.instance-id", Values: [instance] }],
      }),
    );
    assert.equal(Volumes.length, 2);
    assert.deepEqual(
      Volumes.flatMap(({ Tags = [] }) => Tags),
      [],
    );
  });

  it("does nothing new when it is run again", async () => {
    const again = await handover("--instance", instance);
    assert.equal(again.code, 0, again.err);
    assert.equal(again.out, first.out);
    assert.equal((await snapshots()).length, 4);
  });

  it("copies a snapshot that is there already", async () => {
    const source = (await snapshots())[0]?.SnapshotId ?? assert.fail("no snapshot");
    const { code, err } = await handover("--snapshot", source, "--dry-run");
    assert.equal(code, 0, err);
    assert.match(err, new RegExp(`^${source} of vol-\\w+, .*would `, "m"));
  });

  it("hands over under this account's own transfer key, unless that is disabled", async () => {
    const { credentials } = shell;
    const kms = new KMSClient({ endpoint: String(EMULATOR), region: "us-east-1", credentials });
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    const ownKey = KeyMetadata?.Arn ?? assert.fail("no key");
    assert.match(ownKey, new RegExp(`:${MEMBER}:key/`));
    const own = await ResponderShell.open(
      `arn:aws:iam::${MEMBER}:role/responder`,
      cliEnvironment(folder, String(EMULATOR)) ?? {},
    );
    const ownHandover = () =>
      own.run(SCRIPT, [
        ...[
          "--ticket",
          `${TICKET}-own`,
          "--notification",
          "ir@example.edu",
          "--transfer-key",
          ownKey,
        ],
        ...["--audit-account", AUDIT, "--region", "us-east-1", "--volume", volume],
      ]);

    const { code, out, err } = await ownHandover();
    assert.equal(code, 0, err);
    const { evidence } = parse(`evidence:\n${out}`) as { evidence: Evidence[] };
    assert.deepEqual(
      evidence.map(({ account }) => account),
      [MEMBER],
    );
    for (const { snapshot } of evidence) {
      const { Snapshots = [] } = await ec2.send(
        new DescribeSnapshotsCommand({ SnapshotIds: [snapshot] }),
      );
      assert.equal(Snapshots[0]?.KmsKeyId, ownKey);
      const { CreateVolumePermissions } = await ec2.send(
        new DescribeSnapshotAttributeCommand({
          SnapshotId: snapshot,
          Attribute: "createVolumePermission",
        }),
      );
      assert.deepEqual(CreateVolumePermissions, [{ UserId: AUDIT }]);
    }

    await kms.send(new DisableKeyCommand({ KeyId: KeyMetadata?.KeyId }));
    const disabled = await ownHandover();
    assert.match(
      disabled.err,
      new RegExp(`It is Disabled: .*aws kms enable-key --region us-east-1 --key-id ${ownKey}`),
    );
    kms.destroy();
  });

  it("hands nothing over that is shared with another account too", async () => {
    const [evidence] = evidenceOf(first);
    await ec2.send(
      new ModifySnapshotAttributeCommand({
        SnapshotId: evidence?.snapshot,
        Attribute: "createVolumePermission",
        OperationType: "add",
        UserIds: ["999988887777"],
      }),
    );
    const { code, out, err } = await handover("--instance", instance);
    assert.equal(code, 1);
    assert.ok(!out.includes(evidence?.snapshot ?? ""));
    assert.match(err, /is shared with (123456789012 999988887777|999988887777 123456789012),/);
  });

  it("refuses what is not in the account, with AWS's own words", async () => {
    const { code, err } = await handover(
      ...["--instance", "i-0fffffffffffffff0", "--volume", "vol-0fffffffffffffff0"],
      ...["--snapshot", "snap-0fffffffffffffff0"],
    );
    assert.equal(code, 2);
    assert.match(err, /Instance i-0f+0 is not .*InvalidInstanceID\.NotFound/);
    assert.match(err, /Volume vol-0f+0 is not .*InvalidVolume\.NotFound/);
    assert.match(err, /Snapshot snap-0f+0 is not .*InvalidSnapshot\.NotFound/);
  });
});
