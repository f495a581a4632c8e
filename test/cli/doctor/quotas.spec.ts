import assert from "node:assert/strict";

import { EC2Client } from "@aws-sdk/client-ec2";
import { KMSClient } from "@aws-sdk/client-kms";
import { ServiceQuotasClient } from "@aws-sdk/client-service-quotas";

import { findQuotas } from "../../../cli/doctor/quotas";
import {
  type AwsAnswers,
  AwsEndpoint,
  type JsonAnswers,
  type QueryAnswers,
} from "../../../rehearsal/account/awsEndpoint";
import { AwsError } from "../../../rehearsal/account/awsError";
import { placed } from "../../access/documents";
import { ROLES } from "../../support/parties";
import { isAllowed } from "../../support/simulator";

const PLACE = { region: "us-east-1", accountId: "111122223333", vpcId: "vpc-rooms" };

const vcpus: Readonly<Record<string, number>> = {
  "r6i.xlarge": 4,
  "m7i.xlarge": 4,
  "g5.48xlarge": 192,
};
const running = (instanceType: string, more = {}) => ({
  instancesSet: [{ instanceType, ...more }],
});

/** A Region in which a room fits, and little more. */
const EC2: QueryAnswers = {
  // On two pages; four instances are none that the quota of R counts.
  DescribeInstances: (asked) =>
    asked.get("NextToken") === null
      ? {
          reservationSet: [
            running("r6i.xlarge"),
            running("g5.48xlarge"),
            running("r6i.xlarge", { instanceLifecycle: "spot" }),
            running("r6i.xlarge", { placement: { tenancy: "host" } }),
          ],
          nextToken: "2",
        }
      : { reservationSet: [running("m7i.xlarge", { placement: { tenancy: "default" } })] },
  DescribeInstanceTypes: (asked) => ({
    instanceTypeSet: [...asked.entries()]
      .filter(([name]) => name.startsWith("InstanceType."))
      .map(([, instanceType]) => ({
        instanceType,
        vCpuInfo: { defaultVCpus: vcpus[instanceType] },
      })),
  }),
  DescribeVolumes: () => ({ volumeSet: [{ size: 100 }, { size: 1500 }] }),
  DescribeSecurityGroups: () => ({ securityGroupInfo: [{ groupId: "sg-1" }, { groupId: "sg-2" }] }),
  DescribeSnapshots: (asked) =>
    asked.get("Owner.1") === "self" ? { snapshotSet: [{ snapshotId: "snap-1" }] } : {},
  DescribeVpcPeeringConnections: () => ({
    vpcPeeringConnectionSet: [
      { status: { code: "active" }, requesterVpcInfo: { vpcId: "vpc-rooms" } },
      { status: { code: "active" }, accepterVpcInfo: { vpcId: "vpc-rooms" } },
      { status: { code: "active" }, accepterVpcInfo: { vpcId: "vpc-others" } },
      { status: { code: "deleted" }, requesterVpcInfo: { vpcId: "vpc-rooms" } },
    ],
  }),
};

const ALLOWED: Readonly<Record<string, number>> = {
  "ec2 L-1216C47A": 12,
  "ec2 L-DB2E81BA": 0,
  "ebs L-309BACF6": 3,
  "ebs L-7A658B76": 50,
  "kms L-C2F1777E": 4,
  "vpc L-E79EC296": 3,
  "vpc L-7E9ECCDB": 3,
  "vpc L-0EA8095F": 60,
  "vpc L-93826ACB": 500,
};

interface Asked {
  readonly ServiceCode: string;
  readonly QuotaCode: string;
}

/** What Service Quotas answers. @param changed Quotas that are otherwise */
const allowing = (changed: Readonly<Record<string, number>> = {}): JsonAnswers => ({
  // On two pages.
  ListKeys: ({ Marker }: { readonly Marker?: string }) =>
    Marker === undefined
      ? { Keys: [{ KeyId: "1" }, { KeyId: "2" }], NextMarker: "2", Truncated: true }
      : { Keys: [{ KeyId: "3" }] },
  GetServiceQuota: ({ ServiceCode, QuotaCode }: Asked) => ({
    Quota: { Value: { ...ALLOWED, ...changed }[`${ServiceCode} ${QuotaCode}`] },
  }),
});

