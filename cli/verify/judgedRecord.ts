import { createPublicKey, verify } from "node:crypto";

import { Case } from "../../components/case";
import { recordText } from "../../components/evidence/records/custodyRecord";
import { CUSTODY_RECORD, type CustodyRecord } from "../../components/evidence/records/recordSchema";
import { sha256 } from "../../components/sha256";

/** What is said of a record that has no signature. */
export const UNSIGNED = "It is unsigned.";

/** A record as it was kept, byte by byte. */
export interface KeptRecord {
  /** Key of its object in the vault, or where it would be there. */
  readonly key: string;
  readonly text: Buffer;

  /** Its signature, in DER; undefined where there is none. */
  readonly signature?: Buffer | undefined;
}

/** What is wrong with a record, by what it takes to have it so. */
interface Judgement {
  /** Its bytes are not those that its name is the hash of. */
  readonly changed?: string;

  /** It is not what the program writes, or of another case. */
  readonly forged?: string;

  /** It is of a form that this program does not read. */
  readonly unread?: string;

  /** There is no signature, or no key to verify one with. */
  readonly unsigned?: string;

  /** A signature is there, and it is not of this text. */
  readonly missigned?: string;
}

/** A record, judged by itself: of others it says nothing. */
export interface JudgedRecord extends Judgement {
  readonly key: string;

  /** What it says; undefined where it is in no form that is read. */
  readonly record?: CustodyRecord;

  /** Whether a signature of its text was verified. */
  readonly signed: boolean;
}

/**
 * Judges one record: its name is the SHA-256 of its bytes, it is of the case, in a form that is known, spelled as
 * the program spells records, and signed.
 *
 * @param ticket The case that it is said to be of.
 * @param publicKey The foundation's signing key, in PEM; undefined where none is known.
 */
export function judge(
  { key, text, signature }: KeptRecord,
  ticket: string,
  publicKey: string | undefined,
): JudgedRecord {
  const signing = signatureOf(text, signature, publicKey);
  const digest = sha256(text);
  if (key !== new Case(ticket).record(digest)) {
    const changed = `Its bytes have the SHA-256 ${digest}, which is not its name: a byte was changed, or it was put under a name that is not its own.`;
    return { key, changed, ...signing };
  }
  const said = parsed(text);
  const { success, data, error } = CUSTODY_RECORD.safeParse(said);
  if (!success) {
    const form = (said as { readonly form?: unknown } | undefined)?.form;
    const [first] = error.issues;
    return typeof form === "string" && /^clean-room\/record\/\d+$/.test(form) && !isKnown(form)
      ? { key, unread: `It is of the form ${form}, which this program does not read.`, ...signing }
      : {
          key,
          forged: `It is in no form of a record: ${first?.path.join(".") || "the whole"}: ${first?.message}. The program writes none such.`,
          ...signing,
        };
  }
  if (data.ticket !== ticket) {
    return { key, record: data, forged: `It is a record of ${data.ticket}.`, ...signing };
  }
  if (!Buffer.from(recordText(data)).equals(text)) {
    const forged = "It says what a record says, and is not spelled as the program spells it.";
    return { key, record: data, forged, ...signing };
  }
  return { key, record: data, ...signing };
}

function signatureOf(
  text: Buffer,
  signature: Buffer | undefined,
  publicKey: string | undefined,
): Pick<JudgedRecord, "signed" | "unsigned" | "missigned"> {
  if (signature === undefined) {
    return { signed: false, unsigned: UNSIGNED };
  }
  if (publicKey === undefined) {
    return { signed: false, unsigned: "Its signature cannot be verified: no public key is known." };
  }
  const signed = isSignature(text, signature, publicKey);
  return signed
    ? { signed }
    : { signed, missigned: "Its signature is not of these bytes by this key." };
}

function isSignature(text: Buffer, signature: Buffer, publicKey: string): boolean {
  try {
    return verify("sha256", text, createPublicKey(publicKey), signature);
  } catch {
    // What is no signature in DER, or no key.
    return false;
  }
}

function isKnown(form: string): boolean {
  return CUSTODY_RECORD.def.options.some((event) => event.shape.form.safeParse(form).success);
}

function parsed(text: Buffer): unknown {
  try {
    return JSON.parse(text.toString("utf8"));
  } catch {
    return undefined;
  }
}
