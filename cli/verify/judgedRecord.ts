import { createPublicKey, verify } from "node:crypto";

import { Case } from "../../components/case";
import { recordText } from "../../components/evidence/records/custodyRecord";
import { CUSTODY_RECORD, type CustodyRecord } from "../../components/evidence/records/recordSchema";
import { sha256 } from "../../components/sha256";

/** What is said of a record that has no signature. */
export const UNSIGNED = "It is unsigned.";

/** A signature as it was kept. */
interface KeptSignature {
  /** In DER. */
  readonly bytes: Buffer;

  /** ARN of the key that it says it is by; undefined where that is not told. */
  readonly by?: string | undefined;

  /** When it was put, as S3 says; undefined where that is not told. */
  readonly at?: Date | undefined;
}

/** What signatures are verified with. */
export interface VerifyingKey {
  /** Its public half, in PEM. */
  readonly pem: string;

  /** Its ARN; undefined where that is not known. */
  readonly arn?: string | undefined;
}

/** A record as it was kept, byte by byte. */
export interface KeptRecord {
  /** Key of its object in the vault, or where it would be there. */
  readonly key: string;
  readonly text: Buffer;

  /** Every signature that is there of it. */
  readonly signatures: readonly KeptSignature[];
}

/** What is wrong with a record, by what it takes to have it so. */
interface Judgement {
  /** Its bytes are not those that its name is the hash of. */
  readonly changed?: string;

  /** It is not what the program writes, or of another case. */
  readonly forged?: string;

  /** It is of a form that this program does not read. */
  readonly unread?: string;

  /** There is no signature, or not the key to verify it with. */
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

  /** The signature that it was judged by; undefined where there is none. */
  readonly signature?: KeptSignature;

  /** The key that verified it; undefined where none did. */
  readonly verifiedBy?: VerifyingKey;
}

/**
 * Judges one record: its name is the SHA-256 of its bytes, it is of the case, in a form that is known, spelled as
 * the program spells records, and signed.
 *
 * @param ticket The case that it is said to be of.
 * @param signingKeys The foundation's: that of today, and those of before.
 */
export function judge(
  { key, text, signatures }: KeptRecord,
  ticket: string,
  signingKeys: readonly VerifyingKey[],
): JudgedRecord {
  const signing = signingOf(text, signatures, signingKeys);
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

/**
 * Of several signatures one that is its own is enough: each signing makes other bytes. One that says it is by another
 * key than those that are known is not wrong: it is that key's to verify. Only the runbook puts signatures, and it says
 * by which key; which keys are known does not hang on that.
 */
function signingOf(
  text: Buffer,
  signatures: readonly KeptSignature[],
  signingKeys: readonly VerifyingKey[],
): Pick<JudgedRecord, "signed" | "signature" | "verifiedBy" | "unsigned" | "missigned"> {
  const [first] = signatures;
  if (first === undefined) {
    return { signed: false, unsigned: UNSIGNED };
  }
  if (signingKeys.length === 0) {
    const unsigned = "Its signature cannot be verified: no public key is known.";
    return { signed: false, signature: first, unsigned };
  }
  for (const key of signingKeys) {
    const own = signatures.find(({ bytes }) => isSignature(text, bytes, key.pem));
    if (own !== undefined) {
      return { signed: true, signature: own, verifiedBy: key };
    }
  }
  const missigned = signatures.find(
    ({ by }) => by === undefined || signingKeys.some(({ arn }) => arn === undefined || by === arn),
  );
  return missigned === undefined
    ? {
        signed: false,
        signature: first,
        unsigned: `It is signed by ${first.by}, which is not the foundation's key of today, and none of before that it names: it takes that key's public half to verify it.`,
      }
    : {
        signed: false,
        signature: missigned,
        missigned: "Its signature is not of these bytes by this key.",
      };
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
