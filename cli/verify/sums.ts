import { sha256 } from "../../components/sha256";
import type { Finding } from "../report/caseReport";
import { BUNDLE } from "./bundleNames";
import type { KeptFolder } from "./keptFolder";

/** What systems leave in every folder that is looked at or carried; it is read by nothing here. */
const LEFT_BEHIND = /(^|\/)(\.DS_Store|\._[^/]*|Thumbs\.db|desktop\.ini)$/;

/** SHA-256 of the file SHA256SUMS of a folder; undefined where there is none. */
export function sumOfSums(folder: KeptFolder): string | undefined {
  return folder.files.has(BUNDLE.sums) ? sha256(folder.read(BUNDLE.sums)) : undefined;
}

/**
 * Compares a folder with its SHA256SUMS: what is lacking, what is changed, what is too much.
 *
 * @param told The SHA-256 of SHA256SUMS as somebody told it; undefined where nobody did.
 */
export function sumFindings(folder: KeptFolder, told: string | undefined): readonly Finding[] {
  const sum = sumOfSums(folder);
  if (sum === undefined) {
    return told === undefined
      ? [
          unverified(
            `There is no ${BUNDLE.sums}: whether the folder is as it was handed over is not known.`,
          ),
        ]
      : [wrong(`There is no ${BUNDLE.sums}, and you were told its SHA-256.`)];
  }
  const sums = new Map<string, string>();
  const findings: Finding[] = [];
  if (told !== undefined && told !== sum) {
    findings.push(
      wrong(
        `${BUNDLE.sums} has the SHA-256 ${sum}, not ${told}: it is not the one that you were told of.`,
      ),
    );
  }
  const lines = folder.read(BUNDLE.sums).toString("utf8").replace(/\n$/, "").split("\n");
  for (const [index, line] of lines.entries()) {
    const [, digest, name] = /^([0-9a-f]{64}) [ *](.+)$/.exec(line) ?? [];
    if (digest === undefined || name === undefined || sums.has(name)) {
      findings.push(
        wrong(`Line ${index + 1} of ${BUNDLE.sums} names no file, or one that it has named.`),
      );
    } else {
      sums.set(name, digest);
    }
  }
  for (const [name, digest] of sums) {
    const other = folder.others.get(name);
    if (!folder.files.has(name)) {
      findings.push(
        wrong(
          other === undefined
            ? `${name} is not here, and ${BUNDLE.sums} has it.`
            : `${name} is a ${other}, where ${BUNDLE.sums} has a file: it was not read.`,
        ),
      );
    } else if (sha256(folder.read(name)) !== digest) {
      findings.push(wrong(`${name} was changed: ${BUNDLE.sums} has another SHA-256 of it.`));
    }
  }
  const extra = [...folder.files, ...folder.others.keys()].filter(
    (name) => name !== BUNDLE.sums && !sums.has(name),
  );
  for (const name of extra) {
    findings.push(
      LEFT_BEHIND.test(name)
        ? unverified(
            `${name} is not of the bundle: a system leaves such behind. It was not read; delete it.`,
          )
        : wrong(`${name} is here, and ${BUNDLE.sums} does not have it.`),
    );
  }
  return findings;
}

function wrong(said: string): Finding {
  return { verdict: "wrong", said, sources: [] };
}

function unverified(said: string): Finding {
  return { verdict: "unverified", said, sources: [] };
}
