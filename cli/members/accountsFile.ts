import { readFileSync } from "node:fs";

import { LineCounter, parseDocument, visit } from "yaml";
import { z } from "zod";

import { parseArn } from "../../components/aws/arn";
import { ACCOUNT_ID } from "../../components/aws/ids";
import { KNOWN_REGION, PARTITION_NAME, REGION_NAME } from "../../components/aws/partition";
import { Refusal } from "../../components/refusal";
import { accountId, text } from "../../settings/forms";
import { FROM_THE_ACCOUNT } from "./stackFile";

/** A member account as the accounts file describes it, defaults applied. */
export interface MemberAccount {
  /** Twelve digits. */
  readonly accountId: string;

  /** What people call it; for messages only. */
  readonly name?: string;

  /** Home Region of the stack. */
  readonly region: string;

  /** ARN of the role the provider assumes in the account; without it, credentials are used as they are. */
  readonly assumeRole?: string;

  /** Settings of the stack by bare name, without `kind` and `accountId`. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** What is wrong with one place of the file. */
interface Mistake {
  /** Where: the account where there is one, then the key. */
  readonly at: string;
  readonly found: unknown;
  readonly required: string;
}

/** Every mistake of an accounts file in one message. */
export class AccountsFileError extends Refusal {
  public constructor(path: string, mistakes: readonly Mistake[]) {
    const count = mistakes.length === 1 ? "1 mistake" : `${mistakes.length} mistakes`;
    super(
      `${count} in ${path}; nothing was changed`,
      mistakes.map(({ at, found, required }) =>
        [
          at,
          `    found:    ${found === undefined ? "nothing" : JSON.stringify(found)}`,
          `    required: ${required}`,
        ].join("\n"),
      ),
    );
  }
}

/** Stands for the account's id in a default role, so that one line serves all accounts. */
const OWN_ID = "{accountId}";

/** In an account: use the credentials as they are, whatever the defaults say. */
const NO_ROLE = "none";

/** Written by the command itself. */
const RESERVED = ["kind", "accountId", ...FROM_THE_ACCOUNT];

const region = text(new RegExp(`^${REGION_NAME}$`), KNOWN_REGION).optional();

const role = (account: string, required: string) =>
  text(
    new RegExp(
      `^(${NO_ROLE}|arn:${PARTITION_NAME}:iam::${account}:role/([\\w+=,.@-]+/)*[\\w+=,.@-]+)$`,
    ),
    required,
  ).optional();

const settings = z
  .record(z.string(), z.unknown(), { error: "settings of the member stack, by name" })
  .default({});

const defaults = z
  .strictObject(
    {
      region,
      assumeRole: role(
        "\\{accountId\\}",
        `the ARN of a role, with ${OWN_ID} in the place of the account: arn:aws:iam::${OWN_ID}:role/name`,
      ),
      settings,
    },
    { error: "region, assumeRole and settings" },
  )
  .default({ settings: {} });

const account = z.strictObject(
  {
    accountId: accountId(),
    name: text(/\S/, "a name").optional(),
    region,
    assumeRole: role(ACCOUNT_ID, `the ARN of a role of this account, or ${NO_ROLE}`),
    settings,
  },
  { error: "an account: accountId and, where they differ, name, region, assumeRole and settings" },
);

const accountsFile = z.strictObject(
  {
    defaults,
    accounts: z
      .array(account, { error: "a list of accounts" })
      .min(1, { error: "at least one account" }),
  },
  { error: "defaults and accounts" },
);

/**
 * Reads an accounts file.
 *
 * @throws AccountsFileError with every mistake there is.
 */
export function readAccountsFile(path: string): readonly MemberAccount[] {
  let content: string;
  try {
    content = readFileSync(path, "utf8");
  } catch {
    throw new Refusal("no accounts were read", [`there is no file ${path} that can be read`]);
  }
  return parseAccounts(path, content);
}

/**
 * Checks the text of an accounts file and applies its defaults.
 *
 * @param path For messages.
 * @throws AccountsFileError with every mistake there is.
 */
export function parseAccounts(path: string, content: string): readonly MemberAccount[] {
  const raw = readYaml(path, content);
  const parsed = accountsFile.safeParse(raw);
  const mistakes: Mistake[] = (parsed.error?.issues ?? []).map((issue) => ({
    at: place(raw, issue.path),
    found: valueAt(raw, issue.path),
    required: issue.code === "unrecognized_keys" ? `no ${issue.keys.join(", ")}` : issue.message,
  }));
  mistakes.push(...mistakesTogether(raw));
  if (!parsed.success || mistakes.length > 0) {
    throw new AccountsFileError(path, mistakes);
  }
  return parsed.data.accounts.map((own) => withDefaults(own, parsed.data.defaults));
}

/** Reads YAML. Aliases stand for what was named before them, and never for what they are part of. */
function readYaml(path: string, content: string): unknown {
  const lineCounter = new LineCounter();
  const document = parseDocument(content, { lineCounter });
  const lines = content.split("\n");
  const mistake = (offset: number, required: string): Mistake => {
    const { line } = lineCounter.linePos(offset);
    return { at: `line ${line}`, found: lines[line - 1], required: `YAML: ${required}` };
  };
  const mistakes = document.errors.map(({ message, pos }) =>
    mistake(pos[0], message.split("\n")[0]?.replace(/ at line \d+, column \d+:$/, "") ?? ""),
  );
  visit(document, {
    Alias: (_key, alias, path) => {
      const named = alias.resolve(document);
      if (named === undefined || path.includes(named)) {
        const required = `an anchor &${alias.source} before this alias, and not around it`;
        mistakes.push(mistake(alias.range?.[0] ?? 0, required));
      }
    },
  });
  if (mistakes.length > 0) {
    throw new AccountsFileError(path, mistakes);
  }
  try {
    return document.toJS();
  } catch (error) {
    // Aliases of aliases that would fill the memory.
    const required = `fewer aliases: ${(error as Error).message}`;
    throw new AccountsFileError(path, [mistake(0, required)]);
  }
}

function withDefaults(
  own: z.output<typeof account>,
  common: z.output<typeof defaults>,
): MemberAccount {
  const assumeRole = own.assumeRole ?? common.assumeRole?.replace(OWN_ID, own.accountId);
  const merged = { ...withId(common.settings, own.accountId), ...own.settings };
  return {
    accountId: own.accountId,
    ...(own.name === undefined ? {} : { name: own.name }),
    region: own.region ?? common.region ?? "",
    ...(assumeRole === undefined || assumeRole === NO_ROLE ? {} : { assumeRole }),
    // null in an account leaves a default out.
    settings: Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null)),
  };
}

