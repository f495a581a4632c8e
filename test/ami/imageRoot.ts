import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { join } from "node:path";

/** What a command in the image's root left behind. */
export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * A machine of the forensic image, as far as a folder can be one: the image's files in a tree of its
 * system, in namespaces of its own (mounts, network), with what is written kept in memory.
 */
export class ImageRoot {
  private constructor(
    private readonly root: string,
    private readonly holder: ChildProcess,
  ) {}

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
        join(__dirname, "../../ami/files"),
      ],
      { stdio: ["pipe", "pipe", "inherit"] },
    );
    const ready = await new Promise<boolean>((resolve) => {
      holder.stdout.on("data", (text: Buffer) => {
        if (text.toString().includes("ready")) resolve(true);
      });
      holder.on("exit", () => resolve(false));
    });
    assert.ok(ready, "The image's root could not be laid out.");
    return new ImageRoot(root, holder);
  }

  /** Runs a bash script in the root, as root; `$1`, `$2`… are the arguments. */
  public run(script: string, ...args: string[]): Outcome {
    const { status, stdout, stderr } = spawnSync(
      "nsenter",
      [
        "--mount",
        "--net",
        "--target",
        String(this.holder.pid),
        "chroot",
        this.root,
        "/usr/bin/env",
        "-i",
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME=/root",
        "LC_ALL=C",
        "bash",
        "-c",
        script,
        "bash",
        ...args,
      ],
      { encoding: "utf8" },
    );
    return { status, stdout, stderr };
  }

  /** Like {@link run}, for what prepares or looks: returns the output, fails unless it succeeds. */
  public must(script: string, ...args: string[]): string {
    const { status, stdout, stderr } = this.run(script, ...args);
    assert.equal(status, 0, `${script}\n${stdout}${stderr}`);
    return stdout.trim();
  }

  /** Ends the namespace, and with it every mount in it. */
  public close(): void {
    this.holder.stdin?.end();
  }
}
