import { OWNER_TAG } from "../../components/tags";
import type { Account, Entry } from "./account";
import { AwsError } from "./awsError";
import { networkAnswersOf } from "./networkAnswers";
import type { Ec2Answers } from "./ec2Endpoint";

const RULES = [
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
];
const ATTACHMENT = "aws:ec2/volumeAttachment:VolumeAttachment";
const SNAPSHOTS = ["aws:ebs/snapshotCopy:SnapshotCopy", "aws:ebs/snapshot:Snapshot"];
const GROUP = "aws:ec2/securityGroup:SecurityGroup";
const VOLUME = "aws:ebs/volume:Volume";

/** Some of those that a VPC can have an interface endpoint of. */
const INTERFACE_SERVICES = [
  ...["ec2", "ec2messages", "kms", "lambda", "logs", "monitoring", "s3", "secretsmanager"],
  ...["sqs", "ssm", "ssmmessages", "sts"],
];

/** Volumes, and the network interface, that an instance of most Nitro types has at most. */
const MOST_ATTACHMENTS = { maximumEbsAttachments: 28, attachmentLimitType: "shared" };

/**
 * What EC2 tells of an account to who asks it without Pulumi: snapshots, their locks and product codes,
 * volumes, images by their ids, instances, security groups and their rules, what an instance type takes, what a VPC can have endpoints of.
 *
 * Source: EC2 API reference, the actions by these names.
 *
 * @param read The account as it is when somebody asks.
 */
export function ec2AnswersOf(read: () => Account): Ec2Answers {
  return {
    ...networkAnswersOf(read),
    DescribeSnapshots: (asked) => ({
      snapshotSet: snapshots(read(), asked).map(described),
    }),
    DescribeSnapshotAttribute: (asked) => {
      const account = read();
      const id = asked.get("SnapshotId") ?? "";
      const { properties } = found(account, id);
      if (ownerOf(account, properties) !== account.id) {
        throw new AwsError("AuthFailure", `Not authorized for snapshot:${id}`);
      }
      const codes = (properties["productCodes"] as string[] | undefined) ?? [];
      return {
        snapshotId: id,
        productCodes: codes.map((productCode) => ({ productCode, type: "marketplace" })),
      };
    },
    DescribeLockedSnapshots: () => ({
      snapshotSet: read()
        .ofType(...SNAPSHOTS)
        .filter(({ lockedUntil }) => lockedUntil !== undefined)
        .map(({ id, lockedUntil }) => ({
          snapshotId: id,
          lockState: new Date(String(lockedUntil)) < new Date() ? "expired" : "governance",
          lockExpiresOn: lockedUntil,
        })),
    }),
    // IAM's: a policy, and which stack's it says that it is.
    GetPolicy: (asked) => {
      const arn = asked.get("PolicyArn");
      const policy = read()
        .ofType("aws:iam/policy:Policy")
        .find((entry) => entry.arn === arn);
      if (policy === undefined) {
        throw new AwsError("NoSuchEntity", `Policy ${arn} was not found.`);
      }
      const owner = policy.tags[OWNER_TAG];
      return {
        GetPolicyResult: {
          Policy: {
            Arn: arn,
            Tags: owner === undefined ? undefined : { member: { Key: OWNER_TAG, Value: owner } },
          },
        },
      };
    },
    // IAM's, too: whether there is one by this name.
    GetRole: (asked) => {
      const name = asked.get("RoleName") ?? "";
      return { GetRoleResult: { Role: named(read(), "aws:iam/role:Role", name, "RoleName") } };
    },
    GetInstanceProfile: (asked) => {
      const [type, name] = [
        "aws:iam/instanceProfile:InstanceProfile",
        asked.get("InstanceProfileName") ?? "",
      ];
      const profile = named(read(), type, name, "InstanceProfileName");
      return { GetInstanceProfileResult: { InstanceProfile: profile } };
    },
    // Nobody has set any.
    GetInstanceMetadataDefaults: () => ({ accountLevel: {} }),
    DescribeVpcEndpointServices: () => ({
      serviceDetailSet: [
        ...INTERFACE_SERVICES.map((service) => [service, "Interface"]),
        ...["dynamodb", "s3"].map((service) => [service, "Gateway"]),
      ].map(([service, serviceType]) => ({
        serviceName: `com.amazonaws.${read().region}.${service}`,
        serviceType: [{ serviceType }],
        owner: "amazon",
      })),
    }),
    DescribeVolumes: (asked) => {
      const account = read();
      const attachments = account.ofType(ATTACHMENT);
      return {
        volumeSet: account
          .ofType(VOLUME)
          .filter((entry) => passes(entry, asked))
          .map(({ id, state, tags, properties }) => ({
            volumeId: id,
            status: state,
            kmsKeyId: properties["kmsKeyId"],
            snapshotId: properties["snapshotId"],
            attachmentSet: attachments
              .filter((attachment) => attachment.properties["volumeId"] === id)
              .map((attachment) => ({
                volumeId: id,
                instanceId: attachment.properties["instanceId"],
                device: attachment.properties["deviceName"],
                status: attachment.state,
              })),
            tagSet: tagSet(tags),
          })),
      };
    },
    DescribeImages: (asked) => ({
      imagesSet: read()
        .ofType("aws:ec2/ami:Ami")
        .filter(({ id }) => listed(asked, "ImageId").includes(id))
        .map(({ id, tags, properties }) => ({
          imageId: id,
          name: properties["name"],
          creationDate: properties["creationDate"],
          tagSet: tagSet(tags),
        })),
    }),
    DescribeInstances: (asked) => ({
      reservationSet: read()
        .ofType("aws:ec2/instance:Instance")
        .filter((entry) => passes(entry, asked))
        .map(({ id, state, tags, properties }) => ({
          instancesSet: [
            {
              instanceId: id,
              instanceState: { name: state },
              instanceType: properties["instanceType"],
              subnetId: properties["subnetId"],
              launchTime: properties["launchTime"],
              tagSet: tagSet(tags),
            },
          ],
        })),
    }),
    DescribeSecurityGroups: (asked) => ({
      securityGroupInfo: read()
        .ofType("aws:ec2/securityGroup:SecurityGroup")
        .filter((entry) => passes(entry, asked))
        .map(({ id, tags, properties }) => ({
          groupId: id,
          groupName: properties["name"],
          groupDescription: properties["description"],
          vpcId: properties["vpcId"],
          tagSet: tagSet(tags),
        })),
    }),
    DescribeSecurityGroupRules: (asked) => ({
      securityGroupRuleSet: read()
        .ofType(...RULES)
        .filter((entry) => passes(entry, asked))
        .map(({ id, type, tags, properties }) => ({
          securityGroupRuleId: id,
          groupId: properties["securityGroupId"],
          isEgress: type === RULES[1],
          ipProtocol: properties["ipProtocol"],
          fromPort: properties["fromPort"],
          toPort: properties["toPort"],
          cidrIpv4: properties["cidrIpv4"],
          description: properties["description"],
          tagSet: tagSet(tags),
        })),
    }),
    DescribeInstanceTypes: (asked) => ({
      instanceTypeSet: listed(asked, "InstanceType").map((instanceType) => ({
        instanceType,
        ebsInfo: MOST_ATTACHMENTS,
      })),
    }),
  };
}

