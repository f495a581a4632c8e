import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { foundationKeyPolicy } from "../../components/evidence/keys/foundationKeyPolicy";
import { builderPolicy } from "../../components/image/builderPolicy";
import { lifecycleRolePolicy } from "../../components/image/lifecycleRolePolicy";
import { assumedBy, forThisAccount } from "../../components/policies/document";
import { PARTIES } from "../support/parties";
import { EVERYTHING, isAllowed } from "../support/simulator";

const ACCOUNT = "111122223333";
const REGION = "us-east-1";
const ROLE = `arn:aws:iam::${ACCOUNT}:role/clean-room/image`;
const IMAGE_BUILDER = `arn:aws:iam::${ACCOUNT}:role/aws-service-role/imagebuilder.amazonaws.com/AWSServiceRoleForImageBuilder`;
const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/foundation`;
const SNAPSHOT = `arn:aws:ec2:${REGION}::snapshot/snap-0123456789abcdef0`;
const IMAGE = `arn:aws:ec2:${REGION}::image/ami-0123456789abcdef0`;
const MADE = { "aws:ResourceTag/CreatedBy": "EC2 Image Builder" };
const HERE = { "aws:RequestedRegion": REGION, "aws:ResourceAccount": ACCOUNT };

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: string | string[];
}

type Case = [act: string, action: string, resource: string, context: object, allowed: boolean];

/** What a build machine may do; everything else is denied. */
const BUILDER: Case[] = [
  [
    "be managed",
    "ssm:UpdateInstanceInformation",
    `arn:aws:ec2:${REGION}:${ACCOUNT}:instance/i-0`,
    {},
    true,
  ],
  ["take commands", "ssmmessages:OpenDataChannel", "*", {}, true],
  [
    "take commands elsewhere",
    "ssmmessages:OpenDataChannel",
    "*",
    { "aws:RequestedRegion": "eu-west-1" },
    false,
  ],
  [
    "read a component",
    "imagebuilder:GetComponent",
    `arn:aws:imagebuilder:${REGION}:${ACCOUNT}:component/clean-room-disk/1.2.3/1`,
    {},
    true,
  ],
  [
    "read another project's component",
    "imagebuilder:GetComponent",
    `arn:aws:imagebuilder:${REGION}:${ACCOUNT}:component/other/1.2.3/1`,
    {},
    false,
  ],
  [
    "read the task runner",
    "s3:GetObject",
    `arn:aws:s3:::ec2imagebuilder-toe-${REGION}-prod/latest/awstoe`,
    {},
    true,
  ],
  ["read a tool of the bucket", "s3:GetObject", "arn:aws:s3:::tools/encase.bin", {}, true],
  [
    "read it in another account's bucket",
    "s3:GetObject",
    "arn:aws:s3:::tools/encase.bin",
    { "aws:ResourceAccount": "999988887777" },
    false,
  ],
  ["read another object of the bucket", "s3:GetObject", "arn:aws:s3:::tools/other.bin", {}, false],
  ["change a tool", "s3:PutObject", "arn:aws:s3:::tools/encase.bin", {}, false],
  ["read evidence", "s3:GetObject", "arn:aws:s3:::vault/cases/INC-1/a", {}, false],
  ["write evidence", "s3:PutObject", "arn:aws:s3:::vault/cases/INC-1/a", {}, false],
  [
    "write its log",
    "logs:PutLogEvents",
    `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/aws/imagebuilder/clean-room:log-stream:x`,
    {},
    true,
  ],
  [
    "write another log",
    "logs:PutLogEvents",
    `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:forensics-flow-logs:log-stream:x`,
    {},
    false,
  ],
  [
    "read a parameter",
    "ssm:GetParameter",
    `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter/secret`,
    {},
    false,
  ],
  [
    "publish an image itself",
    "ssm:PutParameter",
    `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter/imagebuilder/clean-room/ami`,
    {},
    false,
  ],
  ["decrypt", "kms:Decrypt", KEY, {}, false],
  ["share an image", "ec2:ModifyImageAttribute", IMAGE, {}, false],
];

const NOT_MADE = { "aws:ResourceTag/CreatedBy": "somebody" };
const DEPRECATED = {
  ...MADE,
  "aws:RequestTag/DeprecatedBy": "EC2 Image Builder",
  "aws:TagKeys": ["DeprecatedBy"],
};
const OF_AN_INCIDENT = { "aws:ResourceTag/incident-response": "quarantine:INC-1" };

/** What removes old images may do; everything else is denied. */
const LIFECYCLE: Case[] = [
  ["deregister an image of Image Builder", "ec2:DeregisterImage", IMAGE, MADE, true],
  ["disable an image of Image Builder", "ec2:DisableImage", IMAGE, MADE, true],
  ["deprecate an image of Image Builder", "ec2:EnableImageDeprecation", IMAGE, MADE, true],
  ["deregister another image", "ec2:DeregisterImage", IMAGE, {}, false],
  ["disable another image", "ec2:DisableImage", IMAGE, {}, false],
  ["delete such an image's snapshot", "ec2:DeleteSnapshot", SNAPSHOT, MADE, true],
  ["delete another snapshot", "ec2:DeleteSnapshot", SNAPSHOT, {}, false],
  [
    "delete a preserved copy, whatever else it is tagged with",
    "ec2:DeleteSnapshot",
    SNAPSHOT,
    { ...MADE, ...OF_AN_INCIDENT },
    false,
  ],
  [
    "deregister an incident's image",
    "ec2:DeregisterImage",
    IMAGE,
    { ...MADE, ...OF_AN_INCIDENT },
    false,
  ],
  ["tag a preserved copy", "ec2:CreateTags", SNAPSHOT, { ...DEPRECATED, ...OF_AN_INCIDENT }, false],
  ["say that an image is deprecated", "ec2:CreateTags", IMAGE, DEPRECATED, true],
  ["say so of its snapshot", "ec2:CreateTags", SNAPSHOT, DEPRECATED, true],
  ["take that back", "ec2:DeleteTags", IMAGE, DEPRECATED, true],
  ["tag a snapshot", "ec2:CreateTags", SNAPSHOT, MADE, false],
  [
    "tag a snapshot with something else besides",
    "ec2:CreateTags",
    SNAPSHOT,
    { ...DEPRECATED, "aws:TagKeys": ["DeprecatedBy", "CreatedBy"] },
    false,
  ],
  ["tag another snapshot", "ec2:CreateTags", SNAPSHOT, { ...DEPRECATED, ...NOT_MADE }, false],
  [
    "forget an image of the pipeline",
    "imagebuilder:DeleteImage",
    `arn:aws:imagebuilder:${REGION}:${ACCOUNT}:image/clean-room/1.2.3/1`,
    {},
    true,
  ],
  ["find them", "tag:GetResources", "*", {}, true],
  ["share an image", "ec2:ModifyImageAttribute", IMAGE, MADE, false],
  ["share a snapshot", "ec2:ModifySnapshotAttribute", SNAPSHOT, MADE, false],
  [
    "remove a container that it was not given",
    "ecr:BatchDeleteImage",
    `arn:aws:ecr:${REGION}:${ACCOUNT}:repository/other`,
    {},
    false,
  ],
  [
    "delete a volume",
    "ec2:DeleteVolume",
    `arn:aws:ec2:${REGION}:${ACCOUNT}:volume/vol-0`,
    MADE,
    false,
  ],
];

/** Who may do what with the foundation key for the sake of images. */
const KEY_USE: [
  who: string,
  principal: string,
  action: string,
  context: object,
  allowed: boolean,
][] = [
  [
    "Image Builder encrypts through EC2",
    IMAGE_BUILDER,
    "kms:GenerateDataKeyWithoutPlaintext",
    { "kms:ViaService": `ec2.${REGION}.amazonaws.com` },
    true,
  ],
  [
    "Image Builder tells through SNS",
    IMAGE_BUILDER,
    "kms:GenerateDataKey",
    { "kms:ViaService": `sns.${REGION}.amazonaws.com` },
    true,
  ],
  ["Image Builder decrypts directly", IMAGE_BUILDER, "kms:Decrypt", {}, false],
  [
    "Image Builder decrypts through S3",
    IMAGE_BUILDER,
    "kms:Decrypt",
    { "kms:ViaService": `s3.${REGION}.amazonaws.com` },
    false,
  ],
  ["Image Builder destroys the key", IMAGE_BUILDER, "kms:ScheduleKeyDeletion", {}, false],
  [
    "Image Builder gives EC2 a grant",
    IMAGE_BUILDER,
    "kms:CreateGrant",
    { "kms:ViaService": `ec2.${REGION}.amazonaws.com`, "kms:GrantIsForAWSResource": "true" },
    true,
  ],
  [
    "Image Builder gives somebody else a grant",
    IMAGE_BUILDER,
    "kms:CreateGrant",
    { "kms:ViaService": `ec2.${REGION}.amazonaws.com`, "kms:GrantIsForAWSResource": "false" },
    false,
  ],
  [
    "an administrator uses the key through EC2",
    `arn:aws:iam::${ACCOUNT}:role/administrator`,
    "kms:GenerateDataKeyWithoutPlaintext",
    { "kms:ViaService": `ec2.${REGION}.amazonaws.com` },
    false,
  ],
];

/**
 * What AWS's policy of the service-linked role says of KMS (AWSServiceRoleForImageBuilder, version 25):
 * nobody can add to it.
 */
const SERVICE_ROLE_POLICY = {
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Action: [
        "kms:Decrypt",
        "kms:Encrypt",
        "kms:GenerateDataKeyWithoutPlaintext",
        "kms:ReEncryptFrom",
        "kms:ReEncryptTo",
      ],
      Resource: "*",
      Condition: { StringLike: { "kms:ViaService": "ec2.*.amazonaws.com" } },
    },
    {
      Effect: "Allow",
      Action: "kms:CreateGrant",
      Resource: "*",
      Condition: {
        Bool: { "kms:GrantIsForAWSResource": "true" },
        StringLike: { "kms:ViaService": "ec2.*.amazonaws.com" },
      },
    },
  ],
};

function table(cases: readonly Case[], policy: object): void {
  for (const [act, action, resource, context, allowed] of cases) {
    it(`${allowed ? "may" : "may not"} ${act}`, async () => {
      const request = { principal: ROLE, action, resource, context: { ...HERE, ...context } };
      assert.equal(await isAllowed({ ...request, identity: [policy] }), allowed);
    });
  }
}

describe("A build machine's role", () => {
  const bucketObjects = ["arn:aws:s3:::tools/encase.bin"];
  table(BUILDER, builderPolicy({ region: REGION, accountId: ACCOUNT, bucketObjects }));
});

describe("The role that removes old images", () => {
  const policy = lifecycleRolePolicy(REGION);
  table(LIFECYCLE, policy);

  // Image Builder refuses a role in which it misses something, and does not say what.
  it("is allowed what AWS's own policy allows, on the same resources, and nothing else", () => {
    const allowed: Record<string, string[]> = {};
    for (const statement of policy.Statement as Statement[]) {
      for (const resource of statement.Effect === "Allow" ? [statement.Resource].flat() : []) {
        allowed[resource] = [...(allowed[resource] ?? []), statement.Action].flat().sort();
      }
    }
    const ofAws = JSON.parse(
      readFileSync(join(__dirname, "lifecycleExecutionPolicy.json"), "utf8"),
    ) as { allowed: unknown };
    assert.deepEqual(allowed, ofAws.allowed);
  });
});

// Whether Image Builder and EC2 tell for which account they ask is documented nowhere.
describe("The roles of the image's pipeline", () => {
  for (const service of ["imagebuilder.amazonaws.com", "ec2.amazonaws.com"]) {
    it(`work for this account where ${service} tells for which`, async () => {
      const may = (context: Record<string, string>) =>
        isAllowed({
          principal: service,
          action: "sts:AssumeRole",
          resource: ROLE,
          context,
          identity: [],
          resourcePolicy: assumedBy(service, forThisAccount(ACCOUNT)),
        });
      assert.equal(await may({}), true);
      assert.equal(await may({ "aws:SourceAccount": ACCOUNT }), true);
      assert.equal(await may({ "aws:SourceAccount": "999988887777" }), false);
    });
  }
});

describe("The foundation key, for images", () => {
  for (const [what, principal, action, context, allowed] of KEY_USE) {
    it(`${what}: ${allowed ? "yes" : "no"}`, async () => {
      const answer = await isAllowed({
        principal,
        action,
        resource: KEY,
        context: { "kms:CallerAccount": ACCOUNT, ...context },
        identity: [principal === IMAGE_BUILDER ? SERVICE_ROLE_POLICY : EVERYTHING],
        resourcePolicy: foundationKeyPolicy(PARTIES),
      });
      assert.equal(answer, allowed);
    });
  }
});
