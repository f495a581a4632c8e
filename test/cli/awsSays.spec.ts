import assert from "node:assert/strict";

import type { ImagebuilderClient } from "@aws-sdk/client-imagebuilder";
import type { KMSClient } from "@aws-sdk/client-kms";
import type { ResourceGroupsTaggingAPIClient } from "@aws-sdk/client-resource-groups-tagging-api";
import type { S3Client } from "@aws-sdk/client-s3";
import type { STSClient } from "@aws-sdk/client-sts";

import { destructionCommand, roomOfStack } from "../../cli/destruction/destruction";
import { grantsCommand, grantsOfStack } from "../../cli/grants/grants";
import { buildsOfStack, imageCommand } from "../../cli/image/image";
import { requireStartingLogin } from "../../cli/members/startingLogin";
import { runCommand } from "../../rehearsal/runCommand";
import { asText } from "../../settings/parseSettings";
import { closingRecord } from "./destruction/caseInVault";
import { auditConfig, incidentConfig, STACK } from "../support/examples";
import { VaultInMemory } from "../support/vaultInMemory";

const ACCOUNT = "111122223333";
const PIPELINE = `arn:aws:imagebuilder:us-east-1:${ACCOUNT}:image-pipeline/clean-room`;
const OUTPUTS = {
  region: "us-east-1",
  imagePipelineArn: PIPELINE,
  transferKeyArn: `arn:aws:kms:us-east-1:${ACCOUNT}:key/transfer`,
  vaultBucket: "vault-1",
};

/** The vault of the audit stack, with a closing record. */
const CLOSED = new VaultInMemory(OUTPUTS.vaultBucket);

/** What AWS answers a request, or throws; what is not among them has no answer in a test. */
type Answers = Readonly<Record<string, unknown>>;

/** An error as AWS's SDK throws it. */
function awsError(name: string, message: string): Error {
  return Object.assign(new Error(message), { name, $metadata: {} });
}

const EXPIRED = awsError("ExpiredTokenException", "The security token included is expired");
const DENIED = awsError("AccessDeniedException", "User: x is not authorized to perform: y");
const THROTTLED = awsError("ThrottlingException", "Rate exceeded");

