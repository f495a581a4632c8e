import assert from "node:assert/strict";

import { GetInstanceProfileCommand, GetRoleCommand, GetUserCommand } from "@aws-sdk/client-iam";
import { ListKeysCommand } from "@aws-sdk/client-kms";
import { GetResourcesCommand } from "@aws-sdk/client-resource-groups-tagging-api";
import { DeleteParameterCommand, GetParametersByPathCommand } from "@aws-sdk/client-ssm";

import { iamOf } from "../../rehearsal/account/iam";
import { kmsOf } from "../../rehearsal/account/kms";
import { ssmOf } from "../../rehearsal/account/ssm";
import { taggingOf } from "../../rehearsal/account/tagging";
import { AccountOnDisk } from "./accountOnDisk";

const KEY = "aws:kms/key:Key";
const PARAMETER = "aws:ssm/parameter:Parameter";
const ROLE = "aws:iam/role:Role";
const OF_TICKET = { "incident-response": "quarantine:INC-1" };

describe("The simulated account, asked without Pulumi", () => {
  let account: AccountOnDisk;
  beforeEach(() => (account = new AccountOnDisk()));
  afterEach(() => account.remove());

  describe("as IAM", () => {
    it("tells of roles and instance profiles that are there, and of others that they are not", async () => {
      const iam = iamOf(account.store);
      const role = await account.make(ROLE, { name: "mine" });
      await account.make("aws:iam/instanceProfile:InstanceProfile", { name: "p", role: role.id });
      await iam.send(new GetRoleCommand({ RoleName: "mine" }));
      await iam.send(new GetInstanceProfileCommand({ InstanceProfileName: "p" }));
      for (const command of [
        new GetRoleCommand({ RoleName: "p" }),
        new GetInstanceProfileCommand({ InstanceProfileName: "mine" }),
      ]) {
        await assert.rejects(iam.send(command as GetRoleCommand), {
          name: "NoSuchEntityException",
        });
      }
    });

    it("does not pretend to know anything else", async () => {
      await assert.rejects(iamOf(account.store).send(new GetUserCommand({})), /nothing else/);
    });
  });

  describe("as Systems Manager", () => {
    const list = async () => {
      const Path = "/clean-room/slots";
      const { Parameters = [] } = await ssmOf(account.store).send(
        new GetParametersByPathCommand({ Path }),
      );
      return Parameters.map(({ Name, Value }) => [Name, Value]);
    };

    it("lists what is below a path, and nothing beside it", async () => {
      for (const name of ["/clean-room/slots/a-1", "/clean-room/slots-2/b-1", "/other"]) {
        await account.make(PARAMETER, { name, value: "INC-1", type: "String" });
      }
      assert.deepEqual(await list(), [["/clean-room/slots/a-1", "INC-1"]]);
    });

    it("deletes a parameter once", async () => {
      const Name = "/clean-room/slots/a-1";
      await account.make(PARAMETER, { name: Name, value: "INC-1", type: "String" });
      const ssm = ssmOf(account.store);
      await ssm.send(new DeleteParameterCommand({ Name }));
      assert.deepEqual(await list(), []);
      await assert.rejects(ssm.send(new DeleteParameterCommand({ Name })), {
        name: "ParameterNotFound",
      });
    });
  });

  describe("as the index of tags", () => {
    const listed = async () => {
      const { ResourceTagMappingList = [] } = await taggingOf(account.store).send(
        new GetResourcesCommand({
          ResourceTypeFilters: ["kms:key"],
          TagFilters: [{ Key: "incident-response", Values: ["quarantine:INC-1"] }],
        }),
      );
      return ResourceTagMappingList.map(({ ResourceARN }) => ResourceARN);
    };

    it("lists keys that carry the ticket, until they are deleted, and nothing else", async () => {
      const mine = await account.make(KEY, { tags: OF_TICKET });
      await account.make(KEY, { tags: { "incident-response": "quarantine:INC-2" } }, "other");
      await account.make(KEY, {}, "foundation");
      await account.make(ROLE, { name: "r", tags: OF_TICKET });
      assert.deepEqual(await listed(), [mine.arn]);
      await account.aws.delete(KEY, mine.id);
      assert.deepEqual(await listed(), [mine.arn]);
    });

    it("lists what is in the Region where it is asked, and roles nowhere", async () => {
      const here = await account.make(KEY, { tags: OF_TICKET }, "here");
      const there = await account.make(KEY, { tags: OF_TICKET, region: "eu-west-1" }, "there");
      await account.make(ROLE, { name: "r", tags: OF_TICKET });
      const listedIn = async (region?: string) => {
        const { ResourceTagMappingList = [] } = await taggingOf(account.store, region).send(
          new GetResourcesCommand({}),
        );
        return ResourceTagMappingList.map(({ ResourceARN }) => ResourceARN);
      };
      assert.deepEqual(await listedIn(), [here.arn]);
      assert.deepEqual(await listedIn("eu-west-1"), [there.arn]);
    });

    it("lists what it listed before while it is behind, which KMS itself never is", async () => {
      const gone = await account.make(KEY, { tags: OF_TICKET }, "gone");
      await account.outside.holdTagIndex();
      const late = await account.make(KEY, { tags: OF_TICKET }, "late");
      await account.store.change((it) => it.remove(it.find(KEY, gone.id) ?? assert.fail()));
      assert.deepEqual(await listed(), [gone.arn]);
      const { Keys = [] } = await kmsOf(account.store).send(new ListKeysCommand({}));
      assert.deepEqual(
        Keys.map(({ KeyId }) => KeyId),
        [late.id],
      );
      await account.outside.updateTagIndex();
      assert.deepEqual(await listed(), [late.arn]);
    });
  });
});
