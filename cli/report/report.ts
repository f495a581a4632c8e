import { rmSync } from "node:fs";

import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { Command, Option } from "commander";

import { parseArn } from "../../components/aws/arn";
import { VAULT_FOLDERS } from "../../components/case";
import { Refusal } from "../../components/refusal";
import { readProgram } from "../../stacks/program";
import { requireLogin } from "../login";
import type { Output } from "../output";
import { requireTicket } from "../room/knownRoom";
import { fingerprint } from "../verify/publicKey";
import { caseOf } from "./caseOf";
import type { CaseFacts } from "./caseFacts";
import { findCase } from "./findCase";
import { findFoundationInAws, type FoundationInAws } from "./foundationInAws";
import { irisExport } from "./irisExport";
import { requireNew, writeNew } from "./newFiles";
import { type ReportAws, regionOfCaller, reportAws, storeAws } from "./reportAws";
import { reportPage } from "./reportPage";
import { type StoreAws, storeReport } from "./storedReport";
import { theHiveExport } from "./theHiveExport";
import { EXIT_CODES, linesOf } from "./verdicts";
import { writeBundle } from "./bundle";

/** What is around the command. */
export interface ReportSurroundings {
  readonly aws: (region: string) => ReportAws;

  /** With the credentials of a profile; where none is named, with the caller's own. */
  readonly storeAws: (region: string, profile: string | undefined) => StoreAws;

  /** The Region that is asked where none is named. */
  readonly region: () => Promise<string | undefined>;
  readonly now: () => Date;
  readonly output: Output;
}

/** Case systems, and what each takes. */
const EXPORTS = { iris: irisExport, thehive: theHiveExport };

interface ReportOptions {
  readonly region?: string;
  readonly vault?: string;
  readonly trail: boolean;
  readonly out?: string;
  readonly bundle?: string;
  readonly export?: keyof typeof EXPORTS;
  readonly store?: true;
  readonly storeProfile?: string;
}

/** Reads the command line. */
export function reportCommand(around: ReportSurroundings): Command {
  const { output } = around;
  const command = new Command("report")
    .description(
      `Tells a ticket's case, open or closed, from the vault, EC2, KMS, CloudTrail and Session Manager, never from Pulumi's state: an auditor's rights suffice. Writes one HTML page that needs no network. With --json the report is on standard output, too.

Exit codes: 0 everything is as it has to be; 1 there is no report; 2 something is wrong; 3 nothing is wrong, and something could not be verified.`,
    )
    .argument("<ticket>", "the incident's ticket")
    .option("--region <region>", "Region of the foundation (default: that of your AWS profile)")
    .option("--vault <bucket>", "the vault, where its trail does not name it")
    .option("--no-trail", "leave the trail's log files unread: of a long case there are many")
    .option(
      "--out <file>",
      "where the page goes (default: report-<ticket>.html); nothing is written over",
    )
    .option(
      "--bundle <folder>",
      "a new folder with all that it takes to verify the records elsewhere",
    )
    .addOption(
      new Option(
        "--export <system>",
        "a file for a case system as well: <system>-<ticket>.json",
      ).choices(Object.keys(EXPORTS)),
    )
    .option(
      "--store",
      "put the report into the vault as well, which incident deployers may, and no auditor",
    )
    .option("--store-profile <profile>", "the AWS profile that it is put with (implies --store)")
    .action(async (ticket: string) => {
      requireTicket(ticket);
      const options = command.opts<ReportOptions>();
      const file = options.out ?? `report-${ticket}.html`;
      const exported = options.export && `${options.export}-${ticket}.json`;
      // A look-up takes minutes: what cannot be written is said before it.
      requireNew([file, exported, options.bundle].flatMap((path) => path ?? []));
      const { facts, stores } = await lookUp(ticket, options, around);
      const report = caseOf(facts);
      const sums = writing((written) => {
        const write = (path: string, text: string) => {
          writeNew(path, text);
          written.push(path);
        };
        write(file, reportPage(report));
        if (options.export !== undefined && exported !== undefined) {
          const bodies = EXPORTS[options.export](report);
          write(exported, `${JSON.stringify(bodies, undefined, 2)}\n`);
        }
        return options.bundle && writeBundle(options.bundle, facts, report);
      });
      linesOf(report.checks).forEach((line) => output.say(line));
      output.say(`The report of ${ticket}: ${file}`);
      if (sums !== undefined) {
        output.say(
          `To verify its records elsewhere: ${options.bundle}. Tell whoever gets it, on another way, that its SHA256SUMS has the SHA-256 ${sums}.`,
        );
      }
      if (report.signingKey !== undefined) {
        output.say(
          `The signing key has the fingerprint ${fingerprint(report.signingKey.publicKey)}: tell it on another way, too.`,
        );
      }
      for (const { arn, publicKey } of report.earlierSigningKeys ?? []) {
        output.say(`An earlier one, ${arn}, has the fingerprint ${fingerprint(publicKey)}.`);
      }
      if (stores !== undefined) {
        const keys = await storeReport(stores, facts.vaultBucket, report);
        keys.forEach((key) => output.say(`Stored: s3://${facts.vaultBucket}/${key}`));
      }
      output.tell(report);
      process.exitCode = EXIT_CODES[report.verdict];
    });
  return command;
}