/** A client of any service, that notes what it is asked. */
function clientOf(answers: Answers, asked: string[]) {
  const send = (command: { constructor: { name: string } }) => {
    const name = command.constructor.name.replace(/Command$/, "");
    asked.push(name);
    const answer = answers[name];
    assert.ok(answer !== undefined, `${name} was not to be asked`);
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  return { send } as unknown as STSClient &
    KMSClient &
    S3Client &
    ImagebuilderClient &
    ResourceGroupsTaggingAPIClient;
}

function workspaceOf(config: Record<string, unknown>) {
  const asMap = (values: Record<string, string>) =>
    Object.fromEntries(
      Object.entries(values).map(([key, value]) => [key, { value, secret: false }]),
    );
  return {
    projectSettings: () => Promise.resolve({ name: "clean-room", runtime: "nodejs" as const }),
    getAllConfig: () => Promise.resolve(asMap(asText(config))),
    stackOutputs: () => Promise.resolve(asMap(OUTPUTS)),
  };
}

/** Runs a command over these answers. */
type Run = (answers: Answers, asked: string[]) => Promise<unknown>;

const wait = () => Promise.resolve();

const grants =
  (...args: string[]): Run =>
  (answers, asked) => {
    const client = clientOf(answers, asked);
    const workspace = workspaceOf(
      incidentConfig({
        closing: true,
        responderRoles: ["arn:aws:iam::222233334444:role/clean-room/forensics-responder"],
      }),
    );
    // A room whose closing is in the vault.
    const clients = () => ({ sts: client, kms: client, s3: CLOSED.client });
    const open = (stack: string) => grantsOfStack(stack, workspace, clients);
    return runCommand((output) => grantsCommand(open, output, wait), ...args, "--stack", STACK);
  };

const image =
  (...args: string[]): Run =>
  (answers, asked) => {
    const client = clientOf(answers, asked);
    const clients = () => ({ sts: client, imageBuilder: client });
    const open = (stack: string) => buildsOfStack(stack, workspaceOf(auditConfig()), clients);
    return runCommand((output) => imageCommand(open, output, wait), ...args);
  };

const destruction: Run = (answers, asked) => {
  const client = clientOf(answers, asked);
  const clients = () => ({ sts: client, kms: client, s3: client, tagging: client });
  const open = (stack: string) => roomOfStack(stack, workspaceOf(incidentConfig()), clients);
  return runCommand((output) => destructionCommand(open, output), "--stack", STACK);
};

/** What `up` and `preview` do first; that they do it is shown by processes.spec.ts. */
const members: Run = (answers, asked) =>
  requireStartingLogin([{ region: "us-east-1", config: {} }], () => clientOf(answers, asked));

const caller = (account: string) => ({
  Arn: `arn:aws:sts::${account}:assumed-role/incident-deployer/ir`,
});
const LOGGED_IN = { GetCallerIdentity: caller(ACCOUNT) };

const COMMANDS: Readonly<Record<string, Run>> = {
  "grants list": grants("list"),
  "grants revoke": grants("revoke"),
  "image build": image("build"),
  "image status": image("status"),
  destruction,
  members,
};

/** What a command refuses, which has no stack trace. */
async function refusalOf(run: Run, answers: Answers, asked: string[] = []): Promise<string> {
  let message = "";
  await assert.rejects(run(answers, asked), (error: Error) => {
    assert.equal(error.stack, error.message, "no stack trace");
    ({ message } = error);
    return true;
  });
  return message;
}

describe("Whoever runs a command", () => {
  for (const [name, run] of Object.entries(COMMANDS)) {
    it(`${name} is asked to log in before anything else is asked, in AWS's words`, async () => {
      for (const error of [
        EXPIRED,
        awsError("InvalidClientTokenId", "The security token included in the request is invalid."),
        awsError("CredentialsProviderError", "Could not load credentials from any providers"),
        awsError("TokenProviderError", "Token is expired. Run aws sso login."),
      ]) {
        const asked: string[] = [];
        const message = await refusalOf(run, { GetCallerIdentity: error }, asked);
        assert.match(message, /does not tell who you are.*\n\s+- Log in first[^\n]*$/);
        assert.ok(message.includes(error.message));
        assert.deepEqual(asked, ["GetCallerIdentity"]);
      }
    });

    it(`${name} is not asked to log in where the role may not be taken, or STS takes no more`, async () => {
      for (const [error, why] of [
        [DENIED, /AWS denies it to these credentials/],
        [THROTTLED, /takes no more requests for the moment/],
      ] as const) {
        const message = await refusalOf(run, { GetCallerIdentity: error });
        assert.match(message, why);
        assert.doesNotMatch(message, /Log in first/);
        assert.ok(message.includes(error.message));
      }
    });

    if (name !== "members") {
      it(`${name} is refused in another account`, async () => {
        const asked: string[] = [];
        const answers = { GetCallerIdentity: caller("999988887777") };
        assert.match(
          await refusalOf(run, answers, asked),
          new RegExp(`is of account 999988887777, this stack is for ${ACCOUNT}`),
        );
        assert.deepEqual(asked, ["GetCallerIdentity"]);
      });
    }
  }

  it("members is asked once for each of the credentials that stacks start from", async () => {
    const asked: string[] = [];
    const of = (config: Record<string, unknown>) => ({ region: "us-east-1", config });
    const roles = (id: number) => [{ roleArn: `arn:aws:iam::22223333444${id}:role/r` }];
    await requireStartingLogin(
      [
        of({ "aws:assumeRoles": roles(1), "aws:defaultTags": { tags: { a: "1" } } }),
        of({ "aws:assumeRoles": roles(2), "aws:defaultTags": { tags: { a: "2" } } }),
        of({ "aws:profile": "other", "aws:assumeRoles": roles(3) }),
        of({ "aws:profile": "other", "aws:assumeRoles": roles(4) }),
        of({ "aws:accessKey": { secure: "v1:unreadable" } }),
      ],
      () => clientOf(LOGGED_IN, asked),
    );
    assert.deepEqual(asked, ["GetCallerIdentity", "GetCallerIdentity"]);
  });
});

describe("What AWS does not answer to a command", () => {
  let closing: { key: string; content: string };

  before(async () => {
    closing = await closingRecord();
    CLOSED.objects.set(closing.key, closing.content);
  });

  const GRANT = { GrantId: "g-1", IssuingAccount: "arn:aws:iam::222233334444:root" };
  const BUILDING = { image: { state: { status: "BUILDING" } } };
  const STARTED = { StartImagePipelineExecution: { imageBuildVersionArn: "build-1" } };
  const record = () => ({ Body: { transformToString: () => Promise.resolve(closing.content) } });
  const listed = () => ({ ListObjectsV2: { Contents: [{ Key: closing.key }] } });
  const read = () => ({ ...listed(), GetObject: record(), GetResources: {} });

  /** Each request of a command, the answers before it, and whether it was to change something. */
  const requests: [string, Run, string, () => Answers, boolean][] = [
    ["grants", grants("list"), "ListGrants", () => ({}), false],
    ["grants", grants("revoke"), "RevokeGrant", () => ({ ListGrants: { Grants: [GRANT] } }), true],
    ["image", image("build"), "StartImagePipelineExecution", () => ({}), true],
    ["image", image("build"), "GetImage", () => STARTED, false],
    [
      "image",
      image("build"),
      "ListWorkflowExecutions",
      () => ({ ...STARTED, GetImage: BUILDING }),
      false,
    ],
    ["image", image("status"), "ListImagePipelineImages", () => ({}), false],
    ["destruction", destruction, "ListObjectsV2", () => ({}), false],
    ["destruction", destruction, "GetObject", listed, false],
    ["destruction", destruction, "GetResources", read, false],
    ["destruction", destruction, "DescribeKey", read, false],
    [
      "destruction",
      destruction,
      "PutObject",
      () => ({
        ...read(),
        DescribeKey: { KeyMetadata: { KeyState: "PendingDeletion", DeletionDate: new Date() } },
      }),
      true,
    ],
  ];
  for (const [name, run, request, answers, changes] of requests) {
    const refusal = (error: Error) =>
      refusalOf(run, { ...LOGGED_IN, ...answers(), [request]: error });
    const words = changes ? / was not | No build was |^No build was / : /could not be looked up\./;

    it(`${name}, ${request}: is said as denied, throttled or unknown, and nothing is said to be missing`, async () => {
      for (const [error, why] of [
        [DENIED, /AWS denies it to these credentials/],
        [THROTTLED, /takes no more requests for the moment/],
        [
          awsError("InternalFailure", "An internal error has occurred"),
          /AWS answered: An internal/,
        ],
      ] as const) {
        const message = await refusal(error);
        assert.match(message, why);
        assert.match(message, words);
        assert.ok(message.includes(error.message));
        assert.doesNotMatch(message, /no closing record|is gone|knows it no more|does not know/);
      }
    });

    it(`${name}, ${request}: is told to log in where the credentials end here`, async () => {
      const message = await refusal(EXPIRED);
      assert.match(message, /\n\s+- Log in first[^\n]*$/);
      assert.ok(message.includes(EXPIRED.message));
    });
  }

  it("image says that the pipeline is gone where AWS says so", async () => {
    const gone = awsError("ResourceNotFoundException", "The resource cannot be found.");
    const answers = { ...LOGGED_IN, ListImagePipelineImages: gone };
    assert.match(
      await refusalOf(image("status"), answers),
      /The pipeline is gone.*cannot be found/,
    );
  });
});
