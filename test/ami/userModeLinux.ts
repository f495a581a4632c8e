import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { ImageRoot } from "./imageRoot";
import { type Outcome, Shell } from "./shell";

const FOLDER = "/tmp/uml";

/** Status of a command that the kernel has not answered; no command of the tests ends with it. */
const NO_ANSWER = 255;

/** For bash: whether a process runs that its parent has not looked after yet. */
function isRunning(pid: number): string {
  return `grep -q '^State:[[:space:]]*[^Z]' /proc/${pid}/status 2>/dev/null`;
}

/**
 * A kernel of its own for the image's root: Debian's user-mode Linux, a process that has file systems,
 * the device mapper and RAID whatever kernel the host has. What panics is that process.
 */
export class UserModeLinux extends Shell {
  private commands = 0;
  private isGone = false;

  private constructor(
    private readonly image: ImageRoot,
    private readonly pid: number,
  ) {
    super();
  }

  /** Whether the root has such a kernel. */
  public static isIn(image: ImageRoot): boolean {
    return image.run("command -v linux.uml").status === 0;
  }

  /** Starts one; the root's files are its files. */
  public static open(image: ImageRoot): UserModeLinux {
    image.must(`rm -rf ${FOLDER}; mkdir -p ${FOLDER}; mkfifo ${FOLDER}/console`);
    for (const script of ["userModeLinux.sh", "laidOutDisks.sh", "wholeRegisters.c"]) {
      const text = readFileSync(join(__dirname, script), "utf8");
      image.must(`printf %s "$2" >"$1"; chmod 0755 "$1"`, `${FOLDER}/${script}`, text);
    }
    image.must(`gcc -shared -fPIC -o ${FOLDER}/wholeRegisters.so ${FOLDER}/wholeRegisters.c`);
    const { pid } = image.start(
      `exec env TMPDIR=/tmp LD_PRELOAD=${FOLDER}/wholeRegisters.so linux.uml mem=1G rootfstype=hostfs rootflags=/ rw init=${FOLDER}/userModeLinux.sh \
         con=null con0=fd:0,fd:1 quiet <>${FOLDER}/console >${FOLDER}/log 2>&1`,
    );
    assert.ok(pid !== undefined, "nsenter was not started");
    image.must(
      `for n in $(seq 600); do
         [ ! -e ${FOLDER}/ready ] || exit 0
         ${isRunning(pid)} || break
         sleep 0.05
       done
       cat ${FOLDER}/log; exit 1`,
    );
    return new UserModeLinux(image, pid);
  }

  /** A kernel that has ended, or has not answered once, is not waited for again: each of the suite's commands would wait as long. */
  public run(script: string, ...args: string[]): Outcome {
    if (this.isGone) {
      return { status: NO_ANSWER, stdout: "", stderr: "the kernel did not answer before" };
    }
    const words = args.map((arg) => `'${arg.replaceAll("'", `'\\''`)}'`).join(" ");
    const outcome = this.image.run(
      `printf %s "$2" >"$1.sh"; basename "$1" >${FOLDER}/console
       for n in $(seq 12000); do [ ! -e "$1.status" ] && ${isRunning(this.pid)} || break; sleep 0.01; done
       cat "$1.out"; cat "$1.err" >&2
       [ -e "$1.status" ] || { echo "the kernel does not answer"; tail -n 30 ${FOLDER}/log; exit ${NO_ANSWER}; } >&2
       exit "$(cat "$1.status")"`,
      `${FOLDER}/${++this.commands}`,
      `set -- ${words}\n${script}\n`,
    );
    this.isGone = outcome.status === NO_ANSWER;
    return outcome;
  }

  /** Ends it; one that does not hear, as after a panic, is killed. */
  public close(): void {
    this.image.run(
      `timeout 5 bash -c 'echo end >${FOLDER}/console'
       for n in $(seq 200); do ${isRunning(this.pid)} || exit 0; sleep 0.05; done; kill -KILL ${this.pid}`,
    );
  }
}
