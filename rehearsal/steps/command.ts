import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";

import { closeCommand } from "../../cli/close/close";
import { doctorCommand } from "../../cli/doctor/doctor";
import { evidenceCommand } from "../../cli/evidence/evidence";
import { listCommand } from "../../cli/list/list";
import { openCommand } from "../../cli/open/open";
import { RoomFile } from "../../cli/room/roomFile";
import { statusCommand } from "../../cli/status/status";
import { takeOverCommand } from "../../cli/takeOver/takeOver";
import { INCIDENT_DEPLOYER, type StoryCast } from "../cast";
import { AUDIT_ACCOUNT, MEMBER_ACCOUNT } from "../accounts";
import { expect } from "../expectations";
import { intakeRecord } from "../intakeRecord";
import { surroundingsOf } from "../roomCommands";
import { runCommand } from "../runCommand";
import { outputsIn } from "../stackState";
import type { SharedStep } from "../story";
import type { Thing, World } from "../world";

const TICKET = "INC-2026-0047";
const STACK = TICKET.toLowerCase();
const OPEN = ["--account", MEMBER_ACCOUNT, "--suspect", "10.20.31.0/24", "--tools", "lime"];

/** What doctor says of an account that a day is quiet in, in every world. */
const LOOKED_AT = [
  /^MEND {2}aws is not on the PATH/m,
  /^MEND {2}State is kept in a folder/m,
  /^MEND {2}The vault is on trial/m,
  /^ok {4}You work as \S+incident-deployer/m,
  /^ok {4}The image ami-\w+ is 0 days old/m,
  /^ok {4}222233334444 is prepared/m,
];

/** What it says beside that where a world knows what it asks for. */
const LOOKED_AT_IN: Readonly<Record<World["name"], readonly RegExp[]>> = {
  sandbox: [
    /^ok {4}Of 32 vCPUs of running instances of r6i.xlarge's kind in \S+ \(quota L-1216C47A\) \d+ are in use; a room's r6i.xlarge takes 4\.$/m,
    /^ok {4}Of 50 TiB of gp3 volumes in \S+ \(quota L-7A658B76\) \d[\d.]* are in use/m,
    /^ok {4}Of 2500 security groups .* [1-9]\d* are in use/m,
    /^ok {4}Of 50 active peering connections of the rooms' VPC/m,
    /^ok {4}Of 100000 snapshots in \S+ \(quota L-309BACF6\) \d+ are in use/m,
    /^ok {4}Of 100000 KMS keys in \S+ \(quota L-C2F1777E\) [1-9]\d* are in use/m,
    /^ok {4}60 rules of a direction in a security group are allowed .* counts on 60\.$/m,
  ],
  emulator: [],
};

