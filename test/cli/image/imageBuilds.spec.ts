import assert from "node:assert/strict";

import type { ImagebuilderClient } from "@aws-sdk/client-imagebuilder";

import { imageCommand } from "../../../cli/image/image";
import { ImageBuilds } from "../../../cli/image/imageBuilds";
import { runCommand } from "../../../rehearsal/runCommand";

// The calls and their answers have the SDK's types; that AWS answers so is not shown here.

const PIPELINE = "arn:aws:imagebuilder:us-east-1:111122223333:image-pipeline/clean-room";
const IMAGE = "arn:aws:imagebuilder:us-east-1:111122223333:image/clean-room/1.2.3/1";

/** Image Builder's answers to one build: a state per look. */
function imageBuilder(states: readonly object[], builds: readonly object[] = []) {
  const calls: string[] = [];
  let look = 0;
  const answers: Record<string, (input: Record<string, unknown>) => object> = {
    StartImagePipelineExecutionCommand: ({ imagePipelineArn }) => {
      assert.equal(imagePipelineArn, PIPELINE);
      return { imageBuildVersionArn: IMAGE };
    },
    GetImageCommand: ({ imageBuildVersionArn }) => {
      assert.equal(imageBuildVersionArn, IMAGE);
      return { image: states[Math.min(look++, states.length - 1)] };
    },
    ListImagePipelineImagesCommand: ({ nextToken }) => {
      const page = Number(nextToken ?? 0);
      return {
        imageSummaryList: builds.slice(page, page + 1),
        ...(page + 1 < builds.length ? { nextToken: `${page + 1}` } : {}),
      };
    },
    ListWorkflowExecutionsCommand: () => ({
      workflowExecutions: [
        { workflowExecutionId: "build", startTime: "2026-11-21T03:00:00Z" },
        { workflowExecutionId: "test", startTime: "2026-11-21T03:40:00Z" },
      ],
    }),
    ListWorkflowStepExecutionsCommand: ({ workflowExecutionId }) => {
      assert.equal(workflowExecutionId, "test");
      return {
        steps: [
          {
            name: "RunTests",
            status: "FAILED",
            message: "exit 1",
            startTime: "2026-11-21T03:41:00Z",
          },
          { name: "Terminate", status: "COMPLETED", startTime: "2026-11-21T03:50:00Z" },
        ],
      };
    },
  };
  const send = (command: { constructor: { name: string }; input: Record<string, unknown> }) => {
    calls.push(command.constructor.name);
    return Promise.resolve(answers[command.constructor.name]?.(command.input));
  };
  const client = { send } as unknown as ImagebuilderClient;
  return { builds: new ImageBuilds(client, PIPELINE), calls };
}

function run(builds: ImageBuilds, ...args: string[]) {
  return runCommand(
    (output) =>
      imageCommand(
        (stack) => {
          assert.equal(stack, "audit");
          return Promise.resolve(builds);
        },
        output,
        () => Promise.resolve(),
      ),
    ...args,
  );
}

const MADE = {
  state: { status: "AVAILABLE" },
  outputResources: { amis: [{ image: "ami-0123456789abcdef0" }] },
};

describe("npx clean-room image", () => {
  it("build starts the pipeline, tells of each change once, and names the image", async () => {
    const building = { state: { status: "BUILDING" } };
    const testing = { state: { status: "TESTING" } };
    const { builds, calls } = imageBuilder([building, building, testing, MADE]);
    const { said, code } = await run(builds, "build");
    assert.deepEqual(
      said.map((line) => line.replace(/^\d\d:\d\d:\d\d /, "")),
      [
        `started ${IMAGE}; it goes on when this command is stopped`,
        "BUILDING: RunTests, failed, exit 1",
        "TESTING: RunTests, failed, exit 1",
        "AVAILABLE",
        "rooms are opened from ami-0123456789abcdef0 from now on",
      ],
    );
    assert.equal(code, 0);
    assert.equal(calls[0], "StartImagePipelineExecutionCommand");
  });

  it("build ends with 1 where the build fails, with the step, the reason and the log", async () => {
    const { builds } = imageBuilder([{ state: { status: "FAILED", reason: "tests failed" } }]);
    const { said, code } = await run(builds, "build");
    assert.equal(code, 1);
    assert.match(said[1] ?? "", /FAILED: RunTests, failed, exit 1: tests failed$/);
    assert.match(said[2] ?? "", /log group \/aws\/imagebuilder\/clean-room/);
  });

  it("status shows the newest of all pages, and starts nothing", async () => {
    const { builds, calls } = imageBuilder(
      [MADE],
      [
        { arn: "older", dateCreated: "2026-10-01T04:00:00Z" },
        { arn: IMAGE, dateCreated: "2026-11-01T04:00:00Z" },
        { arn: "oldest", dateCreated: "2026-09-01T04:00:00Z" },
      ],
    );
    const { said, code } = await run(builds, "status");
    assert.equal(said[0], IMAGE);
    assert.equal(code, 0);
    assert.ok(!calls.includes("StartImagePipelineExecutionCommand"));
  });

  it("status says what to do before the first build", async () => {
    const { said } = await run(imageBuilder([]).builds, "status");
    assert.deepEqual(said, ["no image was ever built: npx clean-room image build"]);
  });
});
