import type { Account, Entry, Properties } from "./account";
import { AwsError } from "./awsError";
import { digest, hex, iamUniqueId, uuid } from "./identifiers";
import { key, type Reference, role } from "./references";
import type { Request, ResourceType } from "./resourceType";

const ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";
const POLICY = "aws:iam/policy:Policy";
const PROFILE = "aws:iam/instanceProfile:InstanceProfile";

/** The account's contacts, IAM, KMS, Systems Manager, CloudWatch Logs and the Recycle Bin. */
export const managementTypes: Readonly<Record<string, ResourceType>> = {
  ...Object.fromEntries(
    [
      "aws:ebs/encryptionByDefault:EncryptionByDefault",
      "aws:ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess",
      "aws:ec2/imageBlockPublicAccess:ImageBlockPublicAccess",
      "aws:ec2/instanceMetadataDefaults:InstanceMetadataDefaults",
      "aws:ec2/serialConsoleAccess:SerialConsoleAccess",
      "aws:ec2/vpcBlockPublicAccessOptions:VpcBlockPublicAccessOptions",
      "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock",
    ].map((type): [string, ResourceType] => [
      type,
      // A switch that is on stays on.
      { id: ({ account }) => account.id, taggable: false },
    ]),
  ),
  "aws:account/alternativeContact:AlternativeContact": {
    id: ({ inputs }) => String(inputs["alternateContactType"]),
    taggable: false,
    autoname: "name",
  },
  "aws:iam/role:Role": {
    id: ({ inputs }) => String(inputs["name"]),
    arn: "iam::{account}:role{path}{id}",
    taggable: true,
    autoname: "name",
    taken: (_, id) => new AwsError("EntityAlreadyExists", `Role with name ${id} already exists.`),
    outputs: () => ({
      createDate: new Date().toISOString(),
      maxSessionDuration: 3600,
      path: "/",
      uniqueId: iamUniqueId("AROA"),
    }),
    held: (_, holder) =>
      new AwsError(
        "DeleteConflict",
        `Cannot delete entity, must ${holder.type === ATTACHMENT ? "detach all" : "delete"} policies first.`,
      ),
    // The provider takes the role out of its profiles before; it leaves policies that it does not know.
    remove: (account, entry) => {
      for (const { properties } of account.ofType(PROFILE)) {
        if (properties["role"] === entry.id) {
          delete properties["role"];
        }
      }
      account.remove(entry);
    },
  },
  [POLICY]: {
    id: ({ account, inputs }) =>
      `arn:aws:iam::${account.id}:policy${pathOf(inputs)}${String(inputs["name"])}`,
    arn: "{id}",
    taggable: true,
    autoname: "name",
    taken: ({ inputs }) =>
      new AwsError(
        "EntityAlreadyExists",
        `A policy called ${String(inputs["name"])} already exists. Duplicate names are not allowed.`,
      ),
    outputs: () => ({ attachmentCount: 0, path: "/", policyId: iamUniqueId("ANPA") }),
    held: () => new AwsError("DeleteConflict", "Cannot delete a policy attached to entities."),
  },
  [ATTACHMENT]: {
    // Attached again, it is attached: IAM API reference, AttachRolePolicy.
    id: ({ inputs }) => `${String(inputs["role"])}-${digest(String(inputs["policyArn"]), 26)}`,
    taggable: false,
    references: [role("role"), managedPolicy("policyArn")],
  },
  "aws:iam/rolePolicy:RolePolicy": {
    id: ({ inputs }) => `${String(inputs["role"])}:${String(inputs["name"])}`,
    taggable: false,
    autoname: "name",
    references: [role("role")],
  },
  [PROFILE]: {
    id: ({ inputs }) => String(inputs["name"]),
    arn: "iam::{account}:instance-profile{path}{id}",
    taggable: true,
    autoname: "name",
    references: [{ ...role("role"), holds: false }],
    taken: (_, id) => new AwsError("EntityAlreadyExists", `Instance Profile ${id} already exists.`),
    outputs: () => ({
      createDate: new Date().toISOString(),
      path: "/",
      uniqueId: iamUniqueId("AIPA"),
    }),
  },
  "aws:kms/key:Key": {
    id: uuid,
    arn: "kms:{region}:{account}:key/{id}",
    taggable: true,
    outputs: ({ id }) => ({
      creationDate: new Date().toISOString(),
      customerMasterKeySpec: "SYMMETRIC_DEFAULT",
      isEnabled: true,
      keyId: id,
      keyUsage: "ENCRYPT_DECRYPT",
      multiRegion: false,
    }),
    state: () => "Enabled",
    remove: scheduleDeletion,
  },
  "aws:kms/alias:Alias": {
    id: ({ inputs }) => String(inputs["name"]),
    arn: "kms:{region}:{account}:{id}",
    taggable: false,
    autoname: "name",
    references: [key("targetKeyId")],
    taken: (request, id) =>
      new AwsError(
        "AlreadyExistsException",
        `An alias with the name arn:aws:kms:${request.account.region}:${request.account.id}:${id} already exists`,
      ),
    check: ({ inputs }: Request) => {
      if (!String(inputs["name"]).startsWith("alias/")) {
        throw new AwsError("ValidationException", `the alias name must begin with "alias/"`);
      }
    },
    outputs: ({ account, inputs }) => ({
      targetKeyArn: account
        .ofType("aws:kms/key:Key")
        .find(({ id, arn }) => id === inputs["targetKeyId"] || arn === inputs["targetKeyId"])?.arn,
    }),
  },
  "aws:kms/grant:Grant": {
    // Asked for again, a grant with a name is the one that is there. Source: KMS API reference, CreateGrant, Name.
    id: (request) => sameGrant(request)?.id ?? `${String(request.inputs["keyId"])}:${hex(64)}`,
    taggable: false,
    autoname: "name",
    references: [key("keyId")],
    outputs: ({ id }) => ({
      grantId: id.slice(id.lastIndexOf(":") + 1),
      grantToken: Buffer.from(id).toString("base64"),
    }),
  },
  "aws:cloudwatch/logGroup:LogGroup": {
    id: ({ inputs }) => String(inputs["name"]),
    arn: "logs:{region}:{account}:log-group:{id}",
    taggable: true,
    autoname: "name",
    references: [key("kmsKeyId")],
    taken: () =>
      new AwsError("ResourceAlreadyExistsException", "The specified log group already exists"),
    outputs: () => ({ logGroupClass: "STANDARD" }),
  },
  "aws:ssm/document:Document": {
    id: ({ inputs }) => String(inputs["name"]),
    arn: "ssm:{region}:{account}:document/{id}",
    replacedToo: ["documentType"],
    taggable: true,
    autoname: "name",
    taken: (_, id) =>
      new AwsError("DocumentAlreadyExists", `Document with same name ${id} already exists`),
    outputs: ({ account }) => ({
      defaultVersion: "1",
      documentVersion: "1",
      latestVersion: "1",
      owner: account.id,
      schemaVersion: "0.3",
      status: "Active",
    }),
  },
  "aws:ssm/parameter:Parameter": {
    id: ({ inputs }) => String(inputs["name"]),
    arn: "ssm:{region}:{account}:parameter/{id}",
    taggable: true,
    autoname: "name",
    references: [key("keyId")],
    taken: (request) =>
      request.inputs["overwrite"] === true
        ? undefined
        : new AwsError(
            "ParameterAlreadyExists",
            "The parameter already exists. To overwrite this value, set the overwrite option in " +
              "the request to true.",
          ),
    outputs: () => ({ dataType: "text", tier: "Standard", version: 1 }),
  },
  "aws:rbin/rule:Rule": {
    id: () => hex(11),
    arn: "rbin:{region}:{account}:rule/{id}",
    replacedToo: ["excludeResourceTags", "lockConfiguration"],
    taggable: true,
    outputs: () => ({ lockState: "unlocked", status: "available" }),
  },
};

