import assert from "node:assert/strict";

import { CUSTODY_RECORD } from "../../components/evidence/records/recordSchema";
import { type Answers, deploy, type Deployment, idOf } from "../support/deployment";
import {
  type Account,
  answersOf,
  DIGEST,
  ec2Of,
  FOUNDATION_OUTPUTS,
  incidentConfig,
  SNAPSHOT,
  STACK,
  TICKET,
} from "../support/examples";
import { VaultInMemory } from "../support/vaultInMemory";

const FIRST = `clean-room-${TICKET}-instance`;
const INSTANCE = "aws:ec2/instance:Instance";
const OTHER_SNAPSHOT = "snap-0fedcba9876543210";
const AT_WORK = { ami: "ami-0123456789abcdef0", instanceType: "r6i.xlarge" };
const FURTHER_ID = "i-0aaaaaaaaaaaaaaaa";
const COPY = idOf(`evidence-${SNAPSHOT}-preserved`);
const VOLUME = idOf(`evidence-${SNAPSHOT}-working`);
const SHARED = { ownerId: "222233334444", state: "completed" };

/** Two disks, one on each workstation, as the same device. */
const EVIDENCE = [
  { snapshot: SNAPSHOT, account: "222233334444", device: "/dev/sdf" },
  {
    snapshot: OTHER_SNAPSHOT,
    account: "222233334444",
    device: "/dev/sdf",
    workstation: "windows",
  },
];
const TWO = {
  evidence: EVIDENCE,
  workstations: [{ name: "windows", instanceType: "r6i.2xlarge", rootVolumeGiB: 200 }],
};
const SNAPSHOTS = { snapshots: { [SNAPSHOT]: SHARED, [OTHER_SNAPSHOT]: SHARED } };

function deployRoom(
  changes: Record<string, unknown>,
  account: Account = {},
  vault = new VaultInMemory(FOUNDATION_OUTPUTS.vaultBucket),
  answers: Answers = {},
): Promise<Deployment> {
  return deploy(STACK, incidentConfig(changes), {
    answers: { ...answersOf(account), ...answers },
    foundation: FOUNDATION_OUTPUTS,
    vault,
    ec2: {
      ...ec2Of(account),
      DescribeLockedSnapshots: () => ({
        snapshotSet: [{ snapshotId: COPY, lockState: "governance" }],
      }),
    },
  });
}

/** A room that has both, and a disk on one of them. */
const open = (on: string): Account => ({
  claims: { "us-east-1a-1": TICKET },
  workstation: AT_WORK,
  further: { [FURTHER_ID]: "windows" },
  copies: [COPY],
  snapshots: {
    [OTHER_SNAPSHOT]: SHARED,
    [COPY]: {
      ...SHARED,
      tags: { "source-snapshot": SNAPSHOT, "source-account": "222233334444" },
    },
  },
  volumes: { [VOLUME]: { source: SNAPSHOT, device: "/dev/sdf", instance: on } },
});

