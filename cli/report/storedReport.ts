import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";

import { answerOf } from "../../components/aws/failure";
import { Case } from "../../components/case";
import { Refusal } from "../../components/refusal";
import { sha256 } from "../../components/sha256";
import type { Sts } from "../login";
import type { CaseReport } from "./caseReport";
import { reportPage } from "./reportPage";

/** AWS's services, as a report is stored by them: with the credentials of who may put it, and may read no case. */
export interface StoreAws {
  readonly s3: Pick<S3Client, "send">;
  readonly sts: Sts;
}

/**
 * Puts a report into the vault, as page and as JSON, each named after its SHA-256: nothing there is written over, and
 * it is locked as whatever is put there.
 *
 * @returns the keys of the objects.
 * @throws Refusal where S3 does not take one.
 */
export async function storeReport(
  { s3 }: StoreAws,
  bucket: string,
  report: CaseReport,
): Promise<readonly string[]> {
  const { reports } = new Case(report.ticket);
  const files = [
    { text: reportPage(report), ending: "html", type: "text/html; charset=utf-8" },
    { text: `${JSON.stringify(report, undefined, 2)}\n`, ending: "json", type: "application/json" },
  ];
  const keys: string[] = [];
  for (const { text, ending, type } of files) {
    const digest = sha256(text);
    const Key = `${reports}${digest}.${ending}`;
    try {
      await s3.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key,
          Body: text,
          ContentType: type,
          Metadata: { sha256: digest },
          ChecksumAlgorithm: "SHA256",
          IfNoneMatch: "*",
        }),
      );
    } catch (error) {
      // Its name is its bytes' hash: what is there is this.
      if ((error as Error).name !== "PreconditionFailed") {
        // Nothing is written over: the same command again would stop at its own files.
        throw new Refusal("The report was not stored; its files are written", [
          `s3://${bucket}/${Key} could not be put. ${answerOf(error)}`,
          "Incident deployers may put it: --store-profile <profile of one>. The next try needs another place for the page: --out <file>.",
        ]);
      }
    }
    keys.push(Key);
  }
  return keys;
}
