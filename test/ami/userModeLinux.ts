import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { ImageRoot } from "./imageRoot";
import { type Outcome, Shell } from "./shell";

const FOLDER = "/tmp/uml";

/**
 * A kernel of its own for the image's root: Debian's user-mode Linux, a process that has file systems,
 * the device mapper and RAID whatever kernel the host has. What panics is that process.
 */
export class UserModeLinux extends Shell {
  private commands = 0;

  private constructor(private readonly image: ImageRoot) {
    super();
  }

  /** Whether the root has such a kernel. */
  public static isIn(image: ImageRoot): boolean {
    return image.run("command -v linux.uml").status === 0;
  }

  /** Starts one; the root's files are its files. */
  public static open(image: ImageRoot): UserModeLinux {
    image.must(`mkdir -p ${FOLDER}; mkfifo ${FOLDER}/console`);
    for (const script of ["userModeLinux.sh", "laidOutDisks.sh"]) {
      const text = readFileSync(join(__dirname, script), "utf8");
      image.must(`printf %s "$2" >"$1"; chmod 0755 "$1"`, `${FOLDER}/${script}`, text);
    }
    image.start(
      `exec env TMPDIR=/tmp linux.uml mem=1G rootfstype=hostfs rootflags=/ rw init=${FOLDER}/userModeLinux.sh \
         con=null con0=fd:0,fd:1 quiet <>${FOLDER}/console >${FOLDER}/log 2>&1`,
    );
    const uml = new UserModeLinux(image);
    image.must(`for n in $(seq 600); do [ ! -e ${FOLDER}/ready ] || exit 0; sleep 0.05; done
                cat ${FOLDER}/log; exit 1`);
    return uml;
  }

  public run(script: string, ...args: string[]): Outcome {
    const words = args.map((arg) => `'${arg.replaceAll("'", `'\\''`)}'`).join(" ");
    return this.image.run(
      `printf %s "$2" >"$1.sh"; basename "$1" >${FOLDER}/console
       for n in $(seq 12000); do [ ! -e "$1.status" ] || break; sleep 0.01; done
       cat "$1.out"; cat "$1.err" >&2
       [ -e "$1.status" ] || { echo "the kernel does not answer"; tail -n 30 ${FOLDER}/log; } >&2
       exit "$(cat "$1.status" || echo 255)"`,
      `${FOLDER}/${++this.commands}`,
      `set -- ${words}\n${script}\n`,
    );
  }

  public close(): void {
    this.image.run(`echo end >${FOLDER}/console`);
  }
}
