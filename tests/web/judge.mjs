// Feeds calls to the console's own judgement: each line of standard input is one call's seconds, JSON, and is answered by
// a line with the outcome.
import { createInterface } from "node:readline";
import { Quality } from "../../clerk_console/web/src/quality.ts";

for await (const line of createInterface({ input: process.stdin })) {
  const quality = new Quality();
  for (const [second, { measured, booth }] of JSON.parse(line).entries()) quality.take(second * 1000, measured, booth, null);
  console.log(JSON.stringify({ ...quality.judge(), latest: quality.latest, seconds: quality.samples.length }));
}
