/** The part of the package `smpp` that is used; it brings no types of its own. */
declare module 'smpp' {
  import type { EventEmitter } from 'node:events';
  import type { Socket } from 'node:net';
  import type { Server as NetServer } from 'node:net';

  /** A message in a PDU as it was decoded: text where its data coding is known, else bytes. */
  export interface DecodedMessage {
    readonly udh?: readonly Buffer[] | Buffer;
    readonly message: string | Buffer;
  }

  export class PDU {
    constructor(command: string, options?: Readonly<Record<string, unknown>>);
    readonly command: string;
    readonly command_status: number;
    readonly sequence_number: number;
    readonly [field: string]: unknown;
    isResponse(): boolean;
    response(options?: Readonly<Record<string, unknown>>): PDU;
    toBuffer(): Buffer;
  }

  export class Session extends EventEmitter {
    readonly socket: Socket;
    /** False where nothing could be written. */
    send(pdu: PDU, answered?: (pdu: PDU) => void): boolean;
    close(closed?: () => void): void;
    destroy(closed?: () => void): void;
  }

  export class Server extends NetServer {
    readonly sessions: readonly Session[];
  }

  export interface Alphabet {
    match(text: string): boolean;
    encode(text: string): Buffer;
    decode(bytes: Buffer): string;
  }

  const smpp: {
    connect(options: Readonly<Record<string, unknown>>): Session;
    createServer(options: Readonly<Record<string, unknown>>, onSession: (session: Session) => void): Server;
    readonly PDU: typeof PDU;
    /** `ASCII` is the GSM 03.38 alphabet, one octet a septet. */
    readonly encodings: { readonly ASCII: Alphabet; readonly LATIN1: Alphabet; readonly UCS2: Alphabet };
    /** Command statuses by their names in the specification. */
    readonly errors: Readonly<Record<string, number>>;
  };
  export default smpp;
}
