import { ofResource } from "../policyForms";
import type { Subject } from "../subject";
import { shown, UNKNOWN } from "../unknownValues";

const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";
const FLOW_LOG = "aws:ec2/flowLog:FlowLog";

/** What a flow log says at least, each by one of these fields: whose packets, whose answer, which port, how much, when, and whether it passed. */
const FORMAT = [
  ["srcaddr", "pkt-srcaddr"],
  ["dstaddr", "pkt-dstaddr"],
  ["srcport"],
  ["dstport"],
  ["protocol"],
  ["bytes"],
  ["start"],
  ["action"],
];

/** Configuration of this policy. */
interface KeptLogsConfig {
  /** Days that logs are kept at least. */
  readonly minimumDays: number;
}

/** A log that is gone before the case is opened tells nothing. */
export const keptLogs = ofResource<KeptLogsConfig>(
  {
    name: "kept-logs",
    displayName: "Logs are complete, under a key, and kept",
    description:
      "Checks that log groups have a key and are kept for minimumDays or for ever, and that flow logs have all traffic, and who spoke to whom.",
    severity: "high",
    tags: ["logs", "keys"],
    remediationSteps: "Set kmsKeyId, retentionInDays and trafficType: ALL.",
    configSchema: {
      properties: {
        minimumDays: {
          type: "integer",
          minimum: 1,
          description: "Days that log groups keep their logs at least.",
          default: 90,
        },
      },
    },
  },
  (subject, { minimumDays }) =>
    subject.type === LOG_GROUP
      ? groupMistakes(subject, minimumDays)
      : subject.type === FLOW_LOG
        ? flowMistakes(subject)
        : [],
);

function groupMistakes(group: Subject, minimumDays: number): string[] {
  const days = group.at("retentionInDays");
  const key = group.at("kmsKeyId");
  const logClass = group.at("logGroupClass");
  return [
    ...(key === undefined || key === ""
      ? [
          `kmsKeyId is ${shown(key)}; required: the ARN of a customer managed key.\nName the foundation's key.`,
        ]
      : []),
    ...(days === undefined || days === 0 || days === UNKNOWN || Number(days) >= minimumDays
      ? []
      : [
          `retentionInDays is ${shown(days)}; required: ${minimumDays} or more, or not set.\nAn intrusion is found after weeks: keep what tells of it.`,
        ]),
    ...(logClass === undefined ||
    logClass === "STANDARD" ||
    logClass === "INFREQUENT_ACCESS" ||
    logClass === UNKNOWN
      ? []
      : [
          `logGroupClass is ${shown(logClass)}; required: not set, or STANDARD.\nDELIVERY keeps logs for a day.`,
        ]),
  ];
}

function flowMistakes(log: Subject): string[] {
  const traffic = log.at("trafficType");
  const format = log.at("logFormat");
  const missing =
    typeof format === "string" && format !== ""
      ? FORMAT.filter((fields) => !fields.some((field) => format.includes(`\${${field}}`)))
      : [];
  return [
    ...(log.at("vpcId") === undefined || traffic === "ALL"
      ? []
      : [
          `trafficType is ${shown(traffic)}; required: ALL.\nWhat was refused tells of who tried, what was accepted of who came.`,
        ]),
    ...(missing.length === 0
      ? []
      : [
          `logFormat is ${shown(format)}; required: not set, or with ${missing.map(([field]) => field).join(", ")}.\nRemove logFormat: who spoke to whom, when and how much is what is asked.`,
        ]),
  ];
}
