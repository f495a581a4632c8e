import { execFileSync } from "node:child_process";

import type { ImageRoot } from "./imageRoot";

/** An image file as a disk of the machine; with a serial, it looks like an EBS volume. */
export class LoopDisk {
  private constructor(
    private readonly image: ImageRoot,
    private readonly file: string,

    /** `/dev/loopN`. */
    public readonly device: string,
  ) {}

  /**
   * @param image Where it is seen.
   * @param file The image file.
   */
  public static attach(image: ImageRoot, file: string): LoopDisk {
    const device = execFileSync("losetup", ["--find", "--show", "--partscan", file], {
      encoding: "utf8",
    }).trim();
    // The flag outlives the file that a loop device had before.
    execFileSync("blockdev", ["--setrw", device]);
    return new LoopDisk(image, file, device);
  }

  /** Kernel name, `loopN`. */
  public get name(): string {
    return this.device.replace("/dev/", "");
  }

  /** Makes it look like a disk with that serial, padded as NVMe does. */
  public withSerial(serial: string): this {
    this.image.must(
      `d=/sys/block/$1; rm -rf "$d"; mkdir -p "$d/device"
       for entry in /run/sys/block/$1/*; do ln -s "$entry" "$d/"; done
       printf '%-20s\\n' "$2" >"$d/device/serial"`,
      this.name,
      serial,
    );
    return this;
  }

  /** Makes it look like a disk that tells none, as Xen's do. */
  public withoutSerial(): this {
    this.withSerial("").image.must('rm -r "/sys/block/$1/device"', this.name);
    return this;
  }

  /** What the udev rule does to it. */
  public lock(): this {
    execFileSync("blockdev", ["--setro", this.device]);
    return this;
  }

  public unlock(): this {
    execFileSync("blockdev", ["--setrw", this.device]);
    return this;
  }

  /** SHA-256 of the image file, in hex. */
  public sha256(): string {
    execFileSync("sync", [this.file]);
    return execFileSync("sha256sum", [this.file], { encoding: "utf8" }).slice(0, 64);
  }

  public detach(): void {
    this.unlock();
    execFileSync("losetup", ["--detach", this.device]);
  }
}
