import { existsSync } from "node:fs";
import { join } from "node:path";

import { openCommand } from "../../cli/open/open";
import type { Cast } from "../cast";
import { AUDIT_ACCOUNT, MEMBER_ACCOUNT } from "../accounts";
import { expect } from "../expectations";
import { surroundingsOf } from "../roomCommands";
import { runCommand } from "../runCommand";
import type { Step } from "../story";

const TICKET = "INC-2026-0047";
const STACK = TICKET.toLowerCase();
const OPEN = ["--account", MEMBER_ACCOUNT, "--suspect", "10.20.31.0/24", "--tools", "lime"];

/** The life of a room by the command alone, beside the rooms that Pulumi's own commands work on. */
export const BY_THE_COMMAND: readonly Step[] = [
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
      const { output } = await cast.stage.cli("stack", "ls");
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
        /The room of INC-2026-0047 is open: \d+ made in \d+ s/,
        /workstation +i-\w+/,
        /costs +about \d\.\d\d USD an hour/,
        /handover\/handover --ticket INC-2026-0047/,
      ]) {
        expect(told.test(text), `the card does not say ${told.source}: ${text}`);
      }
      const { succeeded, output } = await cast.stage.cli("config", "get", "slot", "-s", STACK);
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
];

function open({ stage }: Cast, options: readonly string[]) {
  return runCommand((output) => openCommand(surroundingsOf(stage, output)), TICKET, ...options);
}
