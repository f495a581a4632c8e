import { partName } from "../../components/acquisition/acquisitionDocument";
import { sha256 } from "../../components/sha256";
import type { Account } from "./account";
import type { AccountStore } from "./accountStore";
import { checkParameters, type PlacedRunbook } from "./automation";
import type { JsonAnswers } from "./awsEndpoint";
import { AwsError } from "./awsError";
import { addObject } from "./buckets";
import { uuid } from "./identifiers";
import type { MemberAccounts } from "./memberAccounts";

/** A command that was sent, as an account keeps it. */
export const COMMAND = "aws:ssm/command";

const DOCUMENT = "aws:ssm/document:Document";

/** Parts that the memory of a machine here is in. */
const PARTS = [1, 2].map(partName);

/** What is sent. */
interface Sent {
  readonly DocumentName: string;
  readonly InstanceIds: readonly [string];
  readonly Comment: string;
  readonly Parameters: Readonly<Record<string, readonly string[]>>;
}

/**
 * Commands of Systems Manager to an account's machines: its parameters are checked by the placed document, and the machine
 * has put what it is acquired by before it is asked for.
 *
 * Source: Systems Manager API reference, SendCommand, GetCommandInvocation.
 *
 * @param members The accounts, one of which has the vault.
 * @param role Who sends.
 */
export function sentCommands(
  store: AccountStore,
  members: MemberAccounts,
  role: string,
): JsonAnswers {
  return {
    SendCommand: async (sent: Sent) => {
      const { DocumentName, InstanceIds, Comment, Parameters } = sent;
      const [InstanceId] = InstanceIds;
      const document = store
        .read()
        .ofType(DOCUMENT)
        .find(({ properties }) => properties["name"] === DocumentName);
      const machine = store.read().find("aws:ec2/instance:Instance", InstanceId);
      if (document === undefined || machine?.state !== "running") {
        throw new AwsError(machine ? "InvalidDocument" : "InvalidInstanceId", DocumentName);
      }
      const content = JSON.parse(String(document.properties["content"])) as PlacedRunbook;
      checkParameters(content, Parameters, "InvalidParameters");
      const one = (name: string) => Parameters[name]?.[0] ?? "";
      // Whose the signatures are stands in what they have in common.
      const [, vaults = ""] = /X-Amz-Credential=of-(\d{12})-/.exec(one("Access")) ?? [];
      const [, vault = ""] = /^https:\/\/([^.]+)\./.exec(one("Vault")) ?? [];
      const began = new Date().toISOString();
      const said = await members
        .find(vaults)
        ?.change((account) => acquire(account, vault, one("Prefix")));
      const CommandId = uuid();
      const properties = {
        ...{ CommandId, InstanceId, Comment, DocumentName, DocumentVersion: "1", role, Parameters },
        ...{ Status: "Success", ResponseCode: 0, StandardOutputContent: said },
        ...{ ExecutionStartDateTime: began, ExecutionEndDateTime: new Date().toISOString() },
      };
      return store.change((account) => {
        account.add({ type: COMMAND, id: CommandId, tags: {}, state: "Success", properties });
        return { Command: { CommandId } };
      });
    },
    GetCommandInvocation: ({ CommandId }: { readonly CommandId: string }) => {
      const found = store.read().find(COMMAND, CommandId);
      if (found === undefined) {
        throw new AwsError("InvocationDoesNotExist", CommandId);
      }
      return found.properties;
    },
  };
}

/** The machine puts into the vault what `acquire.sh` puts there. @returns what it says */
function acquire(account: Account, bucket: string, prefix: string): string {
  const files: object[] = [];
  const put = (name: string, content: string) => {
    const key = `${prefix}${name}`;
    addObject(account, bucket, key, { properties: { content } });
    const hash = sha256(content);
    files.push({ key, size: content.length, sha256: hash, versionId: "version-0" });
    return hash;
  };
  const memory = PARTS.map((name) => `${name} of the memory\n`);
  put("begun.txt", `Acquiring all for ${prefix}.\n`);
  PARTS.forEach((name, index) => put(name, memory[index] ?? ""));
  const state = put("state.tar.gz", "state\n");
  put("transcript.txt", "Memory complete, state complete.\n");
  const manifest = put(
    "manifest.json",
    JSON.stringify({ form: "clean-room/acquisition/1", prefix, files }),
  );
  const whole = memory.join("");
  return [
    `Acquiring all for ${prefix}.`,
    `Memory: ${PARTS.length} parts, ${whole.length} bytes, SHA-256 ${sha256(whole)}.`,
    `State: SHA-256 ${state}.`,
    `Manifest: SHA-256 ${manifest}.\n`,
  ].join("\n");
}