type Where = Pick<FoundationInAws, "vaultBucket"> & Partial<FoundationInAws>;

/** Looks a case up. @throws Refusal where there is none, or AWS does not tell where. */
async function lookUp(
  ticket: string,
  { region: named, vault, trail, store, storeProfile }: ReportOptions,
  around: ReportSurroundings,
): Promise<{ readonly facts: CaseFacts; readonly stores: StoreAws | undefined }> {
  const region = named ?? (await around.region());
  if (region === undefined) {
    throw new Refusal("No Region is named", [
      "Name the foundation's: --region us-east-1; or in the profile, or by AWS_REGION.",
    ]);
  }
  const aws = around.aws(region);
  await requireLogin(aws.sts);
  const { Arn: askedBy = "" } = await aws.sts.send(new GetCallerIdentityCommand({}));
  const stores =
    store === undefined && storeProfile === undefined
      ? undefined
      : around.storeAws(region, storeProfile);
  if (stores !== undefined) {
    // Of another account it would be refused after minutes.
    await requireLogin(stores.sts, parseArn(askedBy).account);
  }
  const { vaultBucket, trailBucket }: Where =
    vault === undefined
      ? await findFoundationInAws(aws.cloudTrail, region)
      : { vaultBucket: vault };
  const facts = await findCase(aws, {
    ticket,
    askedBy,
    askedAt: around.now(),
    program: readProgram().version,
    accountId: parseArn(askedBy).account,
    region,
    vaultBucket,
    trailBucket: trail ? trailBucket : undefined,
  });
  if (
    [facts.versions, facts.unread, facts.snapshots].every(({ length }) => length === 0) &&
    // Those that name no object may be of another case.
    facts.events.every(({ about }) => about === vaultBucket)
  ) {
    throw new Refusal(`There is no case of ${ticket} in s3://${vaultBucket}`, [
      `It has no record and no result there, and EC2 no snapshot. A ticket is spelled as it was opened, capitals and all: aws s3 ls s3://${vaultBucket}/${VAULT_FOLDERS.records}/`,
    ]);
  }
  return { facts, stores };
}

/**
 * Writes all files, or none: half of them would be in the way of the next try.
 *
 * @param write Writes them, and says after each that it is there.
 * @throws Refusal where something cannot be written.
 */
function writing<T>(write: (written: string[]) => T): T {
  const written: string[] = [];
  try {
    return write(written);
  } catch (error) {
    written.forEach((path) => rmSync(path, { force: true }));
    throw new Refusal("The report was not written", [
      `${(error as Error).message}. Another place: --out <file>, --bundle <folder that is not there>.`,
    ]);
  }
}

/** The subcommand, as it is called. */
export function report(output: Output): Command {
  return reportCommand({
    aws: reportAws,
    storeAws,
    region: regionOfCaller,
    now: () => new Date(),
    output,
  });
}
