import {
  add,
  casesOf,
  type Declared,
  document,
  kept,
  type PolicyCase,
  ref,
  set,
} from "../policyCase";
import {
  ACCOUNT,
  EVIDENCE_KEY,
  IMAGE,
  REGION,
  ROOM,
  ROOM_TAGS,
  SESSION,
  sessionContent,
  STRANGER,
} from "../compliantStacks";

const room = casesOf("incident", ROOM);
const image = casesOf("foundation", IMAGE);
const session = casesOf("foundation", SESSION);
const machine = (props: Record<string, unknown>) => set("machine", props);
const script = (text: string) => Buffer.from(text).toString("base64");
const root = (more: object) =>
  machine({
    rootBlockDevice: {
      encrypted: true,
      kmsKeyId: ref("room-key", "arn"),
      tags: ROOM_TAGS,
      ...more,
    },
  });
const grant = (props: Declared["props"]) =>
  add({
    type: "aws:kms/grant:Grant",
    name: "grant",
    props: {
      name: "clean-room/INC-2026-0042/workstation",
      keyId: ref("room-key", "arn"),
      granteePrincipal: ref("machine-role", "arn"),
      operations: ["Decrypt"],
      ...props,
    },
  });
const NOTIFIED = { notification: "ir@example.edu" };

/** What a working volume says of the snapshot that it is evidence of, beside the room's own. */
const SOURCE = { "source-snapshot": "snap-0aaaabbbbccccdddd", "source-account": "222233334444" };
const volumeOf = (snapshotId: string, tags: object): Declared => ({
  type: "aws:ebs/volume:Volume",
  name: "working-of-earlier-copy",
  props: {
    availabilityZone: `${REGION}a`,
    snapshotId,
    encrypted: true,
    kmsKeyId: ref("room-key", "arn"),
    tags: { ...ROOM_TAGS, ...tags },
  },
  options: { protect: true },
});

/** A machine beside the room's, like that but for these. */
const beside = (props: Declared["props"]): Declared => {
  const own = ROOM.find(({ name }) => name === "machine") as Declared;
  return { ...own, name: "machine-beside", props: { ...own.props, ...props } };
};

