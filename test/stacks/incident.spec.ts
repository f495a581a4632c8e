import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type * as pulumi from "@pulumi/pulumi";
import Ajv from "ajv";
import { parseDocument } from "yaml";

import { sha256 } from "../../components/sha256";
import { intakePolicy } from "../../components/access/intakePolicy";
import { investigatorPolicy } from "../../components/access/investigatorPolicy";
import { trustedRoles } from "../../components/policies/trustedRoles";
import { incidentKeyPolicy } from "../../components/evidence/keys/incidentKeyPolicy";
import { MOST_TAGS } from "../../components/tags";
import { workstationPolicy } from "../../components/room/workstationPolicy";
import { assertDemands, mostTags } from "../support/demands";
import { type Answers, type Deployment, arnOf, deploy, idOf } from "../support/deployment";
import {
  type Account,
  answersOf,
  DEPLOYER,
  DIGEST,
  ec2Of,
  FOUNDATION_OUTPUTS,
  incidentConfig,
  type KnownSnapshot,
  SNAPSHOT,
  STACK,
  SUSPECT_KEY,
  TICKET,
} from "../support/examples";
import { readProgram } from "../../stacks/program";
import { VaultInMemory } from "../support/vaultInMemory";

const ROLE = "arn:aws:iam::222233334444:role/clean-room/forensics-responder";
const OTHER_SNAPSHOT = "snap-0fedcba9876543210";
const SHARED = { ownerId: "222233334444", state: "completed" };
const EVIDENCE = [{ snapshot: SNAPSHOT, account: "222233334444", device: "/dev/sdf" }];
const OPEN = { claims: { "us-east-1a-1": TICKET } };
/** What the engine has where it was told of the slot's claim. */
const CLAIM_IN_STATE = {
  "aws:ssm/parameter:Parameter::slot-claim": { id: "/clean-room/slots/us-east-1a-1" },
};
const AT_WORK = { ami: "ami-0123456789abcdef0", instanceType: "r6i.xlarge" };
const WORKSTATION = `clean-room-${TICKET}`;

const CLAIMS = {
  sourceVolume: "vol-0123456789abcdef0",
  sourceInstance: "i-0fedcba9876543210",
  sourceDevice: "/dev/xvda",
  sourceTaken: "2026-11-21T03:00:00.000Z",
  sha256: "ab".repeat(32),
};

/** What the records say of {@link EVIDENCE}. */
const EVIDENCE_FACTS = {
  source: { snapshot: SNAPSHOT, account: "222233334444", ownerCompared: true },
  claimed: {},
  preserved: {
    snapshot: idOf(`evidence-${SNAPSHOT}-preserved`),
    key: FOUNDATION_OUTPUTS.evidenceKeyArn,
    sizeGiB: 8,
  },
};

/** An account with the preserved copy of {@link SNAPSHOT}. */
const preservedAs = (copy: Partial<KnownSnapshot>): Account => ({
  copies: ["snap-00000000000000c0c"],
  snapshots: {
    "snap-00000000000000c0c": {
      ...SHARED,
      ownerId: "111122223333",
      volumeSize: 8,
      tags: { "source-snapshot": SNAPSHOT, "source-account": "222233334444" },
      ...copy,
    },
  },
});

/** What they say of its working volume. */
const WORKING = {
  volume: idOf(`evidence-${SNAPSHOT}-working`),
  key: arnOf("incident-key"),
  instance: idOf(`${WORKSTATION}-instance`),
  device: "/dev/sdf",
  hashRecord: `cases/${TICKET}/intake/${idOf(`${WORKSTATION}-instance`)}/${idOf(`evidence-${SNAPSHOT}-working`)}.json`,
};

const fitsSchema = new Ajv().compile(
  JSON.parse(
    readFileSync(join(__dirname, "../../docs/custody-record.schema.json"), "utf8"),
  ) as object,
);

/** The facts of the record that this object holds: content, name and metadata agree, and it fits the schema. */
function factsOf(room: Deployment, name: string, event: string): Record<string, unknown> {
  const { inputs, secrets } = room.named(name);
  const content = inputs["content"] as string;
  const digest = sha256(content);
  assert.equal(inputs["key"], `records/${TICKET}/${digest}.json`);
  assert.equal(inputs["bucket"], FOUNDATION_OUTPUTS.vaultBucket);
  assert.deepEqual(inputs["metadata"], { event, sha256: digest, ticket: TICKET });
  assert.deepEqual(secrets, [], "a record holds no secret");
  const record = JSON.parse(content) as Record<string, unknown>;
  assert.ok(fitsSchema(record), JSON.stringify(fitsSchema.errors));
  assert.deepEqual(
    [record["form"], record["event"], record["ticket"]],
    ["clean-room/record/4", event, TICKET],
  );
  return record["facts"] as Record<string, unknown>;
}

/** What the program says of itself: tested in program.spec.ts. */
const PROGRAM = readProgram();

/** Opens, fills or closes a room in an account whose preserved copies are locked, or not. */
async function deployRoom(
  changes: Record<string, unknown> = {},
  account: Account & { readonly locks?: readonly SnapshotLock[] } = {},
  foundation: object = FOUNDATION_OUTPUTS,
  otherAnswers: Answers = {},
  vault = vaultOf(account),
): Promise<Deployment> {
  const locks = account.locks ?? (account.copies ?? []).map((copy) => held(copy));
  return deploy(STACK, incidentConfig(changes), {
    answers: { ...answersOf(account), ...otherAnswers },
    foundation,
    vault,
    ec2: {
      ...ec2Of(account),
      AssumeRole: () => ({ AssumeRoleResult: { Credentials: SESSION } }),
      DescribeLockedSnapshots: () => ({ snapshotSet: locks }),
    },
  });
}

/** The vault of an account where every disk is hashed. */
function vaultOf({ volumes = {} }: Account): VaultInMemory {
  const vault = new VaultInMemory(FOUNDATION_OUTPUTS.vaultBucket);
  for (const volume of Object.keys(volumes)) {
    vault.objects.set(
      `cases/${TICKET}/intake/${idOf(`${WORKSTATION}-instance`)}/${volume}.json`,
      "{}",
    );
  }
  return vault;
}

/** Closes a room twice: the first time records it, and the second finds that record. */
async function closeRoom(
  changes: Record<string, unknown>,
  account: Account,
  foundation: object = FOUNDATION_OUTPUTS,
): Promise<Deployment> {
  const vault = vaultOf(account);
  const close = () => deployRoom({ ...changes, closing: true }, account, foundation, {}, vault);
  vault.keep((await close()).named("closing-record"));
  return close();
}

/** Credentials of a role that was assumed. */
const SESSION = {
  AccessKeyId: "simulated",
  SecretAccessKey: "simulated",
  SessionToken: "simulated",
  Expiration: "2036-11-21T00:00:00Z",
};

/** A lock, as EC2 tells of it. */
interface SnapshotLock {
  readonly snapshotId: string;
  readonly lockState: string;
}

function held(snapshotId: string, lockState = "governance"): SnapshotLock {
  return { snapshotId, lockState };
}

