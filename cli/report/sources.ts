import { sha256 } from "../../components/sha256";
import { inQuotes } from "../inQuotes";
import { type CaseReport, type Source, SOURCE_KINDS } from "./caseReport";

/** A source as one text: the same of the same. */
export function spelled({ kind, id, version }: Source): string {
  return [kind, id, ...(version === undefined ? [] : [version])].join(" ");
}

/** The name that a source has on the page. */
export function anchorOf(source: Source): string {
  return `s-${sha256(spelled(source)).slice(0, 16)}`;
}

/** Every source that a report names, once. */
export function sourcesOf(report: unknown): readonly Source[] {
  const found = new Map<string, Source>();
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) {
      value.forEach(visit);
    } else if (value !== null && typeof value === "object") {
      if (isSource(value)) {
        found.set(spelled(value), value);
      }
      Object.values(value).forEach(visit);
    }
  };
  visit(report);
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, source]) => source);
}

const KINDS: readonly string[] = SOURCE_KINDS;

function isSource(value: object): value is Source {
  const { kind, id } = value as Partial<Source>;
  return typeof id === "string" && KINDS.includes(kind ?? "");
}

/** The command by which an auditor looks a source up again; in single quotation marks what somebody else has named. */
export function commandOf(
  { kind, id, version }: Source,
  { region, vault }: CaseReport["place"],
): string {
  const quoted = inQuotes(id);
  switch (kind) {
    case "object":
      return `aws s3api get-object --region ${region} --bucket ${vault} --key ${quoted}${version === undefined ? "" : ` --version-id '${version}'`} object`;
    case "snapshot":
      return `aws ec2 describe-snapshots --region ${region} --snapshot-ids ${quoted}`;
    case "volume":
      return `aws ec2 describe-volumes --region ${region} --volume-ids ${quoted}`;
    case "instance":
      return `aws ec2 describe-instances --region ${region} --instance-ids ${quoted}`;
    case "key":
      return `aws kms describe-key --region ${region} --key-id ${quoted}`;
    case "event":
      return `aws cloudtrail lookup-events --region ${region} --lookup-attributes AttributeKey=EventId,AttributeValue=${quoted}`;
    case "session":
      return `aws ssm describe-sessions --region ${region} --state History --filters key=SessionId,value=${quoted}`;
    case "recording": {
      const [group = "", ...stream] = id.split(":");
      return `aws logs filter-log-events --region ${region} --log-group-name ${inQuotes(group)} --log-stream-names ${inQuotes(stream.join(":"))}`;
    }
  }
}
