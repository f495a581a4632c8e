import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { join } from "node:path";

import { AMI_FOLDER, readToolbox } from "../../components/image/toolbox";
import { type Outcome, Shell } from "./shell";

/** No command of the tests takes so long; one that hangs would hold every suite after it, and mocha cannot end it. */
const MOST_MILLISECONDS = 900_000;

/**
 * A machine of the forensic image, as far as a folder can be one: the image's files in a tree of its
 * system, in namespaces of its own (mounts, network), with what is written kept in memory.
 */
export class ImageRoot extends Shell {
  private constructor(private readonly holder: ChildProcess) {
    super();
  }

  /**
   * @param root A Debian or Ubuntu tree with the image's packages, on an ext4 or XFS disk. It stays as it is.
   */
  public static async open(root: string): Promise<ImageRoot> {
    const holder = spawn(
      "unshare",
      [
        "--mount",
        "--net",
        "--propagation",
        "private",
        "bash",
        join(__dirname, "imageRoot.sh"),
        root,
        AMI_FOLDER,
      ],
      { stdio: ["pipe", "pipe", "inherit"] },
    );
    const files = readToolbox().files.map(({ from, path, mode }) => `${from} ${path} ${mode}\n`);
    holder.stdin.write(`${files.join("")}\n`);
    const ready = await new Promise<boolean>((resolve) => {
      holder.stdout.on("data", (text: Buffer) => {
        if (text.toString().includes("ready")) resolve(true);
      });
      holder.on("exit", () => resolve(false));
    });
    assert.ok(ready, "The image's root could not be laid out.");
    return new ImageRoot(holder);
  }

  public run(script: string, ...args: string[]): Outcome {
    const { status, stdout, stderr } = spawnSync("nsenter", this.command(script, args), {
      encoding: "utf8",
      timeout: MOST_MILLISECONDS,
      killSignal: "SIGKILL",
    });
    return { status, stdout, stderr };
  }

  /** Starts a bash script in the root; its standard input is a pipe. */
  public start(script: string, ...args: string[]): ChildProcess {
    return spawn("nsenter", this.command(script, args), { stdio: ["pipe", "ignore", "ignore"] });
  }

  private command(script: string, args: readonly string[]): string[] {
    return [
      ...["--mount", "--net", "--target", String(this.holder.pid)],
      ...["/usr/bin/env", "-i", "HOME=/root", "LC_ALL=C"],
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      ...["bash", "-c", script, "bash", ...args],
    ];
  }

  /** Ends the namespace, and with it every mount in it. */
  public close(): void {
    this.holder.stdin?.end();
  }
}
