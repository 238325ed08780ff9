/** Long data over the consultation channel: pieces in order, checked by size and SHA-256. */
import * as consultation from "./generated/consultation.ts";

export async function sha256(data: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", data));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function toBase64(data: Uint8Array): string {
  let binary = "";
  for (let i = 0; i < data.length; i += 0x8000) binary += String.fromCharCode(...data.subarray(i, i + 0x8000));
  return btoa(binary);
}

/** Raises a DOMException for anything that is not base64. */
function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/** A piece that does not continue what was announced, or data that is not what was announced. */
export class TransferError extends Error {}

export interface Announced {
  transfer: string;
  size: number;
  sha256: string;
}

/** One announced transfer as it comes in. */
class Incoming {
  private readonly data: Uint8Array<ArrayBuffer>;
  private filled = 0;
  readonly announced: Announced;

  constructor(announced: Announced) {
    this.announced = announced;
    this.data = new Uint8Array(announced.size);
  }

  get complete(): boolean {
    return this.filled === this.announced.size;
  }

  add(chunk: consultation.Chunk): void {
    let piece: Uint8Array<ArrayBuffer>;
    try {
      piece = fromBase64(chunk.data);
    } catch {
      throw new TransferError("A piece is not base64.");
    }
    if (chunk.offset !== this.filled) throw new TransferError(`A piece at ${chunk.offset} came after ${this.filled}.`);
    if (piece.length === 0 || piece.length > consultation.CHUNK_BYTES || this.filled + piece.length > this.data.length)
      throw new TransferError("A piece is empty or too long.");
    this.data.set(piece, this.filled);
    this.filled += piece.length;
  }

  async checked(): Promise<Uint8Array<ArrayBuffer>> {
    if ((await sha256(this.data)) !== this.announced.sha256) throw new TransferError("The data is damaged.");
    return this.data;
  }
}

/** A set of transfers announced together, such as the files of a chip. */
export class Collection {
  private readonly parts = new Map<string, Incoming>();

  /** Raises TransferError when a name is used twice. */
  constructor(announced: Announced[]) {
    for (const part of announced) this.parts.set(part.transfer, new Incoming(part));
    if (this.parts.size !== announced.length) throw new TransferError("Two transfers have the same name.");
  }

  /** Take a piece; false when it belongs to no transfer of this collection. Raises TransferError. */
  add(chunk: consultation.Chunk): boolean {
    const part = this.parts.get(chunk.transfer);
    part?.add(chunk);
    return part !== undefined;
  }

  get complete(): boolean {
    return [...this.parts.values()].every((part) => part.complete);
  }

  /** The data by transfer name, once complete. Raises TransferError when a digest differs. */
  async checked(): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
    const done = new Map<string, Uint8Array<ArrayBuffer>>();
    for (const [name, part] of this.parts) done.set(name, await part.checked());
    return done;
  }
}

/** The chunk messages of a transfer, in order. */
export function* chunks(transfer: string, data: Uint8Array): Generator<consultation.Chunk> {
  for (let offset = 0; offset < data.length; offset += consultation.CHUNK_BYTES) {
    const piece = data.subarray(offset, offset + consultation.CHUNK_BYTES);
    yield { type: "chunk", transfer, offset, data: toBase64(piece) };
  }
}
