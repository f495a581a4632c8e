import type { Account, Entry } from "./account";
import { AwsError } from "./awsError";
import { hex, iamUniqueId, uuid } from "./identifiers";
import { key, role } from "./references";
import type { Request, ResourceType } from "./resourceType";

/** IAM, KMS, Systems Manager and CloudWatch Logs. */
export const managementTypes: Readonly<Record<string, ResourceType>> = {
  "aws:iam/role:Role": {
    id: ({ inputs }) => String(inputs["name"]),
    arn: "iam::{account}:role{path}{id}",
    taggable: true,
    autoname: "name",
    replacedBy: ["name", "namePrefix", "path"],
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
        holder.type === "aws:iam/instanceProfile:InstanceProfile"
          ? "Cannot delete entity, must remove roles from instance profile first."
          : "Cannot delete entity, must delete policies first.",
      ),
  },
  "aws:iam/rolePolicy:RolePolicy": {
    id: ({ inputs }) => `${String(inputs["role"])}:${String(inputs["name"])}`,
    taggable: false,
    autoname: "name",
    replacedBy: ["name", "namePrefix", "role"],
    references: [role("role")],
  },
  "aws:iam/instanceProfile:InstanceProfile": {
    id: ({ inputs }) => String(inputs["name"]),
    arn: "iam::{account}:instance-profile{path}{id}",
    taggable: true,
    autoname: "name",
    replacedBy: ["name", "namePrefix", "path"],
    references: [role("role")],
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
    replacedBy: [
      "customKeyStoreId",
      "customerMasterKeySpec",
      "keyUsage",
      "multiRegion",
      "xksKeyId",
    ],
    outputs: ({ id }) => ({
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
    replacedBy: ["name", "namePrefix"],
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
    id: ({ inputs }) => `${String(inputs["keyId"])}:${hex(64)}`,
    taggable: false,
    autoname: "name",
    replacedBy: [
      "constraints",
      "grantCreationTokens",
      "granteePrincipal",
      "keyId",
      "name",
      "operations",
      "retireOnDelete",
      "retiringPrincipal",
    ],
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
    replacedBy: ["name", "namePrefix", "logGroupClass"],
    references: [key("kmsKeyId")],
    taken: () =>
      new AwsError("ResourceAlreadyExistsException", "The specified log group already exists"),
    outputs: () => ({ logGroupClass: "STANDARD" }),
  },
  "aws:ssm/parameter:Parameter": {
    id: ({ inputs }) => String(inputs["name"]),
    arn: "ssm:{region}:{account}:parameter/{id}",
    taggable: true,
    autoname: "name",
    replacedBy: ["name", "dataType"],
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
};

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
