import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * A language host that serves every run of the CLI until it is ended. Loading the program anew takes
 * two thirds of a small deployment; programs that fail at the same time would hear of each other's errors.
 */
export class ResidentHost {
  private constructor(private readonly host: ChildProcess) {}

  /**
   * Starts it, and has the engine use it instead of a host for every run.
   *
   * @param bin The folder that `writeLanguageFolder` answered.
   * @param project Folder with the program.
   */
  static async start(bin: string, project: string): Promise<ResidentHost> {
    const host = spawn(process.execPath, [join(bin, "..", "languageHost.js")], {
      cwd: project,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [port] = (await once(host.stdout, "data")) as [Buffer];
    // The engine reads the port, and ends what it started.
    const script = `#!/bin/sh\necho ${port.toString().trim()}\nexec sleep 86400\n`;
    writeFileSync(join(bin, "pulumi-language-nodejs"), script);
    return new ResidentHost(host);
  }

  /** Ends it. */
  end(): void {
    this.host.kill();
  }
}
