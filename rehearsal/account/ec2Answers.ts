import { OWNER_TAG } from "../../components/tags";
import type { Account, Entry } from "./account";
import type { QueryAnswers } from "./awsEndpoint";
import { AwsError } from "./awsError";
import { type Filter, isOwnedBy, ownerOf, passes, told } from "./ec2Entries";
import { networkAnswersOf } from "./networkAnswers";

const RULES = [
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
];
const ATTACHMENT = "aws:ec2/volumeAttachment:VolumeAttachment";
const SNAPSHOTS = ["aws:ebs/snapshotCopy:SnapshotCopy", "aws:ebs/snapshot:Snapshot"];

/** Some of those that a VPC can have an interface endpoint of. */
const INTERFACE_SERVICES = [
  ...["ebs", "ec2", "ec2messages", "kms", "lambda", "logs", "monitoring", "s3", "secretsmanager"],
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
export function ec2AnswersOf(read: () => Account): QueryAnswers {
  /** What there is of these types that passes the request's filters. */
  const asked = (types: readonly string[], request: URLSearchParams): Entry[] => {
    const account = read();
    return account.ofType(...types).filter((entry) => passes(account, entry, filtersOf(request)));
  };
  return {
    ...networkAnswersOf(read),
    DescribeSnapshots: (request) => ({
      snapshotSet: snapshots(read(), request).map((entry) => ({
        encrypted: false,
        storageTier: "standard",
        ...told(
          entry,
          "snapshotId=id volumeId status=state statusMessage=stateMessage startTime ownerId volumeSize encrypted kmsKeyId storageTier",
        ),
      })),
    }),
    DescribeVolumes: (request) => ({
      volumeSet: asked(["aws:ebs/volume:Volume"], request).map((entry) => ({
        ...told(entry, "volumeId=id status=state kmsKeyId snapshotId"),
        attachmentSet: read()
          .ofType(ATTACHMENT)
          .filter(({ properties }) => properties["volumeId"] === entry.id)
          .map((each) => told(each, "volumeId instanceId device=deviceName status=state")),
      })),
    }),
    DescribeImages: (request) => ({
      imagesSet: read()
        .ofType("aws:ec2/ami:Ami")
        .filter(({ id }) => listed(request, "ImageId").includes(id))
        .map((entry) => told(entry, "imageId=id name creationDate")),
    }),
    DescribeInstances: (request) => ({
      reservationSet: asked(["aws:ec2/instance:Instance"], request).map((entry) => ({
        instancesSet: [
          {
            ...told(entry, "instanceId=id instanceType subnetId launchTime"),
            instanceState: { name: entry.state },
          },
        ],
      })),
    }),
    DescribeSecurityGroups: (request) => ({
      securityGroupInfo: asked(["aws:ec2/securityGroup:SecurityGroup"], request).map((entry) =>
        told(entry, "groupId=id groupName=name groupDescription=description vpcId"),
      ),
    }),
    DescribeSecurityGroupRules: (request) => ({
      securityGroupRuleSet: asked(RULES, request).map((entry) => ({
        ...told(
          entry,
          "securityGroupRuleId=id groupId=securityGroupId ipProtocol fromPort toPort cidrIpv4 description",
        ),
        isEgress: entry.type === RULES[1],
      })),
    }),
    DescribeSnapshotAttribute: (request) => {
      const account = read();
      const id = request.get("SnapshotId") ?? "";
      const entry = found(account, id);
      if (ownerOf(account, entry) !== account.id) {
        throw new AwsError("AuthFailure", `Not authorized for snapshot:${id}`);
      }
      const codes = (entry.properties["productCodes"] as string[] | undefined) ?? [];
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
    GetPolicy: (request) => {
      const arn = request.get("PolicyArn");
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
            Tags: owner === undefined ? undefined : [{ Key: OWNER_TAG, Value: owner }],
          },
        },
      };
    },
    // IAM's, too: whether there is one by this name.
    GetRole: (request) => {
      const name = request.get("RoleName") ?? "";
      return { GetRoleResult: { Role: named(read(), "aws:iam/role:Role", name, "RoleName") } };
    },
    GetInstanceProfile: (request) => {
      const [type, name] = [
        "aws:iam/instanceProfile:InstanceProfile",
        request.get("InstanceProfileName") ?? "",
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
    DescribeInstanceTypes: (request) => ({
      instanceTypeSet: listed(request, "InstanceType").map((instanceType) => ({
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

function snapshots(account: Account, request: URLSearchParams): Entry[] {
  const ids = listed(request, "SnapshotId");
  const named =
    ids.length === 0 ? account.ofType(...SNAPSHOTS) : ids.map((id) => found(account, id));
  return named.filter(
    (entry) =>
      isOwnedBy(account, entry, listed(request, "Owner")) &&
      passes(account, entry, filtersOf(request)),
  );
}

function found(account: Account, id: string): Entry {
  const entry = account.find(SNAPSHOTS, id);
  if (entry === undefined) {
    throw new AwsError("InvalidSnapshot.NotFound", `The snapshot '${id}' does not exist.`);
  }
  return entry;
}

function filtersOf(request: URLSearchParams): Filter[] {
  const filters: Filter[] = [];
  for (let index = 1; request.has(`Filter.${index}.Name`); index += 1) {
    const name = request.get(`Filter.${index}.Name`) ?? "";
    filters.push({ name, values: listed(request, `Filter.${index}.Value`) });
  }
  return filters;
}

/** The values of `name.1`, `name.2`, … */
function listed(request: URLSearchParams, name: string): string[] {
  const values: string[] = [];
  for (let index = 1; request.has(`${name}.${index}`); index += 1) {
    values.push(request.get(`${name}.${index}`) ?? "");
  }
  return values;
}
