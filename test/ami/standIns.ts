import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

import type { Chroot } from "./chroot";

/**
 * Lends the root what Ubuntu 24.04 has and Debian has not: the interpreter whose wheels are locked,
 * and the compiler.
 *
 * @returns what could not be lent: the step it is needed for, and why.
 */
export function lend(chroot: Chroot, rust: string): Record<string, string> {
  return { ...lendPython(chroot), ...lendRust(chroot, rust) };
}

function lendPython(chroot: Chroot): Record<string, string> {
  const found = [
    "python3.12",
    ...folders(join(homedir(), ".pyenv/versions"), /^3\.12\./).map(
      (folder) => `${folder}/bin/python3.12`,
    ),
  ].map((python) =>
    spawnSync(python, ["-c", "import sys; print(sys.base_prefix)"], { encoding: "utf8" }),
  );
  const prefix = found.find(({ status }) => status === 0)?.stdout.trim();
  if (prefix === undefined) {
    return { InstallPython: "this machine has no Python 3.12, whose wheels are locked" };
  }
  chroot.copyFolder(prefix);
  chroot.run(`ln -sf ${prefix}/bin/python3.12 /usr/local/bin/python3.12`);
  return {};
}

function lendRust(chroot: Chroot, rust: string): Record<string, string> {
  const rustc = spawnSync("rustc", ["--print", "sysroot"], { encoding: "utf8" });
  if (rustc.status !== 0) {
    return { InstallCrates: "this machine has no Rust" };
  }
  const sysroot = rustc.stdout.trim();
  const version = execFileSync("rustc", ["--version"], { encoding: "utf8" }).split(" ")[1] ?? "";
  if (Number(version.split(".")[1]) < Number(rust.split(".")[1])) {
    return { InstallCrates: `this machine has Rust ${version}, older than ${rust}` };
  }
  chroot.copyFolder(sysroot);
  for (const program of ["rustc", "cargo"]) {
    const script = `#!/bin/sh\nexec ${sysroot}/bin/${program} "$@"\n`;
    chroot.write(`/usr/local/bin/${program}-${rust}`, script, 0o755);
  }
  return {};
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
