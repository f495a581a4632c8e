import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import {
  DescribeInstancesCommand,
  DescribeSnapshotsCommand,
  DescribeVolumesCommand,
} from "@aws-sdk/client-ec2";
import { stringify } from "yaml";

import { drillCommand } from "../../cli/drill/drill";
import type { Drill } from "../../cli/drill/drillForm";
import type { Responder } from "../../cli/drill/responder";
import { awsCredentials } from "../../stacks/awsCredentials";
import { MEMBER_ACCOUNT, REGION } from "../accounts";
import type { Cast } from "../cast";
import { expect } from "../expectations";
import { intakeRecord } from "../intakeRecord";
import { surroundingsOf } from "../roomCommands";
import { runCommand } from "../runCommand";
import { outputsIn } from "../stackState";
import type { Step } from "../story";

const TICKET = "DRILL-2026-11";
const STACK = TICKET.toLowerCase();
const INSTANCE = "i-0d0d0d0d0d0d0d0d0";
const VOLUME = "vol-0d0d0d0d0d0d0d0d0";

/** The game day, by the command, on a throw-away instance. */
export const DRILLING: readonly Step[] = [
  {
    part: "incident",
    name: "npx clean-room drill, on an instance without the mark, and with a real case's ticket",
    expected: "refused, no file, no stack and no report left",
    run: async (cast) => {
      for (const [sign, ticket, mark] of [
        [/does not carry the tag clean-room-drill/, TICKET, "false"],
        [/may be a case's/, cast.room.ticket, "true"],
      ] as const) {
        const refusal = await drill(cast, ticket, { mark }).then(
          ({ said }) => `it was performed: ${said.join("\n")}`,
          (error: Error) => error.message,
        );
        expect(sign.test(refusal), refusal);
      }
      const { output } = await cast.stage.cli("stack", "ls");
      expect(!output.includes(STACK), `there is a stack: ${output}`);
      expect(!existsSync(join(cast.stage.project, "drills")), "there is a report");
      return { result: "refused" };
    },
  },
  {
    part: "incident",
    name: "npx clean-room drill --yes, where no lock comes",
    expected: "told and reported, closing refused and its command named",
    needed: true,
    run: async (cast) => {
      const { said, code } = await drill(cast, TICKET, { happens: false });
      const text = said.join("\n");
      expect(code === 1, `it ended with ${code}: ${text}`);
      for (const told of [
        /FAILED: A lock did not come within 60 min/,
        /is not locked/,
        /is not closed\. The drill goes on: npx clean-room drill .*npx clean-room close DRILL-2026-11/,
      ]) {
        expect(told.test(text), `it does not say ${told.source}: ${text}`);
      }
      const { steps, verdict } = reported(cast);
      expect(verdict === undefined, `it is ${verdict}`);
      const states = Object.values(steps).map(({ state }) => state);
      expect(
        states.join() === "done,done,done,failed,not done,failed",
        `its steps are ${states.join()}`,
      );
      return { result: "not closed, and told" };
    },
  },
  {
    part: "incident",
    name: "the same drill again",
    expected: "goes on where it was; passed, closed, reported with AWS's own times",
    needed: true,
    run: async (cast) => {
      const { said, code } = await drill(cast, TICKET);
      const text = said.join("\n");
      expect(code === 0, `it ended with ${code}: ${text}`);
      expect(!/step 1 of 6/.test(text), `it opened the room again: ${text}`);
      const { steps, verdict, moments, left } = reported(cast);
      expect(verdict === "passed", `it is ${verdict}: ${text}`);
      const states = Object.values(steps).map(({ state }) => state);
      expect(
        states.every((state) => state === "done"),
        `its steps are ${states.join()}`,
      );
      for (const told of [
        "record of opening written",
        "record of closing written",
        "preserved copy",
      ]) {
        expect(
          moments.some(({ what }) => what.startsWith(told)),
          `it has no ${told}: ${JSON.stringify(moments)}`,
        );
      }
      expect(
        left.some((each) => /preserved copy snap-\w+, 8 GiB, locked until 2036/.test(each)),
        left.join("\n"),
      );
      const things = (await cast.stage.thingsOf({ ticket: TICKET, stack: STACK })).filter(
        ({ type, state }) => !/SnapshotCopy|BucketObject/.test(type) && state !== "PendingDeletion",
      );
      expect(things.length === 0, `too much is left: ${things.map(({ id }) => id).join(", ")}`);
      const over = await drill(cast, TICKET).then(
        () => "it was performed again",
        (error: Error) => error.message,
      );
      expect(/is over, passed/.test(over), over);
      return { result: "passed" };
    },
  },
];

/** What of a drill a step plays. */
interface Played {
  /** Value of the mark. @default "true" */
  readonly mark?: string;

  /** Whether copies are locked and disks hashed while it waits. @default true */
  readonly happens?: boolean;
}

function drill(cast: Cast, ticket: string, { mark = "true", happens = true }: Played = {}) {
  const { stage } = cast;
  let minutes = 0;
  return runCommand(
    (output) =>
      drillCommand({
        ...surroundingsOf(stage, output),
        responder: () => responderOf(cast, mark),
        has: () => true,
        now: () => new Date(Date.now() + minutes * 60_000),
        wait: async () => {
          minutes += 30;
          if (happens) {
            await letItHappen(cast);
          }
        },
      }),
    ...[ticket, "--instance", `${MEMBER_ACCOUNT}/${INSTANCE}`, "--responder-profile", "responder"],
    "--yes",
  );
}

/** The report, as it is by now. */
function reported({ stage }: Cast): Drill {
  const name = `${new Date().toISOString().slice(0, 10)}-${TICKET}`;
  const text = readFileSync(join(stage.project, "drills", `${name}.md`), "utf8");
  expect(text.includes(`# Drill ${TICKET}: `), text);
  return JSON.parse(readFileSync(join(stage.project, "drills", `${name}.json`), "utf8")) as Drill;
}

/** What nobody types: the runbook locks copies that are complete, and the workstation reads disks. */
async function letItHappen({ stage }: Cast): Promise<void> {
  const bucket = String(outputsIn(stage, "audit")["vaultBucket"]);
  const workstation = String(outputsIn(stage, STACK)["instanceId"]);
  for (const { type, id, tags } of await stage.thingsOf({ ticket: TICKET, stack: STACK })) {
    if (type === "aws:ebs/snapshotCopy:SnapshotCopy") {
      await stage.outside.lockCopy(id, "2036-11-21T00:00:00Z");
    }
    if (type === "aws:ebs/volume:Volume" && "source-snapshot" in tags) {
      const key = `cases/${TICKET}/intake/${workstation}/${id}.json`;
      await stage.outside.putObject(bucket, key, intakeRecord(id, workstation));
    }
  }
}

/** The member account's responder, with the throw-away instance as EC2 tells of it; `handover` is played. */
function responderOf({ stage }: Cast, mark: string): Responder {
  const Tags = [{ Key: "clean-room-drill", Value: mark }];
  const outputs = outputsIn(stage, `member-${MEMBER_ACCOUNT}`);
  const [group] = outputs["isolationSecurityGroups"] as readonly { readonly vpcId: string }[];
  const instance = {
    InstanceId: INSTANCE,
    State: { Name: "running" },
    VpcId: group?.vpcId,
    PrivateIpAddress: "10.20.33.7",
    BlockDeviceMappings: [{ DeviceName: "/dev/xvda", Ebs: { VolumeId: VOLUME } }],
    Tags,
  };
  const volume = {
    VolumeId: VOLUME,
    Size: 8,
    Attachments: [{ InstanceId: INSTANCE }],
    Tags,
  };
  const answer = (command: unknown) =>
    command instanceof DescribeInstancesCommand
      ? { Reservations: [{ Instances: [instance] }] }
      : command instanceof DescribeVolumesCommand
        ? { Volumes: [volume] }
        : command instanceof DescribeSnapshotsCommand
          ? { Snapshots: [] }
          : undefined;
  const role = String(outputs["responderRoleArn"]).split("/").at(-1) ?? "";
  return {
    sts: stage.clientsOf(role, MEMBER_ACCOUNT)({ region: REGION, credentials: awsCredentials({}) })
      .sts,
    ec2: { send: (command: unknown) => Promise.resolve(answer(command)) } as never,
    handOver: async (args) => {
      const { transferKeyArn } = outputsIn(stage, "audit");
      expect(args.includes(String(transferKeyArn)), `handover is given ${args.join(" ")}`);
      const snapshot = await stage.outside.shareSnapshot(MEMBER_ACCOUNT, 8, String(transferKeyArn));
      const entry = { snapshot, account: MEMBER_ACCOUNT, device: "/dev/sdf" };
      const claims = { sourceVolume: VOLUME, sourceInstance: INSTANCE };
      return stringify([{ ...entry, ...claims }], { version: "1.1" });
    },
  };
}