const refusing = (code: string) => () => {
  throw new AwsError(code, "You are told no.");
};

async function look(
  answers: AwsAnswers,
  project: Readonly<Record<string, unknown>> = {},
): Promise<readonly string[]> {
  const { url: endpoint, end } = await new AwsEndpoint(() => ({
    query: { ...EC2, ...answers.query },
    json: { ...allowing(), ...answers.json },
  })).listen();
  try {
    const credentials = { accessKeyId: "a", secretAccessKey: "b" };
    const where = { region: PLACE.region, endpoint, credentials };
    const aws = {
      ec2: new EC2Client(where),
      kms: new KMSClient(where),
      quotas: new ServiceQuotasClient(where),
    };
    return (await findQuotas(aws, PLACE, project)).map(
      ({ verdict, said }) => `${verdict}: ${said}`,
    );
  } finally {
    end();
  }
}

describe("Quotas that a room needs room in", () => {
  it("are each told with what is in use of it and what a room takes", async () => {
    assert.deepEqual(await look({}), [
      "good: Of 12 vCPUs of running instances of r6i.xlarge's kind in us-east-1 (quota L-1216C47A) 8 are in use; a room's r6i.xlarge takes 4.",
      "good: Of 50 TiB of gp3 volumes in us-east-1 (quota L-7A658B76) 1.57 are in use; a room's workstation, without the disks of its case, takes 0.1.",
      "good: Of 3 security groups in us-east-1 (quota L-E79EC296) 2 are in use; a room takes 1.",
      "good: Of 3 active peering connections of the rooms' VPC in us-east-1 (quota L-7E9ECCDB) 2 are in use; a room with a link of its own takes 1.",
      "good: Of 3 snapshots in us-east-1 (quota L-309BACF6) 1 are in use; a disk of a case takes 1.",
      "good: Of 4 KMS keys in us-east-1 (quota L-C2F1777E) 3 are in use; a room takes 1.",
      "good: 60 rules of a direction in a security group are allowed in us-east-1 (quota L-0EA8095F), and quotas of the settings counts on 60.",
      "good: 500 routes in a route table are allowed in us-east-1 (quota L-93826ACB), and quotas of the settings counts on 50.",
    ]);
  });

  it("are to be mended where one more does not fit, by a command that asks for what is needed", async () => {
    const full = await look({
      json: allowing({
        "ec2 L-1216C47A": 11,
        "ebs L-7A658B76": 1.6,
        "vpc L-E79EC296": 2,
        "vpc L-7E9ECCDB": 2,
        "ebs L-309BACF6": 1,
        "kms L-C2F1777E": 3,
      }),
    });
    const asking = (text = "") =>
      /^mend: .*: have it raised, .*: aws service-quotas request-service-quota-increase --region us-east-1 --service-code (\w+) --quota-code (\S+) --desired-value (\d+)$/.exec(
        text,
      );
    assert.deepEqual(
      full.slice(0, 6).map((each) => asking(each)?.slice(1)),
      [
        ["ec2", "L-1216C47A", "12"],
        ["ebs", "L-7A658B76", "2"],
        ["vpc", "L-E79EC296", "3"],
        ["vpc", "L-7E9ECCDB", "3"],
        ["ebs", "L-309BACF6", "2"],
        ["kms", "L-C2F1777E", "4"],
      ],
    );
  });

  it("are those of what the project's rooms are: its instance type, its root volume, what it counts on", async () => {
    const [cpus, storage, , , , , rules] = await look(
      {},
      {
        "clean-room:instanceType": "g5.48xlarge",
        "clean-room:rootVolumeGiB": 1024,
        "clean-room:quotas": { rulesPerGroup: 120 },
      },
    );
    assert.match(cpus ?? "", /^mend: Of 0 vCPUs .* L-DB2E81BA\) 192 are in use; .* takes 192: /);
    assert.match(storage ?? "", /takes 1\.$/);
    assert.match(rules ?? "", /^mend: 60 rules .* counts on 120: .*--desired-value 120$/);
    const [unknown, ...others] = await look({}, { "clean-room:instanceType": "mac2.metal" });
    assert.match(unknown ?? "", /^unknown: Which quota counts the vCPUs of mac2.metal/);
    assert.equal(others.length, 7);
    const wrong = await look({}, { "clean-room:rootVolumeGiB": "big" });
    assert.match(wrong.join(), /^unknown: What a room takes .* not known/);
  });

  it("are those of each kind that a room's workstations are of, and of all of a kind", async () => {
    const workstations = [
      { name: "gpu", instanceType: "g5.48xlarge" },
      { name: "linux", instanceType: "m7i.xlarge" },
      { name: "mac", instanceType: "mac2.metal" },
      { name: "more" },
    ];
    const [unknown, cpus, gpus] = await look({}, { "clean-room:workstations": workstations });
    assert.match(unknown ?? "", /^unknown: .* mac2\.metal/);
    assert.match(cpus ?? "", /^mend: .*; a room's r6i\.xlarge and m7i\.xlarge takes 12: /);
    assert.match(gpus ?? "", /^mend: Of 0 vCPUs .* L-DB2E81BA\) .* g5\.48xlarge takes 192: /);
  });

  it("are those that everybody has where the account never had its own", async () => {
    const [cpus] = await look({
      json: {
        GetServiceQuota: refusing("NoSuchResourceException"),
        GetAWSDefaultServiceQuota: () => ({ Quota: { Value: 5 } }),
      },
    });
    assert.match(cpus ?? "", /^mend: Of 5 vCPUs/);
  });
});