/** A grant of the same name that says the same. */
function sameGrant({ account, type, inputs }: Request): Entry | undefined {
  const says = (grant: Properties) =>
    JSON.stringify(GRANTED.map((property) => grant[property] ?? null));
  return account.ofType(type).find(({ properties }) => says(properties) === says(inputs));
}

/** What makes two grants the same. */
const GRANTED = [
  "keyId",
  "name",
  "granteePrincipal",
  "operations",
  "constraints",
  "retiringPrincipal",
];

function pathOf({ path }: Properties): string {
  return typeof path === "string" ? path : "/";
}

/** A managed policy by its ARN; AWS's own are all there. */
function managedPolicy(at: string): Reference {
  const missing = (value: string) =>
    new AwsError("NoSuchEntity", `Policy ${value} does not exist or is not attachable.`);
  const check = (account: Account, value: string) => {
    if (
      !value.startsWith("arn:aws:iam::aws:policy/") &&
      account.find(POLICY, value) === undefined
    ) {
      throw missing(value);
    }
  };
  return { at, to: [POLICY], holds: true, missing, check };
}

/** A key is never gone at once: it waits for its deletion, unusable, and stays in the account. */
function scheduleDeletion(_: Account, entry: Entry): void {
  const days = Number(entry.properties["deletionWindowInDays"] ?? 30);
  entry.state = "PendingDeletion";
  entry.properties = {
    ...entry.properties,
    isEnabled: false,
    deletionDate: new Date(Date.now() + days * 86_400_000).toISOString(),
  };
}