/** Settings of the defaults, with this account's id where they leave a place for it. */
function withId(
  settings: Readonly<Record<string, unknown>>,
  id: string,
): Readonly<Record<string, unknown>> {
  return JSON.parse(JSON.stringify(settings).replaceAll(OWN_ID, id)) as Record<string, unknown>;
}

/** What is wrong with values that may be right each by itself, whatever else is wrong. */
function mistakesTogether(raw: unknown): Mistake[] {
  const common = record(valueAt(raw, ["defaults"]));
  const list = valueAt(raw, ["accounts"]);
  const all = Array.isArray(list) ? list.map(record) : [];
  const mistakes: Mistake[] = reserved("defaults", common);
  const withoutRole: string[] = [];
  all.forEach((own, index) => {
    const at = (key: string) => place(raw, ["accounts", index, key]);
    const id = own["accountId"];
    const first = all.findIndex((other) => other["accountId"] === id);
    if (id !== undefined && first < index) {
      const required = `each account only once; accounts.${first} is the same`;
      mistakes.push({ at: at("accountId"), found: id, required });
    }
    if (own["region"] === undefined && common["region"] === undefined) {
      const required = "a Region, here or in defaults";
      mistakes.push({ at: at("region"), found: undefined, required });
    }
    const arn = own["assumeRole"];
    if (typeof arn === "string" && arn.startsWith("arn:") && typeof id === "string") {
      if (parseArn(arn).account !== id) {
        const required = `a role of account ${id}: its stack is deployed with it`;
        mistakes.push({ at: at("assumeRole"), found: arn, required });
      }
    }
    if ((arn ?? common["assumeRole"] ?? NO_ROLE) === NO_ROLE) {
      withoutRole.push(at("assumeRole"));
    }
    mistakes.push(...reserved(place(raw, ["accounts", index]), own));
  });
  for (const at of withoutRole.slice(1)) {
    const required = `a role to assume: credentials belong to one account, and ${withoutRole[0]} has none either`;
    mistakes.push({ at, found: undefined, required });
  }
  return mistakes;
}

function reserved(at: string, entry: Readonly<Record<string, unknown>>): Mistake[] {
  const given = record(entry["settings"]);
  return RESERVED.filter((key) => key in given).map((key) => ({
    at: `${at}.settings.${key}`,
    found: given[key],
    required: "nothing: the command writes it",
  }));
}

/** `accounts.3 (222233334444).region` */
function place(raw: unknown, path: readonly PropertyKey[]): string {
  const [list, index, ...rest] = path.map(String);
  if (list !== "accounts" || index === undefined) {
    return path.length === 0 ? "the file" : path.map(String).join(".");
  }
  const id = valueAt(raw, ["accounts", Number(index), "accountId"]);
  const entry = `accounts.${index}${typeof id === "string" || typeof id === "number" ? ` (${id})` : ""}`;
  return [entry, ...rest].join(".");
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce(
    (inner, step) => (inner as Record<PropertyKey, unknown> | null | undefined)?.[step],
    value,
  );
}