/** Machines, their disks and who is on them; images; sessions. */
export const MACHINES: readonly PolicyCase[] = [
  room(
    "somebody else's profile",
    machine({ iamInstanceProfile: "administrators" }),
    machine({ iamInstanceProfile: ref("profile", "name") }),
  ),
  room(
    "a profile of somebody else's role",
    set("profile", { role: "administrators" }),
    set("profile", { role: ref("machine-role", "name") }),
  ),
  room(
    "somebody else's group",
    machine({ vpcSecurityGroupIds: ["sg-0fedcba9876543210"] }),
    machine({ vpcSecurityGroupIds: [ref("sg")] }),
  ),
  room("a group too many", machine({ vpcSecurityGroupIds: [ref("sg"), "sg-0fedcba9876543210"] })),
  room(
    "a machine in another slot",
    add(beside({ subnetId: "subnet-0fedcba9876543210" })),
    add(beside({})),
  ),
  room(
    "a machine of another image",
    add(beside({ ami: "ami-0fedcba9876543210" })),
    add(beside({ instanceType: "m6i.xlarge" })),
  ),
  room(
    "an interface of somebody else's",
    machine({
      networkInterfaces: [{ deviceIndex: 0, networkInterfaceId: "eni-0123456789abcdef0" }],
    }),
  ),
  room("addresses beside its own", machine({ secondaryPrivateIps: ["10.66.0.9"] })),
  room(
    "metadata of another hop",
    machine({ metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 2 } }),
    machine({
      metadataOptions: {
        httpTokens: "required",
        httpPutResponseHopLimit: 1,
        instanceMetadataTags: "disabled",
      },
    }),
  ),
  room(
    "metadata by version 6",
    machine({
      metadataOptions: {
        httpTokens: "required",
        httpPutResponseHopLimit: 1,
        httpProtocolIpv6: "enabled",
      },
    }),
    machine({
      metadataOptions: {
        httpTokens: "required",
        httpPutResponseHopLimit: 1,
        httpProtocolIpv6: "disabled",
      },
    }),
  ),
  room(
    "a new script makes a new machine",
    machine({ userDataReplaceOnChange: true }),
    machine({ userDataReplaceOnChange: false }),
  ),
  room(
    "disks of the host that no key is for",
    machine({ ephemeralBlockDevices: [{ deviceName: "/dev/sdb", virtualName: "ephemeral0" }] }),
  ),
  room(
    "a second disk that stays",
    machine({
      ebsBlockDevices: [
        {
          deviceName: "/dev/sdg",
          encrypted: true,
          kmsKeyId: ref("room-key", "arn"),
          tags: ROOM_TAGS,
          deleteOnTermination: false,
        },
      ],
    }),
  ),
  room("the root disk of whatever key", root({ kmsKeyId: undefined }), root({ volumeSize: 100 })),
  room(
    "a machine that is ended by force",
    machine({ forceDestroy: true }),
    machine({ forceDestroy: false }),
  ),
  room(
    "another tenant's host",
    machine({ hostId: "h-0123456789abcdef0" }),
    machine({ ebsOptimized: true }),
  ),
  room(
    "a private key in user data",
    machine({ userData: "-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n" }),
  ),
  room(
    "a key for logins in user data",
    machine({
      userDataBase64: script(
        "#cloud-config\nssh_authorized_keys:\n  - ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB me@home\n",
      ),
    }),
    machine({ userDataBase64: script("#cloud-config\nwrite_files:\n  - path: /etc/clean-room\n") }),
  ),
  room(
    "a password for logins in user data",
    machine({
      userDataBase64: script("#cloud-config\nchpasswd:\n  list: |\n    examiner:hunter2hunter2\n"),
    }),
  ),
  room(
    "a password's login in user data",
    machine({ userDataBase64: script("#cloud-config\nssh_pwauth: true\n") }),
    machine({ userDataBase64: script("#cloud-config\nssh_pwauth: false\n") }),
  ),
  room(
    "a volume that two machines write",
    set("working", { multiAttachEnabled: true, type: "io2", iops: 100 }),
    set("working", { type: "gp3" }),
  ),
  room(
    "a volume that leaves a snapshot behind",
    set("working", { finalSnapshot: true }),
    set("working", { finalSnapshot: false }),
  ),
  room(
    "a working volume of somebody's snapshot",
    set("working", { snapshotId: "snap-0fedcba9876543210" }),
    set("working", { snapshotId: ref("copy") }),
  ),
  room(
    "a working volume of somebody's snapshot beside one of a copy that an earlier room made",
    add(volumeOf("snap-0fedcba9876543210", {})),
    add(volumeOf("snap-0fedcba9876543210", SOURCE)),
  ),
  room(
    "a working volume of somebody's snapshot, with the tags of what the stack copies",
    set("working", {
      snapshotId: "snap-0fedcba9876543210",
      tags: { ...ROOM_TAGS, ...SOURCE, "source-snapshot": "snap-0123456789abcdef0" },
    }),
  ),
  room(
    "a working volume of the very snapshot that was handed over",
    add(volumeOf(SOURCE["source-snapshot"], SOURCE)),
    add(volumeOf("snap-0fedcba9876543210", SOURCE)),
  ),
  room(
    "a volume on another's hardware",
    set("working", { outpostArn: `arn:aws:outposts:${REGION}:${STRANGER}:outpost/op-1` }),
  ),
  room(
    "a disk is pulled off by force",
    set("attachment", { forceDetach: true }),
    set("attachment", { forceDetach: false }),
  ),
  room(
    "a disk that is never detached",
    set("attachment", { skipDestroy: true }),
    set("attachment", { skipDestroy: false }),
  ),
  room(
    "somebody's disk",
    set("attachment", { volumeId: "vol-0fedcba9876543210" }),
    set("attachment", { volumeId: ref("working") }),
  ),
  room("a disk for somebody's machine", set("attachment", { instanceId: "i-0fedcba9876543210" })),
  room(
    "a copy in another place",
    set("copy", { outpostArn: `arn:aws:outposts:${REGION}:${ACCOUNT}:outpost/op-1` }),
  ),
  room(
    "a copy that takes days to come back",
    set("copy", { storageTier: "archive" }),
    set("copy", { storageTier: "standard" }),
  ),
  room("a copy that is not encrypted", set("copy", { encrypted: false })),
  room(
    "another room's slot is taken over",
    set("claim", { overwrite: true }),
    set("claim", { overwrite: false }),
  ),
  room(
    "a record in one place only",
    set("record", { storageClass: "ONEZONE_IA" }),
    set("record", { storageClass: "STANDARD" }),
  ),
  room("a record that is emptied with its room", set("record", { forceDestroy: true })),
  room("a record that leads elsewhere", set("record", { websiteRedirect: "https://example.com/" })),
  room(
    "a record of the room's key by name",
    set("record", { kmsKeyId: ref("room-key", "arn") }),
    set("record", { kmsKeyId: EVIDENCE_KEY }),
  ),
  room(
    "another ticket in a record's key",
    set("record", { key: "records/INC-2026-0043/0.json" }),
    set("record", { key: "records/INC-2026-0042/1.json" }),
  ),
  room(
    "a stranger retires a grant",
    grant({ retiringPrincipal: `arn:aws:iam::${STRANGER}:role/x` }),
    grant({}),
  ),
  room(
    "a grant is passed on",
    grant({ operations: ["Decrypt", "CreateGrant"] }),
    grant({ operations: ["Decrypt", "DescribeKey"] }),
  ),
  room(
    "a grant of another ticket",
    grant({ name: "clean-room/INC-2026-0043/workstation" }),
    grant({}),
  ),
  room(
    "another account's image",
    machine({ ami: "ami-0123456789abcdef0", associatePublicIpAddress: true }),
  ),
  image(
    "a launch template of the image",
    set("distribution", {
      distributions: [
        {
          region: REGION,
          amiDistributionConfiguration: { kmsKeyId: ref("key", "arn"), amiTags: NOTIFIED },
          launchTemplateConfigurations: [
            { launchTemplateId: "lt-0123456789abcdef0", accountId: STRANGER },
          ],
        },
      ],
    }),
  ),
  image(
    "a name of the image in a stranger's account",
    set("distribution", {
      distributions: [
        {
          region: REGION,
          amiDistributionConfiguration: { kmsKeyId: ref("key", "arn"), amiTags: NOTIFIED },
          ssmParameterConfigurations: [{ parameterName: "/image", amiAccountId: STRANGER }],
        },
      ],
    }),
    set("distribution", {
      distributions: [
        {
          region: REGION,
          amiDistributionConfiguration: { kmsKeyId: ref("key", "arn"), amiTags: NOTIFIED },
          ssmParameterConfigurations: [{ parameterName: "/image" }],
        },
      ],
    }),
  ),
  image(
    "builds are told to a stranger",
    set("infrastructure", { snsTopicArn: `arn:aws:sns:${REGION}:${STRANGER}:builds` }),
    set("infrastructure", { snsTopicArn: `arn:aws:sns:${REGION}:${ACCOUNT}:builds` }),
  ),
  image(
    "a stranger's workflow",
    set("pipeline", {
      workflows: [
        { workflowArn: `arn:aws:imagebuilder:${REGION}:${STRANGER}:workflow/build/x/1.0.0/1` },
      ],
    }),
    set("pipeline", {
      workflows: [
        { workflowArn: `arn:aws:imagebuilder:${REGION}:${ACCOUNT}:workflow/build/x/1.0.0/1` },
      ],
    }),
  ),
  image(
    "a build machine's script with a password",
    set("recipe", { userDataBase64: script("export DB_PASSWORD=hunter2hunter2\n") }),
    set("recipe", { userDataBase64: script("echo built\n") }),
  ),
  image(
    "the root disk of the image is not encrypted",
    set("recipe", {
      blockDeviceMappings: [{ deviceName: "/dev/sda1", ebs: { kmsKeyId: ref("key", "arn") } }],
    }),
  ),
  image(
    "a component of somebody's address",
    kept("aws:imagebuilder/component:Component", "component", {
      platform: "Linux",
      version: "1.0.0",
      uri: "s3://somebodys-bucket/component.yaml",
      tags: NOTIFIED,
    }),
    kept("aws:imagebuilder/component:Component", "component", {
      platform: "Linux",
      version: "1.0.0",
      data: "schemaVersion: 1.0\n",
      tags: NOTIFIED,
    }),
  ),
  session(
    "a session through a port",
    set("session", {
      content: JSON.stringify({
        schemaVersion: "1.0",
        sessionType: "Port",
        parameters: {},
        properties: {},
      }),
    }),
  ),
  session(
    "a session of one command",
    set("session", {
      content: JSON.stringify({
        schemaVersion: "1.0",
        sessionType: "InteractiveCommands",
        properties: { linux: { commands: "bash", runAsElevated: true } },
      }),
    }),
  ),
  session(
    "sessions kept on another's bucket",
    set("session", {
      content: sessionContent({ s3BucketName: "somebodys", s3EncryptionEnabled: false }),
    }),
  ),
  room(
    "a policy of everything within the role",
    set("machine-role", {
      inlinePolicies: [{ name: "p", policy: document({ Action: "*", Resource: "*" }) }],
    }),
    set("machine-role", { inlinePolicies: [] }),
  ),
];
