/** A type of BTF, as far as symbols are made of it. */
interface BtfType {
  readonly kind: number;
  readonly name: string;

  /** Its bytes, and what it is made of or points to: BTF has one number for both. */
  readonly size: number;
  readonly isSigned: boolean;

  /** Whether the places of its members tell of how many bits each is. */
  readonly hasBits: boolean;
  readonly members: readonly Member[];

  /** Of an array. */
  readonly element: number;
  readonly count: number;
}

/** A structure's member, or an enumeration's constant with its value as the type. */
interface Member {
  readonly name: string;
  readonly type: number;
  readonly at: number;
}

/** BTF's kinds by number, as far as they differ here. Source: Linux, Documentation/bpf/btf.rst */
const INT = 1;
const PTR = 2;
const ARRAY = 3;
const STRUCT = 4;
const UNION = 5;
const ENUM = 6;
const FWD = 7;
const FUNC_PROTO = 13;
const VAR = 14;
const DATASEC = 15;
const FLOAT = 16;
const DECL_TAG = 17;
const ENUM64 = 19;

/** Bytes that follow a kind's first 12: once, and for each of its members. */
const FOLLOW: Readonly<Record<number, readonly [number, number]>> = {
  [INT]: [4, 0],
  [ARRAY]: [12, 0],
  [STRUCT]: [0, 12],
  [UNION]: [0, 12],
  [ENUM]: [0, 8],
  [FUNC_PROTO]: [0, 8],
  [VAR]: [4, 0],
  [DATASEC]: [0, 12],
  [DECL_TAG]: [4, 0],
  [ENUM64]: [0, 12],
};

const VOID: BtfType = {
  ...{ kind: 0, name: "", size: 0, isSigned: false, hasBits: false },
  ...{ members: [], element: 0, count: 0 },
};

/** Where the text of a kernel begins whose place is not drawn. */
const TEXT = 0xffffffff81000000n;

type Json = Readonly<Record<string, unknown>>;

/** What a kernel knows of itself. */
export interface KernelFacts {
  /** /sys/kernel/btf/vmlinux */
  readonly btf: Buffer;

  /** /proc/kallsyms, as root reads it. */
  readonly kallsyms: string;

  /** /proc/version with its line's end. */
  readonly banner: string;
}

/**
 * Makes Volatility's symbols of what a running kernel knows of itself: the debug package, of which one makes them else, is
 * a gigabyte. BTF does not tell which type a variable has: those that the plugins begin at are named.
 *
 * Source: volatility3, schemas/schema-6.2.0.json
 *
 * @param variables Structures by the variables that have their type.
 * @returns JSON
 */
export function symbolsOfBtf(
  { btf, kallsyms, banner }: KernelFacts,
  variables: Readonly<Record<string, string>>,
): string {
  const types = typesOf(btf);
  const named: Record<"base_types" | "user_types" | "enums", Record<string, Json>> = {
    base_types: {
      void: { size: 0, signed: false, kind: "void", endian: "little" },
      pointer: { size: 8, signed: false, kind: "int", endian: "little" },
    },
    user_types: {},
    enums: {},
  };
  types.forEach((type, id) => {
    const { kind, name, size, isSigned, members } = type;
    if (kind === INT || kind === FLOAT) {
      const read = { _Bool: "bool", char: "char" }[name] ?? (kind === INT ? "int" : "float");
      named.base_types[name] = { size, signed: isSigned, kind: read, endian: "little" };
    } else if (kind === STRUCT || kind === UNION) {
      const fields = members.map((member, index) => [
        member.name || `unnamed_field_${index}`,
        { ...fieldOf(types, type, member), ...(member.name === "" ? { anonymous: true } : {}) },
      ]);
      named.user_types[nameOf(types, id)] = {
        ...{ size, kind: kind === STRUCT ? "struct" : "union" },
        fields: Object.fromEntries(fields) as Json,
      };
    } else if (kind === ENUM || kind === ENUM64) {
      named.enums[nameOf(types, id)] = {
        ...{ size, base: size === 8 ? "long unsigned int" : "unsigned int" },
        constants: Object.fromEntries(members.map((member) => [member.name, member.type])),
      };
    }
  });
  const symbols = {
    metadata: {
      format: "6.2.0",
      producer: { name: "clean-room", version: "1.0.0" },
      linux: { symbols: [], types: [] },
    },
    ...named,
    symbols: variablesOf(kallsyms, banner, variables),
  };
  // Addresses are larger than JavaScript's numbers.
  return JSON.stringify(symbols).replace(/"address:(\d+)"/g, "$1");
}

