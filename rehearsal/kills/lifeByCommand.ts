import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { stringify } from "yaml";

import { RoomFile } from "../../cli/room/roomFile";
import { RESPONDER_ROLE_NAME, ROLE_PATH } from "../../components/names";
import { MEMBER_ACCOUNT, OTHER_MEMBER_ACCOUNT } from "../accounts";
import { commandProcess } from "../commandProcess";
import type { Stage } from "../stage";
import type { Phase } from "./killPoints";
import { type Begun, lifeStage, RoomLife } from "./roomLife";

/** What is said of the room's suspect, whose account has no stack on these stages. */
export const SUSPECT: readonly string[] = [
  ...["--isolation-group", `${MEMBER_ACCOUNT}/sg-0123456789abcdef0`],
  ...["--responder", `arn:aws:iam::${MEMBER_ACCOUNT}:role${ROLE_PATH}${RESPONDER_ROLE_NAME}`],
  ...["--suspect", "10.20.30.0/24"],
  ...["--tools", "encase,lime"],
];

/**
 * A room of which `npx clean-room` does everything, in a process that is killed with the engine that it started. Closing is one
 * command: killed at one of its steps, the same command goes on with the next phase.
 */
export class LifeByCommand extends RoomLife {
  public readonly by = "command";

  /** A room that is not open yet. @see lifeStage */
  public static async prepare(
    foundation: Stage,
    ticket: string,
    language: string,
  ): Promise<LifeByCommand> {
    return new LifeByCommand(await lifeStage(foundation, ticket, language));
  }

  protected async commandsOf(phase: Phase): Promise<string | undefined> {
    const { ticket, stage, stack } = this.on;
    switch (phase) {
      case "open":
        return this.run(this.begun("open", ticket, ...SUSPECT, "--yes"));
      case "evidence": {
        // The members name their devices without knowing of each other.
        const lines = await this.handOver([
          [MEMBER_ACCOUNT, "/dev/sdf"],
          [OTHER_MEMBER_ACCOUNT, "/dev/sdf"],
        ]);
        const file = join(stage.folder, "handed-over.yaml");
        writeFileSync(file, stringify(lines, { version: "1.1" }));
        return this.run(this.begun("evidence", ticket, "add", file, "--yes"));
      }
      case "tools": {
        const file = RoomFile.read(join(stage.project, `Pulumi.${stack}.yaml`));
        file.set("clean-room:tools", ["encase", "lime", "velociraptor", "ssh"]);
        file.write();
        return this.run(this.begun("open", ticket, "--yes"));
      }
      case "closing":
        await this.lockAndHash();
        this.unfinished = true;
        if (this.isDue) {
          await this.runOrKill(this.begun("close", ticket, "--yes"));
        }
        return undefined;
      case "destroy":
        this.unfinished = false;
        return this.run(this.begun("close", ticket, "--yes"));
    }
  }

  protected async mend(options: readonly string[]): Promise<string> {
    const { output } = await this.begun("mend", "--stack", this.on.stack, ...options).start().ended;
    return output;
  }

  private begun(...args: string[]): Begun {
    return {
      name: `npx clean-room ${args[0]}`,
      start: () => commandProcess(this.on.stage, this.environment, args),
    };
  }
}
