import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";

import { residentAt, writeExecutable } from "./account/pluginFolder";

/**
 * A policy pack that serves every run of the engine until it is ended: loading it anew takes longer than what it
 * judges. An engine that starts one is told where this one listens. Runs at the same time have to configure it alike.
 */
export class ResidentPolicyPack {
  private pack: ChildProcess | undefined;

  /** @param plugins Folder of the plugins, with the compiled pack in it. */
  public constructor(private readonly plugins: string) {
    const [port, bin] = [this.portFile, join(plugins, "bin")];
    // The engine starts this one only where no language plugin for Node is installed, and ends it.
    writeExecutable(join(bin, "pulumi-analyzer-policy-nodejs"), residentAt(port));
  }

  /** Starts it, the first time. */
  public start(): void {
    if (this.pack === undefined) {
      const output = openSync(this.portFile, "w");
      this.pack = spawn(
        process.execPath,
        ["-e", "require('../endWithParent').endWithParent(); require('./index')"],
        { cwd: join(this.plugins, "policy-pack"), stdio: ["ignore", output, "inherit"] },
      );
      closeSync(output);
    }
  }

  /** Ends it. */
  public end(): void {
    this.pack?.kill();
  }

  private get portFile(): string {
    return join(this.plugins, "policy-pack.port");
  }
}
