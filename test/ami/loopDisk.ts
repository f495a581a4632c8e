import type { Shell } from "./shell";

/** An image file as a disk of the machine; with a serial, it looks like an EBS volume. */
export class LoopDisk {
  private constructor(
    private readonly image: Shell,
    private readonly file: string,

    /** `/dev/loopN`. */
    public readonly device: string,
  ) {}

  /**
   * @param image Where it is seen.
   * @param file The image file, as that machine names it.
   */
  public static attach(image: Shell, file: string): LoopDisk {
    // The flag outlives the file that a loop device had before.
    const device = image.must(
      'd=$(losetup --find --show --partscan "$1") && blockdev --setrw "$d" && echo "$d"',
      file,
    );
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
    this.image.must('blockdev --setro "$1"', this.device);
    return this;
  }

  public unlock(): this {
    this.image.must('blockdev --setrw "$1"', this.device);
    return this;
  }

  /** SHA-256 of the image file, in hex. */
  public sha256(): string {
    return this.image.must('sync "$1"; sha256sum "$1"', this.file).slice(0, 64);
  }

  public detach(): void {
    this.unlock();
    this.image.must('losetup --detach "$1"', this.device);
  }
}
