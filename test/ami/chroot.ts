import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

import { sha256 } from "../../components/sha256";
import type { Machine } from "./awstoe";

/** The Debian nearest to Ubuntu 24.04 whose archive every mirror still has. */
const SUITE = "trixie";
const MIRROR = "http://deb.debian.org/debian";

/** What Ubuntu's cloud image has and a minimal Debian has not, and the compiler's linker. */
const ASSUMED = [
  ...["busybox", "ca-certificates", "fdisk", "fuse3", "gcc", "initramfs-tools", "iproute2"],
  ...["libc6-dev", "netcat-openbsd", "procps", "python3", "sudo", "systemd", "udev"],
];

/** A kernel for the tests, and what makes evidence for them that no tool of the image makes. */
const FOR_TESTS = ["erofs-utils", "exfat-fuse", "user-mode-linux", "xorriso"];

/** Whom the host trusts; a mirror in between may have an authority of its own. */
const CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt";

/** Folders of the host that are seen inside, with how they are mounted. */
const MOUNTS = [
  ["proc", "-t", "proc", "proc"],
  ["sys", "-t", "sysfs", "-o", "ro", "sysfs"],
  ["dev", "--bind", "/dev"],
] as const;

/** A Debian root of its own for one run: what is changed in it is thrown away. */
export class Chroot implements Machine {
  /** Folder of the root. */
  public readonly root: string;
  private readonly objects = new Map<string, Buffer>();

  private constructor(base: string) {
    // On a disk, as a machine's root is, and not an overlay: what tells root from evidence looks there.
    this.root = join(mkdtempSync("/var/tmp/clean-room-image-"), "root");
    execFileSync("cp", ["-a", base, this.root]);
    for (const [name, ...options] of MOUNTS) {
      execFileSync("mount", [...options, join(this.root, name)]);
    }
  }

  /** What is missing to make one on this machine, or undefined. */
  public static missing(): string | undefined {
    if (process.getuid?.() !== 0) {
      return "not root: sudo -E npm run test:image";
    }
    const needed = [
      {
        what: "no debootstrap: install it (apt-get install debootstrap)",
        command: ["debootstrap", "--version"],
      },
      { what: "nothing can be mounted", command: ["unshare", "--mount", "--net", "true"] },
      { what: "no loop devices", command: ["losetup", "--find"] },
      {
        what: `${MIRROR} does not answer`,
        command: ["curl", "-sfI", `${MIRROR}/dists/${SUITE}/Release`],
      },
    ];
    return needed.find(
      ({ command: [program = "", ...args] }) => spawnSync(program, args).status !== 0,
    )?.what;
  }

  /** Makes a root; the base system is fetched once and kept in the user's cache folder. */
  public static make(): Chroot {
    const packages = [...ASSUMED, ...FOR_TESTS].join();
    const cache = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
    const base = join(cache, "clean-room-image", `${SUITE}-${sha256(packages).slice(0, 8)}`);
    if (!existsSync(base)) {
      const fresh = `${base}.${process.pid}`;
      mkdirSync(dirname(base), { recursive: true });
      execFileSync(
        "debootstrap",
        ["--variant=minbase", `--include=${packages}`, SUITE, fresh, MIRROR],
        { stdio: ["ignore", "ignore", "inherit"] },
      );
      execFileSync("mv", ["-T", fresh, base]);
    }
    const chroot = new Chroot(base);
    for (const file of ["/etc/resolv.conf", CERTIFICATES]) {
      execFileSync("cp", ["-L", file, join(chroot.root, file)]);
    }
    // A machine whose clock is ahead of the mirror takes its lists nevertheless.
    chroot.write("/etc/apt/apt.conf.d/99-test", 'Acquire::Check-Valid-Until "false";\n', 0o644);
    // Nothing is started in here.
    chroot.write("/usr/sbin/policy-rc.d", "#!/bin/sh\nexit 101\n", 0o755);
    return chroot;
  }

  /** Puts an object into the tools bucket that S3Download reads. */
  public putObject(source: string, content: Buffer): void {
    this.objects.set(source, content);
  }

  /** Copies a folder of the host to a place inside, by default the same. */
  public copyFolder(folder: string, to = folder): void {
    mkdirSync(join(this.root, dirname(to)), { recursive: true });
    execFileSync("cp", ["-a", folder, join(this.root, to)]);
  }

  public object(source: string): Buffer {
    const found = this.objects.get(source);
    if (found === undefined) {
      throw new Error(`no object ${source}`);
    }
    return found;
  }

  public write(path: string, content: string | Buffer, mode: number): void {
    const file = join(this.root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    chmodSync(file, mode);
  }

  public run(script: string): { code: number; output: string } {
    // A file, as on Image Builder's machines: from standard input, commands would read the script.
    this.write("/var/tmp/input.sh", script, 0o700);
    const result = spawnSync("chroot", [this.root, "/bin/bash", "/var/tmp/input.sh"], {
      stdio: ["ignore", "pipe", "pipe"],
      encoding: "utf8",
      maxBuffer: 1 << 26,
      env: {
        HOME: "/root",
        LC_ALL: "C.UTF-8",
        PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        CARGO_HTTP_CAINFO: CERTIFICATES,
        PIP_CERT: CERTIFICATES,
      },
    });
    return { code: result.status ?? 1, output: result.stdout + result.stderr };
  }

  /** Takes the root away. */
  public remove(): void {
    for (const [name] of [...MOUNTS].reverse()) {
      execFileSync("umount", ["-l", join(this.root, name)]);
    }
    rmSync(dirname(this.root), { recursive: true, force: true });
  }
}
