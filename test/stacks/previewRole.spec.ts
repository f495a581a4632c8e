import assert from "node:assert/strict";

import { type Answers, deploy } from "../support/deployment";
import {
  auditConfig,
  PREVIEW_ROLE,
  TOKEN_PROVIDER,
  TOKEN_PROVIDER_ANSWER,
} from "../support/examples";
import { ROLES } from "../support/parties";

const PROVIDER = "aws:iam/getOpenIdConnectProvider:getOpenIdConnectProvider";

const CONFIG = auditConfig({ image: "off", previewRole: PREVIEW_ROLE });

const as = (session: string, arn: string): Answers => ({
  ...TOKEN_PROVIDER_ANSWER,
  "aws:index/getCallerIdentity:getCallerIdentity": () => ({
    arn: `arn:aws:sts::111122223333:assumed-role/${session}/GitHubActions`,
  }),
  "aws:iam/getRole:getRole": () => ({ arn }),
});

describe("The role of previews", () => {
  it("is there where it is asked for, alone: no role and no key's policy knows one otherwise", async () => {
    const { outputs, resources } = await deploy("audit", auditConfig({ image: "off" }));
    assert.equal("previewRoleArn" in outputs, false);
    assert.doesNotMatch(
      JSON.stringify(resources.map(({ inputs }) => inputs)),
      /clean-room-preview/,
    );
    const asked = await deploy("audit", CONFIG, { answers: TOKEN_PROVIDER_ANSWER });
    assert.equal(asked.outputs["previewRoleArn"], ROLES.previews);
    assert.equal(asked.named("preview-role").options.protect, true);
    assert.equal(asked.named("preview-policy").options.protect, true);
  });

  it("previews the stack, and deploys it never", async () => {
    const answers = as("clean-room-preview-us-east-1", ROLES.previews);
    await deploy("audit", CONFIG, { answers, preview: true });
    await assert.rejects(
      deploy("audit", CONFIG, { answers }),
      /This role previews the foundation: It deploys nothing: take one of clean-room:foundationDeployers/,
    );
  });

  it("is the only one that previews without being a deployer, and only where the setting has it", async () => {
    const other = as("clean-room-preview-us-east-1", `${ROLES.previews}-2`);
    const preview = true;
    await assert.rejects(
      deploy("audit", CONFIG, { answers: other, preview }),
      /none of clean-room/,
    );
    const answers = as("clean-room-preview-us-east-1", ROLES.previews);
    const config = auditConfig({ image: "off" });
    await assert.rejects(deploy("audit", config, { answers, preview }), /none of clean-room/);
  });

  it("reads the state of its own stack, and of no room's", async () => {
    const { inputs } = (await deploy("audit", CONFIG, { answers: TOKEN_PROVIDER_ANSWER })).named(
      "preview-policy",
    );
    const { Statement } = JSON.parse(inputs["policy"] as string) as {
      Statement: { Action: string | string[]; Resource: string | string[] }[];
    };
    const read = Statement.filter(({ Action }) => [Action].flat().includes("s3:GetObject"));
    assert.deepEqual(
      read.flatMap(({ Resource }) => Resource),
      [
        "meta.yaml",
        ...["json", "json.gz", "json.zst", "pulumi-tags"].map(
          (end) => `stacks/clean-room/audit.${end}`,
        ),
      ].map((path) => `arn:aws:s3:::clean-room-state/.pulumi/${path}`),
    );
  });

  it("reads no state where none is named", async () => {
    const { state: _, ...previewRole } = PREVIEW_ROLE;
    const { named } = await deploy("audit", auditConfig({ image: "off", previewRole }), {
      answers: TOKEN_PROVIDER_ANSWER,
    }).then((stack) => ({ named: stack.named("preview-policy") }));
    const policy = named.inputs["policy"] as string;
    assert.doesNotMatch(policy, /s3:GetObject"|kms:Decrypt|DecryptState/);
  });

  it("is refused where the account knows no tokens of GitHub's, with the command that makes it", async () => {
    const absent: Answers = {
      [PROVIDER]: () => {
        throw new Error("NoSuchEntity: OpenIDConnect Provider not found");
      },
    };
    await assert.rejects(
      deploy("audit", CONFIG, { answers: absent }),
      /could be taken by nobody: Account 111122223333 has no OIDC provider .*aws iam create-open-id-connect-provider --url https:\/\/token\.actions\.githubusercontent\.com --client-id-list sts\.amazonaws\.com/,
    );
    const others: Answers = { [PROVIDER]: () => ({ clientIdLists: ["another"] }) };
    await assert.rejects(
      deploy("audit", CONFIG, { answers: others }),
      new RegExp(
        `${TOKEN_PROVIDER} takes no tokens for sts\\.amazonaws\\.com: aws iam add-client-id`,
      ),
    );
  });
});