describe("A room with a workstation beside its first", () => {
  it("starts both in its slot, of one image, with one role and group, each with its own sizes", async () => {
    const room = await deployRoom(TWO, SNAPSHOTS);
    const machines = room.resources.filter(({ type }) => type === INSTANCE);
    assert.deepEqual(
      machines.map(({ name }) => name),
      [FIRST, "machine-windows-instance"],
    );
    const [first, further] = machines.map(({ inputs }) => inputs);
    const differing = Object.keys(first ?? {}).filter(
      (field) => JSON.stringify(first?.[field]) !== JSON.stringify(further?.[field]),
    );
    assert.deepEqual(differing.sort(), ["instanceType", "rootBlockDevice", "tags"]);
    assert.equal(further?.["instanceType"], "r6i.2xlarge");
    assert.deepEqual(further?.["tags"], {
      ...(first?.["tags"] as object),
      Name: `clean-room-${TICKET}-windows`,
    });
    const { volumeSize } = further?.["rootBlockDevice"] as { readonly volumeSize: number };
    assert.equal(volumeSize, 200);
  });

  it("attaches each disk to the one that its entry names, also as the same device, and records which", async () => {
    const room = await deployRoom(TWO, SNAPSHOTS);
    const attached = (snapshot: string) =>
      room.named(`evidence-${snapshot}-attachment`).inputs["instanceId"];
    assert.equal(attached(SNAPSHOT), idOf(FIRST));
    assert.equal(attached(OTHER_SNAPSHOT), idOf("machine-windows-instance"));
    const recorded = (name: string) =>
      CUSTODY_RECORD.parse(JSON.parse(String(room.named(name).inputs["content"])));
    const attachment = recorded(`evidence-${OTHER_SNAPSHOT}-attachment-record`);
    assert.ok(attachment.event === "attachment");
    const { working } = attachment.facts;
    assert.equal(working.instance, idOf("machine-windows-instance"));
    assert.match(working.hashRecord, new RegExp(`/${idOf("machine-windows-instance")}/vol-`));
    const record = recorded("room-record");
    assert.ok(record.event === "room");
    assert.deepEqual(record.facts.room.workstations, [
      { name: "windows", instance: idOf("machine-windows-instance"), image: AT_WORK.ami },
    ]);
  });

  it("protects it, and says how to log in on it", async () => {
    const room = await deployRoom(TWO, SNAPSHOTS);
    assert.equal(room.named("machine-windows-instance").options.protect, true);
    assert.equal(room.named("machine-windows-instance").inputs["disableApiTermination"], true);
    const { workstations } = room.outputs as {
      readonly workstations: Readonly<Record<string, { readonly startSession: string }>>;
    };
    assert.match(
      workstations["windows"]?.startSession ?? "",
      new RegExp(`--target ${idOf("machine-windows-instance")} `),
    );
  });

  it("counts vCPUs and disks for each and for all", async () => {
    await assert.rejects(
      deployRoom({ ...TWO, workstations: [{ name: "windows" }] }, { ...SNAPSHOTS, vcpuQuota: 7 }),
      /2 r6i\.xlarge take 8 vCPUs, and of the 7/,
    );
    await deployRoom(
      { ...TWO, workstations: [{ name: "windows" }] },
      { ...SNAPSHOTS, vcpuQuota: 8 },
    );
    // The first's type comes again behind another one: of all three none is forgotten.
    const three = [{ name: "windows", instanceType: "r6i.2xlarge" }, { name: "linux" }];
    await assert.rejects(
      deployRoom({ ...TWO, workstations: three }, { ...SNAPSHOTS, vcpuQuota: 11 }),
      /r6i\.2xlarge takes 4 vCPUs, and of the 11 .* and 8 are for other workstations/,
    );
    await deployRoom({ ...TWO, workstations: three }, { ...SNAPSHOTS, vcpuQuota: 12 });
  });

  it("is opened anew with one beside it, of the image it has", async () => {
    const { further: _, ...account } = open("i-0123456789abcdef0");
    const room = await deployRoom(TWO, { ...account, published: null });
    assert.equal(room.named("machine-windows-instance").inputs["ami"], AT_WORK.ami);
    const tags = room.named("machine-windows-instance").inputs["tags"] as Record<string, string>;
    assert.equal(tags["toolbox-digest"], DIGEST);
  });

  /** What AWS has of the one beside the first, which is gone: an image that is no longer published. */
  const BESIDE: Answers = {
    "aws:ec2/getInstance:getInstance": () => ({
      ...AT_WORK,
      ami: "ami-0aaaaaaaaaaaaaaaa",
      tags: { Name: `clean-room-${TICKET}-windows`, "toolbox-digest": DIGEST },
      subnetId: "subnet-0",
      rootBlockDevices: [{ volumeSize: 200 }],
    }),
  };

  it("has its first started anew of the image that the other one has", async () => {
    const { workstation: _, ...account } = open(FURTHER_ID);
    const settings = { ...TWO, evidence: [{ ...EVIDENCE[0], workstation: "windows" }] };
    const room = await deployRoom(settings, { ...account, published: null }, undefined, BESIDE);
    for (const name of [FIRST, "machine-windows-instance"]) {
      assert.equal(room.named(name).inputs["ami"], "ami-0aaaaaaaaaaaaaaaa");
    }
  });

  it("is closed without its first, and its image stays told on the other one", async () => {
    const { workstation: _, ...account } = open(FURTHER_ID);
    const lost = { ...account, without: [`${INSTANCE}::${FIRST}`] };
    const settings = { ...TWO, evidence: [], closing: true };
    const room = await deployRoom(
      settings,
      { ...lost, copies: [], volumes: {} },
      undefined,
      BESIDE,
    );
    assert.deepEqual(
      room.ofType(INSTANCE).map(({ name }) => name),
      ["machine-windows-instance"],
    );
    const tags = room.named("machine-windows-instance").inputs["tags"] as Record<string, string>;
    assert.equal(tags["toolbox-digest"], DIGEST);
  });

  it("moves no disk that is attached, and says how it goes", async () => {
    const moved = [
      { ...EVIDENCE[0], workstation: "windows" },
      { ...EVIDENCE[1], device: "/dev/sdg" },
    ];
    await assert.rejects(
      deployRoom({ ...TWO, evidence: moved }, open("i-0123456789abcdef0")),
      /is attached to main \(vol-\w+ to i-0123456789abcdef0\), and its entry names windows\..*withdrawn: true/,
    );
    await assert.rejects(
      deployRoom(TWO, open(FURTHER_ID)),
      /is attached to windows .*its entry names main/,
    );
  });

  it("knows each by the state where somebody took its tag Name", async () => {
    const untagged: Answers = {
      "aws:ec2/getInstances:getInstances": () => ({ ids: [FURTHER_ID, "i-0123456789abcdef0"] }),
      "aws:ec2/getInstance:getInstance": () => ({ ...AT_WORK, tags: {} }),
    };
    const state = { [`${INSTANCE}::machine-windows-instance`]: { id: FURTHER_ID } };
    const evidence = [{ ...EVIDENCE[0], workstation: "windows" }];
    const account = { ...open(FURTHER_ID), state };
    const room = await deployRoom({ ...TWO, evidence }, account, undefined, untagged);
    assert.equal(room.ofType(INSTANCE).length, 2);
  });

  it("refuses a device that another disk of the same workstation has, and no other", async () => {
    const taken = [
      { ...EVIDENCE[0], device: "/dev/sdg" },
      { ...EVIDENCE[1], workstation: "main" },
    ];
    await assert.rejects(
      deployRoom({ ...TWO, evidence: taken }, open("i-0123456789abcdef0")),
      new RegExp(`${OTHER_SNAPSHOT} cannot be /dev/sdf`),
    );
    await deployRoom(TWO, open("i-0123456789abcdef0"));
  });

  it("does not lose one while it is open", async () => {
    const evidence = EVIDENCE.slice(0, 1);
    await assert.rejects(
      deployRoom({ evidence }, open("i-0123456789abcdef0")),
      /windows is a workstation of this room, and ends with it.*- \{ name: windows \}/,
    );
  });

  it("is closed with both: its record names them, and only then neither is protected", async () => {
    const further = { [idOf("machine-windows-instance")]: "windows" };
    const { workstation: _, ...there } = open(idOf(FIRST));
    const account = { ...there, further };
    const vault = new VaultInMemory(FOUNDATION_OUTPUTS.vaultBucket);
    vault.objects.set(`cases/${TICKET}/intake/${idOf(FIRST)}/${VOLUME}.json`, "{}");
    const settings = { ...TWO, evidence: EVIDENCE.slice(0, 1), closing: true };
    const protectedMachines = (room: Deployment) =>
      room.ofType(INSTANCE).filter(({ options }) => options.protect === true).length;

    const recording = await deployRoom(settings, account, vault);
    assert.equal(protectedMachines(recording), 2);
    const { inputs } = recording.named("closing-record");
    const record = CUSTODY_RECORD.parse(JSON.parse(String(inputs["content"])));
    assert.ok(record.event === "closing");
    const { workstation, workstations } = record.facts.existed.room;
    assert.deepEqual(
      [workstation, workstations?.map(({ instance }) => instance)],
      [idOf(FIRST), [idOf("machine-windows-instance")]],
    );

    vault.keep({ inputs });
    const lifted = await deployRoom(settings, account, vault);
    assert.equal(lifted.ofType(INSTANCE).length, 2);
    assert.equal(protectedMachines(lifted), 0);
    // One that somebody ended since: EC2 would refuse to change it, in the midst of it.
    const state = {
      [`${INSTANCE}::machine-windows-instance`]: { id: idOf("machine-windows-instance") },
      "aws:s3/bucketObjectv2:BucketObjectv2::opening-record": {},
    };
    const alone: Answers = {
      "aws:ec2/getInstances:getInstances": () => ({ ids: [idOf(FIRST)] }),
      "aws:ec2/getInstance:getInstance": () => ({ ...AT_WORK, tags: {} }),
    };
    await assert.rejects(
      deployRoom(settings, { ...there, further: {}, state }, vault, alone),
      /A workstation of .* is gone, outside of Pulumi.*, windows, is not there any more.*pulumi refresh/s,
    );
    // What was started since the record is in no record: the room is not let go.
    const another = { ...further, "i-0bbbbbbbbbbbbbbbb": "linux" };
    const more = { ...settings, workstations: [...TWO.workstations, { name: "linux" }] };
    const unrecorded = await deployRoom(more, { ...account, further: another }, vault);
    assert.equal(protectedMachines(unrecorded), 3);
  });

  it("refuses names that it does not have, twice, or that are the first's, all at once", async () => {
    const settings = {
      evidence: [
        { ...EVIDENCE[0], workstation: "linux" },
        { ...EVIDENCE[1], workstation: "Windows!" },
      ],
      workstations: [{ name: "windows" }, { name: "windows" }, { name: "main" }, { name: "-x" }],
    };
    await assert.rejects(deployRoom(settings), (error: Error) => {
      for (const said of [
        /evidence\.0\.workstation\n +found: +"?linux"?\n +required: a workstation of the room: main, windows/,
        /evidence\.1\.workstation/,
        /workstations\.1/,
        /workstations\.2\.name/,
        /workstations\.3\.name/,
      ]) {
        assert.match(error.message, said);
      }
      return true;
    });
    const many = Array.from({ length: 8 }, (_, index) => ({ name: `w${index}` }));
    await assert.rejects(deployRoom({ workstations: many }), /at most 7 workstations beside/);
  });
});