describe("An incident's stack", () => {
  describe("opened without evidence", () => {
    let room: Deployment;

    before(async () => {
      room = await deployRoom({ tools: ["encase"], responderRoles: [ROLE] });
    });

    it("declares exactly these resources", () => {
      assert.deepEqual(room.resources.map(({ type, name }) => `${type} ${name}`).sort(), [
        `aws:ec2/instance:Instance ${WORKSTATION}-instance`,
        "aws:ec2/securityGroup:SecurityGroup workstation-sg",
        `aws:iam/instanceProfile:InstanceProfile ${WORKSTATION}-profile`,
        "aws:iam/role:Role case-intake-222233334444",
        `aws:iam/role:Role ${WORKSTATION}-role`,
        "aws:iam/rolePolicy:RolePolicy case-intake-222233334444-policy",
        `aws:iam/rolePolicy:RolePolicy ${WORKSTATION}-policy`,
        "aws:kms/alias:Alias incident-key-alias",
        "aws:kms/grant:Grant transfer-grant-222233334444-role/clean-room/forensics-responder",
        "aws:kms/key:Key incident-key",
        "aws:s3/bucketObjectv2:BucketObjectv2 opening-record",
        "aws:s3/bucketObjectv2:BucketObjectv2 room-record",
        "aws:ssm/parameter:Parameter slot-claim",
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule workstation-encase-tcp-4445-egress-10.20.30.40/32",
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule workstation-endpoints",
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule workstation-s3",
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule workstation-encase-tcp-4445-ingress-10.20.30.40/32",
      ]);
    });

    it("protects all that cannot be had again, and leaves rules, grants, the roles of people and the room's record to come and go", () => {
      const open = room.resources.filter(({ options }) => options.protect !== true);
      assert.deepEqual(open.map(({ type }) => type).sort(), [
        "aws:iam/role:Role",
        "aws:iam/rolePolicy:RolePolicy",
        "aws:kms/grant:Grant",
        "aws:s3/bucketObjectv2:BucketObjectv2",
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
      ]);
    });

    it("retains the records and nothing else", () => {
      const retained = room.resources.filter(({ options }) => options.retainOnDelete);
      assert.deepEqual(
        retained.map(({ name }) => name),
        ["opening-record", "room-record"],
      );
    });

    it("tags everything that has tags, the root volume included", () => {
      const expected = {
        notification: "ir@example.edu",
        "incident-response": `quarantine:${TICKET}`,
      };
      const instance = room.named(`${WORKSTATION}-instance`).inputs;
      const nested = (instance["rootBlockDevice"] as { tags: Record<string, string> }).tags;
      const all = [nested, ...room.resources.flatMap(({ inputs }) => inputs["tags"] ?? [])];
      // Everything but the roles' policies, the alias and the grant, plus the nested one.
      assert.equal(all.length, room.resources.length - 4 + 1);
      for (const tags of all as Record<string, string>[]) {
        const { Name: _, "toolbox-digest": __, ...rest } = tags;
        assert.deepEqual(rest, expected);
      }
      assert.equal((instance["tags"] as Record<string, string>)["toolbox-digest"], DIGEST);
    });

    it("starts a workstation that only Session Manager reaches", () => {
      const {
        tags: _,
        userDataBase64,
        rootBlockDevice,
        ...inputs
      } = room.named(`${WORKSTATION}-instance`).inputs;
      assert.deepEqual(inputs, {
        ami: "ami-0123456789abcdef0",
        instanceType: "r6i.xlarge",
        subnetId: "subnet-0",
        vpcSecurityGroupIds: [idOf("workstation-sg")],
        associatePublicIpAddress: false,
        iamInstanceProfile: `workstation-${TICKET}`,
        disableApiTermination: true,
        metadataOptions: {
          httpEndpoint: "enabled",
          httpTokens: "required",
          httpPutResponseHopLimit: 1,
        },
      });
      const { tags: __, ...root } = rootBlockDevice as Record<string, unknown>;
      assert.deepEqual(root, {
        encrypted: true,
        kmsKeyId: arnOf("incident-key"),
        volumeType: "gp3",
        volumeSize: 100,
        deleteOnTermination: true,
      });
      assert.match(Buffer.from(userDataBase64 as string, "base64").toString(), /^#cloud-config\n/);
    });

    it("pins what would replace or restart the workstation", () => {
      assert.deepEqual(room.named(`${WORKSTATION}-instance`).options.ignoreChanges, [
        "ami",
        "associatePublicIpAddress",
        "instanceType",
        "rootBlockDevice.encrypted",
        "rootBlockDevice.kmsKeyId",
        "rootBlockDevice.volumeSize",
        "rootBlockDevice.volumeType",
        "subnetId",
        "userDataBase64",
      ]);
    });

    it("lets the workstation out to the endpoints, S3 and the suspect only", () => {
      const rules = room
        .ofType("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule")
        .concat(room.ofType("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"))
        .map(({ inputs: { tags: _, ...rule } }) => rule);
      const securityGroupId = idOf("workstation-sg");
      const https = { ipProtocol: "tcp", fromPort: 443, toPort: 443, securityGroupId };
      const encase = { ipProtocol: "tcp", fromPort: 4445, toPort: 4445, securityGroupId };
      assert.deepEqual(rules, [
        {
          ...https,
          description: `${TICKET}: HTTPS to the interface endpoints`,
          referencedSecurityGroupId: "sg-0aaaaaaaaaaaaaaaa",
        },
        {
          ...https,
          description: `${TICKET}: HTTPS to S3 through the gateway endpoint`,
          prefixListId: "pl-0123456789abcdef0",
        },
        {
          ...encase,
          description: `${TICKET}: encase tcp/4445 to the suspect`,
          cidrIpv4: "10.20.30.40/32",
        },
        {
          ...encase,
          description: `${TICKET}: encase tcp/4445 from the suspect`,
          cidrIpv4: "10.20.30.40/32",
        },
      ]);
    });

    it("grants the responder the transfer key, without the right to grant it on", () => {
      const [grant] = room.ofType("aws:kms/grant:Grant");
      assert.deepEqual(grant?.inputs, {
        name: `clean-room/${TICKET}/222233334444/role/clean-room/forensics-responder`,
        keyId: FOUNDATION_OUTPUTS.transferKeyArn,
        granteePrincipal: ROLE,
        operations: [
          "Decrypt",
          "DescribeKey",
          "GenerateDataKeyWithoutPlaintext",
          "ReEncryptFrom",
          "ReEncryptTo",
        ],
      });
    });

    it("claims its slot, so that no other room can", () => {
      const { name, value } = room.named("slot-claim").inputs;
      assert.deepEqual([name, value], ["/clean-room/slots/us-east-1a-1", TICKET]);
    });

    it("places the policies that the access tests are about", () => {
      const parties = FOUNDATION_OUTPUTS;
      assert.deepEqual(
        JSON.parse(room.named("incident-key").inputs["policy"] as string),
        incidentKeyPolicy(parties),
      );
      assert.deepEqual(
        JSON.parse(room.named(`${WORKSTATION}-policy`).inputs["policy"] as string),
        workstationPolicy({
          ...parties,
          ticket: TICKET,
          directReading: false,
          sessionLogGroup: "/clean-room/sessions/us-east-1a-1",
        }),
      );
    });

    it("makes nothing before it has its slot, so that the loser of a race has nothing", async () => {
      const asked: string[] = [];
      await assert.rejects(
        deploy(STACK, incidentConfig({ responderRoles: [ROLE], investigators: [ROLE] }), {
          answers: answersOf(),
          foundation: FOUNDATION_OUTPUTS,
          beforeMade: (name) => {
            asked.push(name);
            if (name === "slot-claim") {
              throw new Error("ParameterAlreadyExists: The parameter already exists.");
            }
          },
        }),
        /ParameterAlreadyExists/,
      );
      assert.deepEqual(asked, ["slot-claim"]);
    });

    it("makes the workstation's identity first, its key then, and the machine last", () => {
      const before = room.named("incident-key").options.dependsOn as pulumi.Resource[];
      const names = before.map((resource) => (resource as unknown as { __name: string }).__name);
      assert.deepEqual(names, [`${WORKSTATION}-policy`, `${WORKSTATION}-profile`]);
      const root = room.named(`${WORKSTATION}-instance`).inputs["rootBlockDevice"];
      assert.equal((root as { kmsKeyId: string }).kmsKeyId, arnOf("incident-key"));
    });

    it("ends the incident key as soon as AWS allows", () => {
      assert.equal(room.named("incident-key").inputs["deletionWindowInDays"], 7);
    });

    it("records the opening in an object named after its content, and pins it", () => {
      assert.deepEqual(room.named("opening-record").options.ignoreChanges, [
        "bucket",
        "key",
        "content",
        "metadata",
        // The vault's default retention shows up on the object, and is no change to be undone.
        "objectLockLegalHoldStatus",
        "objectLockMode",
        "objectLockRetainUntilDate",
      ]);
      const encase = { tool: "encase", protocol: "tcp", fromPort: 4445, toPort: 4445 };
      assert.deepEqual(factsOf(room, "opening-record", "opening"), {
        deployedBy: DEPLOYER,
        program: PROGRAM,
        room: {
          account: "111122223333",
          region: "us-east-1",
          slot: "us-east-1a-1",
          subnet: "subnet-0",
          workstation: idOf(`${WORKSTATION}-instance`),
          image: "ami-0123456789abcdef0",
          toolboxDigest: DIGEST,
          incidentKey: arnOf("incident-key"),
          evidenceKey: FOUNDATION_OUTPUTS.evidenceKeyArn,
          transferKey: FOUNDATION_OUTPUTS.transferKeyArn,
          isolationSecurityGroup: "222233334444/sg-0123456789abcdef0",
          recordings: "/clean-room/sessions/us-east-1a-1",
          reach: "cidr",
          suspectCidrs: ["10.20.30.40/32"],
          tools: ["encase"],
          ports: [
            { ...encase, direction: "egress", suspect: "10.20.30.40/32" },
            { ...encase, direction: "ingress", suspect: "10.20.30.40/32" },
          ],
          responderRoles: [ROLE],
          investigators: [],
          vaultBucket: FOUNDATION_OUTPUTS.vaultBucket,
          vaultMode: "COMPLIANCE",
          vaultDays: 365,
          vaultTrial: false,
        },
      });
    });

    it("records the room once more, and another time with every port, tool or person that changes", async () => {
      const { deployedBy, ...opened } = factsOf(room, "opening-record", "opening");
      assert.equal(deployedBy, DEPLOYER);
      assert.deepEqual(factsOf(room, "room-record", "room"), opened);
      assert.deepEqual(room.named("room-record").options.ignoreChanges, [
        "objectLockLegalHoldStatus",
        "objectLockMode",
        "objectLockRetainUntilDate",
      ]);
      for (const name of ["opening-record", "room-record"]) {
        const written = room.named(name).options.dependsOn as { __pulumiType?: string }[];
        assert.deepEqual(
          written.map(({ __pulumiType }) => __pulumiType),
          [
            "cleanroom:room:WorkstationSecurityGroup",
            "cleanroom:access:CaseRoles",
            "aws:kms/grant:Grant",
          ],
          "no record says that something is there before it is",
        );
      }
      const before = { tools: ["encase"], responderRoles: [ROLE] };
      const keyOf = async (changes: Record<string, unknown>) =>
        (await deployRoom({ ...before, ...changes }, OPEN)).named("room-record").inputs["key"];
      const keys = [await keyOf({})];
      for (const changes of [
        { tools: ["encase", "lime"] },
        { suspectCidrs: ["10.20.30.41/32"] },
        { responderRoles: [] },
        { investigators: ["arn:aws:iam::111122223333:role/investigator"] },
      ]) {
        keys.push(await keyOf(changes));
      }
      assert.equal(keys[0], room.named("room-record").inputs["key"]);
      assert.equal(new Set(keys).size, 5);
    });

    it("has secrets that a record of them would show", () => {
      // Without it the check of the records would prove nothing.
      assert.deepEqual(room.named("slot-claim").secrets, ["value"]);
    });

    it("is not opened with a record that does not fit the schema", async () => {
      const wrong = { ...FOUNDATION_OUTPUTS, vaultDays: 0 };
      await assert.rejects(
        deployRoom({}, {}, wrong),
        /does not fit its schema and is not written:\n.*facts\.room\.vaultDays/,
      );
    });

    it("says the same of the same room, in whatever order its settings are", async () => {
      const addresses = ["10.20.30.40/32", "10.20.30.50/32"];
      const tools = ["lime", "encase"];
      const keyOf = async (changes: Record<string, unknown>) =>
        (await deployRoom(changes)).named("opening-record").inputs["key"];
      assert.equal(
        await keyOf({ tools, suspectCidrs: addresses }),
        await keyOf({ tools: [...tools].reverse(), suspectCidrs: [...addresses].reverse() }),
      );
    });

    it("tells the responder all there is to know, and what to do next", () => {
      const { next, ...outputs } = room.outputs;
      assert.deepEqual(outputs, {
        ticket: TICKET,
        instanceId: idOf(`${WORKSTATION}-instance`),
        startSession: `aws ssm start-session --target ${idOf(`${WORKSTATION}-instance`)} --region us-east-1 --document-name clean-room-session-us-east-1a-1`,
        sessionDocument: "clean-room-session-us-east-1a-1",
        intakeRoles: { 222233334444: arnOf("case-intake-222233334444") },
        privateAddress: "10.66.0.4",
        amiId: "ami-0123456789abcdef0",
        toolboxDigest: DIGEST,
        volumes: [],
        vaultPrefix: `s3://vault-bucket-0a1b2c3/cases/${TICKET}/`,
        transferKeyArn: FOUNDATION_OUTPUTS.transferKeyArn,
        incidentKeyArn: arnOf("incident-key"),
        records: ["opening-record", "room-record"].map(
          (name) => `vault-bucket-0a1b2c3/${room.named(name).inputs["key"] as string}`,
        ),
      });
      const lines = (next as string).split("\n");
      assert.equal(
        lines[1],
        `  handover/handover --ticket ${TICKET} --notification ir@example.edu --transfer-key ${FOUNDATION_OUTPUTS.transferKeyArn} --audit-account 111122223333 --region us-east-1 --instance i-0123456789abcdef0 --heading`,
      );
      assert.equal(lines[2]?.endsWith(`: npx clean-room evidence ${TICKET} add`), true);
      assert.equal(
        lines[5],
        `  aws ec2 copy-snapshot --region us-east-1 --source-region us-east-1 --source-snapshot-id snap-0123456789abcdef0 --encrypted --kms-key-id ${FOUNDATION_OUTPUTS.transferKeyArn} ` +
          `--tag-specifications 'ResourceType=snapshot,Tags=[{Key=incident-response,Value=quarantine:${TICKET}},{Key=notification,Value="ir@example.edu"}]'`,
      );
      assert.match(
        lines[6] ?? "",
        /^ {2}aws ec2 modify-snapshot-attribute .*--user-ids 111122223333$/,
      );
      assert.match(
        lines[7] ?? "",
        /startSession.*TargetNotConnected, wait five minutes.*stop and start/,
      );
      assert.equal(lines.length, 8);
    });

    it("says what to do next in a text that no terminal shows as something else, and that can be pasted", () => {
      const next = room.outputs["next"] as string;
      // The CLI shows a text that is YAML as a map: sorted, and cut.
      assert.ok(parseDocument(next).errors.length > 0);
      assert.match(next, /^[\x20-\x7e\n]*$/);
      assert.doesNotMatch(next, /[<>]/);
    });

    it("keeps several addresses one argument of the command", async () => {
      const { outputs } = await deployRoom({ notification: "ir@example.edu soc@example.edu" });
      assert.match(
        outputs["next"] as string,
        / --notification "ir@example\.edu soc@example\.edu" --transfer-key /,
      );
    });
  });

  describe("where an organisation demands tags", () => {
    const tags = { "cost-centre": "4711", owner: "security response" };

    it("gives them to everything, volumes, copies and records among them", async () => {
      const room = await deployRoom(
        {
          tags,
          tools: ["encase"],
          responderRoles: [ROLE],
          investigators: [ROLE],
          evidence: EVIDENCE,
        },
        { snapshots: { [SNAPSHOT]: SHARED } },
      );
      assertDemands(room, {
        ...tags,
        notification: "ir@example.edu",
        "incident-response": `quarantine:${TICKET}`,
      });
      const { rootBlockDevice } = room.named(`${WORKSTATION}-instance`).inputs;
      const { tags: ofRoot } = rootBlockDevice as { tags: Record<string, string> };
      assert.equal(ofRoot["cost-centre"], "4711");
    });

    it("has them in the handover's command", async () => {
      const { outputs } = await deployRoom({ tags });
      const next = outputs["next"] as string;
      assert.match(next, / --tag 'cost-centre=4711' --tag 'owner=security response' --instance /);
      assert.ok(next.includes('{Key=owner,Value="security response"}'), next);
    });

    it("takes as many as a record, which is an object of a bucket, can carry", async () => {
      const most = Object.fromEntries(
        Array.from({ length: MOST_TAGS.incident }, (_, index) => [`key-${index}`, "value"]),
      );
      const { resources } = await deployRoom({ tags: most });
      const records = resources.filter(({ type }) => type.endsWith(":BucketObjectv2"));
      assert.equal(mostTags(records), 10);
    });
  });

  describe("of people of two member accounts", () => {
    const OTHER_ROLE = "arn:aws:iam::333344445555:role/responder";
    const INVESTIGATOR = "arn:aws:iam::111122223333:role/investigator";
    const changes = {
      responderRoles: [ROLE, OTHER_ROLE, `${ROLE}-2`],
      investigators: [INVESTIGATOR],
    };
    const access = {
      ...FOUNDATION_OUTPUTS,
      ticket: TICKET,
      sessionDocument: "clean-room-session-us-east-1a-1",
    };
    const runbookOf = (account: string) =>
      `arn:aws:iam::${account}:role/clean-room/acquisition-runbook`;
    let room: Deployment;

    before(async () => {
      room = await deployRoom(changes);
    });

    it("gives each account a role for uploads, and the investigators one, by known names", () => {
      const roles = room.ofType("aws:iam/role:Role").filter(({ name }) => name.startsWith("case-"));
      assert.deepEqual(
        roles.map(({ inputs: { name, path, permissionsBoundary, assumeRolePolicy } }) => [
          name,
          path,
          permissionsBoundary,
          JSON.parse(assumeRolePolicy as string) as object,
        ]),
        (
          [
            [`investigator-${TICKET}`, [INVESTIGATOR]],
            // The account's runbook that acquires many is among them, whether or not it is there.
            [`intake-${TICKET}-222233334444`, [runbookOf("222233334444"), ROLE, `${ROLE}-2`]],
            [`intake-${TICKET}-333344445555`, [runbookOf("333344445555"), OTHER_ROLE]],
          ] as const
        ).map(([name, trusted]) => [
          name,
          "/clean-room/case/",
          FOUNDATION_OUTPUTS.boundaryArn,
          {
            Version: "2012-10-17",
            // A tag of investigators would say as whom Session Manager lets them in.
            Statement: [
              trustedRoles("People", trusted, "o-exampleorgid", name.startsWith("intake")),
            ],
          },
        ]),
      );
      assert.equal(room.outputs["investigatorRole"], arnOf("case-investigator"));
    });

    it("gives them the policies that the access tests are about", () => {
      const policyOf = (name: string) =>
        JSON.parse(room.named(`case-${name}-policy`).inputs["policy"] as string) as object;
      assert.deepEqual(policyOf("investigator"), investigatorPolicy(access));
      for (const account of ["222233334444", "333344445555"]) {
        assert.deepEqual(policyOf(`intake-${account}`), intakePolicy(access, account));
      }
    });

    it("keeps the workstation's role within the boundary", () => {
      const { path, permissionsBoundary } = room.named(`${WORKSTATION}-role`).inputs;
      assert.deepEqual(
        [path, permissionsBoundary],
        ["/clean-room/case/", FOUNDATION_OUTPUTS.boundaryArn],
      );
    });

    it("ends the uploads when it closes, and leaves the investigators theirs", async () => {
      const closing = await closeRoom(changes, OPEN);
      assert.deepEqual(
        closing
          .ofType("aws:iam/role:Role")
          .map(({ name }) => name)
          .sort(),
        ["case-investigator", `${WORKSTATION}-role`].sort(),
      );
    });
  });

  describe("with evidence", () => {
    const account = { ...OPEN, snapshots: { [SNAPSHOT]: SHARED } };
    let room: Deployment;

    before(async () => {
      room = await deployRoom({ evidence: EVIDENCE, copyMinutes: 60 }, account);
    });

    const tags = {
      notification: "ir@example.edu",
      "incident-response": `quarantine:${TICKET}`,
      "source-snapshot": SNAPSHOT,
      "source-account": "222233334444",
    };

    it("preserves the snapshot under the evidence key, and keeps the copy for ever", () => {
      const { inputs, options } = room.named(`evidence-${SNAPSHOT}-preserved`);
      assert.deepEqual(inputs, {
        sourceSnapshotId: SNAPSHOT,
        sourceRegion: "us-east-1",
        encrypted: true,
        kmsKeyId: FOUNDATION_OUTPUTS.evidenceKeyArn,
        description: `Preserved copy of ${SNAPSHOT} of account 222233334444`,
        completionDurationMinutes: 60,
        tags: { ...tags, Name: `evidence-${SNAPSHOT}-preserved` },
      });
      assert.deepEqual([options.protect, options.retainOnDelete], [true, true]);
      assert.deepEqual(options.customTimeouts, { create: "24h" });
    });

    it("works on a volume of the incident key in the workstation's zone, never on the copy", () => {
      const { inputs, options } = room.named(`evidence-${SNAPSHOT}-working`);
      assert.deepEqual(inputs, {
        availabilityZone: "us-east-1a",
        snapshotId: idOf(`evidence-${SNAPSHOT}-preserved`),
        encrypted: true,
        kmsKeyId: arnOf("incident-key"),
        type: "gp3",
        throughput: 500,
        iops: 3000,
        tags: { ...tags, Name: `evidence-${SNAPSHOT}-working` },
      });
      assert.deepEqual([options.protect, options.retainOnDelete], [true, undefined]);
      assert.deepEqual(room.named(`evidence-${SNAPSHOT}-attachment`).inputs, {
        instanceId: idOf(`${WORKSTATION}-instance`),
        volumeId: idOf(`evidence-${SNAPSHOT}-working`),
        deviceName: "/dev/sdf",
        stopInstanceBeforeDetaching: true,
      });
    });

    it("reads, and fills, a working volume as fast as the settings say", async () => {
      const fast = await deployRoom(
        {
          evidence: EVIDENCE,
          workingVolumeThroughput: 1000,
          workingVolumeInitializationRate: 300,
        },
        account,
      );
      const { inputs } = fast.named(`evidence-${SNAPSHOT}-working`);
      assert.deepEqual(
        [inputs["throughput"], inputs["iops"], inputs["volumeInitializationRate"]],
        [1000, 4000, 300],
      );
    });

    it("pins whatever would replace copy, volume or attachment, or make a volume of an open room another", () => {
      assert.deepEqual(room.named(`evidence-${SNAPSHOT}-preserved`).options.ignoreChanges, [
        "sourceSnapshotId",
        "sourceRegion",
        "kmsKeyId",
        "encrypted",
        "description",
        "completionDurationMinutes",
      ]);
      assert.deepEqual(room.named(`evidence-${SNAPSHOT}-working`).options.ignoreChanges, [
        "availabilityZone",
        "snapshotId",
        "kmsKeyId",
        "encrypted",
        "throughput",
        "iops",
        "volumeInitializationRate",
      ]);
      assert.deepEqual(room.named(`evidence-${SNAPSHOT}-attachment`).options.ignoreChanges, [
        "instanceId",
        "volumeId",
        "deviceName",
      ]);
    });

    it("never makes the workstation wait for a copy", () => {
      const { options } = room.named(`${WORKSTATION}-instance`);
      assert.equal((options.dependsOn as unknown[]).length, 1);
    });

    it("lists the volumes by device and source", () => {
      assert.deepEqual(room.outputs["volumes"], [
        {
          device: "/dev/sdf",
          sourceSnapshot: SNAPSHOT,
          sourceAccount: "222233334444",
          volumeId: idOf(`evidence-${SNAPSHOT}-working`),
          preservedSnapshot: idOf(`evidence-${SNAPSHOT}-preserved`),
        },
      ]);
    });

    it("records each snapshot: whose it was, where its preserved copy is", () => {
      assert.deepEqual(factsOf(room, `evidence-${SNAPSHOT}-record`, "evidence"), EVIDENCE_FACTS);
    });

    it("records its attachment by itself: where its working volume is, where its hash will be", () => {
      assert.deepEqual(factsOf(room, `evidence-${SNAPSHOT}-attachment-record`, "attachment"), {
        source: SNAPSHOT,
        preserved: idOf(`evidence-${SNAPSHOT}-preserved`),
        working: WORKING,
      });
    });

    it("keeps every record of a snapshot, and lets another one take its place in the stack", () => {
      const { options } = room.named(`evidence-${SNAPSHOT}-record`);
      assert.deepEqual([options.protect, options.retainOnDelete], [undefined, true]);
      // Its name is not pinned: a changed record is another object.
      assert.deepEqual(options.ignoreChanges, [
        "objectLockLegalHoldStatus",
        "objectLockMode",
        "objectLockRetainUntilDate",
      ]);
    });

    it("takes claims of the source into tags and the record, and into nothing else", async () => {
      const claimed = await deployRoom(
        { evidence: [{ ...EVIDENCE[0], ...CLAIMS }], copyMinutes: 60 },
        account,
      );
      const claimTags = {
        "source-volume": CLAIMS.sourceVolume,
        "source-instance": CLAIMS.sourceInstance,
        "source-device": CLAIMS.sourceDevice,
        "source-taken": CLAIMS.sourceTaken,
      };
      for (const { name, inputs } of room.resources) {
        const { inputs: after } = claimed.named(name);
        if (name === `evidence-${SNAPSHOT}-record`) {
          assert.notEqual(after["key"], inputs["key"]);
        } else if (/-(preserved|working)$/.test(name)) {
          const before = inputs["tags"] as object;
          assert.deepEqual(after, { ...inputs, tags: { ...before, ...claimTags } }, name);
        } else {
          assert.deepEqual(after, inputs, name);
        }
      }
      assert.equal(claimed.resources.length, room.resources.length);
      assert.deepEqual(factsOf(claimed, `evidence-${SNAPSHOT}-record`, "evidence"), {
        ...EVIDENCE_FACTS,
        claimed: CLAIMS,
      });
    });

    it("names resources after the snapshot, whatever its place in the list", async () => {
      const two = [...EVIDENCE, { ...EVIDENCE[0], snapshot: OTHER_SNAPSHOT, device: "/dev/sdg" }];
      const shared = { ...OPEN, snapshots: { [SNAPSHOT]: SHARED, [OTHER_SNAPSHOT]: SHARED } };
      const facts = ({ resources }: Deployment) =>
        resources
          .filter(({ name }) => name.startsWith("evidence-"))
          .map(({ name, inputs }) => [name, inputs])
          .sort();
      assert.deepEqual(
        facts(await deployRoom({ evidence: two }, shared)),
        facts(await deployRoom({ evidence: [...two].reverse() }, shared)),
      );
    });
  });

  describe("closing", () => {
    const copy: string = idOf(`evidence-${SNAPSHOT}-preserved`);
    const volume = idOf(`evidence-${SNAPSHOT}-working`);
    const closable = {
      ...OPEN,
      copies: [copy],
      snapshots: {
        [copy]: {
          ownerId: "111122223333",
          state: "completed",
          volumeSize: 8,
          tags: { "source-snapshot": SNAPSHOT, "source-account": "222233334444" },
        },
      },
      volumes: { [volume]: { source: SNAPSHOT, device: "/dev/sdf" } },
    };

    it("lifts the protection once it is recorded, but still keeps copies and records", async () => {
      const room = await closeRoom({ evidence: EVIDENCE }, closable);
      assert.deepEqual(
        room.resources.filter(({ options }) => options.protect === true),
        [],
      );
      assert.equal(room.named(`${WORKSTATION}-instance`).inputs["disableApiTermination"], false);
      assert.deepEqual(
        room.resources.filter(({ options }) => options.retainOnDelete).map(({ name }) => name),
        [
          `evidence-${SNAPSHOT}-preserved`,
          `evidence-${SNAPSHOT}-record`,
          `evidence-${SNAPSHOT}-attachment-record`,
          "opening-record",
          "room-record",
          "closing-record",
        ],
      );
    });

    it("records what existed and what stays; all destruction as something to come", async () => {
      const settings = { evidence: EVIDENCE, closing: true, responderRoles: [ROLE] };
      const room = await deployRoom(settings, closable);
      const { room: facts } = factsOf(room, "opening-record", "opening");
      const records = [
        "opening-record",
        "room-record",
        `evidence-${SNAPSHOT}-record`,
        `evidence-${SNAPSHOT}-attachment-record`,
      ];
      assert.deepEqual(factsOf(room, "closing-record", "closing"), {
        deployedBy: DEPLOYER,
        program: PROGRAM,
        existed: { room: facts, evidence: [{ ...EVIDENCE_FACTS, working: WORKING }] },
        remains: {
          preservedSnapshots: [copy],
          records: records.map((name) => room.named(name).inputs["key"]),
          vaultPrefixes: [
            `cases/${TICKET}/`,
            `intake/222233334444/${TICKET}/`,
            `records/${TICKET}/`,
          ],
        },
        destruction: {
          state: "to be scheduled by pulumi destroy",
          key: arnOf("incident-key"),
          windowDays: room.named("incident-key").inputs["deletionWindowInDays"],
          workingVolumes: [volume],
        },
        grantsToBeRemoved: [{ key: FOUNDATION_OUTPUTS.transferKeyArn, grantee: ROLE }],
        grantsToBeRevoked: ["222233334444"],
      });
      assert.deepEqual(
        room.outputs["records"],
        [...records, "closing-record"].map(
          (name) => `${FOUNDATION_OUTPUTS.vaultBucket}/${room.named(name).inputs["key"] as string}`,
        ),
      );
    });

    it("records of what was never attached, or withdrawn, what is; and makes nothing that is not there", async () => {
      const [entry] = EVIDENCE;
      const without = { ...closable, volumes: {} };
      const loose = { ...closable, volumes: { [volume]: { source: SNAPSHOT } } };
      const { volume: disk, key, hashRecord } = WORKING;
      const unhashed = "EC2 never attached it";
      const cases: [object, Account, object][] = [
        [{}, loose, { working: { volume: disk, key, hashRecord } }],
        [{ unhashed }, without, { unhashed }],
        [{ attach: false, device: undefined }, without, {}],
        [{ withdrawn: true }, without, { withdrawn: true }],
      ];
      for (const [changes, account, said] of cases) {
        const room = await deployRoom(
          { evidence: [{ ...entry, ...changes }], closing: true },
          account,
        );
        const { existed } = factsOf(room, "closing-record", "closing") as {
          existed: { evidence: unknown };
        };
        assert.deepEqual(existed.evidence, [{ ...EVIDENCE_FACTS, ...said }]);
        assert.deepEqual(room.ofType("aws:ec2/volumeAttachment:VolumeAttachment"), []);
      }
    });

    it("says the same of the same evidence, in whatever order it is named", async () => {
      const other = "snap-00000000000000d0d";
      const [known] = Object.values(closable.snapshots);
      const account = {
        ...OPEN,
        copies: [copy, other],
        volumes: { ...closable.volumes, "vol-00000000000000e0e": { source: OTHER_SNAPSHOT } },
        snapshots: {
          ...closable.snapshots,
          [other]: {
            ...known,
            tags: { "source-snapshot": OTHER_SNAPSHOT, "source-account": "222233334444" },
          },
        },
      } as Account;
      const two = [...EVIDENCE, { ...EVIDENCE[0], snapshot: OTHER_SNAPSHOT, device: "/dev/sdg" }];
      const keyOf = async (evidence: unknown[]) =>
        (await deployRoom({ evidence, closing: true }, account)).named("closing-record").inputs[
          "key"
        ];
      assert.equal(await keyOf(two), await keyOf([...two].reverse()));
    });

    it("ends the members' use of the transfer key, and names what ends the grants of EC2 and certifies the destruction", async () => {
      const room = await closeRoom({ evidence: EVIDENCE, responderRoles: [ROLE] }, closable);
      assert.deepEqual(room.ofType("aws:kms/grant:Grant"), []);
      assert.match(
        room.outputs["next"] as string,
        /npx clean-room grants revoke --stack inc-2026-0042\b.*pulumi destroy --stack inc-2026-0042\b.*npx clean-room destruction --stack inc-2026-0042\b/s,
      );
    });

    it("is refused while a snapshot has no complete copy", async () => {
      await assert.rejects(
        deployRoom(
          { evidence: EVIDENCE, closing: true },
          { ...OPEN, snapshots: { [SNAPSHOT]: SHARED } },
        ),
        new RegExp(`${SNAPSHOT} has no preserved copy`),
      );
    });

    for (const state of ["governance", "compliance", "compliance-cooloff"]) {
      it(`goes on where every copy's lock is in state ${state}`, async () => {
        const locks = [held("snap-0dddddddddddddddd", "expired"), held(copy, state)];
        await deployRoom({ evidence: EVIDENCE, closing: true }, { ...closable, locks });
      });
    }

    for (const state of ["expired", "a-state-of-next-year"]) {
      it(`is refused where a copy's lock is in state ${state}`, async () => {
        const locks = [held(copy, state)];
        await assert.rejects(
          deployRoom({ evidence: EVIDENCE, closing: true }, { ...closable, locks }),
          new RegExp(`${copy} of ${SNAPSHOT} is not locked \\(${state}\\)`),
        );
      });
    }

    it("is refused where a copy is not locked, with the command that locks it; its source's lock is none of it", async () => {
      const locks = [held(SNAPSHOT)];
      await assert.rejects(
        deployRoom({ evidence: EVIDENCE, closing: true }, { ...closable, locks }),
        new RegExp(
          `${copy} of ${SNAPSHOT} is not locked \\(no lock\\)\\. Lock it, then run this again: aws ssm start-automation-execution --region us-east-1 --document-name clean-room-lock-preserved-copy --parameters SnapshotArn=arn:aws:ec2:us-east-1::snapshot/${copy} Where the runbook fails, an administrator locks it: aws ec2 lock-snapshot --region us-east-1 --lock-mode compliance --lock-duration 365 --snapshot-id ${copy}`,
        ),
      );
    });

    it("leaves the locks of what is not in its evidence to the custodians, and tells of it", async () => {
      const earlier = "snap-00000000000000e0e";
      const account = {
        ...closable,
        copies: [copy, earlier],
        unrecorded: [earlier],
        locks: [held(copy)],
        snapshots: {
          ...closable.snapshots,
          [earlier]: {
            ...closable.snapshots[copy],
            tags: { "source-snapshot": OTHER_SNAPSHOT, "source-account": "222233334444" },
          },
        },
      } as Account;
      const { warnings } = await deployRoom({ evidence: EVIDENCE, closing: true }, account);
      assert.match(
        warnings.join("\n"),
        new RegExp(
          `not in the evidence \\(1\\): the preserved copy ${earlier} of ${OTHER_SNAPSHOT}\\.`,
        ),
      );
    });

    for (const [how, warning, changes] of [
      [
        "that are not in its evidence",
        /^Carrying this ticket, and not in the evidence \(12\): .* and 2 more\.$/,
        { closing: true, inEvidence: false, state: "completed" },
      ],
      [
        "that are under way",
        /^Under way \(12\): .* and 2 more\. Their working volumes/,
        { closing: false, inEvidence: true, state: "pending" },
      ],
      [
        "that have no working volume yet",
        /^Preserved, without a working volume yet \(12\): .* and 2 more\. Where EC2 refuses/,
        { closing: false, inEvidence: true, state: "completed" },
      ],
    ] as const) {
      it(`tells of a dozen copies ${how} once, with their number`, async () => {
        const ids = Array.from({ length: 12 }, (_, index): string =>
          index.toString(16).padStart(17, "0"),
        );
        const sourceOf = (id: string) => `snap-${id.replace(/^0/, "a")}`;
        const many = ids.map((id) => `snap-${id.replace(/^0/, "c")}`);
        const account = {
          ...closable,
          copies: [copy, ...many],
          unrecorded: changes.inEvidence ? [] : many,
          locks: [copy, ...many].map((id) => held(id)),
          snapshots: {
            ...closable.snapshots,
            ...Object.fromEntries(
              ids.map((id, index): [string, object] => [
                many[index] ?? "",
                {
                  ...closable.snapshots[copy],
                  state: changes.state,
                  tags: { "source-snapshot": sourceOf(id), "source-account": "222233334444" },
                },
              ]),
            ),
          },
        } as Account;
        const evidence = [
          ...EVIDENCE,
          ...(changes.inEvidence
            ? ids.map((id, index) => ({
                snapshot: sourceOf(id),
                account: "222233334444",
                device: `/dev/xvdb${String.fromCharCode(97 + index)}`,
              }))
            : []),
        ];
        const { warnings } = await deployRoom({ evidence, closing: changes.closing }, account);
        assert.equal(warnings.filter((each) => warning.test(each)).length, 1, warnings.join("\n"));
        const naming = warnings.filter((each) => each.includes(many[0] ?? ""));
        assert.equal(naming.length, 1, naming.join("\n"));
      });
    }

    it("asks for no lock before it closes", async () => {
      await deployRoom({ evidence: EVIDENCE }, { ...closable, locks: [] });
    });

    it("takes no snapshot under another key for a copy, whatever its tags say", async () => {
      const kmsKeyId = "arn:aws:kms:us-east-1:111122223333:key/incident";
      const worked = { ...(closable.snapshots[copy] as KnownSnapshot), kmsKeyId };
      await assert.rejects(
        deployRoom(
          { evidence: EVIDENCE, closing: true },
          { ...closable, snapshots: { [copy]: worked }, unrecorded: [copy] },
        ),
        new RegExp(`${SNAPSHOT} has no preserved copy`),
      );
    });

    it("knows its own copy under the evidence key of then, whatever that is by now", async () => {
      const kmsKeyId = "arn:aws:kms:us-east-1:111122223333:key/earlier";
      const before = { ...(closable.snapshots[copy] as KnownSnapshot), kmsKeyId };
      for (const closing of [false, true]) {
        await deployRoom(
          { evidence: EVIDENCE, closing },
          { ...closable, snapshots: { [copy]: before } },
        );
      }
    });

    it("is refused where there is no room", async () => {
      await assert.rejects(
        deployRoom({ closing: true }),
        /There is no room of INC-2026-0042 to close/,
      );
    });

    it("does not ask for the way to the suspect, which may be gone", async () => {
      const peered = { reach: "peering", suspectCidrs: undefined, tools: ["ssh"] };
      const room = await deployRoom({ ...peered, evidence: EVIDENCE, closing: true }, closable);
      const { referencedSecurityGroupId } = room.named(
        "workstation-ssh-tcp-22-egress-222233334444/sg-0123456789abcdef0",
      ).inputs;
      assert.equal(referencedSecurityGroupId, "222233334444/sg-0123456789abcdef0");
    });

    it("does not ask for the source snapshot, which its owner may have deleted", async () => {
      // The account knows the copy only: asking for the source would fail.
      await deployRoom({ evidence: EVIDENCE, closing: true }, closable);
    });
  });

  describe("with keys of its suspects", () => {
    const other = {
      keyArn: SUSPECT_KEY.keyArn.replace("0f1e2d3c", "1f1e2d3c"),
      assumeRole: SUSPECT_KEY.assumeRole,
    };
    const elsewhere = {
      keyArn: SUSPECT_KEY.keyArn.replace("222233334444", "333344445555"),
      assumeRole: "arn:aws:iam::333344445555:role/ir/grants",
    };
    const OTHER_ROLE = "arn:aws:iam::333344445555:role/clean-room/forensics-responder";
    const suspectKeys = [SUSPECT_KEY, other, elsewhere];
    const changes = { suspectKeys, responderRoles: [ROLE, OTHER_ROLE] };
    const deployers = [
      "arn:aws:iam::111122223333:role/incident-deployer",
      "arn:aws:iam::111122223333:role/ir/second",
      "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_IR_*",
    ];
    const named = { ...FOUNDATION_OUTPUTS, incidentDeployers: deployers };
    const UNDER_IT = { ...SHARED, kmsKeyId: SUSPECT_KEY.keyArn, encrypted: true };
    const onSuspectsKeys = (room: Deployment) =>
      room
        .ofType("aws:kms/grant:Grant")
        .filter(({ inputs }) => inputs["keyId"] !== FOUNDATION_OUTPUTS.transferKeyArn);

    it("grants each to every deployer that is named in full, to copy from and nothing else", async () => {
      const grants = onSuspectsKeys(await deployRoom(changes, {}, named));
      assert.deepEqual(
        grants.map(({ inputs }) => inputs),
        suspectKeys.flatMap(({ keyArn }) =>
          deployers.slice(0, 2).map((granteePrincipal) => ({
            name: `clean-room/${TICKET}/111122223333/${granteePrincipal.split(":")[5]}`,
            keyId: keyArn,
            granteePrincipal,
            operations: [
              "Decrypt",
              "DescribeKey",
              "GenerateDataKeyWithoutPlaintext",
              "ReEncryptFrom",
              "ReEncryptTo",
            ],
          })),
        ),
      );
      assert.ok(grants.every(({ options }) => options.protect !== true));
    });

    it("makes the grants as each key's role, in no account but the key's", async () => {
      const room = await deployRoom(changes, {}, named);
      const providers = room.ofType("pulumi:providers:aws");
      const place = { region: "us-east-1", skipCredentialsValidation: "false" };
      assert.deepEqual(
        providers.map(({ name, inputs: { skipRegionValidation: _, ...inputs } }) => [name, inputs]),
        [SUSPECT_KEY, elsewhere].map(({ assumeRole }) => {
          const [, , , , account, role] = assumeRole.split(":");
          return [
            `suspect-key-${account}-${role}`,
            {
              ...place,
              allowedAccountIds: JSON.stringify([account]),
              assumeRoles: JSON.stringify([{ roleArn: assumeRole }]),
            },
          ];
        }),
      );
      for (const { inputs, options } of onSuspectsKeys(room)) {
        const urn = await new Promise<string>((resolve) => options.provider?.urn.apply(resolve));
        const [, , , , account] = (inputs["keyId"] as string).split(":");
        assert.match(urn, new RegExp(`::suspect-key-${account}-role/`));
      }
    });

    it("assumes that role as whoever the stack's own configuration makes the deployer", async () => {
      const own = { roleArn: "arn:aws:iam::111122223333:role/incident-deployer" };
      const file = join(mkdtempSync(join(tmpdir(), "clean-room-credentials-")), "credentials");
      writeFileSync(file, "[ir]\naws_access_key_id = a\naws_secret_access_key = b\n");
      const room = await deployRoom({
        ...changes,
        suspectKeys: [SUSPECT_KEY],
        "aws:assumeRoles": [own],
        "aws:profile": "ir",
        "aws:sharedCredentialsFiles": [file],
      });
      const [provider] = room.ofType("pulumi:providers:aws");
      assert.deepEqual(
        [provider?.inputs["profile"], JSON.parse(provider?.inputs["assumeRoles"] as string)],
        ["ir", [own, { roleArn: SUSPECT_KEY.assumeRole }]],
      );
    });

    it("copies what is under them once they are granted, and is refused before", async () => {
      const evidence = { ...changes, evidence: EVIDENCE };
      const snapshots = { [SNAPSHOT]: UNDER_IT };
      await assert.rejects(
        deployRoom(evidence, { snapshots }, named),
        /is not granted yet\. Run pulumi up with suspectKeys and without this snapshot first.*AWS answered: /,
      );
      const grantedKeys = [SUSPECT_KEY.keyArn];
      const room = await deployRoom(evidence, { snapshots, grantedKeys }, named);
      const copy = room.named(`evidence-${SNAPSHOT}-preserved`);
      assert.equal(copy.inputs["kmsKeyId"], FOUNDATION_OUTPUTS.evidenceKeyArn);
    });

    it("lets nothing depend on the grants, so that a role that is gone holds nothing up", async () => {
      const room = await deployRoom(
        { ...changes, evidence: EVIDENCE },
        { snapshots: { [SNAPSHOT]: UNDER_IT }, grantedKeys: [SUSPECT_KEY.keyArn] },
        named,
      );
      const awaited = room.resources.flatMap(({ options }) =>
        [options.dependsOn ?? []]
          .flat()
          .map((each) => (each as { __pulumiType?: string }).__pulumiType),
      );
      assert.ok(awaited.length > 0);
      assert.ok(!awaited.includes("cleanroom:evidence:SuspectKeyGrants"));
    });

    it("is recorded, and that it ends", async () => {
      const room = await deployRoom({ ...changes, closing: true }, OPEN, named);
      const keys = suspectKeys.map(({ keyArn }) => keyArn).sort();
      const { room: recorded } = factsOf(room, "room-record", "room");
      assert.deepEqual((recorded as Record<string, unknown>)["suspectKeys"], keys);
      const { grantsToBeRemoved } = factsOf(room, "closing-record", "closing");
      assert.deepEqual(grantsToBeRemoved, [
        ...[ROLE, OTHER_ROLE].map((grantee) => ({
          key: FOUNDATION_OUTPUTS.transferKeyArn,
          grantee,
        })),
        ...keys.flatMap((key) => deployers.slice(0, 2).map((grantee) => ({ key, grantee }))),
      ]);
    });

    it("gives them back on closing, and assumes no role any more", async () => {
      const room = await closeRoom(changes, OPEN, named);
      assert.deepEqual(
        room.resources.filter(({ type }) => /grant:Grant$|^pulumi:providers:/.test(type)),
        [],
      );
    });

    it("is refused to whom they cannot be granted, but for closing", async () => {
      const incidentDeployers = [
        "arn:aws:iam::111122223333:role/incident-deployer*",
        "arn:aws:iam::111122223333:role/ir/second",
      ];
      const foundation = { ...FOUNDATION_OUTPUTS, incidentDeployers };
      await assert.rejects(
        deployRoom(changes, {}, foundation),
        /assumed-role\/incident-deployer\/ir is none of those that .* names in full/,
      );
      await deployRoom({ ...changes, closing: true }, OPEN, foundation);
      await deployRoom({}, {}, foundation);
    });
  });

  describe("whose investigators come with a source identity", () => {
    const roles = [
      "investigator",
      "aws-reserved/sso.amazonaws.com/AWSReservedSSO_IR_*",
      "aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Two_0123456789abcdef",
    ].map((name) => `arn:aws:iam::111122223333:role/${name}`);
    const opened = (
      sourceIdentity: "demanded" | "off",
      investigators: readonly string[],
      closing = false,
    ) =>
      deployRoom({ investigators, closing }, closing ? OPEN : {}, {
        ...FOUNDATION_OUTPUTS,
        sourceIdentity,
      });

    it("is refused for roles of IAM Identity Center, which have none, and names each", async () => {
      await assert.rejects(opened("demanded", roles), ({ message }: Error) => {
        assert.doesNotMatch(message, /investigators\.0/);
        assert.match(
          message,
          /investigators\.1 is \S+AWSReservedSSO_IR_\*; required: .*source identity/,
        );
        assert.match(message, /investigators\.2 is \S+AWSReservedSSO_Two_/);
        assert.match(message, /sourceIdentity: off/);
        return true;
      });
    });

    it("opens where none is demanded or all can have one, and closes for whomever", async () => {
      await opened("off", roles);
      await opened("demanded", roles.slice(0, 1));
      await opened("demanded", roles, true);
    });
  });

  describe("is for incident deployers:", () => {
    const role = (name: string) => `arn:aws:iam::111122223333:role/${name}`;
    const as = (arn: string, incidentDeployers: readonly string[], closing = false) =>
      deployRoom(
        { closing },
        closing ? OPEN : {},
        { ...FOUNDATION_OUTPUTS, incidentDeployers },
        { "aws:index/getCallerIdentity:getCallerIdentity": () => ({ arn }) },
      );
    const SSO = "aws-reserved/sso.amazonaws.com/AWSReservedSSO_IR_0123456789abcdef";

    it("opens for whoever works as one of their roles, whatever its path", async () => {
      await as(DEPLOYER, [role("ir/incident-deployer")]);
      await as(`arn:aws:sts::111122223333:assumed-role/${SSO.split("/").at(-1)}/alice`, [
        role("other"),
        role("aws-reserved/sso.amazonaws.com/AWSReservedSSO_IR_*"),
      ]);
    });

    const others: [string, string][] = [
      ["another role", "arn:aws:sts::111122223333:assumed-role/foundation-deployer/ir"],
      ["a role whose name begins like it", `${DEPLOYER.replace("/ir", "-2/ir")}`],
      ["a user of its name", "arn:aws:iam::111122223333:user/incident-deployer"],
      ["the root user", "arn:aws:iam::111122223333:root"],
    ];
    for (const [what, caller] of others) {
      it(`neither opens nor closes for ${what}`, async () => {
        for (const closing of [false, true]) {
          await assert.rejects(
            as(caller, [role("incident-deployer")], closing),
            new RegExp(`${caller} is none of the audit stack's incidentDeployers`),
          );
        }
      });
    }
  });

  describe("takes, before it copies it, a snapshot", () => {
    const own = { ownerId: "111122223333", kmsKeyId: "arn:aws:kms:us-east-1:111122223333:key/own" };
    const cases: [string, object, Partial<KnownSnapshot>][] = [
      ["that is not encrypted", {}, { encrypted: false, kmsKeyId: "" }],
      ["of the Audit account's own, under a key of its own", { account: own.ownerId }, own],
    ];
    for (const [what, evidence, snapshot] of cases) {
      it(what, async () => {
        const room = await deployRoom(
          { evidence: [{ ...EVIDENCE[0], ...evidence }] },
          { snapshots: { [SNAPSHOT]: { ...SHARED, ...snapshot } } },
        );
        assert.equal(room.ofType("aws:ebs/snapshotCopy:SnapshotCopy").length, 1);
      });
    }
  });

  describe("opened again under its ticket", () => {
    const copy = "snap-00000000000000c0c";
    const kept = {
      copies: [copy],
      unrecorded: [copy],
      snapshots: {
        [copy]: {
          ...SHARED,
          ownerId: "111122223333",
          volumeSize: 8,
          tags: { "source-snapshot": SNAPSHOT, "source-account": "222233334444" },
        },
      },
    };
    const again = [{ ...EVIDENCE[0], preserved: copy }];

    it("works on what the earlier room preserved, and copies nothing", async () => {
      const room = await deployRoom({ evidence: again }, kept);
      assert.deepEqual(room.ofType("aws:ebs/snapshotCopy:SnapshotCopy"), []);
      const { snapshotId } = room.named(`evidence-${SNAPSHOT}-working`).inputs;
      assert.equal(snapshotId, copy);
      const { preserved } = factsOf(room, `evidence-${SNAPSHOT}-record`, "evidence") as {
        preserved: unknown;
      };
      assert.deepEqual(preserved, {
        snapshot: copy,
        key: FOUNDATION_OUTPUTS.evidenceKeyArn,
        sizeGiB: 8,
      });
    });

    it("goes on with it while it is open, and closes with it", async () => {
      const volumes = { "vol-00000000000000d0d": { source: SNAPSHOT, device: "/dev/sdf" } };
      for (const closing of [false, true]) {
        const room = await deployRoom({ evidence: again, closing }, { ...kept, ...OPEN, volumes });
        assert.deepEqual(room.ofType("aws:ebs/snapshotCopy:SnapshotCopy"), []);
      }
    });

    it("is refused until its evidence names the copies, with the line to add", async () => {
      await assert.rejects(
        deployRoom({ evidence: EVIDENCE }, kept),
        new RegExp(`${SNAPSHOT} was preserved by an earlier room.*preserved: ${copy}`),
      );
    });

    it("takes on what an interrupted up had copied, and copies nothing again", async () => {
      const room = await deployRoom({ evidence: EVIDENCE }, { ...kept, ...OPEN });
      assert.deepEqual(room.ofType("aws:ebs/snapshotCopy:SnapshotCopy"), []);
      assert.equal(room.named(`evidence-${SNAPSHOT}-working`).inputs["snapshotId"], copy);
      const recorded = await deployRoom(
        { evidence: EVIDENCE },
        { ...kept, ...OPEN, unrecorded: [] },
      );
      assert.equal(recorded.ofType("aws:ebs/snapshotCopy:SnapshotCopy").length, 1);
    });

    it("takes no other snapshot for the copy", async () => {
      const wrong = [{ ...EVIDENCE[0], preserved: "snap-00000000000000bad" }];
      await assert.rejects(
        deployRoom({ evidence: wrong }, kept),
        /snap-00000000000000bad is no preserved copy of/,
      );
      const others = [{ ...EVIDENCE[0], account: "333344445555", preserved: copy }];
      await assert.rejects(deployRoom({ evidence: others }, kept), /is no preserved copy of/);
    });
  });

  describe("refuses, before anything is declared", () => {
    const refusals: [string, Record<string, unknown>, Account, RegExp][] = [
      [
        "a slot of another ticket",
        {},
        { claims: { "us-east-1a-1": "INC-7" } },
        /Slot us-east-1a-1 is taken by the room of INC-7: Free slots: us-east-1a-2, us-east-1b-1\./,
      ],
      [
        "a slot with a machine of another room in it, and no claim",
        {},
        { strangers: { "i-0fedcba9876543210": "INC-7" } },
        /Slot us-east-1a-1 is taken: in its subnet is i-0fedcba9876543210 of INC-7: Free slots: us-east-1a-2, us-east-1b-1\./,
      ],
      [
        "a slot with a machine of nobody's in it, also when it is claimed",
        {},
        { ...OPEN, strangers: { "i-0fedcba9876543210": undefined } },
        /in its subnet is i-0fedcba9876543210, which has no ticket/,
      ],
      [
        "to go on without the claim that the engine has",
        {},
        { state: CLAIM_IN_STATE, workstation: AT_WORK },
        /has lost its slot's claim: The parameter \/clean-room\/slots\/us-east-1a-1 was deleted.* Run pulumi refresh, then pulumi up/,
      ],
      [
        "to close without it",
        { closing: true },
        { state: CLAIM_IN_STATE, workstation: AT_WORK },
        /has lost its slot's claim: .* Run pulumi refresh, then pulumi up/,
      ],
      [
        "to go on beside the room that has its slot by now",
        {},
        {
          state: CLAIM_IN_STATE,
          claims: { "us-east-1a-1": "INC-7" },
          workstation: AT_WORK,
        },
        /names INC-7 by now\. Have the room of INC-7 destroyed or moved/,
      ],
      [
        "to move a workstation whose claim is gone",
        { slot: "us-east-1b-1" },
        { workstation: AT_WORK },
        /It is open in slot us-east-1a-1; .* Set slot back to us-east-1a-1\./,
      ],
      [
        "a slot that does not exist",
        { slot: "us-east-1c-1" },
        {},
        /The audit stack has no slot us-east-1c-1: Free slots: us-east-1a-1, us-east-1a-2, us-east-1b-1\./,
      ],
      [
        "to move an open room",
        { slot: "us-east-1b-1" },
        { ...OPEN, workstation: { ami: "ami-0aaaaaaaaaaaaaaaa", instanceType: "r6i.xlarge" } },
        /It is open in slot us-east-1a-1; .* Set slot back to us-east-1a-1\./,
      ],
      [
        "to move a room that has working volumes and no workstation",
        { slot: "us-east-1b-1" },
        { ...OPEN, volumes: { "vol-0fedcba9876543210": { source: SNAPSHOT } } },
        /It is open in slot us-east-1a-1; .* replace its working volumes, vol-0fedcba9876543210\. Set slot back/,
      ],
      [
        "a type that there is not",
        { instanceType: "xyz.large" },
        { instanceType: null },
        /instanceType xyz\.large cannot serve: EC2 has no such instance type in this Region/,
      ],
      [
        "a type of another architecture than the image's",
        { instanceType: "t4g.large" },
        { instanceType: { supportedArchitectures: ["arm64"] } },
        /t4g\.large is arm64, the image x86_64/,
      ],
      [
        "an image of another architecture than the type's",
        {},
        { image: { architecture: "arm64" } },
        /r6i\.xlarge is x86_64, the image arm64/,
      ],
      [
        "a type on another hypervisor than Nitro",
        { instanceType: "m4.xlarge" },
        { instanceType: { hypervisor: "xen" } },
        /m4\.xlarge runs on xen, not on the Nitro hypervisor/,
      ],
      [
        "bare metal",
        { instanceType: "c5.metal" },
        { instanceType: { hypervisor: "" } },
        /c5\.metal is bare metal/,
      ],
      [
        "a type that the slot's zone does not offer",
        {},
        { offeredIn: ["us-east-1b", "us-east-1c"] },
        /r6i\.xlarge is not offered in us-east-1a, only in us-east-1b, us-east-1c/,
      ],
      [
        "a type that no zone of the Region offers",
        {},
        { offeredIn: [] },
        /r6i\.xlarge is not offered in us-east-1a\./,
      ],
      [
        "a type larger than what the account may run",
        { instanceType: "r6i.4xlarge" },
        { instanceType: { defaultVcpus: 16 }, vcpuQuota: 5 },
        /takes 16 vCPUs, and of the 5 that the account may run of its kind \(quota L-1216C47A\) 0 are in use.*--desired-value 16/,
      ],
      [
        "a second machine where the account may run one",
        {},
        { running: ["c6i.xlarge", "g5.xlarge"], vcpuQuota: 5 },
        /takes 4 vCPUs, and of the 5 .* 4 are in use/,
      ],
      [
        "an unsuitable type, for every reason and beside the image's",
        { instanceType: "m1.small" },
        {
          instanceType: { hypervisor: "xen", defaultVcpus: 8 },
          offeredIn: ["us-east-1b"],
          vcpuQuota: 5,
          image: { public: true },
        },
        /It is public[^]*not offered in us-east-1a[^]*runs on xen[^]*takes 8 vCPUs/,
      ],
      [
        "an image whose snapshot is larger than the root volume",
        { rootVolumeGiB: 20 },
        {
          snapshots: {
            "snap-0000000000000000a": { ...SHARED, encrypted: true, volumeSize: 30 },
          },
        },
        /Its root volume has 30 GiB: set rootVolumeGiB to that or more, not 20/,
      ],
      [
        "an image whose key is no longer usable",
        {},
        {
          keyStates: { [FOUNDATION_OUTPUTS.transferKeyArn]: "PendingDeletion" },
        },
        /The key of its volume \/dev\/sda1 is PendingDeletion/,
      ],
      [
        "an image with a volume where evidence is attached",
        { evidence: EVIDENCE },
        {
          snapshots: { [SNAPSHOT]: SHARED },
          image: {
            blockDeviceMappings: [
              { deviceName: "/dev/sda1", ebs: { snapshot_id: "snap-0000000000000000a" } },
              { deviceName: "/dev/sdf", ebs: { snapshot_id: "snap-0000000000000000a" } },
            ],
          },
        },
        /It has a volume at \/dev\/sdf, where evidence is attached/,
      ],
      [
        "an image that no machine of today starts from",
        {},
        { image: { virtualizationType: "paravirtual", enaSupport: false } },
        /It is paravirtual[^]*It does not support enhanced networking/,
      ],
      [
        "an image that is still being made",
        {},
        { image: { state: "pending" } },
        /It is pending, not available: wait/,
      ],
      [
        "a room without an image",
        {},
        { published: null },
        /Build the first one with npx clean-room image build/,
      ],
      [
        "an image of another account",
        {},
        { image: null },
        /not found among the images that account 111122223333 owns/,
      ],
      [
        "a foreign image",
        {},
        { image: { ownerId: "999988887777" } },
        /owned by account 999988887777/,
      ],
      [
        "an image without the digest of what it carries",
        {},
        { image: { tags: {} } },
        /It has no tag toolbox-digest/,
      ],
      [
        "an image whose digest is none",
        { amiId: "ami-0123456789abcdef0" },
        { image: { tags: { "toolbox-digest": "latest" } } },
        /It has no tag toolbox-digest/,
      ],
      [
        "an image that is not ready",
        {},
        { image: { state: "failed" } },
        /It is failed, not available/,
      ],
      [
        "an image that does not fit the root volume",
        { rootVolumeGiB: 20 },
        {
          image: {
            rootDeviceName: "/dev/sda1",
            blockDeviceMappings: [
              {
                deviceName: "/dev/sda1",
                ebs: { snapshot_id: "snap-0000000000000000a", volume_size: "30" },
              },
            ],
          },
        },
        /Its root volume has 30 GiB: set rootVolumeGiB to that or more, not 20/,
      ],
      [
        "an image that adds a blank volume",
        {},
        {
          image: {
            blockDeviceMappings: [
              { deviceName: "/dev/sda1", ebs: { snapshot_id: "snap-0000000000000000a" } },
              { deviceName: "/dev/sdb", ebs: { snapshot_id: "", volume_size: "8" } },
            ],
          },
        },
        /It adds a blank volume \/dev\/sdb/,
      ],
      [
        "evidence that was preserved as another account's",
        { evidence: [{ ...EVIDENCE[0], account: "333344445555" }] },
        {
          ...OPEN,
          copies: ["snap-c"],
          snapshots: {
            "snap-c": {
              ...SHARED,
              tags: { "source-snapshot": SNAPSHOT, "source-account": "222233334444" },
            },
          },
        },
        /preserved already, as a snapshot of account 222233334444, not of 333344445555/,
      ],
      ["a public image", {}, { image: { public: true } }, /It is public/],
      [
        "an unencrypted image",
        {},
        { snapshots: { snap0: SHARED, "snap-0000000000000000a": { ...SHARED, encrypted: false } } },
        /Its volume \/dev\/sda1 is not encrypted/,
      ],
      ["an image without volumes", {}, { image: { blockDeviceMappings: [] } }, /no EBS volume/],
      [
        "a snapshot that is not shared",
        { evidence: EVIDENCE },
        {},
        new RegExp(
          `${SNAPSHOT} cannot be seen by account 111122223333 in us-east-1: its owner has to share it`,
        ),
      ],
      [
        "a snapshot of an account the incident does not name",
        { evidence: EVIDENCE },
        { snapshots: { [SNAPSHOT]: { ...SHARED, ownerId: "999988887777" } } },
        /owned by account 999988887777, not by 222233334444/,
      ],
      [
        "a snapshot that is not complete",
        { evidence: EVIDENCE },
        { snapshots: { [SNAPSHOT]: { ...SHARED, state: "pending" } } },
        /is pending; only a completed one is copied/,
      ],
      [
        "a snapshot under a key that the room is not granted",
        { evidence: EVIDENCE },
        { snapshots: { [SNAPSHOT]: { ...SHARED, kmsKeyId: SUSPECT_KEY.keyArn } } },
        new RegExp(
          `${SNAPSHOT} is encrypted under ${SUSPECT_KEY.keyArn}, which this room may not use\\. Have a copy .* under the transfer key ${FOUNDATION_OUTPUTS.transferKeyArn}, or add its key to suspectKeys`,
        ),
      ],
      [
        "a snapshot under another key than the one that the room is granted",
        {
          evidence: EVIDENCE,
          suspectKeys: [{ ...SUSPECT_KEY, keyArn: SUSPECT_KEY.keyArn.replace("0f1e", "1f1e") }],
        },
        { snapshots: { [SNAPSHOT]: { ...SHARED, kmsKeyId: SUSPECT_KEY.keyArn } } },
        /which this room may not use/,
      ],
      [
        "a snapshot that is neither complete nor under a key of the room, for both reasons",
        { evidence: EVIDENCE },
        {
          snapshots: {
            [SNAPSHOT]: { ...SHARED, state: "pending", kmsKeyId: SUSPECT_KEY.keyArn },
          },
        },
        /is pending; only a completed one is copied\.[^]*which this room may not use/,
      ],
      [
        "to go on with a copy that failed",
        { evidence: EVIDENCE },
        {
          ...OPEN,
          copies: ["snap-c"],
          snapshots: {
            "snap-c": { ...SHARED, state: "error", tags: { "source-snapshot": SNAPSHOT } },
          },
        },
        /is error, not completed\. EBS gave it up\. .*pulumi refresh, then pulumi up/,
      ],
      [
        "a snapshot in the archive tier, with the command that restores it",
        { evidence: EVIDENCE },
        { snapshots: { [SNAPSHOT]: { ...SHARED, storageTier: "archive" } } },
        /archive tier.*restore-snapshot-tier --region us-east-1 --snapshot-id snap-0123456789abcdef0/,
      ],
      [
        "a snapshot in the Recycle Bin, as no failed one",
        { evidence: EVIDENCE },
        { snapshots: { [SNAPSHOT]: { ...SHARED, state: "recoverable" } } },
        /is recoverable; .*restore-snapshot-from-recycle-bin/,
      ],
      [
        "a copy that failed for its key, with EBS's words and the other way",
        { evidence: EVIDENCE },
        { snapshots: { [SNAPSHOT]: { ...SHARED, state: "error", stateMessage: "Given key ID" } } },
        /is error; .*"Given key ID".*suspectKeys/,
      ],
      ...["Disabled", "PendingDeletion", "PendingImport", "Unavailable", "Creating"].map(
        (state): [string, Record<string, unknown>, Account, RegExp] => [
          `a snapshot under a key of the Audit account that is ${state}`,
          { evidence: EVIDENCE },
          {
            snapshots: { [SNAPSHOT]: SHARED },
            keyStates: { [FOUNDATION_OUTPUTS.transferKeyArn]: state },
          },
          new RegExp(`is encrypted under ${FOUNDATION_OUTPUTS.transferKeyArn}, which (is|has) `),
        ],
      ),
      [
        "a snapshot under a suspect's key that is to be deleted",
        { evidence: EVIDENCE, suspectKeys: [SUSPECT_KEY] },
        {
          snapshots: { [SNAPSHOT]: { ...SHARED, kmsKeyId: SUSPECT_KEY.keyArn } },
          grantedKeys: [SUSPECT_KEY.keyArn],
          keyStates: { [SUSPECT_KEY.keyArn]: "PendingDeletion" },
        },
        /is to be deleted.*unreadable for ever.*cancel-key-deletion/,
      ],
      [
        "a snapshot under a third account's key, by that account",
        { evidence: EVIDENCE },
        {
          snapshots: {
            [SNAPSHOT]: { ...SHARED, kmsKeyId: "arn:aws:kms:us-east-1:999988887777:key/golden" },
          },
        },
        /key\/golden, a key of account 999988887777, which this room may not use/,
      ],
      [
        "more than EBS copies in the time",
        { evidence: EVIDENCE, copyMinutes: 15 },
        { snapshots: { [SNAPSHOT]: { ...SHARED, volumeSize: 2048 } } },
        /has 2048 GiB.*set copyMinutes to 75 or more/,
      ],
      [
        "to attach a copy that carries product codes",
        { evidence: EVIDENCE },
        { ...OPEN, ...preservedAs({ productCodes: ["a1b2c3"] }) },
        /carries product codes .*a1b2c3.*snap-00000000000000c0c is kept.*attach: false/,
      ],
      [
        "to lose sight of evidence that is at work",
        {},
        { ...OPEN, ...preservedAs({}), volumes: { "vol-0a": { source: SNAPSHOT } } },
        /its line is gone.*snap-00000000000000c0c: - \{ snapshot: .*withdrawn: true/,
      ],
      [
        "to lose sight of evidence that this room preserved, without a volume",
        {},
        { ...OPEN, ...preservedAs({ startTime: "2026-11-22T00:00:00Z" }) },
        /its line is gone/,
      ],
      [
        "to unattach what is attached",
        { evidence: [{ snapshot: SNAPSHOT, account: "222233334444", attach: false }] },
        {
          ...OPEN,
          ...preservedAs({}),
          volumes: { "vol-0a": { source: SNAPSHOT, device: "/dev/sdf" } },
        },
        /is attached already.*withdrawn: true/,
      ],
      [
        "a suspect within the room's own range",
        { suspectCidrs: ["10.66.0.0/24"] },
        {},
        /10\.66\.0\.0\/24 overlaps the forensics VPC \(10\.66\.0\.0\/22\)/,
      ],
      [
        "a reference without a peering connection",
        { reach: "peering", suspectCidrs: undefined },
        {},
        /no active peering connection to account 222233334444 in us-east-1/,
      ],
      [
        "a reference over a peering connection to another account",
        { reach: "peering", suspectCidrs: undefined },
        {
          peerings: [
            {
              side: "requester",
              vpcId: "vpc-0123456789abcdef0",
              peerOwnerId: "555566667777",
              peerRegion: "us-east-1",
            },
          ],
        },
        /no active peering connection/,
      ],
      [
        "a reference over a peering connection to another Region",
        { reach: "peering", suspectCidrs: undefined },
        {
          peerings: [
            {
              side: "requester",
              vpcId: "vpc-0123456789abcdef0",
              peerOwnerId: "222233334444",
              peerRegion: "eu-west-1",
            },
          ],
        },
        /no active peering connection/,
      ],
      [
        "a group that is not in the room's VPC",
        {
          reach: "same-vpc",
          suspectCidrs: undefined,
          isolationSecurityGroup: "sg-0123456789abcdef0",
        },
        { securityGroup: { vpcId: "vpc-other" } },
        /It is in vpc-other, the room in vpc-0123456789abcdef0/,
      ],
      [
        "a group that does not exist",
        {
          reach: "same-vpc",
          suspectCidrs: undefined,
          isolationSecurityGroup: "sg-0123456789abcdef0",
        },
        { securityGroup: null },
        /sg-0123456789abcdef0 was not found in this account and Region\. AWS answered: /,
      ],
    ];
    for (const [what, changes, account, message] of refusals) {
      it(what, async () => {
        await assert.rejects(deployRoom(changes, account), message);
      });
    }

    it("for every reason there is, not the first", async () => {
      await assert.rejects(
        deployRoom(
          { evidence: EVIDENCE, suspectCidrs: ["10.66.0.0/24"] },
          { claims: { "us-east-1a-1": "INC-7" } },
        ),
        (error: Error) =>
          ["taken by", "overlaps", "cannot be seen"].every((part) =>
            error.message.includes(part),
          ) && !error.stack?.includes(" at "),
      );
    });

    it("an audit stack that is not there", async () => {
      await assert.rejects(
        deployRoom({}, {}, {}),
        /The audit stack organization\/clean-room\/audit cannot be used:\n.*It has no outputs: deploy it first/,
      );
    });

    it("an audit stack of another version of the program", async () => {
      await assert.rejects(
        deployRoom({}, {}, { ...FOUNDATION_OUTPUTS, foundationVersion: 2, vaultArn: undefined }),
        /Its outputs do not fit this program \(foundationVersion, vaultArn\)/,
      );
    });

    it("an audit stack of another Region", async () => {
      await assert.rejects(
        deployRoom({}, {}, { ...FOUNDATION_OUTPUTS, region: "eu-west-1" }),
        /It is in 111122223333 eu-west-1, this stack in 111122223333 us-east-1/,
      );
    });
  });

  it("says that the image carries an older toolbox than the pipeline builds by now", async () => {
    const room = await deployRoom(
      {},
      {},
      { ...FOUNDATION_OUTPUTS, toolboxDigest: "e2".repeat(32) },
    );
    assert.match(room.warnings.join(), /carries another toolbox .* npx clean-room image build/);
    const current = await deployRoom({}, {}, { ...FOUNDATION_OUTPUTS, toolboxDigest: DIGEST });
    assert.deepEqual(current.warnings, []);
  });

  it("is opened from Ubuntu's images, which list disks of the host", async () => {
    for (const ebs of [{}, undefined]) {
      const blockDeviceMappings = [
        { deviceName: "/dev/sda1", ebs: { snapshot_id: "snap-0000000000000000a" } },
        { deviceName: "/dev/sdb", virtualName: "ephemeral0", ebs },
      ];
      const room = await deployRoom({}, { image: { blockDeviceMappings } });
      assert.equal(room.ofType("aws:ec2/instance:Instance").length, 1);
    }
  });

  describe("says of a type that can serve", () => {
    const cautions: [string, Record<string, unknown>, RegExp][] = [
      [
        "that its own disks do not last",
        { instanceStorageSupported: true, totalInstanceStorage: 237 },
        /r6i\.xlarge has 237 GB of instance store: what is kept there is gone when the machine stops/,
      ],
      ["that it computes on credits", { burstablePerformanceSupported: true }, /on credits/],
      ["that it has little memory", { memorySize: 4096 }, /has 4 GiB of memory/],
    ];
    for (const [what, instanceType, sentence] of cautions) {
      it(what, async () => {
        const room = await deployRoom({}, { instanceType });
        assert.match(room.warnings.join("\n"), sentence);
      });
    }

    it("nothing, where there is nothing to say", async () => {
      assert.deepEqual((await deployRoom()).warnings, []);
    });

    it("nothing of a quota that AWS answers without a number, and opens the room", async () => {
      const unnumbered = { "aws:servicequotas/getServiceQuota:getServiceQuota": () => ({}) };
      const room = await deployRoom({}, {}, FOUNDATION_OUTPUTS, unnumbered);
      assert.deepEqual(room.warnings, []);
      assert.equal(room.ofType("aws:ec2/instance:Instance").length, 1);
    });

    it("that the quota was not looked at, where AWS denies it, and opens the room", async () => {
      const room = await deployRoom({}, { vcpuQuota: null, running: ["r6i.xlarge"] });
      assert.match(
        room.warnings.join("\n"),
        /The quota of vCPUs that may run could not be looked up\. AWS denies it.*AccessDenied/,
      );
      assert.equal(room.ofType("aws:ec2/instance:Instance").length, 1);
    });
  });

  it("is open without a claim as long as it has its workstation, beside a stranger too", async () => {
    const room = await deployRoom(
      {},
      { workstation: AT_WORK, strangers: { "i-0fedcba9876543210": "INC-7" } },
    );
    assert.equal(room.named("slot-claim").inputs["name"], "/clean-room/slots/us-east-1a-1");
    assert.equal(room.named("slot-claim").options.protect, true);
  });

  describe("that AWS had no workstation for", () => {
    it("keeps its slot and says both ways out", async () => {
      const room = await deployRoom({}, OPEN);
      assert.equal(room.named("slot-claim").options.protect, true);
      assert.match(
        room.warnings.join("\n"),
        /has slot us-east-1a-1 and no workstation.*set instanceType to another one, or slot to one in another Availability Zone \(us-east-1b-1\).*pulumi up --refresh/,
      );
    });

    it("takes another slot, and gives its own up in the same run", async () => {
      const room = await deployRoom({ slot: "us-east-1b-1" }, OPEN);
      const { inputs, options } = room.named("slot-claim");
      assert.equal(inputs["name"], "/clean-room/slots/us-east-1b-1");
      assert.equal(options.protect, false, "the engine replaces nothing that is protected");
      assert.equal(room.named(`${WORKSTATION}-instance`).inputs["subnetId"], "subnet-2");
      assert.equal(room.named("incident-key").options.protect, true);
    });

    it("goes on in the other slot while the first is still claimed as well", async () => {
      const claims = { "us-east-1a-1": TICKET, "us-east-1b-1": TICKET };
      const room = await deployRoom({ slot: "us-east-1b-1" }, { claims });
      assert.equal(room.named("slot-claim").options.protect, true);
    });

    it("may take another type, but no other zone once it has working volumes", async () => {
      const account = { ...OPEN, volumes: { "vol-0fedcba9876543210": { source: SNAPSHOT } } };
      const room = await deployRoom({ instanceType: "r6a.xlarge" }, account);
      assert.match(
        room.warnings.join("\n"),
        /set instanceType to another one; with its working volumes it cannot leave/,
      );
    });
  });

  describe("in an open room", () => {
    it("is never refused for its type or size, and says what is not applied", async () => {
      const room = await deployRoom(
        { instanceType: "t4g.large", rootVolumeGiB: 50 },
        {
          ...OPEN,
          workstation: { ami: "ami-0aaaaaaaaaaaaaaaa", instanceType: "m4.xlarge" },
          instanceType: null,
          offeredIn: [],
          vcpuQuota: 0,
        },
      );
      assert.equal(room.named(`${WORKSTATION}-instance`).inputs["instanceType"], "m4.xlarge");
      assert.match(
        room.warnings.join("\n"),
        /Not applied: instanceType t4g\.large, rootVolumeGiB 50\. .*\(m4\.xlarge, ami-0aaaaaaaaaaaaaaaa, 100 GiB\) is at work/,
      );
    });

    it("goes on with the image and size it was opened with, and says so", async () => {
      const room = await deployRoom(
        { instanceType: "r6i.4xlarge" },
        {
          ...OPEN,
          workstation: { ami: "ami-0aaaaaaaaaaaaaaaa", instanceType: "r6i.xlarge" },
          published: null,
        },
      );
      const { ami, instanceType } = room.named(`${WORKSTATION}-instance`).inputs;
      assert.deepEqual([ami, instanceType], ["ami-0aaaaaaaaaaaaaaaa", "r6i.xlarge"]);
      assert.match(room.warnings.join("\n"), /Not applied: instanceType r6i\.4xlarge/);
    });

    it("warns of a preserved copy that the evidence no longer names", async () => {
      const room = await deployRoom(
        {},
        {
          ...OPEN,
          copies: ["snap-c"],
          snapshots: {
            "snap-c": { ...SHARED, tags: { "source-snapshot": SNAPSHOT } },
          },
        },
      );
      assert.match(
        room.warnings.join("\n"),
        /Carrying this ticket, and not in the evidence \(1\): the preserved copy snap-c of snap-0123456789abcdef0\./,
      );
    });

    it("says that evidence of a trial vault can be deleted soon", async () => {
      const room = await deployRoom(
        {},
        {},
        { ...FOUNDATION_OUTPUTS, vaultTrial: true, vaultDays: 1 },
      );
      assert.match(room.warnings.join("\n"), /on trial: evidence can be deleted 1 days/);
    });
  });

  describe("reaches the suspect", () => {
    const peering = {
      side: "accepter",
      vpcId: "vpc-suspect",
      ownerId: "222233334444",
      region: "us-east-1",
      peerOwnerId: "111122223333",
      peerRegion: "us-east-1",
    };
    const cases: [string, Record<string, unknown>, Account, object][] = [
      ["by its range", {}, {}, { cidrIpv4: "10.20.30.40/32" }],
      [
        "by its group over a peering connection",
        { reach: "peering", suspectCidrs: undefined },
        { peerings: [peering] },
        { referencedSecurityGroupId: "222233334444/sg-0123456789abcdef0" },
      ],
      [
        "by its group in the same VPC",
        {
          reach: "same-vpc",
          suspectCidrs: undefined,
          isolationSecurityGroup: "111122223333/sg-0123456789abcdef0",
        },
        { securityGroup: { vpcId: "vpc-0123456789abcdef0" } },
        { referencedSecurityGroupId: "sg-0123456789abcdef0" },
      ],
    ];
    for (const [how, changes, account, source] of cases) {
      it(how, async () => {
        const room = await deployRoom({ ...changes, tools: ["velociraptor"] }, account);
        const [rule] = room.ofType("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule");
        const { tags: _, ...inputs } = rule?.inputs ?? {};
        assert.deepEqual(inputs, {
          securityGroupId: idOf("workstation-sg"),
          description: `${TICKET}: velociraptor tcp/8000 from the suspect`,
          ipProtocol: "tcp",
          fromPort: 8000,
          toPort: 8000,
          ...source,
        });
      });
    }
  });
});