describe("A quota that could not be looked at", () => {
  it("is never told as good: not where Service Quotas refuses, nor where it names no number", async () => {
    const denied = await look({ json: { GetServiceQuota: refusing("AccessDeniedException") } });
    assert.equal(denied.length, 8);
    for (const each of denied) {
      assert.match(each, /^unknown: How many .* could not be looked up\. AWS denies it/);
    }
    for (const each of await look({ json: { GetServiceQuota: () => ({}) } })) {
      assert.match(each, /^unknown: How many .* AWS does not tell\.$/);
    }
  });

  it("is told with what is allowed where only what is in use may not be looked at, and hides no other", async () => {
    const said = await look({
      query: {
        DescribeInstances: refusing("UnauthorizedOperation"),
        DescribeVolumes: refusing("UnauthorizedOperation"),
      },
    });
    assert.match(
      said[0] ?? "",
      /^unknown: 12 vCPUs .* are allowed\. How much of it is in use could/,
    );
    assert.match(said[1] ?? "", /^unknown: 50 TiB .* AWS denies it/);
    assert.match(said[2] ?? "", /^good: Of 3 security groups/);
  });
});

describe("Whoever opens rooms", function () {
  this.timeout(60_000);

  it("may look at all of it by the policy that the foundation places", async () => {
    const { policies } = await placed();
    const identity = [policies["incident deployer, room"] as object];
    const context = { "aws:RequestedRegion": "us-east-1" };
    for (const action of [
      "servicequotas:GetServiceQuota",
      "servicequotas:GetAWSDefaultServiceQuota",
      "ec2:DescribeInstances",
      "ec2:DescribeInstanceTypes",
      "ec2:DescribeSecurityGroups",
      "ec2:DescribeSnapshots",
      "ec2:DescribeVolumes",
      "ec2:DescribeVpcPeeringConnections",
      "kms:ListKeys",
    ]) {
      const asked = { principal: ROLES.incidentDeployer, action, resource: "*", context, identity };
      assert.equal(await isAllowed(asked), true, action);
    }
  });
});