/** What IAM tells of what is called so. */
function named(account: Account, type: string, name: string, field: string): object {
  const entry = account.find(type, name);
  if (entry === undefined) {
    throw new AwsError("NoSuchEntity", `${name} cannot be found.`);
  }
  return { [field]: name, Arn: entry.arn };
}

function snapshots(account: Account, asked: URLSearchParams): Entry[] {
  const ids = listed(asked, "SnapshotId");
  const owners = listed(asked, "Owner");
  const named =
    ids.length === 0 ? account.ofType(...SNAPSHOTS) : ids.map((id) => found(account, id));
  return named
    .filter(
      ({ properties }) =>
        owners.length === 0 ||
        owners.some(
          (owner) => (owner === "self" ? account.id : owner) === ownerOf(account, properties),
        ),
    )
    .filter((entry) => passes(entry, asked));
}

function found(account: Account, id: string): Entry {
  const entry = account.find(SNAPSHOTS, id);
  if (entry === undefined) {
    throw new AwsError("InvalidSnapshot.NotFound", `The snapshot '${id}' does not exist.`);
  }
  return entry;
}

function ownerOf(account: Account, properties: Entry["properties"]): unknown {
  return properties["ownerId"] ?? account.id;
}

function described({ id, state, tags, properties }: Entry) {
  const { encrypted, kmsKeyId, ownerId, startTime, stateMessage, storageTier } = properties;
  return {
    snapshotId: id,
    volumeId: properties["volumeId"],
    status: state,
    statusMessage: stateMessage,
    startTime,
    ownerId,
    volumeSize: properties["volumeSize"],
    encrypted: encrypted ?? false,
    kmsKeyId,
    storageTier: storageTier ?? "standard",
    tagSet: tagSet(tags),
  };
}

/** Properties that requests filter by, under EC2's names for the filters. */
const FILTERED: Readonly<Record<string, string>> = {
  "group-id": "securityGroupId",
  "snapshot-id": "snapshotId",
  "subnet-id": "subnetId",
  "vpc-id": "vpcId",
};

/** Whether an entry passes the request's filters: of tags, states, and what {@link FILTERED} has. */
function passes({ id, type, state, tags, properties }: Entry, asked: URLSearchParams): boolean {
  for (let index = 1; asked.has(`Filter.${index}.Name`); index += 1) {
    const name = asked.get(`Filter.${index}.Name`) ?? "";
    const values = listed(asked, `Filter.${index}.Value`);
    const value = name.startsWith("tag:")
      ? tags[name.slice("tag:".length)]
      : name === "group-id" && type === GROUP
        ? id
        : name in FILTERED
          ? properties[FILTERED[name] ?? ""]
          : state;
    if (!values.includes(String(value))) {
      return false;
    }
  }
  return true;
}

/** The values of `name.1`, `name.2`, … */
function listed(asked: URLSearchParams, name: string): string[] {
  const values: string[] = [];
  for (let index = 1; asked.has(`${name}.${index}`); index += 1) {
    values.push(asked.get(`${name}.${index}`) ?? "");
  }
  return values;
}

function tagSet(tags: Readonly<Record<string, string>>) {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}
