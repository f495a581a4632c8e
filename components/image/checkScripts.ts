import { sha256 } from "../sha256";
import { ROOT } from "./installScripts";
import type { Tool } from "./toolbox";

/** Compares the files with what they were when the document was made. */
export function checkFiles(
  files: readonly { readonly path: string; readonly content: string }[],
): string | undefined {
  if (files.length === 0) {
    return undefined;
  }
  const sums = files.map(({ path, content }) => `${sha256(content)}  ${path}`);
  return ["sha256sum -c --quiet <<'END'", ...sums, "END"].join("\n");
}

/** Compares the upstream part of each package's version: what is before the distribution's own. */
export function checkPackages(tools: readonly Tool[]): string | undefined {
  const pins = tools.flatMap(({ version, source }) =>
    "apt" in source && version !== "snapshot" ? [`${source.apt} ${version}`] : [],
  );
  if (pins.length === 0) {
    return undefined;
  }
  return [
    "wrong=0",
    "while read -r package pinned; do",
    "  version=$(dpkg-query -W -f '${Version}' \"$package\")",
    "  upstream=${version#*:}",
    "  upstream=${upstream%-*}",
    "  case $upstream in",
    '  "$pinned" | "$pinned"[+~.]*) ;;',
    '  *) wrong=1; echo "$package is $version; the toolbox says $pinned" ;;',
    "  esac",
    "done <<'END'",
    ...pins,
    "END",
    "exit $wrong",
  ].join("\n");
}

/** Compares a group's Python distributions with what is locked. */
export function checkPython(group: string): string {
  return [
    `${ROOT}/${group}/bin/pip --disable-pip-version-check check`,
    "# Exactly what is locked, nothing beside it.",
    `names() { tr A-Z_. a-z-- | sed 's/ .*//' | sort; }`,
    `installed=$(${ROOT}/${group}/bin/pip --disable-pip-version-check list --format freeze --exclude pip --exclude setuptools --exclude wheel --exclude packaging | names)`,
    `diff <(echo "$installed") <(grep -vE '^(setuptools|wheel|packaging)==' ${ROOT}/${group}-lock.txt | names)`,
  ].join("\n");
}
