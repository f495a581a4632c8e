import assert from "node:assert/strict";

import { DescribeInstanceTypesCommand, EC2Client } from "@aws-sdk/client-ec2";
import { GetInstanceProfileCommand, GetRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { KMSClient, ListKeysCommand, ListResourceTagsCommand } from "@aws-sdk/client-kms";
import {
  GetResourcesCommand,
  ResourceGroupsTaggingAPIClient,
} from "@aws-sdk/client-resource-groups-tagging-api";
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import {
  DeleteParameterCommand,
  DescribeInstanceInformationCommand,
  GetDocumentCommand,
  GetParametersByPathCommand,
  SSMClient,
} from "@aws-sdk/client-ssm";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";

import { sha256 } from "../../components/sha256";
import { endpointsOf } from "../../rehearsal/account/accountEndpoints";
import { answerThisProcess, credentialsOf } from "../../rehearsal/account/awsEndpoint";
import { MemberAccounts } from "../../rehearsal/account/memberAccounts";
import { AccountOnDisk } from "./accountOnDisk";

const KEY = "aws:kms/key:Key";
const PARAMETER = "aws:ssm/parameter:Parameter";
const ROLE = "aws:iam/role:Role";
const OF_TICKET = { "incident-response": "quarantine:INC-1" };

describe("The simulated account, asked by AWS's SDK", () => {
  const region = "us-east-1";
  let account: AccountOnDisk;
  let members: MemberAccounts;
  let end: () => void;
  beforeEach(async () => {
    account = new AccountOnDisk();
    members = new MemberAccounts(account.file);
    end = await answerThisProcess(endpointsOf({ account: account.store, members }, "auditor"));
  });
  afterEach(() => {
    end();
    account.remove();
  });

  it("says who asks: the role of the credentials, or the usual one", async () => {
    members.create("222233334444", region);
    const whoIs = async (config: object) =>
      (await new STSClient({ region, ...config }).send(new GetCallerIdentityCommand({}))).Arn;
    assert.match(String(await whoIs({})), /::111122223333:assumed-role\/auditor\//);
    const credentials = credentialsOf("222233334444", "suspect-link");
    assert.match(
      String(await whoIs({ credentials })),
      /::222233334444:assumed-role\/suspect-link\//,
    );
  });

  it("tells of roles and instance profiles that are there, and of others that they are not", async () => {
    const iam = new IAMClient({ region });
    const role = await account.make(ROLE, { name: "mine" });
    await account.make("aws:iam/instanceProfile:InstanceProfile", { name: "p", role: role.id });
    await iam.send(new GetRoleCommand({ RoleName: "mine" }));
    await iam.send(new GetInstanceProfileCommand({ InstanceProfileName: "p" }));
    const absent = { name: "NoSuchEntityException" };
    await assert.rejects(iam.send(new GetRoleCommand({ RoleName: "p" })), absent);
    const profile = new GetInstanceProfileCommand({ InstanceProfileName: "mine" });
    await assert.rejects(iam.send(profile), absent);
  });

  it("does not pretend to know anything else", async () => {
    const command = new ListResourceTagsCommand({ KeyId: "a" });
    await assert.rejects(new KMSClient({ region }).send(command), { name: "InvalidAction" });
  });

  it("lists the parameters below a path and nothing beside it, and deletes one once", async () => {
    const ssm = new SSMClient({ region });
    const list = async () => {
      const command = new GetParametersByPathCommand({ Path: "/clean-room/slots" });
      const { Parameters = [] } = await ssm.send(command);
      return Parameters.map(({ Name, Value }) => [Name, Value]);
    };
    const Name = "/clean-room/slots/a-1";
    for (const name of [Name, "/clean-room/slots-2/b-1", "/other"]) {
      await account.make(PARAMETER, { name, value: "INC-1", type: "String" });
    }
    assert.deepEqual(await list(), [[Name, "INC-1"]]);
    await ssm.send(new DeleteParameterCommand({ Name }));
    assert.deepEqual(await list(), []);
    await assert.rejects(ssm.send(new DeleteParameterCommand({ Name })), {
      name: "ParameterNotFound",
    });
  });

  it("tells of documents that are there, of agents of machines that are, and what memory these have", async () => {
    const ssm = new SSMClient({ region });
    const Name = "clean-room-acquire";
    const look = () => ssm.send(new GetDocumentCommand({ Name }));
    await assert.rejects(look(), { name: "InvalidDocument" });
    const content = '{"schemaVersion":"2.2"}';
    await account.make("aws:ssm/document:Document", {
      name: Name,
      documentType: "Command",
      documentFormat: "JSON",
      content,
    });
    assert.deepEqual(
      await look().then(({ Content, DocumentVersion }) => [Content, DocumentVersion]),
      [content, "1"],
    );
    const { instance } = await account.workstation({ instanceType: "t3.large" });
    const agents = async (...Values: string[]) => {
      const { InstanceInformationList = [] } = await ssm.send(
        new DescribeInstanceInformationCommand({ Filters: [{ Key: "InstanceIds", Values }] }),
      );
      return InstanceInformationList.map(({ InstanceId, PingStatus }) => [InstanceId, PingStatus]);
    };
    assert.deepEqual(await agents(instance.id), [[instance.id, "Online"]]);
    assert.deepEqual(await agents("i-0123456789abcdef0"), []);
    const { InstanceTypes = [] } = await new EC2Client({ region }).send(
      new DescribeInstanceTypesCommand({ InstanceTypes: ["t3.large"] }),
    );
    assert.equal(InstanceTypes[0]?.MemoryInfo?.SizeInMiB, 8192);
  });

  it("lists an object's versions, and gives each with what S3 tells of it", async () => {
    const s3 = new S3Client({ region, forcePathStyle: true });
    const [Bucket, Key] = ["vault", "records/INC-1/ä.json"];
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: "first" }));
    await s3.send(new PutObjectCommand({ Bucket, Key: "cases/INC-1/c", Body: "c" }));
    const { Versions = [] } = await s3.send(
      new ListObjectVersionsCommand({ Bucket, Prefix: "records/" }),
    );
    assert.deepEqual(
      Versions.map(({ Key: key, Size, IsLatest }) => [key, Size, IsLatest]),
      [[Key, 5, true]],
    );
    const [{ VersionId } = {}] = Versions;
    const { Metadata } = await s3.send(new HeadObjectCommand({ Bucket, Key, VersionId }));
    assert.deepEqual(Metadata, {});
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, VersionId }));
    assert.equal(await Body?.transformToString(), "first");
    const none = new GetObjectCommand({ Bucket, Key, VersionId: "version-9" });
    await assert.rejects(s3.send(none), { name: "NoSuchKey" });
  });

  it("keeps what the writer of an object says of it, and the checksum that comes with a SHA-256", async () => {
    const s3 = new S3Client({ region, forcePathStyle: true });
    const [Bucket, said] = ["vault", { sha256: sha256("said") }];
    await s3.send(new PutObjectCommand({ Bucket, Key: "said", Body: "said", Metadata: said }));
    await account.outside.putObject(Bucket, "by-workstation", "said");
    for (const Key of ["said", "by-workstation"]) {
      const { Metadata, ChecksumSHA256 = "" } = await s3.send(
        new HeadObjectCommand({ Bucket, Key, ChecksumMode: "ENABLED" }),
      );
      assert.deepEqual(Metadata, said);
      assert.equal(Buffer.from(ChecksumSHA256, "base64").toString("hex"), said.sha256);
    }
  });

  it("lists and gives what was put into a bucket, and nothing else", async () => {
    const { id: Bucket } = await account.vault();
    const s3 = new S3Client({ region, maxAttempts: 1, forcePathStyle: true });
    const Key = "records/INC-1/a&b.json";
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: '{"a":"ü"}', Tagging: "a=b" }));
    await s3.send(new PutObjectCommand({ Bucket, Key: "cases/INC-1/c", Body: "c" }));
    const list = new ListObjectsV2Command({ Bucket, Prefix: "records/INC-1/" });
    const { Contents = [] } = await s3.send(list);
    assert.deepEqual(
      Contents.map((each) => each.Key),
      [Key],
    );
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    assert.equal(await Body?.transformToString(), '{"a":"ü"}');
    await assert.rejects(s3.send(new GetObjectCommand({ Bucket, Key: "none" })), {
      name: "NoSuchKey",
    });
  });

  describe("as the index of tags", () => {
    const listedIn = async (where: string) => {
      const { ResourceTagMappingList = [] } = await new ResourceGroupsTaggingAPIClient({
        region: where,
      }).send(
        new GetResourcesCommand({
          ResourceTypeFilters: ["kms:key", "iam:role"],
          TagFilters: [{ Key: "incident-response", Values: ["quarantine:INC-1"] }],
        }),
      );
      return ResourceTagMappingList.map(({ ResourceARN }) => ResourceARN);
    };

    it("lists keys that carry the ticket there, until they are deleted, and roles nowhere", async () => {
      const mine = await account.make(KEY, { tags: OF_TICKET });
      const abroad = { tags: OF_TICKET, region: "eu-west-1" };
      const there = await account.make(KEY, abroad, "there");
      await account.make(KEY, { tags: { "incident-response": "quarantine:INC-2" } }, "other");
      await account.make(KEY, {}, "foundation");
      await account.make(ROLE, { name: "r", tags: OF_TICKET });
      assert.deepEqual(await listedIn("eu-west-1"), [there.arn]);
      assert.deepEqual(await listedIn(region), [mine.arn]);
      await account.aws.delete(KEY, mine.id);
      assert.deepEqual(await listedIn(region), [mine.arn]);
    });

    it("lists what it listed before while it is behind, which KMS itself never is", async () => {
      const gone = await account.make(KEY, { tags: OF_TICKET }, "gone");
      await account.outside.holdTagIndex();
      const late = await account.make(KEY, { tags: OF_TICKET }, "late");
      await account.store.change((it) => it.remove(it.find(KEY, gone.id) ?? assert.fail()));
      assert.deepEqual(await listedIn(region), [gone.arn]);
      const { Keys = [] } = await new KMSClient({ region }).send(new ListKeysCommand({}));
      assert.deepEqual(
        Keys.map(({ KeyId }) => KeyId),
        [late.id],
      );
      await account.outside.have({ tagIndex: undefined });
      assert.deepEqual(await listedIn(region), [late.arn]);
    });
  });
});
