import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, truncateSync } from "node:fs";
import { join } from "node:path";

import { ImageRoot } from "./imageRoot";
import { LoopDisk } from "./loopDisk";
import { type PublicImage, publicImage } from "./publicImage";
import type { Outcome, Shell } from "./shell";
import { UserModeLinux } from "./userModeLinux";

/** The serial of a disk of evidence, as EBS tells it, and the volume's id. */
export const SERIAL = "vol0123456789abcdef0";
export const VOLUME = "vol-0123456789abcdef0";

/** The record of its intake, and the stamp that the record is in the vault. */
export const RECORD = `/var/lib/clean-room/evidence/${VOLUME}.json`;
export const STAMP = `/var/lib/clean-room/evidence/${VOLUME}.uploaded`;

/** The record that its hash is being taken. */
export const PENDING = `/var/lib/clean-room/evidence/${VOLUME}.pending.json`;

/** Where the image files lie, on a disk of the tree. */
export const FOLDER = "/var/tmp/clean-room-evidence";

/** A machine of the image with disks of evidence, which are image files in loop devices. */
export class EvidenceMachine {
  private image: ImageRoot | undefined;
  private shell: Shell | undefined;
  private folder = "";
  private readonly attached: LoopDisk[] = [];

  private constructor() {}

  /**
   * The machine of the suite that is being described, laid out before its tests; between two, what was mounted
   * and attached is taken away.
   *
   * @param kernel Whose kernel it runs: this machine's, or Debian's user-mode one.
   */
  public static ofSuite(kernel: "here" | "user-mode" = "here"): EvidenceMachine {
    const machine = new EvidenceMachine();
    before(async function () {
      // What build.image.ts built, or a tree that was built before.
      const root = process.env["CLEANROOM_IMAGE_ROOT"];
      if (root === undefined) {
        console.log("    not run: there is no tree of the image's system here");
        return this.skip();
      }
      machine.folder = join(root, FOLDER);
      mkdirSync(machine.folder, { recursive: true });
      machine.image = machine.shell = await ImageRoot.open(root);
      if (kernel === "user-mode") {
        if (!UserModeLinux.isIn(machine.image)) {
          console.log("    not run: the tree has no user-mode kernel");
          return this.skip();
        }
        machine.shell = UserModeLinux.open(machine.image);
      }
    });
    afterEach(() => machine.clear());
    after(() => {
      if (machine.image === undefined) return;
      machine.shell?.close();
      machine.image.close();
      rmSync(machine.folder, { recursive: true });
    });
    return machine;
  }

  public run(script: string, ...args: string[]): Outcome {
    assert.ok(this.shell);
    return this.shell.run(script, ...args);
  }

  public must(script: string, ...args: string[]): string {
    assert.ok(this.shell);
    return this.shell.must(script, ...args);
  }

  /** The same on this machine's kernel, where another runs in the same tree. */
  public here(script: string, ...args: string[]): Outcome {
    assert.ok(this.image);
    return this.image.run(script, ...args);
  }

  /** A fresh kernel, where it is a user-mode one: what the last left behind, or its panic, is not the next test's. */
  public reboot(): void {
    if (!(this.shell instanceof UserModeLinux) || this.image === undefined) return;
    this.shell.close();
    this.shell = UserModeLinux.open(this.image);
  }

  /** Whether there is such a file. */
  public present(path: string): boolean {
    return this.run('test -e "$1"', path).status === 0;
  }

  /** A new image file as a disk. */
  public newDisk(name: string, mebibytes: number): LoopDisk {
    const file = join(this.folder, `${name}.img`);
    execFileSync("truncate", ["-s", "0", file]);
    truncateSync(file, mebibytes * 1024 * 1024);
    return this.attach(name);
  }

  /** Where an image file is, on this machine. */
  public fileOf(name: string): string {
    return join(this.folder, `${name}.img`);
  }

  /** An image file that is there as a disk. */
  public attach(name: string): LoopDisk {
    assert.ok(this.shell);
    const disk = LoopDisk.attach(this.shell, `${FOLDER}/${name}.img`);
    this.attached.push(disk);
    return disk;
  }

  public detach(disk: LoopDisk): void {
    this.attached.splice(this.attached.indexOf(disk), 1);
    disk.detach();
  }

  /** Copies an image file, as a snapshot does while the disk is in use. */
  public copy(from: string, to: string): void {
    const [source, target] = [from, to].map((name) => join(this.folder, `${name}.img`));
    execFileSync("cp", ["--sparse=always", source ?? "", target ?? ""]);
  }

  /** The intake of a disk as an EBS volume, its record in the vault. */
  public intake(disk: LoopDisk, serial = SERIAL): LoopDisk {
    disk.withSerial(serial).lock();
    this.must('evidence-intake "$1"', disk.name);
    return disk;
  }

  /** A disk with an ext4 file system whose intake is done. */
  public evidence(): LoopDisk {
    const disk = this.newDisk("evidence", 64);
    this.must('mkfs.ext4 -q -F "$1"', disk.device);
    return this.intake(disk);
  }

  /** A volume that Windows made, as evidence whose intake is done; undefined, and said so, where it cannot be had. */
  public ofWindows(name: PublicImage): LoopDisk | undefined {
    const image = publicImage(name);
    if (image === undefined) {
      console.log(
        `      not run: Debian's source package of dfvfs, which has ${name}, cannot be had`,
      );
      return undefined;
    }
    execFileSync("cp", ["--sparse=always", image, this.fileOf("windows")]);
    return this.intake(this.attach("windows"));
  }

  /** Runs what has to fail with that sentence, and leaves nothing mounted. */
  public refused(expected: RegExp, script: string, ...args: string[]): void {
    const { status, stdout, stderr } = this.run(script, ...args);
    assert.notEqual(status, 0, `${script} was not refused: ${stdout}`);
    assert.match(stderr, expected);
    assert.equal(this.run("findmnt -rno TARGET | grep '^/evidence/'").stdout, "");
  }

  private clear(): void {
    if (this.image === undefined) return;
    this.run(
      `for d in $(cat /run/clean-room/open/*/directory 2>/dev/null); do evidence-unmount "$d"; done
       for m in $(findmnt -rno TARGET | grep '^/evidence/' | sort -r); do umount "$m"; done
       ! mountpoint -q /mnt || umount /mnt
       rm -rf /evidence/* /var/lib/clean-room/* /var/log/clean-room/* /tmp/put-* /etc/clean-room/*
       ! mountpoint -q /proc/swaps || umount /proc/swaps`,
    );
    for (const disk of this.attached.splice(0)) disk.detach();
  }
}
