import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";

import {
  ACQUISITION_DOCUMENT,
  type Acquired,
} from "../../components/acquisition/acquisitionDocument";
import type { AcquisitionFacts } from "../../components/evidence/records/acquisitionRecord";
import { recordFile } from "../../components/evidence/records/custodyRecord";
import { incidentTags } from "../../components/tags";
import { readProgram } from "../../stacks/program";
import { refuseLookUp } from "../awsRefusals";
import { CaseRecords } from "../destruction/caseRecords";
import type { NamedInstance } from "../room/namedInstances";
import type { RoomAws } from "../room/roomAws";

/** An acquisition that has ended, or is waited for no more, as Systems Manager and the side that asked tell of it. */
export interface EndedAcquisition {
  readonly suspect: NamedInstance;
  readonly acquired: Acquired;
  readonly document: { readonly version: string; readonly sha256: string };
  readonly tools: AcquisitionFacts["tools"];
  readonly commandId: string;
  readonly prefix: string;
  readonly status: string;
  readonly begun?: Date | undefined;
  readonly ended?: Date | undefined;

  /** What the machine said. */
  readonly said: string;

  /** SHA-256 of `command.json`; undefined where it was not put, or it is not known what was. */
  readonly commandFile?: string | undefined;
}

/** What the machine says of `manifest.json`. */
export function manifestSaidBy(said: string): string | undefined {
  return /\bManifest: SHA-256 ([0-9a-f]{64})\./.exec(said)?.[1];
}

/** What the record of an acquisition says. @param recordedBy ARN of whoever has it recorded */
export function acquisitionFacts(of: EndedAcquisition, recordedBy: string): AcquisitionFacts {
  const { suspect, document, said, begun, ended, commandFile } = of;
  const [, parts, bytes, memory] =
    /\bMemory: (\d{1,3}) parts, (\d{1,15}) bytes, SHA-256 ([0-9a-f]{64})\./.exec(said) ?? [];
  const [, state] = /\bState: SHA-256 ([0-9a-f]{64})\./.exec(said) ?? [];
  const manifest = manifestSaidBy(said);
  return {
    recordedBy,
    program: readProgram(),
    source: {
      account: suspect.accountId,
      region: suspect.region,
      instance: suspect.instanceId,
    },
    acquired: of.acquired,
    complete: of.status === "Success" && manifest !== undefined,
    document: { name: ACQUISITION_DOCUMENT, ...document },
    tools: of.tools,
    command: of.commandId,
    status: of.status,
    ...(begun === undefined ? {} : { begun: begun.toISOString() }),
    ...(ended === undefined ? {} : { ended: ended.toISOString() }),
    prefix: of.prefix,
    ...(memory === undefined
      ? {}
      : { memory: { parts: Number(parts), bytes: Number(bytes), sha256: memory } }),
    ...(state === undefined ? {} : { state }),
    ...(manifest === undefined ? {} : { manifest }),
    ...(commandFile === undefined ? {} : { commandFile }),
  };
}

/** Whether a record says that the vault has this of the machine, complete. */
export function isOf(
  { source, complete, acquired }: AcquisitionFacts,
  { accountId, region, instanceId }: NamedInstance,
  wanted: Acquired,
): boolean {
  return (
    complete &&
    source.instance === instanceId &&
    source.account === accountId &&
    source.region === region &&
    (acquired === "all" || acquired === wanted)
  );
}

/** The records of a case's live acquisitions. Who opens rooms writes and reads records, and nobody else. */
export class AcquisitionRecords {
  private readonly records: CaseRecords;

  public constructor(
    private readonly aws: Pick<RoomAws, "s3" | "sts">,
    vault: string,
    ticket: string,
    notification: string,
  ) {
    this.records = new CaseRecords(
      aws.s3,
      vault,
      ticket,
      incidentTags({ ticket, notification, tags: {} }),
    );
  }

  /** Those that are there, in no order. @throws Refusal where S3 does not tell */
  public async all(): Promise<readonly AcquisitionFacts[]> {
    const { records } = await this.records.all();
    return [...records.values()].flatMap((record) =>
      record.event === "acquisition" ? record.facts : [],
    );
  }

  /**
   * Records it, where nobody has. The foundation signs what arrives among its records.
   *
   * @returns where its record is.
   * @throws Refusal where the vault does not take it, or a field does not fit the schema.
   */
  public async write(of: EndedAcquisition): Promise<string> {
    const { records } = await this.records.all();
    for (const [key, { event, facts }] of records) {
      if (event === "acquisition" && facts.prefix === of.prefix && facts.status === of.status) {
        return this.records.uri(key);
      }
    }
    const { Arn = "" } = await this.aws.sts
      .send(new GetCallerIdentityCommand({}))
      .catch(refuseLookUp("Who is asking"));
    const file = recordFile("acquisition", this.records.ticket, acquisitionFacts(of, Arn));
    await this.records.write(file);
    return this.records.uri(file.key);
  }
}