function typesOf(btf: Buffer): readonly BtfType[] {
  const u32 = (at: number) => btf.readUInt32LE(at);
  const [header, typesAt, typesBytes, textAt] = [u32(4), u32(8), u32(12), u32(16)];
  const text = (offset: number) => {
    const from = header + textAt + offset;
    return btf.toString("utf8", from, btf.indexOf(0, from));
  };
  const types: BtfType[] = [VOID];
  let at = header + typesAt;
  while (at < header + typesAt + typesBytes) {
    const info = u32(at + 4);
    const kind = (info >>> 24) & 0x1f;
    const [once, each] = FOLLOW[kind] ?? [0, 0];
    const length = each === 0 ? 0 : info & 0xffff;
    const from = at + 12;
    types.push({
      ...{ kind, name: text(u32(at)), size: u32(at + 8), hasBits: info >>> 31 === 1 },
      isSigned: kind === FLOAT || (kind === INT && ((u32(from) >>> 24) & 1) === 1),
      members:
        each < 8 || kind === FUNC_PROTO
          ? []
          : Array.from({ length }, (_, index) => {
              const place = from + index * each;
              return {
                ...{ name: text(u32(place)), type: u32(place + 4) },
                at: each === 12 ? u32(place + 8) : 0,
              };
            }),
      ...(kind === ARRAY ? { element: u32(from), count: u32(from + 8) } : { element: 0, count: 0 }),
    });
    at = from + once + length * each;
  }
  return types;
}

const at = (types: readonly BtfType[], id: number) => types[id] ?? VOID;

const nameOf = (types: readonly BtfType[], id: number) => at(types, id).name || `unnamed_${id}`;

function typeOf(types: readonly BtfType[], id: number): Json {
  const type = at(types, id);
  switch (type.kind) {
    case VOID.kind:
      return { kind: "base", name: "void" };
    case INT:
    case FLOAT:
      return { kind: "base", name: type.name };
    case FUNC_PROTO:
      return { kind: "function" };
    case PTR:
      return { kind: "pointer", subtype: typeOf(types, type.size) };
    case ARRAY:
      return { kind: "array", count: type.count, subtype: typeOf(types, type.element) };
    case UNION:
      return { kind: "union", name: nameOf(types, id) };
    case ENUM:
    case ENUM64:
      return { kind: "enum", name: nameOf(types, id) };
    case STRUCT:
    case FWD:
      return { kind: "struct", name: nameOf(types, id) };
    default:
      return typeOf(types, type.size);
  }
}

function fieldOf(
  types: readonly BtfType[],
  { hasBits }: BtfType,
  { type, at: place }: Member,
): Json {
  const bits = hasBits ? place >>> 24 : 0;
  const bit = hasBits ? place & 0xffffff : place;
  if (bits === 0) {
    return { type: typeOf(types, type), offset: bit / 8 };
  }
  const unit = sizeOf(types, type) * 8;
  const offset = Math.floor(bit / unit) * unit;
  const of = { bit_position: bit - offset, bit_length: bits, type: typeOf(types, type) };
  return { type: { kind: "bitfield", ...of }, offset: offset / 8 };
}

/** Of what has bit fields: numbers and enumerations, by whatever name. */
function sizeOf(types: readonly BtfType[], id: number): number {
  const { kind, size } = at(types, id);
  return [INT, ENUM, ENUM64].includes(kind) ? size : sizeOf(types, size);
}

function variablesOf(
  kallsyms: string,
  banner: string,
  variables: Readonly<Record<string, string>>,
): Json {
  // Those of modules have a fourth word.
  const lines = kallsyms
    .split("\n")
    .map((line) => line.split(/[ \t]+/))
    .filter(({ length }) => length === 3);
  const text = lines.find(([, , name]) => name === "_text")?.[0] ?? "0";
  const drawn = BigInt(`0x${text}`) - TEXT;
  const char = { kind: "base", name: "char" };
  return Object.fromEntries(
    lines.map(([address = "", kind = "", name = ""]) => {
      const place = BigInt(`0x${address}`) - (/a/i.test(kind) ? 0n : drawn);
      const type = variables[name];
      const known =
        name === "linux_banner"
          ? {
              type: { kind: "array", count: banner.length + 1, subtype: char },
              constant_data: Buffer.from(`${banner}\0`).toString("base64"),
            }
          : type === undefined
            ? {}
            : { type: { kind: "struct", name: type } };
      return [name, { address: `address:${place}`, ...known }];
    }),
  );
}
