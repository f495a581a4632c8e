import { execFileSync, spawn, spawnSync } from "node:child_process";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";

/** The longest that it runs; emulated, a core is a tenth of one. */
const MOST_MILLISECONDS = 600_000;

/** What it said, and how its acquisition ended. */
export interface SuspectSaid {
  readonly console: string;

  /** Its kernel, as /proc/version has it. */
  readonly banner: string;
  readonly status: number;

  /** Of the acquisition, by its own clock. */
  readonly seconds: number;

  /** What the acquisition left of its file systems. */
  readonly left: string;
}

/** A suspect in QEMU: a kernel of its own, whose memory is nobody else's, without this machine's help for it. */
export class EmulatedSuspect {
  private constructor(
    private readonly folder: string,

    /** A static busybox. */
    public readonly busybox: Buffer,
  ) {}

  /** What is missing to have one here, or undefined. */
  public static missing(): string | undefined {
    const needed = [
      ["qemu-system-x86", "qemu-system-x86_64"],
      ["curl", "curl"],
      ["apt", "apt-get"],
    ] as const;
    const lacking = needed.find(
      ([, program]) => spawnSync(program, ["--version"]).error !== undefined,
    );
    return lacking === undefined ? undefined : `no ${lacking[0]} (apt-get install ${lacking[0]})`;
  }

  /**
   * @param folder Where it is made.
   * @returns undefined where Debian's archive brings no kernel.
   */
  public static make(folder: string): EmulatedSuspect | undefined {
    const layout = join(__dirname, "emulatedLayout.sh");
    const made = spawnSync("bash", [layout, join(__dirname, "emulatedInit.sh")], { cwd: folder });
    return made.status === 0
      ? new EmulatedSuspect(folder, readFileSync(join(folder, "busybox")))
      : undefined;
  }

  /**
   * Boots it, has it acquired and waits for its end.
   *
   * @param script What acquires.
   * @param certificate File of the only authority that it knows.
   * @param parameters What its first program is told.
   */
  public async run(
    script: string,
    certificate: string,
    memoryMiB: number,
    parameters: Readonly<Record<string, string>>,
  ): Promise<SuspectSaid> {
    const root = join(this.folder, "root");
    writeFileSync(join(root, "acquire.sh"), script);
    copyFileSync(certificate, join(root, "certificate.pem"));
    const packed = "find . | ../busybox cpio -o -H newc 2>/dev/null | gzip -1 >../initramfs";
    execFileSync("sh", ["-c", packed], { cwd: root });
    const told = Object.entries(parameters).map(([name, value]) => `${name}=${value}`);
    const child = spawn(
      "qemu-system-x86_64",
      [
        // Volatility 3 reads no page tables of five levels (2.28.2).
        ...[
          "-accel",
          "tcg,thread=multi",
          "-cpu",
          "max,la57=off",
          "-smp",
          "2",
          "-m",
          `${memoryMiB}`,
        ],
        ...["-nodefaults", "-no-reboot", "-display", "none", "-monitor", "none"],
        // Whom it reaches: this machine's loopback. Its addresses are of those kept for documentation.
        ...[
          "-nic",
          "user,model=virtio-net-pci,net=192.0.2.0/24,host=192.0.2.2,dhcpstart=192.0.2.15",
        ],
        ...["-serial", "stdio", "-kernel", "vmlinuz", "-initrd", "initramfs"],
        ...["-append", ["console=ttyS0 quiet panic=-1", ...told].join(" ")],
      ],
      { cwd: this.folder, stdio: ["ignore", "pipe", "inherit"], timeout: MOST_MILLISECONDS },
    );
    const console = (await text(child.stdout)).replaceAll("\r", "");
    const said = (pattern: RegExp) => pattern.exec(console)?.[1] ?? "";
    const [began = 0, ended = 0] = said(/^== seconds (.*)$/m)
      .split(" ")
      .map(Number);
    return {
      console,
      banner: said(/^== (Linux version .*\n)/m),
      status: Number(said(/^== status (\d+)$/m) || "-1"),
      seconds: ended - began,
      left: said(/^== left ?(.*)$/m),
    };
  }
}
