import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

import type { Chroot } from "./chroot";

/** Where the interpreter is in the root. */
const LENT = "/opt/lent/python3.12";

/**
 * What this machine cannot lend of what Ubuntu 24.04 has and Debian has not, with what to install; undefined where it has
 * both: the interpreter whose wheels are locked, and the compiler.
 *
 * @param rust Version of the compiler at least, e.g. `1.85`.
 */
export function missingStandIn(rust: string): string | undefined {
  if (python() === undefined) {
    return "no Python 3.12, whose wheels are locked: install python3.12 (pyenv install 3.12, where no package has it)";
  }
  const found = rustVersion();
  if (found === undefined || Number(found.split(".")[1]) < Number(rust.split(".")[1])) {
    return `Rust is ${found ?? "not here"}: install ${rust} or newer (rustup toolchain install stable)`;
  }
  return undefined;
}

/** Lends both to the root. */
export function lend(chroot: Chroot, rust: string): void {
  const prefix = python();
  if (prefix !== undefined) {
    // Not where it was, which may be root's home: examiners run what stands on it.
    chroot.copyFolder(prefix, LENT);
    chroot.write("/etc/ld.so.conf.d/lent.conf", `${LENT}/lib\n`, 0o644);
    const script = `#!/bin/sh\nexec ${LENT}/bin/python3.12 "$@"\n`;
    chroot.write("/usr/local/bin/python3.12", script, 0o755);
    chroot.run("ldconfig");
  }
  const sysroot = execFileSync("rustc", ["--print", "sysroot"], { encoding: "utf8" }).trim();
  chroot.copyFolder(sysroot);
  for (const program of ["rustc", "cargo"]) {
    const script = `#!/bin/sh\nexec ${sysroot}/bin/${program} "$@"\n`;
    chroot.write(`/usr/local/bin/${program}-${rust}`, script, 0o755);
  }
}

/** Where Python 3.12 is installed on this machine, if it is. */
function python(): string | undefined {
  const pyenv = folders(join(homedir(), ".pyenv/versions"), /^3\.12\./);
  return ["python3.12", ...pyenv.map((folder) => `${folder}/bin/python3.12`)]
    .map((program) =>
      spawnSync(program, ["-c", "import sys; print(sys.base_prefix)"], { encoding: "utf8" }),
    )
    .find(({ status }) => status === 0)
    ?.stdout.trim();
}

function rustVersion(): string | undefined {
  const { status, stdout } = spawnSync("rustc", ["--version"], { encoding: "utf8" });
  return status === 0 ? stdout.split(" ")[1] : undefined;
}

function folders(parent: string, name: RegExp): string[] {
  try {
    return readdirSync(parent)
      .filter((entry) => name.test(entry))
      .map((entry) => join(parent, entry));
  } catch {
    return [];
  }
}
