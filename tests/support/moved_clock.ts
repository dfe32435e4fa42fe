// A clock that a test moves: the file that `wangge serve --test-clock` reads, 8 bytes of milliseconds.
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { scratch } from './server.ts';

export class MovedClock {
  readonly file = join(scratch(), 'clock');
  private moved = 0;

  constructor() {
    writeFileSync(this.file, Buffer.alloc(8));
  }

  now(): number {
    return Date.now() + this.moved;
  }

  // To this time; never back.
  to(at: number): void {
    this.moved = Math.max(this.moved, Math.round(at - Date.now()));
    const bytes = Buffer.alloc(8), fd = openSync(this.file, 'r+');
    bytes.writeBigInt64LE(BigInt(this.moved));
    writeSync(fd, bytes, 0, 8, 0);
    closeSync(fd);
  }
}
