// What every referee shares: its input, and a report of checks as one JSON line.
import { readFileSync } from 'node:fs';

/** Read the JSON document that the caller wrote to standard input. */
export function input() {
  return JSON.parse(readFileSync(0, 'utf8'));
}

/** Collect named checks; the caller's test decides what they mean. */
export class Report {
  #facts = {};

  /** Note one fact under its name. */
  tell(name, value) {
    this.#facts[name] = value;
  }

  /** Note the error that a call ends with, or null when it succeeds. */
  async error(name, call) {
    try {
      await call();
      this.tell(name, null);
    } catch (error) {
      this.tell(name, { code: error.errorCode ?? error.name, message: error.message });
    }
  }

  /** Print everything noted. */
  print() {
    process.stdout.write(JSON.stringify(this.#facts) + '\n');
  }
}
