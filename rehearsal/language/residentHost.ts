import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/**
 * A language host that serves every run of the CLI until it is ended. Loading the program anew takes
 * two thirds of a small deployment; programs that fail at the same time would hear of each other's errors.
 */
export class ResidentHost {
  private constructor(
    private readonly host: ChildProcess,
    /** Has an engine use it instead of a host of its own, as one does that is debugged. */
    readonly environment: Readonly<Record<string, string>>,
  ) {}

  /**
   * Starts it.
   *
   * @param bin The folder that `writeLanguageFolder` answered.
   * @param project Folder with the program.
   * @param environment What the program's own requests to AWS find. @default this process's
   */
  static async start(
    bin: string,
    project: string,
    environment: NodeJS.ProcessEnv = process.env,
  ): Promise<ResidentHost> {
    const host = spawn(process.execPath, [join(bin, "..", "languageHost.js")], {
      cwd: project,
      env: environment,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [port] = (await once(host.stdout, "data")) as [Buffer];
    return new ResidentHost(host, { PULUMI_DEBUG_LANGUAGES: `nodejs:${port.toString().trim()}` });
  }

  /** Ends it. */
  end(): void {
    this.host.kill();
  }
}
