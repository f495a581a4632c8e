import assert from "node:assert/strict";

import type { Command } from "commander";

import { cleanRoom } from "../../cli/cleanRoom";
import { Terminal } from "../../cli/terminal";

const NAMES = [
  ...[
    "acquire",
    "close",
    "connect",
    "contain",
    "destruction",
    "doctor",
    "drill",
    "evidence",
    "grants",
    "image",
    "init",
    "list",
  ],
  ...["logs", "members", "mend", "open", "report", "status", "take-over", "uninstall", "verify"],
];

/** A command and all below it, by what is typed. */
function each(command: Command, path: readonly string[] = []): [string, Command][] {
  const name = [...path, command.name()];
  return [[name.join(" "), command], ...command.commands.flatMap((below) => each(below, name))];
}

describe("clean-room --help", () => {
  it("lists every subcommand with what it does", () => {
    const help = cleanRoom(["--help"], new Terminal()).helpInformation();
    for (const name of NAMES) {
      assert.match(help, new RegExp(`^  ${name} .*\\w`, "m"));
    }
  });

  it("of a subcommand, and of what is below it, tells all options that it takes", () => {
    for (const name of NAMES) {
      const [, ...below] = each(cleanRoom([name], new Terminal()));
      const own = below.filter(([path]) => path.split(" ")[1] === name);
      assert.ok(own.length > 0);
      for (const [path, command] of own) {
        const help = command.helpInformation();
        const taken = [command, command.parent, command.parent?.parent].flatMap(
          (one) => one?.options ?? [],
        );
        assert.ok(
          taken.some(({ long }) => long === "--json"),
          path,
        );
        for (const { flags } of taken) {
          assert.ok(help.includes(flags), `${path}: ${flags}`);
        }
      }
    }
  });
});
