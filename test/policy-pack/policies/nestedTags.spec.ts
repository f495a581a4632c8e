import assert from "node:assert/strict";

import { nestedTags } from "../../../policy-pack/policies/nestedTags";
import { judge, UNKNOWN_OBJECT, UNKNOWN_TEXT } from "../../support/policies";

const TAGS = { notification: "ir@example.edu", "incident-response": "quarantine:INC-1" };
const instance = (props: Record<string, unknown>) => ({ type: "aws:ec2/instance:Instance", props });
const template = (props: Record<string, unknown>) => ({
  type: "aws:ec2/launchTemplate:LaunchTemplate",
  props,
});
const fields = async (subject: ReturnType<typeof instance>) =>
  ((await judge(nestedTags, subject)) as string[]).map((message) => message.split(" ")[0]);

describe("nested-tags", () => {
  it("accepts an instance whose volumes carry the tags, either way", async () => {
    assert.deepEqual(await fields(instance({ rootBlockDevice: { tags: TAGS } })), []);
    assert.deepEqual(await fields(instance({ volumeTags: TAGS })), []);
  });

  it("refuses a root volume without tags", async () => {
    assert.deepEqual(await judge(nestedTags, instance({ rootBlockDevice: {} })), [
      "rootBlockDevice.tags.notification is missing; required: an e-mail address, or several separated by single spaces.",
      "rootBlockDevice.tags.incident-response is missing; required: a ticket (^quarantine:[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?$).",
    ]);
    assert.equal((await fields(instance({}))).length, 2);
  });

  it("refuses a further volume without tags", async () => {
    const props = { rootBlockDevice: { tags: TAGS }, ebsBlockDevices: [{ tags: TAGS }, {}] };
    assert.deepEqual(await fields(instance(props)), [
      "ebsBlockDevices.1.tags.notification",
      "ebsBlockDevices.1.tags.incident-response",
    ]);
  });

  it("looks at what a launch template starts", async () => {
    const specification = (resourceType: string) => ({ resourceType, tags: TAGS });
    const both = [specification("instance"), specification("volume")];
    assert.deepEqual(await fields(template({ tagSpecifications: both })), []);
    assert.deepEqual(await fields(template({ tagSpecifications: [specification("instance")] })), [
      "tagSpecifications[volume].tags.notification",
      "tagSpecifications[volume].tags.incident-response",
    ]);
  });

  describe("in Image Builder", () => {
    const DISTRIBUTION = "aws:imagebuilder/distributionConfiguration:DistributionConfiguration";
    const region = (amiTags?: unknown) => ({ amiDistributionConfiguration: { amiTags } });
    const kinds: [string, string, (tags: unknown) => Record<string, unknown>][] = [
      ["aws:imagebuilder/imageRecipe:ImageRecipe", "amiTags", (amiTags) => ({ amiTags })],
      [
        "aws:imagebuilder/infrastructureConfiguration:InfrastructureConfiguration",
        "resourceTags",
        (resourceTags) => ({ resourceTags }),
      ],
      [
        DISTRIBUTION,
        "distributions.1.amiDistributionConfiguration.amiTags",
        (amiTags) => ({ distributions: [region(TAGS), region(amiTags)] }),
      ],
    ];
    for (const [type, field, props] of kinds) {
      it(`accepts ${field} with the tags, known yet or not`, async () => {
        assert.deepEqual(await judge(nestedTags, { type, props: props(TAGS) }), []);
        const unknown = { ...TAGS, notification: UNKNOWN_TEXT };
        assert.deepEqual(await judge(nestedTags, { type, props: props(unknown) }), []);
      });

      it(`refuses ${field} without them, or with less`, async () => {
        const ticket = `${field}.incident-response`;
        const missing = [`${field}.notification`, ticket];
        assert.deepEqual(await fields({ type, props: props(undefined) }), missing);
        assert.deepEqual(await fields({ type, props: props({}) }), missing);
        const { notification } = TAGS;
        assert.deepEqual(await fields({ type, props: props({ notification }) }), [ticket]);
      });

      it(`asks ${field} of a foundation for the notification only`, async () => {
        const { notification } = TAGS;
        const stack = { stack: "audit" };
        const outcome = await judge(nestedTags, { type, props: props({ notification }) }, stack);
        assert.deepEqual(outcome, []);
        assert.deepEqual(await judge(nestedTags, { type, props: props({}) }, stack), [
          `${field}.notification is missing; required: an e-mail address, or several separated by single spaces.`,
        ]);
      });

      it(`refuses ${field} that the preview does not know`, async () => {
        assert.deepEqual(await judge(nestedTags, { type, props: props(UNKNOWN_OBJECT) }), [
          `${field} is not known in the preview; required: tags written as a map of keys.`,
        ]);
      });
    }

    it("refuses a Region that says nothing of its AMI, but not one for containers", async () => {
      const field = "distributions.0.amiDistributionConfiguration.amiTags";
      const silent = { distributions: [{ region: "us-east-1" }] };
      assert.deepEqual(await fields({ type: DISTRIBUTION, props: silent }), [
        `${field}.notification`,
        `${field}.incident-response`,
      ]);
      const containers = { distributions: [{ containerDistributionConfiguration: {} }] };
      assert.deepEqual(await fields({ type: DISTRIBUTION, props: containers }), []);
    });
  });

  it("takes the organisation's configuration", async () => {
    const config = { extraTags: { owner: "." } };
    const subject = instance({ rootBlockDevice: { tags: TAGS } });
    assert.deepEqual(await judge(nestedTags, subject, { config }), [
      "rootBlockDevice.tags.owner is missing; required: a value that matches ..",
    ]);
  });

  it("does not apply to what makes nothing along", async () => {
    assert.deepEqual(await judge(nestedTags, { type: "aws:ebs/volume:Volume" }), {
      notApplicable: "nothing is made along with the type",
    });
  });

  it("refuses tags that the preview does not know", async () => {
    assert.deepEqual(
      await judge(nestedTags, instance({ rootBlockDevice: { tags: UNKNOWN_OBJECT } })),
      [
        "rootBlockDevice.tags is not known in the preview; required: tags written as a map of keys.",
      ],
    );
  });
});