/** The life of a room by the command alone, beside the rooms that Pulumi's own commands work on. */
export const BY_THE_COMMAND: readonly SharedStep[] = [
  {
    part: "incident",
    name: "npx clean-room open, with a responder role that there is not",
    expected: "refused by the program, no file and no stack left",
    run: async (cast) => {
      const nobody = `arn:aws:iam::${MEMBER_ACCOUNT}:role/nobody`;
      const refusal = await open(cast, [...OPEN, "--responder", nobody, "--yes"]).then(
        ({ said }) => `it was opened: ${said.join("\n")}`,
        (error: Error) => error.message,
      );
      expect(/responderRoles|nobody/.test(refusal) && !/it was opened/.test(refusal), refusal);
      const { output } = await pulumi(cast, "stack", "ls");
      expect(!output.includes(STACK), `there is a stack: ${output}`);
      expect(!existsSync(join(cast.stage.project, `Pulumi.${STACK}.yaml`)), "there is a file");
      return { result: "refused" };
    },
  },
  {
    part: "incident",
    name: "npx clean-room open --yes, by ticket, account and address",
    expected: "open in a free slot, with its card",
    needed: true,
    run: async (cast) => {
      const { said, code } = await open(cast, [...OPEN, "--yes"]);
      const text = said.join("\n");
      expect(code === 0, `it ended with ${code}: ${text}`);
      for (const told of [
        /The room of INC-2026-0047 is open: \d+ made in (\d+ min )?\d+ s/,
        /workstation +i-\w+/,
        /costs +about \d\.\d\d USD an hour/,
        /handover\/handover --ticket INC-2026-0047/,
      ]) {
        expect(told.test(text), `the card does not say ${told.source}: ${text}`);
      }
      const { succeeded, output } = await pulumi(cast, "config", "get", "slot", "-s", STACK);
      expect(succeeded && output.trim() !== "", `Pulumi does not know its slot: ${output}`);
      const machines = (await cast.stage.things(AUDIT_ACCOUNT)).filter(
        ({ type, tags }) =>
          type === "aws:ec2/instance:Instance" &&
          tags["incident-response"] === `quarantine:${TICKET}`,
      );
      expect(machines.length === 1, `it has ${machines.length} machines`);
      return { result: `open in ${output.trim()}` };
    },
  },
  {
    part: "incident",
    name: "npx clean-room list, status, doctor, and take-over where the room's file is not",
    expected:
      "every room listed, all of it told; what is to be mended told; its file from the backend, no difference",
    run: async (cast) => {
      const { stage } = cast;
      const listed = await runCommand((output) => listCommand(surroundingsOf(stage, output)));
      for (const ticket of [TICKET, cast.room.ticket, cast.neighbour.ticket]) {
        const line = new RegExp(`^${ticket} .*running`, "m");
        expect(line.test(listed.said.join("\n")), `${ticket}: ${listed.said.join("\n")}`);
      }
      const told = await runCommand(
        (output) => statusCommand(surroundingsOf(stage, output)),
        TICKET,
      );
      for (const line of [/^The room of INC-2026-0047 is open\.$/m, /^AWS has of it what/m]) {
        expect(line.test(told.said.join("\n")), told.said.join("\n"));
      }
      const looked = await runCommand((output) =>
        doctorCommand(surroundingsOf(stage, output), (program) => program !== "aws"),
      );
      for (const told of [...LOOKED_AT, ...LOOKED_AT_IN[stage.name]]) {
        expect(told.test(looked.said.join("\n")), looked.said.join("\n"));
      }
      expect(looked.code === 1, `doctor ended with ${looked.code}`);
      const path = join(stage.project, `Pulumi.${STACK}.yaml`);
      const before = RoomFile.read(path).config;
      rmSync(path);
      const { said } = await runCommand(
        (output) => takeOverCommand(surroundingsOf(stage, output)),
        TICKET,
      );
      const after = RoomFile.read(path).config;
      expect(isDeepStrictEqual(after, before), `its file says ${JSON.stringify(after)}`);
      expect(/The room of \S+ is open/.test(said.join("\n")), said.join("\n"));
      return { result: "listed, told, looked at, taken over" };
    },
  },
  {
    part: "incident",
    name: "npx clean-room evidence add, of two disks that name the same device",
    expected: "both preserved and attached, the file's comments kept",
    needed: true,
    run: async (cast) => {
      const { stage } = cast;
      const key = String(outputsIn(stage, "audit")["transferKeyArn"]);
      const shared = [1, 2].map(() => stage.outside.shareSnapshot(MEMBER_ACCOUNT, 8, key));
      const snapshots = await Promise.all(shared);
      const lines = snapshots.flatMap((snapshot) => [
        "    # of the web server",
        `    - snapshot: ${snapshot} # root`,
        `      account: "${MEMBER_ACCOUNT}"`,
        "      device: /dev/sdf",
      ]);
      const { said, code } = await runCommand(
        (output) =>
          evidenceCommand(surroundingsOf(stage, output), () => Promise.resolve(lines.join("\n"))),
        ...[TICKET, "add", "--yes"],
      );
      const text = said.join("\n");
      expect(code === 0, `it ended with ${code}: ${text}`);
      snapshots.forEach((snapshot, index) =>
        expect(
          new RegExp(`${snapshot} .*preserved .*${["/dev/sdf", "/dev/sdg"][index]}`).test(text),
          text,
        ),
      );
      const file = readFileSync(join(stage.project, `Pulumi.${STACK}.yaml`), "utf8");
      expect(file.match(/# of the web server/g)?.length === 2, `comments are lost: ${file}`);
      return { result: "2 disks" };
    },
  },
  {
    part: "incident",
    name: "npx clean-room close --yes, before and after the disks are locked and hashed",
    expected: "refused and as open as before; then closed, with what is left",
    run: async (cast) => {
      const { stage } = cast;
      const refusal = await close(cast).then(
        ({ said }) => said.join("\n"),
        (error: Error) => error.message,
      );
      expect(/is not locked.*has no hash/s.test(refusal), `it was not refused: ${refusal}`);
      const { output } = await pulumi(cast, "config", "get", "closing", "-s", STACK);
      expect(!output.includes("true"), `its file says that it is closing: ${output}`);
      await lockAndHash(cast);
      const { said, code } = await close(cast);
      const text = said.join("\n");
      expect(code === 0, `it ended with ${code}: ${text}`);
      for (const told of [
        /no grant of INC-2026-0047 is left/,
        /is to be deleted at .*; recorded: s3/,
        /preserved copy snap-\w+ of snap-\w+, 8 GiB, locked until \d{4}/,
        /The room of INC-2026-0047 is closed/,
      ]) {
        expect(told.test(text), `it does not say ${told.source}: ${text}`);
      }
      const left = (await ofRoom(stage)).filter(
        ({ type, state }) => !/SnapshotCopy|BucketObject/.test(type) && state !== "PendingDeletion",
      );
      expect(left.length === 0, `too much is left: ${left.map(({ id }) => id).join(", ")}`);
      return { result: "2 copies, records, results and a key that ends" };
    },
  },
];

/** What nobody types: the runbook locks copies that are complete, and the workstation reads disks. */
async function lockAndHash({ stage }: StoryCast): Promise<void> {
  const bucket = String(outputsIn(stage, "audit")["vaultBucket"]);
  const machine = String(outputsIn(stage, STACK)["instanceId"]);
  for (const { type, id, tags } of await ofRoom(stage)) {
    if (type === "aws:ebs/snapshotCopy:SnapshotCopy") {
      await stage.outside.lockCopy(id, "2036-11-21T00:00:00Z");
    }
    if (type === "aws:ebs/volume:Volume" && "source-snapshot" in tags) {
      const name = `cases/${TICKET}/intake/${machine}/${id}.json`;
      await stage.outside.putObject(bucket, name, intakeRecord(id, machine));
    }
  }
}

function ofRoom(stage: World): Promise<readonly Thing[]> {
  return stage.thingsOf({ ticket: TICKET, stack: STACK });
}

/** The CLI, as whoever opens rooms runs it. */
function pulumi({ stage }: StoryCast, ...args: readonly string[]) {
  return stage.run(args, stage.environmentOf(INCIDENT_DEPLOYER));
}

function open({ stage }: StoryCast, options: readonly string[]) {
  return runCommand((output) => openCommand(surroundingsOf(stage, output)), TICKET, ...options);
}

function close({ stage }: StoryCast) {
  return runCommand(
    (output) => closeCommand(surroundingsOf(stage, output), () => Promise.resolve()),
    TICKET,
    "--yes",
  );
}
