import { readFileSync } from "node:fs";
import { join } from "node:path";

import { AMI_FOLDER, type InstalledFile, type Tool } from "./toolbox";

/** What the image's own files belong to: one folder for everything the room brings. */
export const ROOT = "/opt/clean-room";

/** Writes files that are no text. */
export function binaries(files: readonly InstalledFile[]): string | undefined {
  const lines = files.map(({ from, path, mode }) => {
    const content = readFileSync(join(AMI_FOLDER, from)).toString("base64");
    return `base64 -d <<'END' >${path}\n${content}\nEND\nchmod ${mode} ${path}`;
  });
  return lines.length === 0 ? undefined : lines.join("\n");
}

/** Installs packages of the distribution. */
export function installPackages(packages: readonly string[]): string {
  return [
    "export DEBIAN_FRONTEND=noninteractive",
    "# With Error-Mode=any a list that cannot be read is an error, not an older list.",
    "apt-get -q -o APT::Update::Error-Mode=any update",
    "xargs apt-get -q -y --no-install-recommends install <<'END'",
    ...packages,
    "END",
  ].join("\n");
}

/** Installs a group's Python tools as they are locked. */
export function installPython(group: string, build: boolean): string {
  const pip = `${ROOT}/${group}/bin/pip --disable-pip-version-check --no-cache-dir -q install --require-hashes --no-deps`;
  return [
    `python3.12 -m venv ${ROOT}/${group}`,
    // What has no wheel is built by tools that are locked too.
    ...(build
      ? [
          `${pip} --only-binary :all: -r ${ROOT}/${group}-build.txt`,
          `${pip} --no-build-isolation -r ${ROOT}/${group}-lock.txt`,
        ]
      : [`${pip} --only-binary :all: -r ${ROOT}/${group}-lock.txt`]),
  ].join("\n");
}

/** Builds a group's Rust tools as they are locked. */
export function installCrates(group: string, crates: readonly Tool[], rust: string): string {
  const installs = crates.flatMap(({ version, source }) => {
    if (!("crate" in source)) {
      return [];
    }
    const options = [
      `--version =${version}`,
      ...(source.features === "none" ? ["--no-default-features"] : []),
      ...(source.static === true ? ["--target x86_64-unknown-linux-gnu"] : []),
    ].join(" ");
    const flags = source.static === true ? `RUSTFLAGS="-C target-feature=+crt-static" ` : "";
    return [
      `${flags}cargo-${rust} install -q --locked --root ${ROOT}/${group} ${options} ${source.crate}`,
      `echo "${source.checksum}  $(ls "$CARGO_HOME"/registry/cache/*/${source.crate}-${version}.crate)" | sha256sum -c --quiet`,
    ];
  });
  return [
    `export RUSTC=rustc-${rust} CARGO_HOME=$(mktemp -d /var/tmp/cargo.XXXXXX)`,
    ...installs,
    'rm -rf "$CARGO_HOME"',
  ].join("\n");
}

/** Nobody compiles in a room: the compiler leaves the image again. */
export function removeCompiler(compiler: readonly string[]): string {
  return [
    "export DEBIAN_FRONTEND=noninteractive",
    `apt-get -q -y purge ${compiler.join(" ")}`,
    "apt-get -q -y autoremove --purge",
  ].join("\n");
}

/** Puts a group's commands on everybody's path. */
export function linkCommands(group: string, commands: readonly string[]): string {
  return commands
    .map((command) => `ln -s ${ROOT}/${group}/bin/${command} /usr/local/bin/${command}`)
    .join("\n");
}
