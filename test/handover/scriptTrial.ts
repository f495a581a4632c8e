import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { parse } from "yaml";

import { type Call, isChange, MemberAccount } from "./memberAccount";
import type { Run } from "./responderShell";

export const SCRIPT = join(__dirname, "../../handover/handover");
const PROGRAMS = ["bash", "cat", "date", "mktemp", "rm", "sed", "sort", "tr"];

export const AUDIT = "111122223333";
export const MEMBER = "222233334444";
export const KEY = `arn:aws:kms:us-east-1:${AUDIT}:key/0d6b21a4-5d8e-4d4b-9c3f-7f1b1f6c2a10`;
export const INSTANCE = "i-0123456789abcdef0";

/** The instance's two disks. */
export const ROOT = "vol-0000000000000000a";
export const DATA = "vol-0000000000000000b";

/** What a room's command says of the room. */
export const ROOM = {
  "--ticket": "INC-2026-0042",
  "--notification": "ir@example.edu",
  "--transfer-key": KEY,
  "--audit-account": AUDIT,
  "--region": "us-east-1",
};

/**
 * The script, with a stand-in for the AWS CLI and nothing else but the programs that every Unix has. A
 * pause of the script takes no time.
 */
export class ScriptTrial {
  /** The account that the calls are answered by: one with an instance of two disks. */
  public readonly member = new MemberAccount();

  private child: ChildProcess | undefined;

  private constructor(
    private readonly folder: string,
    private readonly port: () => number,
  ) {}

  /** Makes a trial of its own for each test of the suite that calls it. @returns the test's. */
  public static forEachTest(): () => ScriptTrial {
    let folder: string;
    let port: number;
    let trial: ScriptTrial;
    before(() => {
      folder = mkdtempSync(join(tmpdir(), "handover-"));
      placePrograms(folder);
    });
    after(() => rmSync(folder, { recursive: true }));
    beforeEach(async () => {
      trial = new ScriptTrial(folder, () => port);
      trial.member.addInstance(INSTANCE, "/dev/sda", "/dev/sdb");
      port = await trial.member.start();
    });
    afterEach(() => trial.member.stop());
    return () => trial;
  }

  /** Runs the script with these arguments. */
  public handover(
    args: readonly string[],
    bin: "bin" | "bin-without-aws" = "bin",
    environment: NodeJS.ProcessEnv = {},
  ): Promise<Run> {
    return new Promise((resolve) => {
      const child = spawn(SCRIPT, args, {
        env: {
          PATH: join(this.folder, bin),
          TMPDIR: this.folder,
          MEMBER_ACCOUNT_PORT: `${this.port()}`,
          ...environment,
        },
        stdio: ["ignore", "pipe", "pipe"],
        // A group of its own, to be killed with all that it started.
        detached: true,
      });
      this.child = child;
      let out = "";
      let err = "";
      child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
      child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
      child.on("close", (code) => resolve({ code, out, err }));
    });
  }

  /** Runs it as the room says, for the instance unless other disks are named. */
  public run(...disks: string[]): Promise<Run> {
    return this.handover([...room(), ...(disks.length > 0 ? disks : ["--instance", INSTANCE])]);
  }

  /** Ends the script, and all that it started. */
  public kill(signal: NodeJS.Signals): void {
    process.kill(-(this.child?.pid ?? assert.fail("was not started")), signal);
  }

  /** Calls that changed the account, or were to. */
  public changes(): Call[] {
    return this.member.calls.filter(isChange);
  }

  public operations(): string[] {
    return this.member.calls.map(([, operation = ""]) => operation);
  }
}

/** The options that a room's command gives, some of them otherwise. */
export function room(changes: Partial<typeof ROOM> = {}): string[] {
  return Object.entries({ ...ROOM, ...changes }).flat();
}

/** The entries that a run printed, read as YAML below the key that they are pasted to. */
export function evidenceOf({ out }: Run): Record<string, unknown>[] {
  return (parse(`evidence:\n${out}`) as { evidence: Record<string, unknown>[] }).evidence;
}

/** Tags of what was made for the room's ticket. */
export function tagsOf(tags: Record<string, string>): Record<string, string> {
  return { "incident-response": "quarantine:INC-2026-0042", ...tags };
}

function placePrograms(folder: string): void {
  for (const name of ["bin", "bin-without-aws"]) {
    mkdirSync(join(folder, name));
    for (const program of PROGRAMS) {
      const where = spawnSync("sh", ["-c", `command -v ${program}`], { encoding: "utf8" });
      symlinkSync(where.stdout.trim(), join(folder, name, program));
    }
  }
  for (const [name, text] of [
    ["aws", MemberAccount.CLIENT],
    ["sleep", "#!/usr/bin/env bash\n"],
  ] as const) {
    writeFileSync(join(folder, "bin", name), text, { mode: 0o755 });
  }
}
