import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";

import {
  ACQUISITION_DOCUMENT,
  type Acquired,
} from "../../components/acquisition/acquisitionDocument";
import type { AcquisitionFacts } from "../../components/evidence/records/acquisitionRecord";
import { Case } from "../../components/case";
import { recordFile } from "../../components/evidence/records/custodyRecord";
import { Refusal } from "../../components/refusal";
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

  /** What the machine said of what it put. */
  readonly said: SaidByMachine;

  /** SHA-256 of `command.json`; undefined where it was not put, or it is not known what was. */
  readonly commandFile?: string | undefined;
}

/** How what was sent before is called: Systems Manager's id of it, and the second that its objects are below. */
export const RESUMED = "[A-Za-z0-9-]{1,64}/\\d{8}T\\d{6}Z";

/** What a machine says of what it put; left out where it did not. */
export type SaidByMachine = Pick<AcquisitionFacts, "memory" | "state" | "manifest">;

/** The same, as it stands in its output. */
export function saidIn(output: string): SaidByMachine {
  const [, parts, bytes, memory] =
    /\bMemory: ([1-9]\d{0,2}) parts, ([1-9]\d{0,14}) bytes, SHA-256 ([0-9a-f]{64})\./.exec(
      output,
    ) ?? [];
  const [, state] = /\bState: SHA-256 ([0-9a-f]{64})\./.exec(output) ?? [];
  const [, manifest] = /\bManifest: SHA-256 ([0-9a-f]{64})\./.exec(output) ?? [];
  return {
    ...(memory === undefined
      ? {}
      : { memory: { parts: Number(parts), bytes: Number(bytes), sha256: memory } }),
    ...(state === undefined ? {} : { state }),
    ...(manifest === undefined ? {} : { manifest }),
  };
}

/** Systems Manager's form of a time. */
export function timeOf(text: string | undefined): Date | undefined {
  const time = new Date(text ?? "");
  return Number.isNaN(time.getTime()) ? undefined : time;
}

/** Whether the machine said that all is in the vault that was asked for: a command that succeeded may have been asked for less. */
export function isComplete({
  acquired,
  status,
  said: { memory, state, manifest },
}: Pick<EndedAcquisition, "acquired" | "status" | "said">): boolean {
  return (
    status === "Success" &&
    manifest !== undefined &&
    (acquired === "state" || memory !== undefined) &&
    (acquired === "memory" || state !== undefined)
  );
}

/** What the record of an acquisition says. @param recordedBy ARN of whoever has it recorded */
function acquisitionFacts(of: EndedAcquisition, recordedBy: string): AcquisitionFacts {
  const { suspect, document, said, begun, ended, commandFile } = of;
  return {
    recordedBy,
    program: readProgram(),
    source: {
      account: suspect.accountId,
      region: suspect.region,
      instance: suspect.instanceId,
    },
    acquired: of.acquired,
    complete: isComplete(of),
    document: { name: ACQUISITION_DOCUMENT, ...document },
    tools: of.tools,
    command: of.commandId,
    status: of.status,
    ...(begun === undefined ? {} : { begun: begun.toISOString() }),
    ...(ended === undefined ? {} : { ended: ended.toISOString() }),
    prefix: of.prefix,
    ...said,
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

  /** Where the records are that are known, by what they are of. */
  private readonly known = new Map<string, string>();

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

  /** Those that are there, with where, in no order. @throws Refusal where S3 does not tell */
  public async all(): Promise<readonly (AcquisitionFacts & { readonly uri: string })[]> {
    const { records } = await this.records.all();
    const found = [...records].flatMap(([key, { event, facts }]) =>
      event === "acquisition" ? { ...facts, uri: this.records.uri(key) } : [],
    );
    found.forEach((each) => this.known.set(nameOf(each), each.uri));
    return found;
  }

  /**
   * Records it, where nobody has. The foundation signs what arrives among its records.
   *
   * @returns where its record is.
   * @throws Refusal where the vault does not take it, a field does not fit the schema, or it is of another machine's objects.
   */
  public async write(of: EndedAcquisition): Promise<string> {
    const { accountId, instanceId } = of.suspect;
    // A member account tells it.
    if (
      !of.prefix.startsWith(
        `${new Case(this.records.ticket).uploads(accountId)}live/${instanceId}/`,
      )
    ) {
      throw new Refusal("The record is not written", [
        `${accountId} says that ${instanceId} was acquired to ${of.prefix}, which is not that machine's.`,
      ]);
    }
    if (this.known.size === 0) {
      await this.all();
    }
    const known = this.known.get(nameOf(of));
    if (known !== undefined) {
      return known;
    }
    const file = recordFile(
      "acquisition",
      this.records.ticket,
      acquisitionFacts(of, await this.caller()),
    );
    await this.records.write(file);
    const uri = this.records.uri(file.key);
    this.known.set(nameOf(of), uri);
    return uri;
  }

  /** ARN of who is asking. */
  private async caller(): Promise<string> {
    const { Arn = "" } = await this.aws.sts
      .send(new GetCallerIdentityCommand({}))
      .catch(refuseLookUp("Who is asking"));
    return Arn;
  }
}

/** An acquisition has one record, and another one where it ended otherwise than was thought. */
function nameOf({ prefix, status }: Pick<AcquisitionFacts, "prefix" | "status">): string {
  return `${prefix} ${status}`;
}
