import { MEMBER_ACCOUNT, OTHER_MEMBER_ACCOUNT, REGION } from "../accounts";
import { roomFile } from "../cast";
import type { RehearsedStack } from "../rehearsedStack";
import type { Stage } from "../stage";
import type { EngineProcess } from "./engineProcess";
import type { Phase } from "./killPoints";
import { type LifeStage, lifeStage, RoomLife } from "./roomLife";

/** A room that Pulumi's own commands open, change and destroy. */
export class LifeByPulumi extends RoomLife {
  public readonly by = "pulumi";
  private static lastMend: Promise<void> = Promise.resolve();

  private constructor(
    on: LifeStage,
    private readonly room: RehearsedStack,
  ) {
    super(on);
  }

  /** A room that is not open yet. @see lifeStage */
  public static async prepare(
    foundation: Stage,
    ticket: string,
    language: string,
  ): Promise<LifeByPulumi> {
    const on = await lifeStage(foundation, ticket, language);
    const room = await on.stage.stack(on.stack, roomFile(ticket, `${REGION}a-1`));
    return new LifeByPulumi(on, room);
  }

  protected async commandsOf(phase: Phase): Promise<string | undefined> {
    switch (phase) {
      case "open":
        return this.up();
      case "evidence": {
        const evidence = await this.handOver([
          [MEMBER_ACCOUNT, "/dev/sdf"],
          [OTHER_MEMBER_ACCOUNT, "/dev/sdg"],
        ]);
        this.room.configure({ "clean-room:evidence": evidence });
        return this.up();
      }
      case "tools":
        this.room.configure({ "clean-room:tools": ["encase", "lime", "velociraptor", "ssh"] });
        return this.up();
      case "closing":
        await this.lockAndHash();
        this.room.configure({ "clean-room:closing": true });
        // The record first; the same command again lifts the protection.
        return (await this.up()) ?? (await this.up());
      case "destroy":
        return (await this.run(this.begun("destroy", "--yes"))) ?? (await this.recordDestruction());
    }
  }

  /** One life at a time, as it works in this process. */
  protected async mend(options: readonly string[]): Promise<string> {
    const mended = LifeByPulumi.lastMend.then(async () => {
      Object.assign(process.env, this.on.aws.environment);
      return this.room.mend(...options).then(
        ({ said }) => said.join("\n"),
        (error: Error) => error.message,
      );
    });
    LifeByPulumi.lastMend = mended.then(() => undefined);
    return mended;
  }

  private up(): Promise<string | undefined> {
    return this.run(this.begun("up", "--yes", "--skip-preview"));
  }

  private begun(...args: string[]): { name: string; start: () => EngineProcess } {
    return { name: `pulumi ${args[0]}`, start: () => this.pulumi(args) };
  }

  private async recordDestruction(): Promise<string | undefined> {
    try {
      const { said, code } = await this.room.destruction();
      return code === 0
        ? undefined
        : `npx clean-room destruction ended with ${code}: ${said.join("\n")}`;
    } catch (error) {
      return `npx clean-room destruction: ${error instanceof Error ? error.message : String(error)}`;
    }
  }
}
